"""Four processes on PostgreSQL, eight clients that append, eight that follow by stream.

Run ``python -m tests.evidence.stress --events 100000``. Every follower must see each seq from 1 on
once and in order, whichever process it follows; what was acknowledged must be there, and the seqs
must have no gap. A stream is broken off now and then and resumed by its last id. ``--control``
spoils what was seen in each of these ways on purpose: every one has to be noticed.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
import psycopg

from tests import postgres
from tests.command_line import run_command
from tests.serving import ApiServer, key_environment, serve_ledger

PROCESSES, CLIENTS, FOLLOWERS = 4, 8, 8
BATCHES = (1, 1, 2, 10, 40)
"""How many events a client sends at once."""
TALKS = "/v1/negotiations/stress"
OPENING = [
    {"type": "negotiation-opened", "title": "Under load"},
    {"type": "person-registered", "person": "envoy", "name": "The envoy"},
]


@dataclass
class Seen:
    """What the clients were told, what each follower saw, and what the log holds."""

    events: int
    acknowledged: dict[int, str] = field(default_factory=dict)
    followed: list[list[tuple[int, str]]] = field(default_factory=list)
    log: list[tuple[int, str]] = field(default_factory=list)
    streams: int = 0
    verified: str = ""
    seconds: float = 0.0


def said(random: Random) -> dict[str, Any]:
    name = UUID(int=random.getrandbits(128), version=4)
    return {
        "type": "statement-made",
        "id": str(name),
        "statement": f"s-{name.hex[:12]}",
        "speaker": "envoy",
        "summary": "Said under load.",
        "occurred": "2025-12-20",
        "reports": [{"published": "2025-12-20", "publisher": "herald"}],
    }


def append(server: ApiServer, random: Random, count: int, seen: Seen) -> None:
    """Send so many events on one connection, in batches of any size, and note their receipts."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    while count:
        batch = [said(random) for _ in range(min(count, random.choice(BATCHES)))]
        receipts = record(connection, batch)
        count -= len(batch)
        seen.acknowledged.update((each["seq"], each["id"]) for each in receipts)
    connection.close()


def record(connection: http.client.HTTPConnection, batch: list[dict[str, Any]]) -> Any:
    """Record a batch; a full queue is waited for, and the same ids sent again."""
    headers = {"Content-Type": "application/json"}
    while True:
        connection.request("POST", f"{TALKS}/events", orjson.dumps(batch), headers)
        response = connection.getresponse()
        answer = orjson.loads(response.read())
        if response.status == 201:
            return answer["recorded"]
        if response.status != 503:
            raise RuntimeError(answer)
        time.sleep(float(response.headers["Retry-After"]))


def follow(server: ApiServer, random: Random, seen: Seen) -> list[tuple[int, str]]:
    """Follow up to the last event, broken off now and then and resumed by the last id."""
    found: list[tuple[int, str]] = []
    while len(found) < seen.events and (not found or found[-1][0] < seen.events):
        until = len(found) + random.randrange(seen.events // 20, seen.events // 4)
        last = {"Last-Event-ID": str(found[-1][0])} if found else {}
        with server.stream(f"{TALKS}/stream?audience=staff", **last) as stream:
            for seq, _, item in stream.events():
                found.append((seq, item["id"]))
                if seq >= seen.events or len(found) >= until:
                    break
        seen.streams += 1
    return found


def run(url: str, folder: Path, events: int, seed: int) -> Seen:
    """Append and follow at once; return what everybody saw."""
    seen = Seen(events)
    with serve_ledger(url, "--workers", str(PROCESSES), folder=folder) as server:
        for receipt in server.post("stress", OPENING)["recorded"]:
            seen.acknowledged[receipt["seq"]] = receipt["id"]
        start = time.monotonic()
        with ThreadPoolExecutor(CLIENTS + FOLLOWERS) as pool:
            following = [
                pool.submit(follow, server, Random(f"{seed}/follow/{n}"), seen)  # noqa: S311  # no secret
                for n in range(FOLLOWERS)
            ]
            appending = [
                pool.submit(append, server, Random(f"{seed}/{n}"), count, seen)  # noqa: S311  # no secret
                for n, count in enumerate(shares(events - len(OPENING)))
            ]
            for each in appending:
                each.result()
            seen.seconds = time.monotonic() - start
            seen.followed = [each.result() for each in following]
    with psycopg.connect(url) as connection:
        seen.log = list(connection.execute("SELECT seq, id FROM event ORDER BY seq"))
    seen.verified = run_command("verify", "--db", url, **key_environment(folder)).stdout
    return seen


def shares(count: int) -> Iterator[int]:
    for n in range(CLIENTS):
        yield count // CLIENTS + (n < count % CLIENTS)


def faults(seen: Seen) -> Iterator[str]:
    """Yield each way in which what was seen is not as it was promised."""
    if [seq for seq, _ in seen.log] != list(range(1, seen.events + 1)):
        yield "the log has a gap, or another length than was sent"
    if len({name for _, name in seen.log}) != len(seen.log):
        yield "an event is in the log twice"
    if "OK" not in seen.verified:
        yield f"the ledger does not verify: {seen.verified}"
    lost = set(seen.acknowledged.items()) - set(seen.log)
    if lost or len(seen.acknowledged) != seen.events:
        yield f"{len(lost) or seen.events - len(seen.acknowledged)} acknowledged are not in the log"
    for number, followed in enumerate(seen.followed):
        if followed != seen.log:
            yield f"follower {number} saw {len(followed)} events, not those of the log in order"


def _twice(seen: Seen) -> None:
    seen.followed[1].insert(7, seen.followed[1][6])


def _swapped(seen: Seen) -> None:
    followed = seen.followed[2]
    followed[4], followed[5] = followed[5], followed[4]


SPOILT: dict[str, Callable[[Seen], Any]] = {
    "a follower misses one": lambda seen: seen.followed[0].pop(len(seen.log) // 2),
    "a follower misses the last": lambda seen: seen.followed[-1].pop(),
    "a follower sees one twice": _twice,
    "a follower sees two the wrong way round": _swapped,
    "an acknowledged event is another in the log": lambda seen: seen.acknowledged.update({9: "x"}),
    "an acknowledged event is gone": lambda seen: seen.log.pop(),
    "a seq is left out": lambda seen: seen.log.pop(11),
    "the ledger does not verify": lambda seen: setattr(seen, "verified", "MISMATCH"),
}


def control(seen: Seen) -> Iterator[tuple[str, int]]:
    """Yield each way in which a copy was spoilt, with the number of faults found in it."""
    for name, spoil in SPOILT.items():
        copy = deepcopy(seen)
        spoil(copy)
        yield name, len(list(faults(copy)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    parser.add_argument("--control", action="store_true", help="spoil what was seen: is noticed?")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="minutebook-stress-") as folder,
        postgres.cluster(postgres.MEASURED) as server,
        server.database() as url,
    ):
        seen = run(url, Path(folder), options.events, options.seed)
    found = list(faults(seen))
    print(
        f"seed {options.seed}: {PROCESSES} processes, {CLIENTS} clients recorded"
        f" {len(seen.acknowledged)} events in {seen.seconds:.0f} s"
        f" ({len(seen.acknowledged) / seen.seconds:.0f} a second)"
    )
    told = ", ".join(str(len(each)) for each in seen.followed)
    print(f"the log has {len(seen.log)}; {FOLLOWERS} followers saw {told}")
    print(f"streams, with those that were resumed: {seen.streams}")
    print("\n".join(found) or "Every follower saw each seq once and in order; nothing is missing.")
    if not options.control:
        return 1 if found else 0
    spoilt = dict(control(seen))
    for name, count in spoilt.items():
        print(f"control, {name}: {count or 'NO'} faults found")
    # A spoilt result must be reported as failing; 2 says that a spoilt one went unnoticed.
    return 1 if all(spoilt.values()) else 2


if __name__ == "__main__":
    sys.exit(main())
