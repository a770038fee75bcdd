"""Restoring a log from its exports: the same ids, seqs, times and salts, the same tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import InvalidEventError
from domain.instants import Instant
from domain.model import Entry, Json
from ledger.append import AppendBatch, ProposedEvent
from ledger.database import Cursor, insert_rows, transaction
from ledger.log import ERASED_PAYLOAD
from ledger.proofs.merkle import canonical_json
from ledger.submission import Submission, SubmissionCheck
from ledger.write_state import PriorEvent, WriteState
from ledger.writer import ReadModel


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


class LogRestore:
    """Records a whole log again, page by page, in an empty ledger."""

    def __init__(self, c: Cursor, read_model: ReadModel) -> None:
        self.c, self.read_model = c, read_model
        self.erased_events: dict[str, tuple[int, str]] = {}

    def restore_page(self, events: Sequence[RestoredEvent]) -> None:
        """Record a page in one transaction. Raises InvalidEventError where it cannot be the log."""
        with transaction(self.c):
            append_batch, write_state = AppendBatch(self.c), WriteState()
            write_state.load_rows(self.c, [event.negotiation for event in events], [])
            entries = [self._restore_event(append_batch, write_state, event) for event in events]
            append_batch.write_rows()
            write_state.write_changes(self.c)
            for event in events:
                self._restore_erasure(event)
            self.read_model.apply(self.c, entries)

    def _restore_event(
        self, append_batch: AppendBatch, write_state: WriteState, event: RestoredEvent
    ) -> tuple[str, Entry]:
        check = SubmissionCheck(self.c, write_state, Submission(event.negotiation, ()))
        check.apply_event(event.id, event.type, event.payload)
        check.event_count += 1
        state = b"" if event.commitment else canonical_json(dict(event.payload))
        proposed_event = ProposedEvent(
            event.id, event.negotiation, check.event_count, event.type, state, event.recorded_by
        )
        recorded_event = append_batch.add_event(
            proposed_event, event.recorded_at, event.salt, event.commitment
        )
        if (recorded_event.seq, recorded_event.leaf_hash) != (event.seq, event.leaf_hash):
            last_seq = recorded_event.seq - 1
            detail = f"seq {event.seq} does not follow seq {last_seq} with its leaf hash"
            raise InvalidEventError(detail, hint="give the exports of every negotiation, unedited")
        check.batch_events[event.id] = PriorEvent(
            event.seq, event.negotiation, event.type, state or ERASED_PAYLOAD
        )
        check.update_write_state(event.seq)
        payload = {"erased": True} if event.commitment else event.payload
        zone = check.negotiation.zone
        return event.negotiation, Entry(
            event.seq, event.id, event.type, event.recorded_at, payload, zone
        )

    def _restore_erasure(self, event: RestoredEvent) -> None:
        if event.commitment:
            self.erased_events[event.id] = (event.seq, event.commitment)
        elif event.type == "payload-erased":
            seq, commitment = self.erased_events[event.payload["event"]]
            insert_rows(self.c, "erasure", [(seq, commitment, event.seq)])
