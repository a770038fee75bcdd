"""What the ledger has to say itself: erasures, and what the person decided who runs it."""

from __future__ import annotations

from domain.instants import Instant
from domain.model import Json
from ledger.append import AppendBatch, ProposedEvent, RecordedEvent, make_uuid7, originator_id
from ledger.database import Cursor
from ledger.proofs.merkle import canonical_json

ADVANCE_NEGOTIATION = """
INSERT INTO negotiation VALUES (:slug, :originator_id, 'UTC', 1, :seq)
ON CONFLICT (slug) DO UPDATE SET events = negotiation.events + 1, last_seq = excluded.last_seq
RETURNING events
"""


def record_own_event(
    c: Cursor, negotiation: str, payload: Json, *, now: Instant, recorded_by: str = "local"
) -> RecordedEvent:
    """Record one event inside the caller's transaction, which the read model has yet to follow."""
    append_batch = AppendBatch(c)
    seq = append_batch.frontier.size + 1
    stream = {"slug": negotiation, "originator_id": originator_id(negotiation), "seq": seq}
    c.execute(ADVANCE_NEGOTIATION, stream)
    ((version,),) = c.fetchall()
    event = ProposedEvent(
        str(make_uuid7(now)),
        negotiation,
        version,
        payload["type"],
        canonical_json(payload),
        recorded_by,
    )
    (recorded_event,) = append_batch.add_events([event], now)
    append_batch.write_rows()
    return recorded_event
