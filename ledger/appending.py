"""Appending: the head row moves, leaves are hashed, rows are written, on either database."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.instants import Instant, full_text
from ledger import canonical
from ledger.cursor import Cursor
from ledger.tree import Frontier, leaf_hash

Clock = Callable[[], Instant]


@dataclass(frozen=True)
class Proposed(StoredEvent):
    """An accepted event on its way into the log. ``state`` is the payload's canonical JSON."""

    id: str
    negotiation: str
    type: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What recording one event yields."""

    seq: int
    id: str
    type: str
    recorded_at: Instant
    leaf_hash: bytes

    def echo(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "seq": self.seq,
            "recorded_at": full_text(self.recorded_at),
            "leaf_hash": self.leaf_hash.hex(),
        }


class Appender:
    """The part of a recorder that appends, inside the caller's transaction.

    Its first statement locks the head row, so seqs are gapless and in the order of commits.
    """

    clock: Clock

    def append(self, c: Cursor, events: Sequence[Proposed]) -> list[Receipt]:
        """Append one batch inside the caller's transaction: one recorded_at, gapless seqs."""
        c.execute(
            "UPDATE head SET size = size + :more, last_recorded_at = CASE WHEN"
            " last_recorded_at < :now THEN :now ELSE last_recorded_at + 1 END"
            " RETURNING size, last_recorded_at, frontier",
            {"more": len(events), "now": self.clock()},
        )
        ((size, recorded_at, frontier),) = c.fetchall()
        receipts, rows = [], []
        for seq, event in enumerate(events, size - len(events) + 1):
            salt = secrets.token_bytes(canonical.SALT)
            commitment = canonical.payload_hash(salt, event.state)
            leaf = leaf_hash(leaf_of(event, seq, recorded_at, commitment))
            receipts.append(Receipt(seq, event.id, event.type, recorded_at, leaf))
            rows.append(_row(event, receipts[-1], salt))
        self._store(c, Frontier.load(size - len(events), frontier), rows)
        return receipts

    def repeat(
        self, c: Cursor, event: Proposed, *, recorded_at: Instant, salt: bytes,
        commitment: str,
    ) -> Receipt:  # fmt: skip
        """Append one event as it was recorded before, with its own time and salt."""
        c.execute(
            "UPDATE head SET size = size + 1, last_recorded_at = ? RETURNING size, frontier",
            (recorded_at,),
        )
        ((seq, frontier),) = c.fetchall()
        leaf = leaf_hash(leaf_of(event, seq, recorded_at, commitment))
        receipt = Receipt(seq, event.id, event.type, recorded_at, leaf)
        self._store(c, Frontier.load(seq - 1, frontier), [_row(event, receipt, salt)])
        return receipt

    def _store(self, c: Cursor, tree: Frontier, rows: Sequence[Any]) -> None:
        c.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows)
        tree, complete = tree.plus([row[-1] for row in rows])
        c.executemany("INSERT INTO node VALUES (?, ?, ?)", complete)
        c.execute("UPDATE head SET frontier = ?", (tree.dump(),))


def leaf_of(event: Proposed, seq: int, recorded_at: Instant, commitment: str) -> bytes:
    """Return the exact leaf bytes of one recorded event."""
    return canonical.leaf_bytes(
        id=event.id,
        negotiation=event.negotiation,
        payload_hash=commitment,
        recorded_at=full_text(recorded_at),
        recorded_by=event.recorded_by,
        seq=seq,
        type=event.type,
    )


def _row(event: Proposed, receipt: Receipt, salt: bytes) -> tuple[Any, ...]:
    origin = event.originator_id
    return (
        receipt.seq,
        origin.hex if isinstance(origin, UUID) else origin,
        event.originator_version,
        event.topic,
        event.state,
        event.id,
        event.negotiation,
        event.type,
        receipt.recorded_at,
        event.recorded_by,
        salt,
        receipt.leaf_hash,
    )


def proposed(event: StoredEvent) -> Proposed:
    if isinstance(event, Proposed):
        return event
    origin = event.originator_id
    return Proposed(
        origin, event.originator_version, event.topic, event.state,
        id=str(uuid4()), negotiation=str(origin), type=event.topic, recorded_by="library",
    )  # fmt: skip
