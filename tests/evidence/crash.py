"""kill -9 of the server, again and again, while clients append and retry with the same ids.

Run ``python -m tests.evidence.crash --rounds 50``. Afterwards nothing that was acknowledged may be
missing, nothing doubled, and the read model must equal a rebuild. ``--control`` spoils a copy of
the ledger in each of these ways on purpose: every one has to be noticed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.sqlite import SQLiteCursor

from domain.instants import to_rfc3339
from ledger.proofs import merkle
from projections.index import catch_up, tables
from tests.postgres import free_port

CLIENTS = 8
STANCES = ("accepts", "rejects", "reserves", "proposes")
PARTIES, ISSUES = 4, 5
CONTENTLESS = "word"
"""The full-text table keeps no rows of its own; its terms are compared instead."""


class Server:
    """The real server as a process of its own, on one file and one port."""

    def __init__(self, path: Path) -> None:
        self.path, self.port = path, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [Path(sys.executable).with_name("minutebook"), "serve", "--db", self.path]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while not self._ready():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"the server did not start: {self.process.poll()}")
            time.sleep(0.02)

    def _ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return call(self.port, "GET", "/readyz")[0] == 200
        return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def call(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        sent = None if body is None else orjson.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, orjson.loads(response.read())
    finally:
        connection.close()


@dataclass
class Tally:
    """What the clients were told."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    known_to_server: set[str] = field(default_factory=set)
    batches: list[list[str]] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    sent: int = 0
    retried: int = 0
    kills: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, events: list[dict[str, Any]], answer: dict[str, Any]) -> None:
        """Note an acknowledgement: each id is now recorded, or was already."""
        ids = [event["id"] for event in events]
        told = [receipt["id"] for receipt in answer["recorded"]]
        with self.lock:
            if sorted(told + answer["duplicates"]) != sorted(ids):
                self.contradictions.append(f"sent {ids}, was answered {answer}")
            for receipt in answer["recorded"]:
                self.acknowledged[receipt["id"]] = receipt["seq"]
            self.known_to_server.update(ids)
            self.batches.append(ids)


class Client(threading.Thread):
    """Appends single events and small batches; whatever fails is sent again with the same ids."""

    def __init__(self, port: int, number: int, seed: int, tally: Tally) -> None:
        super().__init__(daemon=True)
        self.port, self.random, self.tally = port, Random(f"{seed}/{number}"), tally  # noqa: S311  # no secret
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.is_set():
            self._deliver([self._event() for _ in range(self.random.choice((1, 1, 1, 3, 8)))])

    def _deliver(self, events: list[dict[str, Any]]) -> None:
        body = events[0] if len(events) == 1 else events
        self.tally.sent += len(events)
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException, orjson.JSONDecodeError):
                status, answer = call(self.port, "POST", "/v1/negotiations/crash/events", body)
                if status == 201:
                    return self.tally.take(events, answer)
                if status < 500:
                    return self.tally.contradictions.append(f"{status}: {answer}")
            self.tally.retried += 1
            time.sleep(0.03)

    def _event(self) -> dict[str, Any]:
        pick = self.random
        event = {
            "type": "position-stated",
            "id": str(UUID(int=pick.getrandbits(128), version=4)),
            "party": f"party-{pick.randrange(PARTIES)}",
            "issue": f"issue-{pick.randrange(ISSUES)}",
            "stance": pick.choice(STANCES),
            "summary": "Said under fire.",
            "occurred": f"2025-{pick.randrange(1, 10):02}-{pick.randrange(1, 28):02}",
            "reports": [{"published": "2025-10-01T12:00:00Z", "publisher": "Herald"}],
        }
        with self.tally.lock:
            older = sorted(self.tally.acknowledged.keys() - {OPENING_ID})[:50]
        if older and pick.random() < 0.1:
            kept = ("type", "id", "reports")
            event = {name: event[name] for name in kept} | {"event": pick.choice(older)}
            event["type"] = pick.choice(("event-retracted", "report-added"))
        return event


OPENING_ID = str(UUID(int=1, version=4))
"""What opens the negotiation, which stays."""


def opening() -> list[dict[str, Any]]:
    parties = [
        {"type": "party-registered", "party": f"party-{n}", "name": "P"} for n in range(PARTIES)
    ]
    issues = [{"type": "issue-defined", "issue": f"issue-{n}", "title": "I"} for n in range(ISSUES)]
    events = [{"type": "negotiation-opened", "title": "Under fire"}, *parties, *issues]
    return [{"id": str(UUID(int=n + 1, version=4)), **each} for n, each in enumerate(events)]


def run(path: Path, rounds: int, seed: int = 1) -> Tally:
    """Kill the server once a round; each time let every client finish against the next one."""
    server, tally, random = Server(path), Tally(), Random(seed)  # noqa: S311  # no secret
    server.start()
    first = opening()
    tally.take(first, call(server.port, "POST", "/v1/negotiations/crash/events", first)[1])
    clients = [Client(server.port, number, seed, tally) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        for _ in range(rounds):
            time.sleep(random.uniform(0.05, 0.8))
            server.kill()
            tally.kills += 1
            server.start()
        for client in clients:
            client.done.set()
        for client in clients:
            client.join(60)
            if client.is_alive():
                tally.contradictions.append("a client never got its answer")
    finally:
        server.kill()
    return tally


def broken_promises(path: Path, tally: Tally) -> Iterator[str]:
    """Yield everything in the log that is not as it was promised."""
    yield from tally.contradictions
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT seq, id, recorded_at, negotiation, type, recorded_by, salt, state, leaf_hash"
        " FROM event ORDER BY seq"
    ).fetchall()
    yield from _kept(rows, tally)
    yield from _ordered(rows, tally)
    yield from _hashed(rows, connection.execute("SELECT size, frontier FROM head").fetchone())
    connection.close()


def faults(path: Path, tally: Tally) -> list[str]:
    return [*broken_promises(path, tally), *differences_of_rebuild(path)]


def _kept(rows: list[Any], tally: Tally) -> Iterator[str]:
    seqs = {row[1]: row[0] for row in rows}
    for identity, seq in tally.acknowledged.items():
        if seqs.get(identity) != seq:
            yield f"{identity} was acknowledged as {seq}, the log has {seqs.get(identity)}"
    yield from (
        f"{each} was acknowledged and is missing" for each in tally.known_to_server - set(seqs)
    )
    yield from (f"{each} was never sent" for each in set(seqs) - tally.known_to_server)
    doubled = Counter(row[1] for row in rows)
    yield from (f"{each} is there {n} times" for each, n in doubled.items() if n > 1)


def _ordered(rows: list[Any], tally: Tally) -> Iterator[str]:
    if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the seqs have a gap"
    at = {row[1]: (row[0], row[2]) for row in rows}
    batch_of = {identity: n for n, ids in enumerate(tally.batches) for identity in ids}
    for before, after in pairwise(rows):
        together = batch_of.get(before[1]) == batch_of.get(after[1])
        if before[2] > after[2] or (before[2] == after[2] and not together):
            yield f"recorded_at does not rise at seq {after[0]}"
    for ids in tally.batches:
        places = sorted(at[identity] for identity in ids if identity in at)
        if places and (
            places[-1][0] - places[0][0] != len(ids) - 1 or places[0][1] != places[-1][1]
        ):
            yield f"the batch of {ids[0]} was torn apart"


def _hashed(rows: list[Any], head: Any) -> Iterator[str]:
    hashes = []
    for seq, identity, recorded_at, negotiation, kind, by, salt, state, stored in rows:
        leaf = merkle.leaf_hash(
            merkle.leaf_bytes(
                id=identity,
                negotiation=negotiation,
                payload_hash=merkle.payload_hash(salt, state),
                recorded_at=to_rfc3339(recorded_at),
                recorded_by=by,
                seq=seq,
                type=kind,
            )
        )
        hashes.append(leaf)
        if leaf != stored:
            yield f"the leaf hash of seq {seq} is another"
    tree, _ = merkle.Frontier().with_leaves(hashes)
    if head != (tree.size, tree.to_bytes()):
        yield "the head is not that of these leaves"


def differences_of_rebuild(path: Path) -> Iterator[str]:
    """Yield every table of the read model that a rebuild from the log makes otherwise."""
    copy = path.with_suffix(".rebuilt")
    copy_database(path, copy)
    connection = sqlite3.connect(copy, isolation_level=None)
    connection.row_factory = sqlite3.Row
    live = _tables(connection)
    cursor = SQLiteCursor(connection.cursor())
    tables.recreate_tables(cursor)
    for _ in catch_up.catch_up_index(cursor):
        pass
    again = _tables(connection)
    connection.close()
    for table, rows in live.items():
        if rows != again[table]:
            yield f"{table}: {len(rows ^ again[table])} rows differ from a rebuild"


def _tables(connection: sqlite3.Connection) -> dict[str, set[tuple[Any, ...]]]:
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.term USING fts5vocab(main, word, instance)"
    )
    found = {
        name: {tuple(row) for row in connection.execute(f"SELECT * FROM {name}")}  # noqa: S608  # names of our own tables
        for name in (*(set(tables.TABLES["sqlite"]) - {CONTENTLESS}), "term")
    }
    connection.execute("DROP TABLE temp.term")
    return found


def copy_database(path: Path, copy: Path) -> None:
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()


SPOILT = {
    "an acknowledged event is gone": "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
    "an event is there twice": "INSERT INTO event SELECT seq + 1, originator_id,"
    " originator_version + 1, topic, state, id || 'x', negotiation, type, recorded_at, recorded_by,"
    " salt, leaf_hash FROM event ORDER BY seq DESC LIMIT 1",
    "a seq is left out": "UPDATE event SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM event)",
    "a clock goes back": "UPDATE event SET recorded_at = 1 WHERE seq = 20",
    "a payload is another": "UPDATE event SET state = CAST(replace(CAST(state AS TEXT), 'fire',"
    " 'snow') AS BLOB) WHERE seq > 10",
    "a placement is lost": "DELETE FROM placement WHERE id = (SELECT max(id) FROM placement)",
}


def control(path: Path, tally: Tally) -> Iterator[tuple[str, int]]:
    """Yield each way in which a copy was spoilt, with the number of faults that this adds."""
    before = set(faults(path, tally))
    for name, statement in SPOILT.items():
        copy = path.with_suffix(".spoilt")
        copy.unlink(missing_ok=True)
        copy_database(path, copy)
        connection = sqlite3.connect(copy)
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute("DROP TRIGGER event_is_never_deleted")
        connection.execute(statement)
        connection.commit()
        connection.close()
        yield name, len(set(faults(copy, tally)) - before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    parser.add_argument("--control", action="store_true", help="spoil copies: must be noticed")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="minutebook-crash-"))
    try:
        tally = run(folder / "crash.db", options.rounds, options.seed)
        found = faults(folder / "crash.db", tally)
        print(
            f"seed {options.seed}: {tally.kills} kills, {tally.sent} events sent by {CLIENTS}"
            f" clients, {len(tally.known_to_server)} acknowledged"
            f" ({len(tally.acknowledged)} at once), {tally.retried} retries"
        )
        print("\n".join(found) or "Nothing missing, nothing doubled; the rebuild is equal.")
        if not options.control:
            return 1 if found else 0
        spoilt = dict(control(folder / "crash.db", tally))
        for name, count in spoilt.items():
            print(f"control, {name}: {count or 'NO'} faults found")
        # A spoilt result must be reported as failing; 2 says that a spoilt one went unnoticed.
        return 1 if all(spoilt.values()) else 2
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
