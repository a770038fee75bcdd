"""Recording: one writer takes submissions from a queue and commits them in groups."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from domain.errors import (
    BusyError,
    ForkedLogError,
    MinutebookError,
    TamperedError,
    UnsafeDatabaseError,
)
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG, ClockAccepted
from domain.model import Entry, Json
from ledger import log, recovery
from ledger.append import AppendBatch, Recorder
from ledger.availability import Availability
from ledger.database import (
    Clock,
    Cursor,
    ReadableLedger,
    ResultT,
    commit,
    is_disk_failure,
    is_server_away,
    is_unreachable,
    rollback,
    transaction,
    wall_clock,
)
from ledger.fault_log import FaultLog, is_foreseen
from ledger.file_guard import FileGuard
from ledger.guarded_clock import GuardedClock
from ledger.location import has_several_servers, is_server_url, lock_ledger
from ledger.own_events import record_own_event
from ledger.proofs.audit import AuditFault, LogAudit
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.continuity import REPLACED_PATIENCE, KnownHead, LogContinuity
from ledger.proofs.key_chain import KeyChain
from ledger.proofs.merkle import Frontier
from ledger.proofs.signed_note import LogKey
from ledger.sqlite import SQLiteRecorder
from ledger.start_clock import check_clock
from ledger.submission import Submission, load_write_state, record_submission
from ledger.time_sources import TimeSource, TimeWatch
from ledger.witness_client import ConfiguredWitness, WitnessClients
from ledger.write_state import WriteState
from ledger.writer_trace import WriterTrace

MAX_GROUP = 256
"""The most submissions that one commit takes."""
MAX_QUEUE = 4096
"""The most submissions that wait; one more is refused with 503."""
SIGN_INTERVAL = 1.0
"""Seconds between two signings: the newest checkpoint is at most this far behind the head. What
failed is tried again after as many."""

FILE_HINT = "stop the server, put the file or a backup in its place, verify, then start again"
SYNC_HINT = "see what is wrong with the disk, then restart: the log is verified before it is served"

QueuedSubmission = tuple[Submission, Future[Json]]
Write = Callable[[Cursor], None]
QueuedWrite = tuple[Write, Future[None]]
"""What belongs to no submission and is written by the writer, in a transaction of its own."""
Outcome = tuple[Future[Json], Json | Exception]


def _open_recorder(location: str | Path, continuity: LogContinuity) -> Recorder:
    if is_server_url(location):
        postgres = import_module("ledger.postgres")
        recorder: Recorder = postgres.PostgresRecorder(str(location), continuity)
        return recorder
    return SQLiteRecorder(location, continuity)


class ReadModel(Protocol):
    """What follows from the log in the same database; given at wiring, so imports stay downward."""

    def start(self, c: Cursor) -> None:
        """Make what is missing and catch up with the log, before anything is recorded."""

    def apply(self, c: Cursor, entries: Sequence[tuple[str, Entry]]) -> None:
        """Follow these entries inside the transaction that records them."""

    def follow(self, c: Cursor) -> None:
        """Follow all of the log that it does not yet, inside the transaction that records it."""


class _Rehearsal:
    """What is written and not kept."""

    def __init__(self, write: Write) -> None:
        self.write = write

    def __call__(self, c: Cursor) -> None:
        self.write(c)


class Ledger(ReadableLedger):
    """The append-only log of one database file; its single writer lives in a thread of its own."""

    def __init__(
        self,
        path: str | Path,
        *,
        clock: Clock = wall_clock,
        read_model: ReadModel | None = None,
        checkpoints: CheckpointSigner | None = None,
        witnesses: Sequence[ConfiguredWitness] = (),
        time_sources: Sequence[TimeSource] = (),
        accept_clock: str | None = None,
    ) -> None:
        """A guarded clock is held against the time that sources and witnesses tell.

        ``accept_clock`` is why it is accepted all the same.

        Raises ForkedLogError, TamperedError or ClockError where log or clock cannot be trusted.
        """
        self.location = path
        self._lock = None if is_server_url(path) else lock_ledger(path)
        self.continuity = checkpoints.continuity if checkpoints else LogContinuity()
        self.continuity.patience = REPLACED_PATIENCE if has_several_servers(path) else 0.0
        try:
            self.appender = _open_recorder(path, self.continuity)
        except BaseException:
            self._release_lock()
            raise
        super().__init__(self.appender.datastore, clock)
        self.read_model, self.checkpoints = read_model, checkpoints
        self._file_guard = None if is_server_url(path) else FileGuard(Path(path))
        self._unverified_file = Path(f"{path}.unverified")
        self.write_state = WriteState()
        self._queue: queue.Queue[QueuedSubmission | QueuedWrite | None] = queue.Queue(MAX_QUEUE)
        self.witnesses = WitnessClients(self, witnesses if checkpoints else ())
        self._time_watch = (
            TimeWatch(clock, time_sources) if isinstance(clock, GuardedClock) else None
        )
        self._writer = self.appender.open_writer()
        self._cursor: Cursor = self._writer.__enter__()
        self._closed, self._tried_at = False, 0.0
        self.reading = FaultLog("the database does not answer", "the database answers again")
        self.availability = Availability(self.reading, self._try_server, self.continuity.find_doubt)
        self.signing = FaultLog("the head cannot be signed", "the head is signed again")
        self.recording = FaultLog("nothing can be recorded", "what is sent is recorded again")
        self._failed_submission: Submission | None = None
        self.on_append: Callable[[float], object] | None = None
        """Told of each batch after how many seconds in the queue and the writer it was done."""
        self.trace: WriterTrace | None = None
        self._thread = threading.Thread(target=self._run_writer, name="writer", daemon=True)
        try:
            clock_decision = self._time_watch and check_clock(
                self._cursor, self._time_watch, witnesses, accept_clock
            )
            self._verify_unsynced()
            if self.checkpoints:
                self.checkpoints.start_signing(self._cursor, clock)
                self._tried_at = time.monotonic()
                self._require_witnessed()
            if clock_decision:
                self._record_decision(clock_decision)
            if self.read_model:
                self.read_model.start(self._cursor)
        except BaseException:
            self.close()
            raise
        self.continuity.is_served = True
        self._thread.start()
        self.witnesses.start()
        if self._time_watch:
            self._time_watch.start()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.availability.close()
        self.witnesses.close()
        if self._time_watch:
            self._time_watch.close()
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._writer.__exit__(None, None, None)
        super().close()
        self._release_lock()

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def _record_decision(self, decision: ClockAccepted) -> None:
        with transaction(self._cursor):
            payload = decision.model_dump(mode="json")
            record_own_event(self._cursor, LEDGER_SLUG, payload, now=self.clock())
        if self.checkpoints:
            self.checkpoints.sign_head(self._cursor)

    @property
    def is_exclusive(self) -> bool:
        return self._lock is not None

    @property
    def log_key(self) -> LogKey:
        return super().log_key if self.checkpoints is None else self.checkpoints.key

    def find_key(self, keys: KeyChain) -> LogKey:
        """Return the current key, which another process may have put in its place. Raises
        NotFoundError."""
        return self.checkpoints.use_current_key(keys) if self.checkpoints else self.log_key

    @contextmanager
    def open_snapshot(self) -> Iterator[Cursor]:
        """Yield a cursor on one consistent snapshot.

        Raises ForkedLogError, or BusyError where the database does not answer.
        """
        self._require_files()
        self.availability.require()
        known = self.continuity.known_head  # before the snapshot, which then holds it
        try:
            with super().open_snapshot() as c:
                self.continuity.check_head(log.read_frontier(c), known)
                self.reading.succeed()
                yield c
        except Exception as error:
            if is_disk_failure(error):
                self._stop_damaged(error)
                self.continuity.require_whole()
            if self.is_exclusive or not is_server_away(error):
                raise
            raise self.availability.report_away(error) from error

    def _try_server(self) -> None:
        with super().open_snapshot():
            pass

    def require_durable(self, c: Cursor) -> None:
        """Let nothing go on where the server was set up anew so that it can lose what it
        acknowledges. Raises ForkedLogError."""
        try:
            self.appender.require_durable(c)
        except UnsafeDatabaseError as error:
            self.continuity.stop(error.detail, f"{error.hint}; then restart Minutebook")

    @property
    def queue_length(self) -> int:
        """How many batches wait, at most ``MAX_QUEUE``."""
        return self._queue.qsize()

    def submit(self, submission: Submission) -> Future[Json]:
        """Queue a batch; the future yields the contract's answer once it is durable.

        The future raises InvalidEventError, ReusedIdError, ReusedKeyError, MovedOnError or
        UnknownNegotiationError when the batch is refused, BusyError when the outcome is unknown,
        ForkedLogError where the log was changed.
        """
        self.continuity.require_whole()  # the writer looks at the files before it acknowledges
        self.availability.require()
        outcome: Future[Json] = Future()
        if tell := self.on_append:
            queued_at = time.monotonic()
            outcome.add_done_callback(lambda _: tell(time.monotonic() - queued_at))
        if self.trace:
            self.trace.queue(outcome)
        try:
            self._queue.put_nowait((submission, outcome))
        except queue.Full:
            raise BusyError("too many batches are waiting", hint="try again in a second") from None
        return outcome

    def record(self, submission: Submission) -> Json:
        """Record a batch and wait for the answer."""
        return self.submit(submission).result()

    def rehearse(self, submission: Submission, read: Callable[[Cursor, Json], ResultT]) -> ResultT:
        """Return what is read of the ledger as it would be with a batch, and with the answer to it;
        nothing of the batch is kept. Others wait to record meanwhile.

        Raises what ``submit`` names, and what the reading raises.
        """
        trial, found, context = replace(submission, dry_run=True), list[ResultT](), copy_context()

        def write(c: Cursor) -> None:
            outcomes: list[Outcome] = []
            try:
                self._record_batch(c, [(trial, Future())], outcomes, writes=True)
                ((_, answer),) = outcomes
                if isinstance(answer, Exception):
                    raise answer
                found.append(context.run(read, c, answer))
            finally:
                self.write_state = WriteState()

        self.run_in_writer(_Rehearsal(write)).result()
        return found[0]

    def run_in_writer(self, write: Write) -> Future[None]:
        """Queue what a transaction of its own writes. Raises BusyError."""
        done: Future[None] = Future()
        try:
            self._queue.put_nowait((write, done))
        except queue.Full:
            raise BusyError("too many batches are waiting", hint="try again in a second") from None
        return done

    def report_witnessed(self, note: str, shown_by: str) -> None:
        """Hold a checkpoint that a witness shows against the log.

        Raises ForkedLogError where this log signed it and does not contain it, BusyError where a
        person gave that history up, InvalidNoteError where this log did not sign it.
        """
        with self.open_snapshot() as c:
            shown = self.read_keys(c).open_note(note)
            head = KnownHead(shown.size, shown.root, shown_by)
            size, _ = log.read_head(c)
            if recovery.contains(c, head):
                return
            if recovery.is_given_up(c, head):
                raise BusyError(
                    "it keeps the history that was given up here; its operator has to make it anew,"
                    " with a new key"
                )
        if self.checkpoints:
            self.checkpoints.keep_witnessed(note)
        self.continuity.report_fork(head, size)

    def report_time(self, source: str, told: Instant) -> None:
        """Hold the clock against what a source outside says."""
        if self._time_watch:
            self._time_watch.clock.hold_against(source, told)

    def _require_witnessed(self) -> None:
        """Refuse a log that lacks what a witness showed of it. Raises ForkedLogError."""
        keys = self.read_keys(self._cursor) if self.checkpoints else None
        head = self.checkpoints.read_witnessed(keys) if self.checkpoints and keys else None
        if head is None or recovery.contains(self._cursor, head):
            return
        if not recovery.is_given_up(self._cursor, head):
            self.continuity.report_fork(head, log.read_head(self._cursor)[0])

    @contextmanager
    def take_writer(self) -> Iterator[Cursor]:
        """Yield the writer's cursor outside a transaction; recording ends permanently."""
        self._queue.put(None)
        self._thread.join()
        yield self._cursor

    def _run_writer(self) -> None:
        is_signed = True
        while True:
            with suppress(queue.Empty):
                is_settled = is_signed and not self._failed_submission
                first = self._queue.get(timeout=None if is_settled else self._seconds_until_due())
                if first is None:
                    break
                group = self._take_group(first)
                is_signed = is_signed and not group
                self._commit_group(group)
            if self._seconds_until_due() == 0:
                self._try_recording()
                is_signed = is_signed or self._sign_head()
        self._sign_head()

    def _seconds_until_due(self) -> float:
        return max(0.0, self._tried_at + SIGN_INTERVAL - time.monotonic())

    def _sign_head(self) -> bool:
        """Sign the head; return whether it is signed.

        A disk that fails here must not fail what is recorded already: signing is retried.
        """
        if self.checkpoints is None:
            return True
        sign = partial(self._try_signing, self.checkpoints)
        return self.trace.sign(sign) if self.trace else sign()

    def _try_signing(self, checkpoints: CheckpointSigner) -> bool:
        self._tried_at = time.monotonic()
        try:
            self._require_files()
            checkpoints.sign_head(self._cursor)
            self._require_files()
        except ForkedLogError:
            return True  # nothing is signed any more, and it was told
        except Exception as error:
            self.signing.fail(error)
            self._note_away(error)
            self._reopen_lost_connection(error)
            return False
        self.signing.succeed()
        self.witnesses.announce()
        return True

    def _try_recording(self) -> None:
        """Try whether the batch that failed last can be recorded now, and record nothing."""
        if self._failed_submission is None:
            return
        self._tried_at = time.monotonic()
        trial: Future[Json] = Future()
        self._try_commit([(replace(self._failed_submission, dry_run=True), trial)], is_trial=True)
        if isinstance(trial.exception(), BusyError | ForkedLogError):
            return
        try:
            with transaction(self._cursor, end=self.appender.commit):
                self._cursor.execute("UPDATE head SET size = size")
        except Exception as error:
            self.recording.fail(error)
            self._reopen_lost_connection(error)
        else:
            self._note_recorded()

    def _note_recorded(self) -> None:
        self._failed_submission = None
        self.recording.succeed()

    def _note_away(self, error: Exception) -> None:
        """Take note where the writer failed because its server is away."""
        if self.is_exclusive or not is_server_away(error):
            return
        try:
            self._try_server()  # the writer's own connection may be older than the server
        except Exception as found:
            self.availability.report_away(found)

    def _take_group(self, first: QueuedSubmission | QueuedWrite) -> list[QueuedSubmission]:
        """Return the submissions that wait; do what else waits among them at once."""
        group: list[QueuedSubmission] = []
        item: QueuedSubmission | QueuedWrite | None = first
        with suppress(queue.Empty):
            while item is not None:
                work, outcome = item
                if isinstance(work, Submission):
                    group.append((work, cast("Future[Json]", outcome)))
                else:
                    self._write_apart(work, cast("Future[None]", outcome))
                if len(group) == MAX_GROUP:
                    return group
                item = self._queue.get_nowait()
            self._queue.put(None)
        return group

    def _write_apart(self, write: Write, done: Future[None]) -> None:
        try:
            is_kept = not isinstance(write, _Rehearsal)
            with transaction(self._cursor, end=commit if is_kept else rollback):
                self._require_files()
                write(self._cursor)
        except Exception as error:
            if is_disk_failure(error):
                self._stop_damaged(error)
            self._reopen_lost_connection(error)
            done.set_exception(_caller_error(error))
        else:
            done.set_result(None)

    def _commit_group(self, group: Sequence[QueuedSubmission]) -> None:
        """Commit a group; after an unforeseen failure, each of it alone, so the rest succeeds."""
        pending = [item for item in group if item[1].set_running_or_notify_cancel()]
        recordings = [item for item in pending if not item[0].dry_run]
        dry_runs = [item for item in pending if item[0].dry_run]
        if recordings and not self._traced_commit("commit", recordings):
            for item in recordings:
                self._traced_commit("commit", [item])
        for item in dry_runs:
            self._traced_commit("dry run", [item])

    def _traced_commit(self, what: str, batch: Sequence[QueuedSubmission]) -> bool:
        if self.trace is None:
            return self._try_commit(batch)
        outcomes = [outcome for _, outcome in batch]
        return self.trace.record(what, outcomes, partial(self._try_commit, batch))

    def _try_commit(self, batch: Sequence[QueuedSubmission], *, is_trial: bool = False) -> bool:
        """Record these and set each outcome; return false where they must be tried one by one.

        A dry run is checked, a trial also written; neither is kept.
        """
        outcomes: list[Outcome] = []
        is_dry_run, is_committing = batch[0][0].dry_run, False
        try:
            with transaction(self._cursor, end=rollback if is_dry_run else self.appender.commit):
                head = self._record_batch(
                    self._cursor, batch, outcomes, writes=is_trial or not is_dry_run
                )
                is_committing = not is_dry_run
            if is_dry_run:
                self.write_state = WriteState()
            else:
                self._require_files()  # else what is acknowledged may be in none of them
                self.continuity.advance(head)
                self._note_recorded()
        except Exception as error:
            if is_disk_failure(error):
                self._stop_damaged(error)
            self._reopen_lost_connection(error)
            self.write_state = WriteState()
            self._note_away(error)
            is_away = isinstance(error, BusyError) or is_unreachable(error)
            if len(batch) > 1 and not is_committing and not is_away:
                return False
            self._note_failure(batch[0][0], error)
            outcomes = [(future, _caller_error(error)) for _, future in batch]
        for future, answer in outcomes:
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        return True

    def _note_failure(self, submission: Submission, error: Exception) -> None:
        """Remember a failure that is not of this batch alone."""
        if is_foreseen(error) and not isinstance(error, ForkedLogError):  # that was told
            self._failed_submission = submission
            self.recording.fail(error)

    def _stop_damaged(self, error: Exception) -> None:
        """Acknowledge nothing more: what the disk failed to keep, the system may yet show as kept,
        until it is read again from the disk by another process."""
        with suppress(ForkedLogError, OSError):
            self._unverified_file.touch()
        with suppress(ForkedLogError):
            self.continuity.stop(
                f"the disk failed to keep or give back what was written: {error}", SYNC_HINT
            )

    def _verify_unsynced(self) -> None:
        """Check the whole log where the disk failed. Raises TamperedError."""
        if not self._unverified_file.is_file():
            return
        faults: list[AuditFault] = []
        for _ in LogAudit(self._cursor, faults):
            pass
        if faults:
            told = "; ".join(map(str, faults[:3]))
            hint = "restore a backup, or run minutebook verify to see all that is wrong"
            raise TamperedError(
                f"after a failure of the disk the log is damaged: {told}", hint=hint
            )
        self._unverified_file.unlink()

    def _record_batch(
        self, c: Cursor, batch: Sequence[QueuedSubmission], outcomes: list[Outcome], *, writes: bool
    ) -> Frontier:
        """Do all of a group but its commit: check it, and where it is to be written, write it at
        once; return the tree."""
        append_batch, entries = AppendBatch(c), list[tuple[str, Entry]]()
        self._require_continuity(append_batch)
        self.write_state.forget_rows()
        batch = [
            (submission.with_content_ids(c, self.write_state), future)
            for submission, future in batch
        ]
        load_write_state(c, self.write_state, [submission for submission, _ in batch])
        for submission, future in batch:
            try:
                answer, new_entries = record_submission(
                    c, self.write_state, append_batch, submission, self.clock
                )
            except MinutebookError as error:
                outcomes.append((future, error))
            else:
                outcomes.append((future, answer))
                entries += new_entries
        if not writes:
            return append_batch.frontier
        append_batch.write_rows()
        self.write_state.write_changes(c)
        if self.read_model and any(submission.accepted for submission, _ in batch):
            self.read_model.follow(c)
        elif self.read_model and entries:
            self.read_model.apply(c, entries)
        return append_batch.frontier

    def _require_files(self) -> None:
        """Raise ForkedLogError where all has stopped, or another program changed the files."""
        self.continuity.require_whole()
        if self._file_guard and (change := self._file_guard.find_change()):
            self.continuity.stop(f"{change} while it was open", FILE_HINT)

    def _require_continuity(self, append_batch: AppendBatch) -> None:
        """Refuse a log that is not the one that this process left.

        Where others record too, what they added is checked when the head is signed.
        """
        frontier = append_batch.frontier
        self.continuity.check_head(frontier)
        if self.is_exclusive and frontier.size > self.continuity.known_head.size:
            self.continuity.check_tree(append_batch.c)

    def _reopen_lost_connection(self, error: Exception) -> None:
        """Open a new connection where the writer's one is gone, or its server lacks events."""
        if not isinstance(error, BusyError) and self._is_connected():
            return
        with suppress(Exception):
            self._writer.__exit__(type(error), error, error.__traceback__)
        with suppress(Exception):  # the next group tries again, and says why it cannot
            self._writer = self.appender.open_writer()
            self._cursor = self._writer.__enter__()

    def _is_connected(self) -> bool:
        try:
            self._cursor.execute("SELECT 1")
            self._cursor.fetchall()
        except Exception:
            return False
        return True


def _caller_error(error: Exception) -> Exception:
    """Return the error that a caller gets: its own kind, or that the outcome is unknown."""
    if isinstance(error, MinutebookError) or not is_foreseen(error):
        return error
    return BusyError(
        f"the outcome of the write is unknown: {error}",
        hint="send the same events with the same ids again: nothing is recorded twice",
    )
