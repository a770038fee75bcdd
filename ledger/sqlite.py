"""The log on SQLite: the library's recorder with a head row, gapless seqs and leaf hashes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import resources
from typing import Any

import eventsourcing.sqlite as library
from eventsourcing.persistence import Notification, OperationalError, StoredEvent

from ledger import database
from ledger.append import Appender, to_proposed_event
from ledger.database import Cursor
from ledger.tail import LogSubscription

MMAP_SIZE = 2**31
"""Bytes of the file that questions read as memory: they read all over it, the writer at its end."""
PAGE_SIZE = 8192
"""Bytes of a page of a new file: rows of a kilobyte leave a tenth of the usual 4,096 empty."""


class SQLiteLedgerRecorder(Appender, library.SQLiteApplicationRecorder):
    """Appends to ``event`` under the head row: its seq is the library's notification id."""

    def __init__(self, datastore: library.SQLiteDatastore, events_table_name: str = "event"):
        super().__init__(datastore, "event")
        self.select_max_notification_id_statement = "SELECT max(seq) FROM event"
        self.append_signal = threading.Event()

    @contextmanager
    def open_writer(self) -> Iterator[library.SQLiteCursor]:
        """Yield the cursor of the one connection that writes."""
        with self.datastore.get_connection(commit=True) as connection:
            c = connection.cursor()
            for pragma in ("mmap_size = 0", "cache_size = -65536"):
                c.execute(f"PRAGMA {pragma}")
            yield c

    def commit(self, c: Cursor) -> None:
        database.commit(c)
        self.append_signal.set()

    def watch_head(self, poll_interval: float) -> Iterator[int]:
        """Yield the head now, and again after each commit or pause."""
        while True:
            self.append_signal.clear()
            yield self.max_notification_id() or 0
            self.append_signal.wait(poll_interval)

    def insert_events(self, stored_events: Sequence[StoredEvent], **options: Any) -> Any:
        seqs = super().insert_events(stored_events, **options)
        self.append_signal.set()
        return seqs

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LogSubscription:
        return LogSubscription(self, gt, topics)

    def construct_create_table_statements(self) -> list[str]:
        script = resources.files("ledger").joinpath("sqlite.sql").read_text()
        return _split_statements(script)

    def _insert_events(
        self, c: library.SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        return [
            recorded_event.seq
            for recorded_event in self.append_events(
                c, [to_proposed_event(e) for e in stored_events]
            )
        ]

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
        lo = 0 if start is None else start - (1 if inclusive_of_start else 0)
        topic_filter = f"AND topic IN ({','.join('?' * len(topics))})" if topics else ""
        statement = (
            "SELECT seq AS id, originator_id, originator_version, topic, state FROM event"  # noqa: S608  # only question marks are put in
            f" WHERE seq > ? AND seq <= ? {topic_filter} ORDER BY seq LIMIT ?"
        )
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, [lo, 2**62 if stop is None else stop, *topics, limit])
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


def _split_statements(script: str) -> list[str]:
    statements, statement = [], ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements


def _set_page_size(name: str) -> None:
    """Give a file that is empty yet the size of its pages, which WAL mode then fixes."""
    with closing(sqlite3.connect(name, uri=True)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")


class LedgerPool(library.SQLiteConnectionPool):
    """Connections that are durable at commit and say so."""

    def _create_connection(self) -> library.SQLiteConnection:
        if not (self.is_sqlite_memory_mode or self.is_journal_mode_wal):
            _set_page_size(self.db_name)
        connection = super()._create_connection()
        cursor = connection.cursor()
        for pragma, expected in (("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma} = {expected}")
            cursor.execute(f"PRAGMA {pragma}")
            if cursor.fetchone()[0] != expected:
                raise OperationalError(f"SQLite did not take {pragma} = {expected}")
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] not in ("wal", "memory"):
            raise OperationalError("SQLite did not take journal_mode = WAL")
        cursor.execute(f"PRAGMA mmap_size = {MMAP_SIZE}")
        return connection

    def close(self) -> None:
        """Close once what is lent has come back: SQLite crashes when closed under its reader.

        What has not come back after ``pool_timeout`` seconds is left to its holder, and closed
        when that lets go of it.
        """
        with self._put_condition:
            self._put_condition.wait_for(lambda: not self._in_use, self.pool_timeout)
            self._in_use.clear()
            super().close()


class SQLiteLedgerFactory(library.SQLiteFactory):
    """The library's factory with our recorder and our connections."""

    application_recorder_class = SQLiteLedgerRecorder

    def __init__(self, env: Any):
        super().__init__(env)
        name = self.datastore.pool.db_name
        self.datastore.pool.close()
        self.datastore.pool = LedgerPool(db_name=name, pool_size=4, max_overflow=60)
