"""The log as its users see it: record a batch, read entries back. One writer commits in groups."""

from __future__ import annotations

import fcntl
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

import orjson
from eventsourcing.application import Application
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore
from eventsourcing.utils import register_topic

from domain.catalogue import CLASSES
from domain.instants import Instant
from domain.lives import Entry
from domain.refusals import (
    BusyError,
    NotFoundError,
)
from ledger.canonical import Frontier
from ledger.intake import Intake, Recorded, Submission, replayed
from ledger.sqlite import Clock, LedgerRecorder

for _cls in CLASSES:
    register_topic(_cls.TOPIC, _cls)

GROUP = 256
"""The most submissions that one commit takes."""
QUEUE = 4096
"""The most submissions that wait; one more is refused with 503."""


class ReadModel(Protocol):
    """What follows from the log in the same database; given at wiring, so imports stay downward."""

    def start(self, c: SQLiteCursor) -> None:
        """Make what is missing and catch up with the log, before anything is recorded."""

    def apply(self, c: SQLiteCursor, negotiation: str, entries: Sequence[Entry]) -> None:
        """Follow these entries inside the transaction that records them."""


def wall_clock() -> Instant:
    return time.time_ns() // 1000


class Readable(Protocol):
    """What questions need of a ledger."""

    clock: Clock

    def reading(self) -> AbstractContextManager[SQLiteCursor]:
        """Yield a cursor on one consistent snapshot of the database."""


class Reading:
    """A ledger opened for questions only, beside the process that records."""

    def __init__(self, path: str | Path, *, clock: Clock = wall_clock) -> None:
        self.clock = clock
        if not Path(path).is_file():
            raise NotFoundError(
                f"there is no ledger at {path}", hint="minutebook serve or import makes one"
            )
        _checked(path)
        self._store = SQLiteDatastore(_address(path) + "?mode=rw")

    @contextmanager
    def reading(self) -> Iterator[SQLiteCursor]:
        with self._store.transaction(commit=False) as c:
            yield c

    def close(self) -> None:
        self._store.close()


class Ledger(Application[UUID]):
    """The append-only log of one database file; its single writer lives in a thread of its own."""

    name = "ledger"
    _closed = True

    def __init__(
        self, path: str | Path, *, clock: Clock = wall_clock, follow: ReadModel | None = None
    ) -> None:
        self._lock = _locked(path)
        super().__init__({"PERSISTENCE_MODULE": "ledger.sqlite", "SQLITE_DBNAME": _address(path)})
        recorder = self.recorder
        assert isinstance(recorder, LedgerRecorder)  # noqa: S101  # the factory makes no other
        self.appender, self.clock, self.follow = recorder, clock, follow
        recorder.clock = clock
        self._queue: queue.Queue[tuple[Submission, Future[dict[str, Any]]] | None]
        self._queue = queue.Queue(QUEUE)
        writer = recorder.datastore.get_connection(commit=True)
        self._writer, self._cursor = writer, writer.__enter__().cursor()
        if follow:
            follow.start(self._cursor)
        self._thread = threading.Thread(
            target=self._write, args=(self._cursor,), name="writer", daemon=True
        )
        self._thread.start()
        self._closed = False

    def close(self) -> None:
        if self._closed:
            return  # the library closes once more when the object goes
        self._closed = True
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._writer.__exit__(None, None, None)
        super().close()
        os.close(self._lock)

    def submit(self, submission: Submission) -> Future[dict[str, Any]]:
        """Queue a batch; the future yields the contract's answer once it is durable.

        The future raises InvalidEventError, ReusedIdError, ReusedKeyError, MovedOnError or
        UnknownNegotiationError when the batch is refused, BusyError when the outcome is unknown.
        """
        outcome: Future[dict[str, Any]] = Future()
        try:
            self._queue.put_nowait((submission, outcome))
        except queue.Full:
            raise BusyError("too many batches are waiting", hint="try again in a second") from None
        return outcome

    def record(self, submission: Submission) -> dict[str, Any]:
        """Record a batch and wait for the answer."""
        return self.submit(submission).result()

    @contextmanager
    def reading(self) -> Iterator[SQLiteCursor]:
        """Yield a cursor on one consistent snapshot of the database."""
        with self.appender.datastore.transaction(commit=False) as c:
            yield c

    @contextmanager
    def writing(self) -> Iterator[SQLiteCursor]:
        """Yield the writer's cursor outside a transaction; recording ends for good."""
        self._queue.put(None)
        self._thread.join()
        yield self._cursor

    def _write(self, cursor: SQLiteCursor) -> None:
        while group := self._gather():
            self._commit(cursor, group)

    def _gather(self) -> list[tuple[Submission, Future[dict[str, Any]]]]:
        first = self._queue.get()
        if first is None:
            return []
        group = [first]
        with suppress(queue.Empty):
            while len(group) < GROUP:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)
                    break
                group.append(following)
        return group

    def _commit(
        self, c: SQLiteCursor, group: Sequence[tuple[Submission, Future[dict[str, Any]]]]
    ) -> None:
        done: list[tuple[Future[dict[str, Any]], dict[str, Any]]] = []
        try:
            c.execute("BEGIN IMMEDIATE")
            for submission, outcome in group:
                if not outcome.set_running_or_notify_cancel():
                    continue  # the caller left before its turn came
                self._attempt(c, submission, outcome, done)
            c.execute("COMMIT")
        except Exception as error:
            with suppress(Exception):
                c.execute("ROLLBACK")
            unknown = BusyError(
                f"the outcome of the write is unknown: {error}",
                hint="send the same events with the same ids again: nothing is recorded twice",
            )
            for _, outcome in group:
                if not outcome.done():
                    outcome.set_exception(unknown)
            return
        for outcome, answer in done:
            outcome.set_result(answer)

    def _attempt(
        self,
        c: SQLiteCursor,
        submission: Submission,
        outcome: Future[dict[str, Any]],
        done: list[tuple[Future[dict[str, Any]], dict[str, Any]]],
    ) -> None:
        """Take one submission; a refusal undoes its own work and none of its neighbours'."""
        c.execute("SAVEPOINT submission")
        try:
            answer = self._take(c, submission)
        except Exception as error:  # handed to the caller, whatever it is
            c.execute("ROLLBACK TO submission")
            c.execute("RELEASE submission")
            outcome.set_exception(error)
            return
        if submission.dry_run:
            c.execute("ROLLBACK TO submission")
        c.execute("RELEASE submission")
        done.append((outcome, answer))

    def _take(self, c: SQLiteCursor, submission: Submission) -> dict[str, Any]:
        if submission.key and (answer := replayed(c, submission)):
            return answer
        desk = Intake(c, submission)
        fresh, duplicates = desk.accept()
        receipts = self.appender.append(c, [item for item, _ in fresh]) if fresh else []
        if self.follow and receipts:
            self.follow.apply(c, submission.negotiation, desk.entries(fresh, receipts))
        if receipts:
            desk.count(receipts)
        c.execute("SELECT size, frontier FROM head")
        size, frontier = c.fetchone()
        root = Frontier.load(size, frontier).root.hex()
        answer = Recorded(tuple(receipts), tuple(duplicates), size, root).echo()
        if submission.key and not submission.dry_run:
            row = (submission.negotiation, submission.key, submission.body_hash)
            c.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?)", (*row, orjson.dumps(answer)))
        return answer


def read(c: SQLiteCursor, *, after: int = 0, limit: int = 1000) -> list[tuple[str, Entry]]:
    """Return (negotiation, entry) of the next events of the whole log, by seq."""
    c.execute(
        "SELECT e.seq, e.id, e.type, e.recorded_at, e.state, e.negotiation, n.zone FROM event e"
        " JOIN negotiation n ON n.slug = e.negotiation WHERE e.seq > ? ORDER BY e.seq LIMIT ?",
        (after, limit),
    )
    return [(row["negotiation"], _entry(row)) for row in c.fetchall()]


def entries(c: SQLiteCursor, negotiation: str, *, upto: int = 2**62) -> list[Entry]:
    """Return all entries of one negotiation by seq."""
    c.execute(
        "SELECT e.seq, e.id, e.type, e.recorded_at, e.state, n.zone FROM event e"
        " JOIN negotiation n ON n.slug = e.negotiation"
        " WHERE e.originator_id = n.originator_id AND n.slug = ? AND e.seq <= ? ORDER BY e.seq",
        (negotiation, upto),
    )
    return [_entry(row) for row in c.fetchall()]


def by_ids(c: SQLiteCursor, ids: Sequence[str]) -> list[Entry]:
    """Return the entries with these ids, by seq."""
    c.execute(
        "SELECT e.seq, e.id, e.type, e.recorded_at, e.state, n.zone FROM event e"
        " JOIN negotiation n ON n.slug = e.negotiation"
        " WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.seq",
        (orjson.dumps(list(ids)).decode(),),
    )
    return [_entry(row) for row in c.fetchall()]


def marks(c: SQLiteCursor, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return recorded_by and the leaf hash in hex of the events with these ids."""
    c.execute(
        "SELECT id, recorded_by, leaf_hash FROM event WHERE id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(ids)).decode(),),
    )
    return {
        row["id"]: {"recorded_by": row["recorded_by"], "leaf_hash": row["leaf_hash"].hex()}
        for row in c.fetchall()
    }


def _entry(row: Any) -> Entry:
    return Entry(
        row["seq"],
        row["id"],
        row["type"],
        row["recorded_at"],
        orjson.loads(row["state"]),
        row["zone"],
    )


def seq_at(c: SQLiteCursor, moment: Instant) -> int:
    """Return the last seq recorded at or before a moment; 0 if none."""
    c.execute(
        "SELECT seq FROM event WHERE recorded_at <= ? ORDER BY recorded_at DESC, seq DESC LIMIT 1",
        (moment,),
    )
    row = c.fetchone()
    return row[0] if row else 0


def recorded_at(c: SQLiteCursor, seq: int) -> Instant:
    c.execute("SELECT recorded_at FROM event WHERE seq = ?", (seq,))
    row = c.fetchone()
    return row[0] if row else 0


def head(c: SQLiteCursor) -> tuple[int, Instant]:
    """Return the head: size and last recorded_at."""
    c.execute("SELECT size, last_recorded_at FROM head")
    size, last = c.fetchone()
    return size, last


def _address(path: str | Path) -> str:
    return (
        "file:ledger?mode=memory&cache=shared"
        if str(path) == ":memory:"
        else f"file:{quote(str(path))}"
    )


def _checked(path: str | Path) -> None:
    """Refuse what is there and no ledger, before a byte of it changes. Raises NotFoundError."""
    place = Path(path)
    if place.exists() and not (place.is_file() and _ours(place)):
        hint = "name a file that Minutebook made, or one that is not there yet"
        raise NotFoundError(f"{path} is no ledger", hint=hint)


def _ours(place: Path) -> bool:
    """Tell whether a file is a database that holds our head row, or nothing yet."""
    find = "SELECT count(*), total(name = 'head' AND sql LIKE '%frontier%') FROM sqlite_master"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(place))}?mode=ro", uri=True)) as c:
            tables, heads = c.execute(find).fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
    return bool(tables == 0 or heads)


def _locked(path: str | Path) -> int:
    """Keep the database to one process: SQLite gives us one writer, so we keep to one."""
    _checked(path)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise BusyError(
            f"another process has {path} open for recording",
            hint="stop it, or ask it over HTTP; several processes need PostgreSQL",
        ) from None
    return handle
