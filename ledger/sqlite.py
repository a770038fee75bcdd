"""The log on SQLite: the library's recorder with a head row, gapless seqs and leaf hashes."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any
from uuid import UUID, uuid4

import eventsourcing.sqlite as library
from eventsourcing.persistence import Notification, OperationalError, StoredEvent

from domain.instants import Instant, full_text
from ledger import canonical
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


class LedgerRecorder(library.SQLiteApplicationRecorder):
    """Appends to ``event`` under the head row: its seq is the library's notification id."""

    clock: Clock

    def __init__(self, datastore: library.SQLiteDatastore, events_table_name: str = "event"):
        super().__init__(datastore, "event")
        self.select_max_notification_id_statement = "SELECT max(seq) FROM event"

    def construct_create_table_statements(self) -> list[str]:
        script = resources.files("ledger").joinpath("sqlite.sql").read_text()
        return _statements(script)

    def _insert_events(
        self, c: library.SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        return [receipt.seq for receipt in self.append(c, [_proposed(e) for e in stored_events])]

    def append(self, c: library.SQLiteCursor, events: Sequence[Proposed]) -> list[Receipt]:
        """Append one batch inside the caller's transaction: one recorded_at, gapless seqs."""
        c.execute(
            "UPDATE head SET size = size + ?, last_recorded_at = max(?, last_recorded_at + 1)"
            " RETURNING size, last_recorded_at, frontier",
            (len(events), self.clock()),
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
        self, c: library.SQLiteCursor, event: Proposed, *, recorded_at: Instant, salt: bytes,
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

    def _store(self, c: library.SQLiteCursor, tree: Frontier, rows: Sequence[Any]) -> None:
        c.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows)
        tree, complete = tree.plus([row[-1] for row in rows])
        c.executemany("INSERT INTO node VALUES (?, ?, ?)", complete)
        c.execute("UPDATE head SET frontier = ?", (tree.dump(),))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Page through the log by seq."""
        low = 0 if start is None else start - (1 if inclusive_of_start else 0)
        marks = f"AND topic IN ({','.join('?' * len(topics))})" if topics else ""
        statement = (
            "SELECT seq AS id, originator_id, originator_version, topic, state FROM event"  # noqa: S608  # only question marks are put in
            f" WHERE seq > ? AND seq <= ? {marks} ORDER BY seq LIMIT ?"
        )
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, [low, 2**62 if stop is None else stop, *topics, limit])
            return [
                Notification(
                    id=row["id"],
                    originator_id=self.convert_originator_id(row["originator_id"]),
                    originator_version=row["originator_version"],
                    topic=row["topic"],
                    state=row["state"],
                )
                for row in c.fetchall()
            ]


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


def _proposed(event: StoredEvent) -> Proposed:
    if isinstance(event, Proposed):
        return event
    origin = event.originator_id
    return Proposed(
        origin, event.originator_version, event.topic, event.state,
        id=str(uuid4()), negotiation=str(origin), type=event.topic, recorded_by="library",
    )  # fmt: skip


def _statements(script: str) -> list[str]:
    found, part = [], ""
    for piece in script.split(";"):
        part += piece + ";"
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found


class LedgerPool(library.SQLiteConnectionPool):
    """Connections that are durable at commit and say so."""

    def _create_connection(self) -> library.SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        for pragma, wanted in (("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma} = {wanted}")
            cursor.execute(f"PRAGMA {pragma}")
            if cursor.fetchone()[0] != wanted:
                raise OperationalError(f"SQLite did not take {pragma} = {wanted}")
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] not in ("wal", "memory"):
            raise OperationalError("SQLite did not take journal_mode = WAL")
        cursor.execute("PRAGMA cache_size = -65536")
        return connection


class LedgerFactory(library.SQLiteFactory):
    """The library's factory with our recorder and our connections."""

    application_recorder_class = LedgerRecorder

    def __init__(self, env: Any):
        super().__init__(env)
        name = self.datastore.pool.db_name
        self.datastore.pool.close()
        self.datastore.pool = LedgerPool(db_name=name, pool_size=4, max_overflow=60)
