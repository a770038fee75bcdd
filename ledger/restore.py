"""Restoring a log from its exports: the same ids, times and salts; of a whole log the same tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import InvalidEventError
from domain.instants import Instant, to_rfc3339
from domain.ledger_events import LEDGER_SLUG
from domain.model import Json
from ledger.append import AppendBatch, ProposedEvent
from ledger.database import Cursor, insert_rows, transaction
from ledger.log import ERASED_PAYLOAD
from ledger.proofs.merkle import canonical_json, leaf_bytes, leaf_hash, payload_hash
from ledger.submission import Submission, SubmissionCheck
from ledger.write_state import PriorEvent, WriteState


@dataclass(frozen=True, slots=True)
class RestoredEvent:
    """One event as it was recorded; ``commitment`` is given where its payload was erased."""

    seq: int
    id: str
    negotiation: str
    type: str
    recorded_at: Instant
    recorded_by: str
    leaf_hash: bytes
    salt: bytes
    payload: Json
    commitment: str | None
    approved_by: str | None = None


class LogRestore:
    """Records a log again, page by page, in an empty ledger that no read model follows yet.

    From the first seq that the exports lack, events have new seqs, in the old order.
    """

    def __init__(self, c: Cursor) -> None:
        self.c = c
        self.erased_events: dict[str, tuple[int, str]] = {}
        self.missing_seq: int | None = None

    def restore_page(self, events: Sequence[RestoredEvent]) -> None:
        """Record a page in one transaction. Raises InvalidEventError where it cannot be the log."""
        with transaction(self.c):
            append_batch, write_state = AppendBatch(self.c), WriteState()
            write_state.load_rows(self.c, [event.negotiation for event in events], [])
            seqs = [self._restore_event(append_batch, write_state, event) for event in events]
            append_batch.write_rows()
            write_state.write_changes(self.c)
            for event, seq in zip(events, seqs, strict=True):
                self._restore_erasure(event, seq)

    def _restore_event(
        self, append_batch: AppendBatch, write_state: WriteState, event: RestoredEvent
    ) -> int:
        """Record an event again; return its seq."""
        check = SubmissionCheck(self.c, write_state, Submission(event.negotiation, ()))
        if reason := self._find_gap(check, event):
            hint = "give whole exports"
            raise InvalidEventError(f"seq {event.seq} {reason}", hint=hint)
        check.apply_event(event.id, event.type, event.payload)
        check.event_count += 1
        state = b"" if event.commitment else canonical_json(dict(event.payload))
        _require_leaf_hash(event, event.commitment or payload_hash(event.salt, state))
        proposed_event = ProposedEvent(
            event.id,
            event.negotiation,
            check.event_count,
            event.type,
            state,
            event.recorded_by,
            event.approved_by,
        )
        recorded_event = append_batch.add_event(
            proposed_event, event.recorded_at, event.salt, event.commitment
        )
        seq = recorded_event.seq
        if seq != event.seq and self.missing_seq is None:
            self.missing_seq = seq
        check.batch_events[event.id] = PriorEvent(
            seq, event.negotiation, event.type, state or ERASED_PAYLOAD
        )
        check.update_write_state(seq)
        return seq

    def _find_gap(self, check: SubmissionCheck, event: RestoredEvent) -> str:
        """Return what shows that the export of its negotiation lacks an earlier event."""
        is_opened = check.event_count or event.negotiation == LEDGER_SLUG
        if not is_opened and event.type != "negotiation-opened":
            return f"is the first of {event.negotiation!r} but does not open it"
        target = event.payload.get("event")
        if target is not None and check.find_target(str(target)) is None:
            return f"is about event {target}, which no export has before it"
        return ""

    def _restore_erasure(self, event: RestoredEvent, seq: int) -> None:
        if event.commitment:
            self.erased_events[event.id] = (seq, event.commitment)
        elif event.type == "payload-erased":
            target = str(event.payload.get("event"))
            if target not in self.erased_events:
                detail = f"seq {event.seq} erased event {target}, which has its payload here"
                raise InvalidEventError(detail, hint="give exports of one moment")
            erased_seq, commitment = self.erased_events[target]
            insert_rows(self.c, "erasure", [(erased_seq, commitment, seq)])


def _require_leaf_hash(event: RestoredEvent, commitment: str) -> None:
    """Refuse an event that is not as it was recorded."""
    leaf = leaf_bytes(
        id=event.id,
        negotiation=event.negotiation,
        payload_hash=commitment,
        recorded_at=to_rfc3339(event.recorded_at),
        recorded_by=event.recorded_by,
        seq=event.seq,
        type=event.type,
        approved_by=event.approved_by,
    )
    if leaf_hash(leaf) != event.leaf_hash:
        detail = f"seq {event.seq} was edited: it does not have its leaf hash"
        hint = "give the exports unedited; minutebook import records edited ones as new events"
        raise InvalidEventError(detail, hint=hint)
