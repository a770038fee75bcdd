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
from ledger.cursor import Cursor, put
from ledger.tree import Frontier, Node, leaf_hash

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


class Growth:
    """The log growing inside one transaction: rows are made here and then written at once.

    Its first statement locks the head row, so seqs are gapless and in the order of commits.
    """

    def __init__(self, c: Cursor) -> None:
        c.execute(
            "UPDATE head SET size = size WHERE one = 1 RETURNING size, last_recorded_at, frontier"
        )
        ((size, self.recorded_at, frontier),) = c.fetchall()
        self.c, self.tree, self.rows = c, Frontier.load(size, frontier), list[tuple[Any, ...]]()
        self.nodes: list[Node] = []

    def add(self, events: Sequence[Proposed], now: Instant) -> list[Receipt]:
        """Add one batch: one recorded_at, later than any before."""
        recorded_at = max(now, self.recorded_at + 1)
        salts = [secrets.token_bytes(canonical.SALT) for _ in events]
        return [self.repeat(event, recorded_at, salt)
                for event, salt in zip(events, salts, strict=True)]  # fmt: skip

    def repeat(
        self, event: Proposed, recorded_at: Instant, salt: bytes, commitment: str | None = None
    ) -> Receipt:
        """Add one event with a time and a salt, and the commitment of what was erased."""
        seq, self.recorded_at = self.tree.size + 1, recorded_at
        commitment = commitment or canonical.payload_hash(salt, event.state)
        leaf = leaf_hash(leaf_of(event, seq, recorded_at, commitment))
        receipt = Receipt(seq, event.id, event.type, recorded_at, leaf)
        self.rows.append(_row(event, receipt, salt))
        self.tree, complete = self.tree.plus([leaf])
        self.nodes += complete
        return receipt

    def store(self) -> None:
        """Write what was added, and move the head."""
        if not self.rows:
            return
        put(self.c, "event", self.rows)
        put(self.c, "node", self.nodes)
        self.c.execute(
            "UPDATE head SET size = ?, last_recorded_at = ?, frontier = ?",
            (self.tree.size, self.recorded_at, self.tree.dump()),
        )
        self.rows.clear()
        self.nodes.clear()


class Appender:
    """The part of a recorder that appends, inside the caller's transaction."""

    clock: Clock

    def append(self, c: Cursor, events: Sequence[Proposed]) -> list[Receipt]:
        """Append one batch by itself."""
        growth = Growth(c)
        receipts = growth.add(events, self.clock())
        growth.store()
        return receipts


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
