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
from eventsourcing.utils import register_topic

from domain.catalogue import CLASSES
from domain.lives import Entry
from domain.refusals import BusyError, NotFoundError
from ledger.appending import Clock
from ledger.checkpoints import Checkpoints
from ledger.cursor import Cursor
from ledger.intake import Intake, Recorded, Submission, keep, replayed
from ledger.notes import Verifier
from ledger.place import address, locked, on_server
from ledger.reading import wall_clock
from ledger.tree import Frontier

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
        done: list[tuple[Future[dict[str, Any]], dict[str, Any]]] = []
        try:
            c.execute("BEGIN IMMEDIATE")
            for submission, outcome in group:
                if not outcome.set_running_or_notify_cancel():
                    continue  # the caller left before its turn came
                self._attempt(c, submission, outcome, done)
            self.appender.commit(c)
        except Exception as error:
            self._recover(c)
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

    def _attempt(
        self,
        c: Cursor,
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

    def _take(self, c: Cursor, submission: Submission) -> dict[str, Any]:
        if submission.key and (answer := replayed(c, submission)):
            return answer
        desk = Intake(c, submission)
        fresh, duplicates = desk.accept()
        receipts = self.appender.append(c, [item for item, _ in fresh]) if fresh else []
        if self.follow and receipts:
            self.follow.apply(c, desk.entries(fresh, receipts))
        if receipts:
            desk.count(receipts)
        c.execute("SELECT size, frontier FROM head")
        size, frontier = c.fetchone()
        root = Frontier.load(size, frontier).root.hex()
        answer = Recorded(tuple(receipts), tuple(duplicates), size, root).echo()
        if submission.key and not submission.dry_run:
            keep(c, submission, answer)
        return answer
