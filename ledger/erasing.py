"""Erasure by law: a payload and its salt go, the leaf and every proof stay."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from eventsourcing.utils import get_topic

from domain.catalogue import PayloadErased
from domain.refusals import NotFoundError
from ledger.appending import Appender, Proposed, Receipt
from ledger.canonical import canonical, payload_hash
from ledger.cursor import Cursor, dialect
from ledger.intake import forget, uuid7


def erase(c: Cursor, recorder: Appender, event: str, reason: str, *, by: str) -> Receipt:
    """Empty one payload inside the caller's transaction, and record that it was erased.

    Raises NotFoundError where there is no such event, or nothing left of it to erase.
    """
    c.execute("SELECT seq, negotiation, state, salt FROM event WHERE id = ?", (event,))
    row = c.fetchone()
    if row is None or not row["state"]:
        detail = "was erased before" if row else "is not in the log"
        raise NotFoundError(f"the event {event} {detail}", hint="minutebook export shows all ids")
    seq, negotiation = row["seq"], row["negotiation"]
    (receipt,) = recorder.append(c, [_told(c, negotiation, event, reason, by)])
    commitment = payload_hash(row["salt"], row["state"])
    c.execute("INSERT INTO erasure VALUES (?, ?, ?)", (seq, commitment, receipt.seq))
    c.execute("UPDATE event SET state = ?, salt = ? WHERE seq = ?", (b"", b"", seq))
    forget(c, event)
    return receipt


def _told(c: Cursor, negotiation: str, event: str, reason: str, by: str) -> Proposed:
    c.execute("SELECT events FROM negotiation WHERE slug = ?", (negotiation,))
    number = c.fetchone()[0] + 1
    c.execute(
        "UPDATE negotiation SET events = ?, last_seq = (SELECT size + 1 FROM head) WHERE slug = ?",
        (number, negotiation),
    )
    return Proposed(
        uuid5(NAMESPACE_URL, f"minutebook:{negotiation}"), number, get_topic(PayloadErased),
        canonical({"type": "payload-erased", "event": event, "reason": reason}),
        id=str(uuid7()), negotiation=negotiation, type="payload-erased", recorded_by=by,
    )  # fmt: skip


def prepare(c: Cursor) -> None:
    """Let what is deleted be overwritten, where the database can."""
    if dialect(c) == "sqlite":
        c.execute("PRAGMA secure_delete = ON")


def purge(c: Cursor) -> None:
    """Rewrite the database, so that nothing erased is left in free pages or the WAL.

    The cursor must not be in a transaction. PostgreSQL keeps its WAL, and standbys and backups
    theirs, until they are recycled: docs/operations.md.
    """
    if dialect(c) == "postgres":
        for table in ("event", "idempotency"):
            c.execute(f"VACUUM FULL {table}")
        c.execute("CHECKPOINT")
        return
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    c.execute("VACUUM")
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
