"""What every room asks of a database: snapshots, transactions, a cursor on either database.

Statements are written once, in the SQL that both understand, with ``:name`` for values.
Where the databases differ, each has a native file of its own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, cast

import orjson

from domain.errors import BusyError, NotFoundError
from domain.instants import Instant
from domain.model import Json

if TYPE_CHECKING:
    from ledger.proofs.key_chain import KeyChain
    from ledger.proofs.signed_note import LogKey, Verifier
    from ledger.submission import Submission

Clock = Callable[[], Instant]
SqlValues = Mapping[str, object]
"""The values of a statement by name."""
Dialect = Literal["sqlite", "postgres"]


Row = Any
"""A tuple that also answers by the name of a column, or None after the last row."""


class Cursor(Protocol):
    """Rows are tuples that also answer by name."""

    def execute(self, statement: str, values: SqlValues = ..., /) -> object:
        """Run one statement."""

    def executemany(
        self, statement: str, rows: Iterable[SqlValues | Sequence[object]], /
    ) -> object:
        """Run one statement for each row: values by name, or whole rows in ``insert_rows``."""

    def fetchone(self) -> Row:
        """Return the next row, or None."""

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""


class Datastore(Protocol):
    """The connections of a log."""

    def transaction(self, *, commit: bool) -> AbstractContextManager[Cursor]:
        """Yield a cursor in a transaction: of one snapshot, unless it is to commit."""

    def close(self) -> None: ...


ResultT = TypeVar("ResultT")


def wall_clock() -> Instant:
    return time.time_ns() // 1000


class ReadableLedger:
    """What questions need of a ledger: its clock, and snapshots of its database."""

    def __init__(self, datastore: Datastore, clock: Clock) -> None:
        self.datastore, self.clock = datastore, clock

    @contextmanager
    def open_snapshot(self) -> Iterator[Cursor]:
        """Yield a cursor on one consistent snapshot of the database."""
        with self.datastore.transaction(commit=False) as c:
            yield c

    @property
    def is_exclusive(self) -> bool:
        """Return whether no other process can change what this one has open."""
        return False

    @property
    def log_key(self) -> LogKey:
        """The key that this process has, which signs checkpoints and receipts unless the log has
        another one by now (``find_key``). Raises NotFoundError."""
        raise NotFoundError("this ledger signs no checkpoints", hint="open it with a log key")

    @property
    def verifier(self) -> Verifier:
        """The public half of the key that this process has."""
        return self.log_key.verifier

    def read_keys(self, c: Cursor) -> KeyChain:
        """Return the keys of this log, the first to the current one."""
        from ledger.proofs.key_chain import read_key_chain

        return read_key_chain(c, self.verifier)

    def find_key(self, keys: KeyChain) -> LogKey:
        """Return the current key, which signs receipts. Raises NotFoundError."""
        return self.log_key

    def submit(self, submission: Submission) -> Future[Json]:
        """Queue a batch for recording. Raises BusyError where the ledger only answers."""
        raise BusyError(
            "this ledger is open for questions only", hint="open it where it can be recorded in"
        )

    def rehearse(self, submission: Submission, read: Callable[[Cursor, Json], ResultT]) -> ResultT:
        """Return what is read of the ledger as it would be with a batch. Raises BusyError, as
        ``submit`` does."""
        raise BusyError(
            "this ledger is open for questions only", hint="open it where it can be recorded in"
        )

    def run_in_writer(self, write: Callable[[Cursor], None]) -> Future[None]:
        """Queue what a transaction of its own writes. Raises BusyError, as ``submit`` does."""
        raise BusyError(
            "this ledger is open for questions only", hint="open it where it can be recorded in"
        )

    def close(self) -> None:
        self.datastore.close()


def database_dialect(c: Cursor) -> Dialect:
    """Return the kind of database that a cursor speaks to."""
    dialect_name: Dialect = getattr(c, "dialect", "sqlite")
    return dialect_name


BEGIN_DEFERRED = "BEGIN"
"""SQLite locks at the first read or write; PostgreSQL knows no other."""
BEGIN_WRITING: dict[Dialect, str] = {"sqlite": "BEGIN IMMEDIATE", "postgres": "BEGIN"}
"""SQLite takes the write lock at once, so what is read before a write is still true at it."""
BEGIN_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
BEGIN_SCRATCH = "BEGIN ISOLATION LEVEL REPEATABLE READ"
"""PostgreSQL only: one snapshot, alongside which temporary tables can be made."""


def begin(c: Cursor, statement: str | None = None) -> None:
    """Begin a transaction that writes, or another kind by its statement."""
    c.execute(statement or BEGIN_WRITING[database_dialect(c)])


def commit(c: Cursor, *, channel: str | None = None) -> None:
    """Commit; on PostgreSQL, wake those who listen on a channel, in the same round trip.

    Raises OperationalError where a standby should have confirmed it and did not.
    """
    run: Callable[[str], object] = getattr(c, "commit_confirmed", c.execute)
    run(f"NOTIFY {channel}; COMMIT" if channel else "COMMIT")


def rollback(c: Cursor) -> None:
    c.execute("ROLLBACK")


@contextmanager
def transaction(
    c: Cursor, *, start: str | None = None, end: Callable[[Cursor], None] = commit
) -> Iterator[None]:
    """Run the body in one transaction: committed at its end, rolled back on any error.

    The cursor must not be in a transaction, and never is in one afterwards. ``start`` is the
    statement of another kind of transaction than one that writes, ``end`` replaces the commit.
    """
    begin(c, start)
    try:
        yield
        end(c)
    except BaseException:
        with suppress(Exception):  # the connection may be gone, and its transaction with it
            rollback(c)
        raise


_FIND_TABLE: dict[Dialect, str] = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name",
    "postgres": "SELECT 1 WHERE to_regclass(:name) IS NOT NULL",
}


def has_table(c: Cursor, name: str) -> bool:
    """Return whether a ledger has a table, which one of an older version may lack."""
    c.execute(_FIND_TABLE[database_dialect(c)], {"name": name})
    return c.fetchone() is not None


def run_script(c: Cursor, script: str) -> None:
    """Run several statements as they are, without values, in the caller's transaction."""
    if database_dialect(c) == "postgres":
        cast(Any, c).connection.execute(script)
        return
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            c.execute(statement)
            statement = ""


def insert_rows(c: Cursor, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Add whole rows to a table, as its database takes many the quickest."""
    if not rows:
        return
    copy_rows: Callable[[str, Sequence[Sequence[object]]], None] | None = getattr(
        c, "copy_rows", None
    )
    if copy_rows:
        copy_rows(table, rows)
    else:
        placeholders = ",".join("?" * len(rows[0]))
        c.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)  # noqa: S608  # only constants are put in


def select_by_values(
    c: Cursor, statement: str, values: Sequence[str], **others: object
) -> list[Row]:
    """Return the rows of a statement for a list of values, however long.

    ``{in_values}`` in the statement stands for the condition that a column is one of them, and
    ``others`` are further values by name.
    """
    if not values:
        return []
    if database_dialect(c) == "postgres":
        c.execute(statement.format(in_values="= ANY(:values)"), {"values": list(values), **others})
    else:
        in_values = "IN (SELECT value FROM json_each(:values))"
        values_json = orjson.dumps(list(values)).decode()
        c.execute(statement.format(in_values=in_values), {"values": values_json, **others})
    return c.fetchall()


def is_unreachable(error: Exception) -> bool:
    """Return whether the database or its lock was unavailable, so that a retry is no help."""
    names = {cls.__name__ for cls in type(error).mro()}
    return not names.isdisjoint(("OperationalError", "InterfaceError"))


DISK_FAILURES = ("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB")
"""How the names of errors begin with which SQLite says so."""


def is_disk_failure(error: BaseException | None) -> bool:
    """Return whether the disk of a SQLite file failed to keep what was written, or to give it back.

    A server of PostgreSQL restarts by itself then.
    """
    while error is not None:
        if getattr(error, "sqlite_errorname", "").startswith(DISK_FAILURES):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_server_away(error: BaseException) -> bool:
    """Return whether a server could not be reached or went away, rather than refused something."""
    cause: BaseException | None = error
    while cause is not None:
        sqlstate = getattr(cause, "sqlstate", None)
        if sqlstate is not None:
            return str(sqlstate).startswith(("08", "57P", "53300"))
        cause = cause.__cause__ or cause.__context__
    return isinstance(error, Exception) and is_unreachable(error)


def is_interrupted(error: BaseException | None) -> bool:
    """Return whether a database ended a statement because its time was over."""
    while error is not None:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return True
        if getattr(error, "sqlstate", None) == "57014":
            return True
        error = error.__cause__ or error.__context__
    return False


def is_database_error(error: Exception) -> bool:
    """Return whether a driver raised an error, rather than the library above it."""
    return type(error).__module__.startswith(("sqlite3", "psycopg"))


def is_permission_error(error: Exception) -> bool:
    """Return whether a role of PostgreSQL lacks a privilege."""
    return getattr(error, "sqlstate", None) == "42501"
