"""Recording: one writer takes submissions from a queue and commits them in groups."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import PersistenceError
from eventsourcing.utils import register_topic

from domain.catalogue import CLASSES
from domain.refusals import BusyError, MinutebookError, NotFoundError
from domain.versions import Entry
from ledger.appending import Clock, Growth
from ledger.checkpoints import Checkpoints
from ledger.cursor import Cursor
from ledger.intake import Intake, Recorded, Submission, keep, read, replayed
from ledger.kept import Kept
from ledger.notes import Verifier
from ledger.place import address, locked, on_server
from ledger.reading import wall_clock

for _cls in CLASSES:
    register_topic(_cls.TOPIC, _cls)

GROUP = 256
"""The most submissions that one commit takes."""
QUEUE = 4096
"""The most submissions that wait; one more is refused with 503."""


LOGGER = logging.getLogger("minutebook")
Waiting = tuple[Submission, Future[dict[str, Any]]]


def _configuration(where: str | Path) -> dict[str, str]:
    """Return how the library is to keep events."""
    if on_server(where):
        return {"PERSISTENCE_MODULE": "ledger.postgres", "POSTGRES_URL": str(where)}
    return {"PERSISTENCE_MODULE": "ledger.sqlite", "SQLITE_DBNAME": address(where)}


class ReadModel(Protocol):
    """What follows from the log in the same database; given at wiring, so imports stay downward."""

    def start(self, c: Cursor) -> None:
        """Make what is missing and catch up with the log, before anything is recorded."""

    def apply(self, c: Cursor, entries: Sequence[tuple[str, Entry]]) -> None:
        """Follow these entries inside the transaction that records them."""


class Ledger(Application[UUID]):
    """The append-only log of one database file; its single writer lives in a thread of its own."""

    name = "ledger"
    _closed = True

    def __init__(
        self, path: str | Path, *, clock: Clock = wall_clock, follow: ReadModel | None = None,
        checkpoints: Checkpoints | None = None,
    ) -> None:  # fmt: skip
        self._lock = None if on_server(path) else locked(path)
        super().__init__(_configuration(path))
        recorder: Any = self.recorder  # ours, as the module of either database makes it
        self.appender, self.clock, self.follow = recorder, clock, follow
        self.checkpoints = checkpoints
        recorder.clock = clock
        self.kept = Kept()
        self._queue: queue.Queue[Waiting | None] = queue.Queue(QUEUE)
        self._writer = recorder.writer()
        self._cursor: Cursor = self._writer.__enter__()
        self._closed = False
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        try:
            self._start(self._cursor)
        except BaseException:
            self.close()
            raise
        self._thread.start()

    def _start(self, c: Cursor) -> None:
        if self.checkpoints:
            self.checkpoints.start(c)
        if self.follow:
            self.follow.start(c)

    def close(self) -> None:
        if self._closed:
            return  # the library closes once more when the object goes
        self._closed = True
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._writer.__exit__(None, None, None)
        super().close()
        if self._lock is not None:
            os.close(self._lock)

    @property
    def alone(self) -> bool:
        """Tell whether no other process can change what this one has open."""
        return self._lock is not None

    @property
    def verifier(self) -> Verifier:
        """The public half of the key that signs this log's checkpoints."""
        if self.checkpoints is None:
            raise NotFoundError("this ledger signs no checkpoints", hint="open it with a log key")
        return self.checkpoints.key.verifier

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
    def reading(self) -> Iterator[Cursor]:
        """Yield a cursor on one consistent snapshot of the database."""
        with self.appender.datastore.transaction(commit=False) as c:
            yield c

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """Yield the writer's cursor outside a transaction; recording ends for good."""
        self._queue.put(None)
        self._thread.join()
        yield self._cursor

    def _write(self) -> None:
        signed = True
        while True:
            with suppress(queue.Empty):
                first = self._queue.get(timeout=None if signed else self._due())
                if first is None:
                    break
                self._commit(self._cursor, self._group(first))
                signed = False
            if not signed and self._due() == 0:
                signed = self._sign(self._cursor)
        self._sign(self._cursor)

    def _due(self) -> float:
        return self.checkpoints.due() if self.checkpoints else 0.0

    def _sign(self, c: Cursor) -> bool:
        """Sign the head; a disk that fails here must not fail what is recorded already."""
        try:
            if self.checkpoints:
                self.checkpoints.sign(c)
        except Exception:
            LOGGER.exception("the checkpoint could not be kept")
        return True

    def _group(self, first: Waiting) -> list[Waiting]:
        group = [first]
        with suppress(queue.Empty):
            while len(group) < GROUP:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)
                    break
                group.append(following)
        return group

    def _commit(self, c: Cursor, group: Sequence[Waiting]) -> None:
        """Commit a group; what fails unforeseen is tried again alone, so no neighbour suffers."""
        waiting = [(each, out) for each, out in group if out.set_running_or_notify_cancel()]
        trials = [each for each in waiting if each[0].dry_run]
        real = [each for each in waiting if not each[0].dry_run]
        for part in ([real] if real else []) + [[trial] for trial in trials]:
            if not self._committed(c, part):
                for alone in part:
                    self._committed(self._cursor, [alone])

    def _committed(self, c: Cursor, part: Sequence[Waiting]) -> bool:
        """Record these and tell each its outcome; false where they must be tried one by one."""
        done: list[tuple[Future[dict[str, Any]], dict[str, Any] | Exception]] = []
        finishing = False
        try:
            c.execute("BEGIN IMMEDIATE")
            self._together(c, part, done)
            finishing = not part[0][0].dry_run
            if finishing:
                self.appender.commit(c)
            else:
                c.execute("ROLLBACK")
                self.kept = Kept()
        except Exception as error:
            self._recover(c)
            self.kept = Kept()
            if len(part) > 1 and not finishing and not _unreachable(error):
                return False
            done = [(out, _unknown(error)) for _, out in part]
        for out, answer in done:
            _tell(out, answer)
        return True

    def _together(self, c: Cursor, part: Sequence[Waiting], done: list[Any]) -> None:
        """Do all of a group but its commit: check it, then write it at once."""
        growth, entries = Growth(c), list[tuple[str, Entry]]()
        read(c, self.kept, [submission for submission, _ in part])
        for submission, out in part:
            try:
                done.append((out, self._take(c, submission, growth, entries)))
            except MinutebookError as error:
                done.append((out, error))
        growth.store()
        self.kept.store(c)
        if self.follow and entries:
            self.follow.apply(c, entries)

    def _take(
        self, c: Cursor, submission: Submission, growth: Growth, entries: list[tuple[str, Entry]]
    ) -> dict[str, Any]:
        """Take one submission in; a refusal leaves nothing of it."""
        if submission.key and (answer := replayed(c, submission)):
            return answer
        desk = Intake(c, self.kept, submission)
        fresh, duplicates = desk.accept()
        receipts = growth.add([item for item, _ in fresh], self.clock()) if fresh else []
        if receipts:
            desk.count(receipts)
            entries += desk.entries(fresh, receipts)
        root = growth.tree.root.hex()
        answer = Recorded(tuple(receipts), tuple(duplicates), growth.tree.size, root).echo()
        if submission.key and not submission.dry_run:
            keep(c, submission, answer)
        return answer

    def _recover(self, c: Cursor) -> None:
        """Go back to before the group, on a new connection where this one is gone."""
        try:
            c.execute("ROLLBACK")
        except Exception:
            with suppress(Exception):
                self._writer.__exit__(None, None, None)
            with suppress(Exception):  # the next group tries again, and says why it cannot
                self._writer = self.appender.writer()
                self._cursor = self._writer.__enter__()


def _unknown(error: Exception) -> Exception:
    """Return what a caller is told of a failure: its own kind, or that the outcome is unknown."""
    if not isinstance(error, PersistenceError | OSError) and not _of_database(error):
        return error
    return BusyError(
        f"the outcome of the write is unknown: {error}",
        hint="send the same events with the same ids again: nothing is recorded twice",
    )


def _unreachable(error: Exception) -> bool:
    """Tell whether the database, or its lock, was not to be had: alone nobody would fare better."""
    names = {each.__name__ for each in type(error).mro()}
    return not names.isdisjoint(("OperationalError", "InterfaceError"))


def _of_database(error: Exception) -> bool:
    return type(error).__module__.startswith(("sqlite3", "psycopg"))


def _tell(out: Future[dict[str, Any]], answer: dict[str, Any] | Exception) -> None:
    if isinstance(answer, Exception):
        out.set_exception(answer)
    else:
        out.set_result(answer)
