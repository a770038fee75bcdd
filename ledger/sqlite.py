"""The log on SQLite: its tables, one connection that writes, durable connections that read."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger import deadline, log, schema
from ledger.append import Recorder
from ledger.database import Cursor, is_interrupted
from ledger.library import (
    InterfaceError,
    OperationalError,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)
from ledger.location import is_open_to_others, make_private_file, sqlite_uri
from ledger.proofs.continuity import LogContinuity

LOGGER = logging.getLogger("minutebook")
MMAP_SIZE = 2**31
"""Bytes of the file that readers map as memory: they read all over it, the writer at its end."""
PAGE_SIZE = 8192
"""Bytes of a page of a new file: rows of a kilobyte leave a tenth of the usual 4,096 empty."""
KEPT_STATEMENTS = 256
"""Statements that a connection keeps compiled: more than there are."""
STEPS = 20_000
"""Steps of SQLite's machine between two looks at the deadline: about a millisecond."""


class SQLiteRecorder(Recorder):
    """Appends to ``event`` under the head row of one SQLite file, made where it is not there."""

    datastore: SQLiteDatastore

    def __init__(self, location: str | Path, continuity: LogContinuity) -> None:
        super().__init__(continuity)
        uri = sqlite_uri(location)
        if str(location) != ":memory:":
            _make_private(Path(location))
        self.datastore = LedgerFile(uri)
        self.datastore.pool.close()
        self.datastore.pool = LedgerPool(db_name=uri, pool_size=4, max_overflow=60)
        self.datastore.pool.continuity = continuity
        with self.datastore.transaction(commit=True) as c:
            schema.prepare_log(c)

    @contextmanager
    def open_writer(self) -> Iterator[Cursor]:
        """Yield the cursor of the one connection that writes."""
        with self.datastore.get_connection(commit=True) as connection:
            c = connection.cursor()
            for pragma in ("mmap_size = 0", "cache_size = -65536"):
                c.execute(f"PRAGMA {pragma}")
            yield c

    def require_durable(self, c: Cursor) -> None:
        """Nobody else can set up what was read back when the connections were opened."""

    def watch_head(self, poll_interval: float) -> Iterator[int]:
        """Yield the head now, and again after each commit or pause."""
        while True:
            self.append_signal.clear()
            with self.datastore.transaction(commit=False) as c:
                size, _ = log.read_head(c)
            yield size
            self.append_signal.wait(poll_interval)


def _make_private(path: Path) -> None:
    """Make a new file for its owner alone; leave one that is there, with a word."""
    make_private_file(path)
    if is_open_to_others(path):
        LOGGER.warning(
            "other users of this machine can read %s, with all that is for staff; chmod 600 %s*"
            " takes that away",
            path,
            path,
        )


def _set_page_size(name: str) -> None:
    """Give a file that is empty yet the size of its pages, which WAL mode then fixes."""
    with closing(sqlite3.connect(name, uri=True)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")


class LedgerFile(SQLiteDatastore):
    """Connections whose questions end at their deadline."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Yield a cursor. Raises TookTooLongError, also from within a statement."""
        deadline.check_deadline()
        with self.get_connection(commit=commit) as connection:
            is_limited = not commit and deadline.seconds_left() is not None
            raw = connection._sqlite_conn
            try:
                if is_limited:
                    raw.set_progress_handler(deadline.is_past, STEPS)
                with connection.transaction(commit=commit) as c:
                    yield c
            except Exception as error:
                if is_limited and is_interrupted(error):
                    raise deadline.took_too_long() from error
                raise
            finally:
                if is_limited:
                    raw.set_progress_handler(None, 0)


class LedgerPool(SQLiteConnectionPool):
    """Connections that are durable at commit and say so, to the log that they are opened for."""

    continuity: LogContinuity

    def _create_connection(self) -> SQLiteConnection:
        if not (self.is_sqlite_memory_mode or self.is_journal_mode_wal):
            _set_page_size(self.db_name)
            self.is_journal_mode_wal = True
        connection = SQLiteConnection(self._connect(), self.max_age)
        try:
            self._prepare(connection.cursor())
        except UnicodeDecodeError as error:  # SQLite quotes what is damaged in what it says
            damaged = sqlite3.DatabaseError("the schema of the file is damaged")
            damaged.sqlite_errorname = "SQLITE_CORRUPT"
            raise damaged from error
        return connection

    def _connect(self) -> sqlite3.Connection:
        """Connect as the library does, which keeps one statement and compiles all others again."""
        try:
            connection = sqlite3.connect(
                self.db_name,
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                cached_statements=KEPT_STATEMENTS,
            )
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        connection.row_factory = sqlite3.Row
        return connection

    def _prepare(self, cursor: SQLiteCursor) -> None:
        for pragma, expected in (("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma} = {expected}")
            cursor.execute(f"PRAGMA {pragma}")
            if cursor.fetchone()[0] != expected:
                raise OperationalError(f"SQLite did not take {pragma} = {expected}")
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] not in ("wal", "memory"):
            raise OperationalError("SQLite did not take journal_mode = WAL")
        cursor.execute(f"PRAGMA mmap_size = {MMAP_SIZE}")
        self.continuity.check_tree(cursor)

    def close(self) -> None:
        """Close once what is lent has come back: SQLite crashes when closed under its reader.

        What has not come back after ``pool_timeout`` seconds is left to its holder, and closed
        when that lets go of it.
        """
        with self._put_condition:
            self._put_condition.wait_for(lambda: not self._in_use, self.pool_timeout)
            self._in_use.clear()
            super().close()
