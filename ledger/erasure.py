"""Legal erasure: a payload and its salt go, the leaf and every proof stay."""

from __future__ import annotations

from domain.errors import NotFoundError
from ledger.append import ProposedEvent, RecordedEvent, Recorder, make_uuid7, originator_id
from ledger.database import Clock, Cursor, database_dialect, insert_rows
from ledger.idempotency import forget_body_hashes
from ledger.proofs.merkle import canonical_json, payload_hash


def erase_payload(
    c: Cursor, recorder: Recorder, event_id: str, reason: str, *, recorded_by: str
) -> RecordedEvent:
    """Empty one payload inside the caller's transaction, and record that it was erased.

    Raises NotFoundError where there is no such event, or nothing left of it to erase.
    """
    c.execute("SELECT seq, negotiation, state, salt FROM event WHERE id = :id", {"id": event_id})
    row = c.fetchone()
    if row is None or not row["state"]:
        detail = "was erased before" if row else "is not in the log"
        raise NotFoundError(
            f"the event {event_id} {detail}", hint="minutebook export shows all ids"
        )
    seq, negotiation = row["seq"], row["negotiation"]
    (recorded_event,) = recorder.append_events(
        c, [_erasure_event(c, recorder.clock, negotiation, event_id, reason, recorded_by)]
    )
    commitment = payload_hash(row["salt"], row["state"])
    insert_rows(c, "erasure", [(seq, commitment, recorded_event.seq)])
    c.execute(
        "UPDATE event SET state = :empty, salt = :empty WHERE seq = :seq",
        {"empty": b"", "seq": seq},
    )
    forget_body_hashes(c, event_id)
    return recorded_event


def _erasure_event(
    c: Cursor, clock: Clock, negotiation: str, event_id: str, reason: str, recorded_by: str
) -> ProposedEvent:
    c.execute("SELECT events FROM negotiation WHERE slug = :slug", {"slug": negotiation})
    version = c.fetchone()[0] + 1
    c.execute(
        """
        UPDATE negotiation SET events = :version, last_seq = (SELECT size + 1 FROM head)
        WHERE slug = :slug
        """,
        {"version": version, "slug": negotiation},
    )
    return ProposedEvent(
        originator_id(negotiation),
        version,
        canonical_json({"type": "payload-erased", "event": event_id, "reason": reason}),
        id=str(make_uuid7(clock())),
        negotiation=negotiation,
        type="payload-erased",
        recorded_by=recorded_by,
    )


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
        for table in ("event", "idempotency"):
            c.execute(f"VACUUM FULL {table}")
        c.execute("CHECKPOINT")
        return
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    c.execute("VACUUM")
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
