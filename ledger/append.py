"""Appending: the head row moves, leaves are hashed, rows are written, on either database."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.instants import Instant, to_rfc3339
from ledger import canonical
from ledger.database import Cursor, insert_rows
from ledger.proofs.merkle import Frontier, TreeNode, leaf_hash

Clock = Callable[[], Instant]


@dataclass(frozen=True)
class ProposedEvent(StoredEvent):
    """An accepted event on its way into the log. ``state`` is the payload's canonical JSON."""

    id: str
    negotiation: str
    type: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """What recording one event yields."""

    seq: int
    id: str
    type: str
    recorded_at: Instant
    leaf_hash: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "seq": self.seq,
            "recorded_at": to_rfc3339(self.recorded_at),
            "leaf_hash": self.leaf_hash.hex(),
        }


class AppendBatch:
    """The log growing inside one transaction: rows are made here and then written at once.

    Its first statement locks the head row, so seqs are gapless and in the order of commits.
    """

    def __init__(self, c: Cursor) -> None:
        c.execute(
            "UPDATE head SET size = size WHERE one = 1 RETURNING size, last_recorded_at, frontier"
        )
        ((size, self.recorded_at, frontier),) = c.fetchall()
        self.c, self.frontier, self.rows = (
            c,
            Frontier.from_bytes(size, frontier),
            list[tuple[Any, ...]](),
        )
        self.nodes: list[TreeNode] = []

    def add_events(self, events: Sequence[ProposedEvent], now: Instant) -> list[RecordedEvent]:
        """Add one batch: one recorded_at, later than any before."""
        recorded_at = max(now, self.recorded_at + 1)
        salts = [secrets.token_bytes(canonical.SALT_SIZE) for _ in events]
        return [
            self.add_event(event, recorded_at, salt)
            for event, salt in zip(events, salts, strict=True)
        ]

    def add_event(
        self, event: ProposedEvent, recorded_at: Instant, salt: bytes, commitment: str | None = None
    ) -> RecordedEvent:
        """Add one event with a time and a salt, and the commitment of what was erased."""
        seq, self.recorded_at = self.frontier.size + 1, recorded_at
        commitment = commitment or canonical.payload_hash(salt, event.state)
        leaf = leaf_hash(encode_leaf(event, seq, recorded_at, commitment))
        recorded_event = RecordedEvent(seq, event.id, event.type, recorded_at, leaf)
        self.rows.append(_event_row(event, recorded_event, salt))
        self.frontier, completed = self.frontier.with_leaves([leaf])
        self.nodes += completed
        return recorded_event

    def write_rows(self) -> None:
        """Write what was added, and move the head."""
        if not self.rows:
            return
        insert_rows(self.c, "event", self.rows)
        insert_rows(self.c, "node", self.nodes)
        self.c.execute(
            "UPDATE head SET size = ?, last_recorded_at = ?, frontier = ?",
            (self.frontier.size, self.recorded_at, self.frontier.to_bytes()),
        )
        self.rows.clear()
        self.nodes.clear()


class Appender:
    """The part of a recorder that appends, inside the caller's transaction."""

    clock: Clock

    def append_events(self, c: Cursor, events: Sequence[ProposedEvent]) -> list[RecordedEvent]:
        """Append one batch by itself."""
        append_batch = AppendBatch(c)
        recorded_events = append_batch.add_events(events, self.clock())
        append_batch.write_rows()
        return recorded_events


def encode_leaf(event: ProposedEvent, seq: int, recorded_at: Instant, commitment: str) -> bytes:
    """Return the exact leaf bytes of one recorded event."""
    return canonical.leaf_bytes(
        id=event.id,
        negotiation=event.negotiation,
        payload_hash=commitment,
        recorded_at=to_rfc3339(recorded_at),
        recorded_by=event.recorded_by,
        seq=seq,
        type=event.type,
    )


def _event_row(event: ProposedEvent, recorded_event: RecordedEvent, salt: bytes) -> tuple[Any, ...]:
    origin = event.originator_id
    return (
        recorded_event.seq,
        origin.hex if isinstance(origin, UUID) else origin,
        event.originator_version,
        event.topic,
        event.state,
        event.id,
        event.negotiation,
        event.type,
        recorded_event.recorded_at,
        event.recorded_by,
        salt,
        recorded_event.leaf_hash,
    )


def to_proposed_event(event: StoredEvent) -> ProposedEvent:
    if isinstance(event, ProposedEvent):
        return event
    origin = event.originator_id
    return ProposedEvent(
        origin,
        event.originator_version,
        event.topic,
        event.state,
        id=str(uuid4()),
        negotiation=str(origin),
        type=event.topic,
        recorded_by="library",
    )
