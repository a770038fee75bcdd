"""Appending: the head row moves, leaves are hashed, rows are written, on either database."""

from __future__ import annotations

import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.catalogue import topic_of
from domain.instants import Instant, to_rfc3339
from domain.model import Json
from ledger import database
from ledger.database import Cursor, Datastore, insert_rows
from ledger.proofs.merkle import SALT_SIZE, Frontier, TreeNode, leaf_bytes, leaf_hash, payload_hash

if TYPE_CHECKING:
    from ledger.proofs.continuity import LogContinuity


OWNER_NAME = "local"
"""Who records in a ledger that is open in the own process, or on a server without keys."""


recorded_text = lru_cache(maxsize=64)(to_rfc3339)
"""Return a recorded_at as it is written; all events of a batch have the same."""


@lru_cache(maxsize=1024)
def originator_id(slug: str) -> str:
    """Return the id of a negotiation's stream: a UUIDv5 of its slug, as 32 hexadecimal digits."""
    return uuid5(NAMESPACE_URL, f"minutebook:{slug}").hex


def make_uuid7(now: Instant) -> UUID:
    """Make a UUIDv7 (RFC 9562, section 5.7)."""
    value = (now // 1000 << 80) | int.from_bytes(secrets.token_bytes(10), "big")
    return UUID(int=(value & ~(0xF << 76) & ~(3 << 62)) | (7 << 76) | (2 << 62))


@dataclass(frozen=True, slots=True)
class ProposedEvent:
    """An accepted event on its way into the log.

    ``version`` is its place in its negotiation, from 1; ``state`` is the payload's canonical JSON.
    """

    id: str
    negotiation: str
    version: int
    type: str
    state: bytes
    recorded_by: str
    approved_by: str | None = None


class RecordedEvent(NamedTuple):
    """An event in the log: the columns of ``event``, in their order.

    ``approved_by`` is who accepted what ``recorded_by`` had proposed.
    """

    seq: int
    originator_id: str
    originator_version: int
    topic: str
    state: bytes
    id: str
    negotiation: str
    type: str
    recorded_at: Instant
    recorded_by: str
    salt: bytes
    leaf_hash: bytes
    approved_by: str | None = None  # a log of an older version that is only read has no such column

    def to_json(self) -> Json:
        """Return what its caller is told of it."""
        return {
            "id": self.id,
            "type": self.type,
            "seq": self.seq,
            "recorded_at": recorded_text(self.recorded_at),
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
        self.c, self.frontier = c, Frontier.from_bytes(size, frontier)
        self.rows, self.nodes = list[RecordedEvent](), list[TreeNode]()

    def add_events(self, events: Sequence[ProposedEvent], now: Instant) -> list[RecordedEvent]:
        """Add one batch: one recorded_at, later than any before."""
        recorded_at = max(now, self.recorded_at + 1)
        randomness = secrets.token_bytes(SALT_SIZE * len(events))
        first = self.frontier.size + 1
        recorded_events = [
            _record_event(
                event,
                first + index,
                recorded_at,
                randomness[SALT_SIZE * index : SALT_SIZE * (index + 1)],
            )
            for index, event in enumerate(events)
        ]
        self._add_rows(recorded_events)
        return recorded_events

    def add_event(
        self, event: ProposedEvent, recorded_at: Instant, salt: bytes, commitment: str | None = None
    ) -> RecordedEvent:
        """Add one event with a time and a salt, and the commitment of what was erased."""
        seq = self.frontier.size + 1
        recorded_event = _record_event(event, seq, recorded_at, salt, commitment)
        self._add_rows([recorded_event])
        return recorded_event

    def _add_rows(self, rows: Sequence[RecordedEvent]) -> None:
        self.rows += rows
        self.recorded_at = max([self.recorded_at, *(row.recorded_at for row in rows)])
        self.frontier, completed = self.frontier.with_leaves([row.leaf_hash for row in rows])
        self.nodes += completed

    def write_rows(self) -> None:
        """Write what was added, and move the head."""
        if not self.rows:
            return
        insert_rows(self.c, "event", self.rows)
        insert_rows(self.c, "node", self.nodes)
        self.c.execute(
            "UPDATE head SET size = :size, last_recorded_at = :recorded_at, frontier = :frontier",
            {
                "size": self.frontier.size,
                "recorded_at": self.recorded_at,
                "frontier": self.frontier.to_bytes(),
            },
        )
        self.rows.clear()
        self.nodes.clear()


def _record_event(
    event: ProposedEvent, seq: int, recorded_at: Instant, salt: bytes, commitment: str | None = None
) -> RecordedEvent:
    """Return an event as the log has it, with the hash of its leaf."""
    leaf = leaf_bytes(
        id=event.id,
        negotiation=event.negotiation,
        payload_hash=commitment or payload_hash(salt, event.state),
        recorded_at=recorded_text(recorded_at),
        recorded_by=event.recorded_by,
        seq=seq,
        type=event.type,
        approved_by=event.approved_by,
    )
    return RecordedEvent(
        seq,
        originator_id(event.negotiation),
        event.version,
        topic_of(event.type),
        event.state,
        event.id,
        event.negotiation,
        event.type,
        recorded_at,
        event.recorded_by,
        salt,
        leaf_hash(leaf),
        event.approved_by,
    )


class Recorder(ABC):
    """A log on one database; what differs is in ``ledger/sqlite.py`` and ``ledger/postgres.py``."""

    datastore: Datastore

    def __init__(self, continuity: LogContinuity) -> None:
        """``continuity`` is asked by every connection that is opened."""
        self.append_signal, self.continuity = threading.Event(), continuity

    @abstractmethod
    def open_writer(self) -> AbstractContextManager[Cursor]:
        """Yield the cursor of a connection that writes, outside a transaction."""

    @abstractmethod
    def require_durable(self, c: Cursor) -> None:
        """Raise UnsafeDatabaseError where a server was set up anew so that commits can be lost."""

    def commit(self, c: Cursor) -> None:
        """Commit an append, and wake those in this process who watch the head.

        PostgreSQL wakes other processes too. Raises PersistenceError.
        """
        database.commit(c)
        self.append_signal.set()

    @abstractmethod
    def watch_head(self, poll_interval: float) -> Iterator[int]:
        """Yield the size of the log now, and again after each commit or ``poll_interval``."""
