"""Clients that append to a server while it is harmed, and what they were told.

Whatever fails is sent again: with the same ids, as docs/operations.md advises, or without ids.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from tests.evidence.reliability.starter import Starter, end_process, is_running
from tests.postgres import free_port
from tests.serving import key_environment

CLIENTS = 8
NAME = "fire"
EVENTS = f"/v1/negotiations/{NAME}/events"
PARTIES, ISSUES = 4, 5
STANCES = ("accepts", "rejects", "reserves", "proposes")
UUID_LENGTH = 36
Event = dict[str, Any]


class Row(NamedTuple):
    """What the log holds of one event."""

    seq: int
    id: str
    recorded_at: int
    token: str
    """What only this event says, whatever its id."""


class ServedLedger:
    """The real server as a process of its own, on one ledger and one port."""

    def __init__(self, db: str | Path, folder: Path, starter: Starter, *options: str) -> None:
        self.db, self.folder, self.port = str(db), folder, free_port()
        self.log = folder / "server.log"
        self._starter, self._options, self.process = starter, options, 0

    def start(self) -> None:
        self.process = self._starter.start(
            *("serve", "--db", self.db, "--port", str(self.port), *self._options),
            log=self.log,
            **key_environment(self.folder),
        )
        until = time.monotonic() + 60
        while not self.is_ready():
            if time.monotonic() > until or not is_running(self.process):
                raise RuntimeError(f"the server did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return call(self.port, "GET", "/readyz")[0] == 200
        return False

    def send(self, number: int) -> None:
        os.kill(self.process, number)

    def end(self, number: int) -> None:
        end_process(self.process, number)


def call(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        sent = None if body is None else orjson.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, orjson.loads(response.read())
    finally:
        connection.close()


@dataclass
class Tally:
    """What the clients were told, by the token of each event."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    """The seq of each event that an answer says was recorded by it."""
    known: set[str] = field(default_factory=set)
    """The events of which an answer says that they are recorded, by it or before."""
    batches: list[list[str]] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    retried: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, events: list[Event], answer: Event) -> None:
        """Note a 201: all of the events are now recorded, or were already."""
        tokens = {event.get("id"): token_of(event) for event in events}
        with self.lock:
            if len(answer["recorded"]) + len(answer["duplicates"]) != len(events):
                self.contradictions.append(f"sent {len(events)}, was answered {answer}")
            for receipt, event in zip(answer["recorded"], events, strict=False):
                token = tokens[receipt["id"]] if "id" in event else token_of(event)
                self.acknowledged[token] = receipt["seq"]
            self.known.update(map(token_of, events))
            self.batches.append([token_of(event) for event in events])


def token_of(event: Event) -> str:
    return str(event.get("summary") or event.get("name") or event.get("title") or event["reason"])


class Clients:
    """Threads that append single events and small batches until each has its answer."""

    def __init__(self, port: int, seed: int, *, with_ids: bool = True, count: int = CLIENTS):
        self.port, self.with_ids, self.tally = port, with_ids, Tally()
        self._done, self._pause = threading.Event(), 0.03
        self._threads = [
            threading.Thread(target=self._append, args=[Random(f"{seed}/{n}")], daemon=True)  # noqa: S311  # no secret
            for n in range(count)
        ]

    def __enter__(self) -> Tally:
        first = opening()
        self.deliver(first if self.with_ids else [without_id(each) for each in first])
        for thread in self._threads:
            thread.start()
        return self.tally

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(120)
            if thread.is_alive():
                self.tally.contradictions.append("a client never got its answer")

    def _append(self, random: Random) -> None:
        while not self._done.is_set():
            events = [self.make_event(random) for _ in range(random.choice((1, 1, 1, 3, 8)))]
            self.deliver(events if self.with_ids else [without_id(each) for each in events])

    def deliver(self, events: list[Event]) -> None:
        """Send events until a 201, as a client that must not lose them does."""
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException, orjson.JSONDecodeError):
                status, answer = call(self.port, "POST", EVENTS, events)
                if status == 201:
                    return self.tally.take(events, answer)
                if status < 500:
                    return self.tally.contradictions.append(f"{status}: {answer}")
            self.tally.retried += 1
            time.sleep(self._pause)

    def make_event(self, random: Random) -> Event:
        event = make_position(random)
        older = self._pick_older(random) if self.with_ids and random.random() < 0.1 else None
        if older is None:
            return event
        return {
            "type": "record-corrected",
            "id": event["id"],
            "event": older,
            "changes": {"stance": event["stance"]},
            "reason": f"of {event['summary']}",
        }

    def _pick_older(self, random: Random) -> str | None:
        """Return the id of a position that is surely recorded."""
        with self.tally.lock:
            if not self.tally.batches:
                return None
            token = random.choice(self.tally.batches)[0]
        return token if len(token) == UUID_LENGTH else None


def make_position(random: Random) -> Event:
    """Return a position whose summary is its id, so that it is known without its id too."""
    token = str(UUID(int=random.getrandbits(128), version=4))
    return {
        "type": "position-stated",
        "id": token,
        "party": f"party-{random.randrange(PARTIES)}",
        "issue": f"issue-{random.randrange(ISSUES)}",
        "stance": random.choice(STANCES),
        "summary": token,
        "occurred": f"2025-{random.randrange(1, 10):02}-{random.randrange(1, 28):02}",
        "reports": [{"published": "2025-10-01T12:00:00Z", "publisher": "Herald"}],
    }


def without_id(event: Event) -> Event:
    return {name: value for name, value in event.items() if name != "id"}


def opening() -> list[Event]:
    parties = [
        {"type": "party-registered", "party": f"party-{n}", "name": f"Party {n}"}
        for n in range(PARTIES)
    ]
    issues = [
        {"type": "issue-defined", "issue": f"issue-{n}", "title": f"Issue {n}"}
        for n in range(ISSUES)
    ]
    events = [{"type": "negotiation-opened", "title": "Under fire"}, *parties, *issues]
    return [{"id": str(UUID(int=n + 1, version=4)), **each} for n, each in enumerate(events)]


READ_LOG = "SELECT seq, id, recorded_at, state FROM event ORDER BY seq"


def read_log(execute: Callable[[str], list[Any]]) -> list[Row]:
    """Return what the log holds, read past the product."""
    return [
        Row(seq, id_, recorded_at, token_of(orjson.loads(state)))
        for seq, id_, recorded_at, state in execute(READ_LOG)
    ]


def broken_promises(rows: list[Row], tally: Tally) -> Iterator[str]:
    """Yield everything in the log that is not as its clients were told."""
    yield from tally.contradictions
    seqs = {row.token: row.seq for row in rows}
    for token, seq in tally.acknowledged.items():
        if seqs.get(token) != seq:
            yield f"{token} was acknowledged as {seq}, the log has {seqs.get(token)}"
    yield from (f"{each} was acknowledged and is lost" for each in tally.known - seqs.keys())
    yield from (f"{each} was never acknowledged" for each in seqs.keys() - tally.known)
    times = Counter(row.token for row in rows)
    yield from (f"{each} is doubled: {n} times" for each, n in times.items() if n > 1)
    yield from _disorder(rows, tally)


def _disorder(rows: list[Row], tally: Tally) -> Iterator[str]:
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        yield "the seqs have a gap"
    batch_of = {token: n for n, tokens in enumerate(tally.batches) for token in tokens}
    for before, after in pairwise(rows):
        together = batch_of.get(before.token) == batch_of.get(after.token)
        same_time = before.recorded_at == after.recorded_at
        if before.recorded_at > after.recorded_at or (same_time and not together):
            yield f"recorded_at does not rise at seq {after.seq}"
    place = {row.token: row for row in rows}
    for tokens in tally.batches:
        held = sorted(place[token] for token in tokens if token in place)
        if held and (
            held[-1].seq - held[0].seq != len(tokens) - 1
            or held[0].recorded_at != held[-1].recorded_at
        ):
            yield f"the batch of {tokens[0]} was torn apart"
