"""Legal erasure: a payload and its salt go, the leaf and every proof stay, caches forget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from domain.errors import InvalidQuestionError, NotFoundError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG
from domain.model import Entry, Json
from ledger import inbox_erasure, log, proposals
from ledger.append import RecordedEvent
from ledger.database import Cursor, ReadableLedger, database_dialect, insert_rows
from ledger.fault_log import FaultLog
from ledger.idempotency import forget_body_hashes
from ledger.own_events import record_own_event
from ledger.proofs.merkle import payload_hash
from ledger.repeated_task import RepeatedTask

POLL_INTERVAL = 1.0
"""Seconds between two looks."""
COUNT_LIFETIME = 3.0
"""Seconds after the beginning of a look until its result says nothing any more."""


PeriodFinder = Callable[[Sequence[Entry], str, Instant], list[Json]]
"""Finds, among the entries of a negotiation, when each audience could see an event by now."""


def erase_payload(
    c: Cursor,
    event_id: str,
    reason: str,
    *,
    find_periods: PeriodFinder,
    recorded_by: str,
    now: Instant,
) -> RecordedEvent:
    """Empty one payload inside the caller's transaction, and record that it was erased.

    Who could see the event and when is recorded too, since nothing else tells that any more. Raises
    NotFoundError where there is no such event, or nothing left of it to erase,
    InvalidQuestionError where it is of the ledger's own.
    """
    c.execute("SELECT seq, negotiation, state, salt FROM event WHERE id = :id", {"id": event_id})
    row = c.fetchone()
    if row is None or not row["state"]:
        detail = "was erased before" if row else "is not in the log"
        raise NotFoundError(
            f"the event {event_id} {detail}", hint="minutebook export shows all ids"
        )
    if row["negotiation"] == LEDGER_SLUG:
        raise InvalidQuestionError(
            f"the event {event_id} is of the ledger's own, which has to stay readable",
            hint="what stands in it was written by who runs the ledger, for all to read",
        )
    entries = log.read_entries(c, row["negotiation"])
    visible = find_periods(entries, event_id, max(now, log.read_head(c)[1]))
    payload = {"type": "payload-erased", "event": event_id, "reason": reason, "visible": visible}
    erasure_event = record_own_event(
        c, row["negotiation"], payload, now=now, recorded_by=recorded_by
    )
    commitment = payload_hash(row["salt"], row["state"])
    insert_rows(c, "erasure", [(row["seq"], commitment, erasure_event.seq)])
    c.execute(
        "UPDATE event SET state = :empty, salt = :empty WHERE seq = :seq",
        {"empty": b"", "seq": row["seq"]},
    )
    forget_body_hashes(c, event_id)
    proposals.forget_event(c, event_id, row["state"], erased_by=recorded_by, now=now)
    place = row["negotiation"], event_id
    inbox_erasure.forget_event(c, *place, row["state"], by=recorded_by, now=now)
    return erasure_event


def enable_secure_delete(c: Cursor) -> None:
    """Let what is deleted be overwritten, where the database can."""
    if database_dialect(c) == "sqlite":
        c.execute("PRAGMA secure_delete = ON")


def compact_database(c: Cursor) -> None:
    """Rewrite the database, so that nothing erased is left in free pages or the WAL.

    The cursor must not be in a transaction. PostgreSQL keeps its WAL, and standbys and backups
    theirs, until they are recycled: docs/operations.md.
    """
    if database_dialect(c) == "postgres":
        for table in ("event", "idempotency", "proposal", "article", "draft"):
            c.execute(f"VACUUM FULL {table}")
        c.execute("CHECKPOINT")
        return
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    c.execute("VACUUM")
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class ErasureMonitor:
    """Counts the erasures of the log once a second, by its ``task``."""

    def __init__(self, ledger: ReadableLedger) -> None:
        self._ledger = ledger
        self._last_count: tuple[int, float] | None = None
        faults = FaultLog("erasures cannot be looked at", "erasures are looked at again")
        self.task = RepeatedTask("erasures", self._count_erasures, POLL_INTERVAL, faults)

    def recent_count(self) -> int | None:
        """Return the count, at most ``COUNT_LIFETIME`` seconds old; None if unknown."""
        if self._last_count is None or time.monotonic() > self._last_count[1] + COUNT_LIFETIME:
            return None
        return self._last_count[0]

    def _count_erasures(self) -> None:
        began_at = time.monotonic()
        with self._ledger.open_snapshot() as c:
            c.execute("SELECT count(*) FROM erasure")
            self._last_count = c.fetchone()[0], began_at
