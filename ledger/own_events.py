"""What the ledger has to say itself: erasures, and what the person decided who runs it."""

from __future__ import annotations

from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG
from domain.model import Json
from ledger.append import AppendBatch, ProposedEvent, RecordedEvent, make_uuid7, originator_id
from ledger.database import Cursor, Row
from ledger.proofs.merkle import canonical_json

ADVANCE_NEGOTIATION = """
INSERT INTO negotiation VALUES (:slug, :originator_id, 'UTC', 1, :seq)
ON CONFLICT (slug) DO UPDATE SET events = negotiation.events + 1, last_seq = excluded.last_seq
RETURNING events
"""


def read_own_events(c: Cursor) -> list[Row]:
    """Return seq, id, recorded_at, type and state of what the ledger says itself, in order; what it
    says of a negotiation is not among it."""
    c.execute(
        """
        SELECT seq, id, recorded_at, type, state FROM event
        WHERE originator_id = :originator ORDER BY originator_version
        """,
        {"originator": originator_id(LEDGER_SLUG)},
    )
    return c.fetchall()


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
