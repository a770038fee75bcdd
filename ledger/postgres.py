"""The log on PostgreSQL: the library's recorder on psycopg, the head row locked, no table lock."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from typing import Any
from uuid import UUID

import eventsourcing.postgres as library
import psycopg
from eventsourcing.persistence import (
    InfrastructureFactory,
    Notification,
    OperationalError,
    StoredEvent,
)
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row

from ledger.appending import Appender, proposed
from ledger.cursor import Cursor, Values
from ledger.tailing import Following

LOCK_TIMEOUT = "10s"
"""How long an append waits for the head row before its outcome is known to be none."""
NOT_CONFIRMED = "01000"
"""SQLSTATE of the warning with which a commit ends that no synchronous standby confirmed."""
CHANNEL = "minutebook"
"""Where a commit hints that the log has grown; what counts is the head."""
SCHEMA_LOCK = 0x6D696E757465
"""The advisory lock under which a first start makes the tables."""
_PLACES = re.compile(r"'[^']*'|\?|(?<![:\w]):([a-z_]\w*)|%")


@lru_cache(maxsize=1024)
def native(statement: str) -> str:
    """Return a statement of the house with the places for values that psycopg knows."""
    if statement == "BEGIN IMMEDIATE":
        return "BEGIN"

    def place(found: re.Match[str]) -> str:
        if found[1]:
            return f"%({found[1]})s"
        return "%s" if found[0] == "?" else found[0].replace("%", "%%")

    return _PLACES.sub(place, statement)


class Row(tuple[Any, ...]):
    """A row that answers by place and by name."""

    names: dict[str, int]

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.names[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        return list(self.names)


def row_maker(cursor: Any) -> Any:
    """Make rows of the class that goes with the columns of a result (a psycopg row factory)."""
    if cursor.description is None:
        return tuple_row(cursor)
    return _row_class(tuple(column.name for column in cursor.description))


@lru_cache(maxsize=256)
def _row_class(names: tuple[str, ...]) -> type[Row]:
    return type("Row", (Row,), {"names": {name: at for at, name in enumerate(names)}})


class PostgresCursor(psycopg.Cursor[Any]):
    """Takes the statements of the house."""

    dialect = "postgres"

    def execute(self, query: Any, params: Values | None = None, **options: Any) -> Any:
        text = native(query) if isinstance(query, str) else query
        # Places are written for psycopg only where there are values to put in, and only one
        # statement, as those are, can be answered in binary: bytes not as twice the digits.
        if params is not None:
            options.setdefault("binary", True)
        return super().execute(text, params if params is not None else (), **options)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        rows = params_seq if isinstance(params_seq, list) else list(params_seq)
        if rows:
            super().executemany(native(query) if isinstance(query, str) else query, rows, **options)

    def copied(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add whole rows to a table by COPY, which takes a third of the time of INSERT."""
        with self.copy(f"COPY {table} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)


class LedgerDatastore(library.PostgresDatastore):
    """Connections that commit what they are told, and refuse to wait for ever."""

    @contextmanager
    def transaction(self, *, commit: bool = False) -> Iterator[Any]:
        """Yield a cursor: of one snapshot, unless it is to commit."""
        with self.get_connection() as connection:
            c = connection.cursor()
            c.execute("BEGIN" if commit else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            try:
                yield c
            except BaseException:
                connection.rollback()
                raise
            c.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Yield a cursor on one snapshot, beside which temporary tables may be made."""
        with self.get_connection() as connection:
            c = connection.cursor()
            c.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            try:
                yield c
            finally:
                c.execute("ROLLBACK")


def _configured(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    # Where a plan is thought dear, compiling it took 17 to 200 ms, longer than running it.
    connection.execute("SET jit = off")


def datastore(address: str, *, connections: int = 8, patience: float = 5.0) -> LedgerDatastore:
    """Return the connections to the database at an address (a PostgreSQL URI)."""
    given = conninfo_to_dict(address)
    named = [
        str(given.pop(name, "") or "") for name in ("dbname", "host", "port", "user", "password")
    ]
    store = LedgerDatastore(
        *named, pool_size=2, max_overflow=connections - 2, connect_timeout=patience,
        pre_ping=True,  # so that a server that came back is asked on connections that live
    )  # fmt: skip
    wanted = dict(zip(("dbname", "host", "port", "user", "password"), named, strict=True))
    store.pool.kwargs = {
        **{name: value for name, value in wanted.items() if value}, **given,
        "row_factory": row_maker, "cursor_factory": PostgresCursor,
    }  # fmt: skip
    store.pool._configure = _configured
    return store


class LedgerRecorder(Appender, library.PostgresApplicationRecorder):
    """Appends to ``event`` under the head row: its seq is the library's notification id."""

    datastore: LedgerDatastore

    def __init__(self, datastore: LedgerDatastore, *, events_table_name: str = "event"):
        super().__init__(datastore, events_table_name="event")
        self.unconfirmed: list[str] = []

    @contextmanager
    def writer(self) -> Iterator[Any]:
        """Yield the cursor of a connection that writes."""
        with self.datastore.get_connection() as connection:
            connection.add_notice_handler(self._noticed)
            yield connection.cursor()

    def _noticed(self, notice: psycopg.errors.Diagnostic) -> None:
        # A notice can be read only while it is being told.
        if notice.sqlstate == NOT_CONFIRMED:
            self.unconfirmed.append(str(notice.message_primary))

    def commit(self, c: Cursor) -> None:
        """Commit, and hint to who follows; a warning that no standby confirmed is no success."""
        self.unconfirmed.clear()
        c.execute(f"NOTIFY {CHANNEL}; COMMIT")
        if self.unconfirmed:
            raise OperationalError(f"the commit was not confirmed: {self.unconfirmed[0]}")

    def heads(self, pause: float) -> Iterator[int]:
        """Yield the head now, and again after each hint or pause, on a connection of its own."""
        terms: Any = self.datastore.pool.kwargs
        with psycopg.connect(**terms, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while True:
                ((size,),) = connection.execute("SELECT size FROM head").fetchall()
                yield size
                deque(connection.notifies(timeout=pause, stop_after=1), maxlen=0)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Following:
        # The library's own listens on a channel that our commits do not use.
        return Following(self, gt, topics)

    def create_table(self) -> None:
        script = resources.files("ledger").joinpath("postgres.sql").read_text()
        with self.datastore.transaction(commit=True) as c:
            c.execute("SELECT pg_advisory_xact_lock(?)", (SCHEMA_LOCK,))
            c.execute("SELECT to_regclass('head')")
            if c.fetchone()[0] is None:
                c.connection.execute(script)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        """Append once: a write whose answer was lost is not tried again behind the caller."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(f"NOTIFY {CHANNEL}")
            return [each.seq for each in self.append(c, [proposed(e) for e in stored_events])]

    def select_events(
        self, originator_id: Any, *, gt: int | None = None, lte: int | None = None,
        desc: bool = False, limit: int | None = None,
    ) -> Sequence[StoredEvent]:  # fmt: skip
        """Read one negotiation by version."""
        order = "DESC" if desc else "ASC"
        with self.datastore.transaction() as c:
            c.execute(
                "SELECT originator_id, originator_version, topic, state FROM event"  # noqa: S608  # only constants are put in
                " WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?"
                f" ORDER BY originator_version {order} LIMIT ?",
                (originator_id.hex, -1 if gt is None else gt, 2**62 if lte is None else lte,
                 2**62 if limit is None else limit),
            )  # fmt: skip
            rows = c.fetchall()
        return [StoredEvent(originator_id, row[1], row[2], row[3]) for row in rows]

    def select_notifications(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = (),
        *, inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:  # fmt: skip
        """Page through the log by seq."""
        low = 0 if start is None else start - (1 if inclusive_of_start else 0)
        with self.datastore.transaction() as c:
            c.execute(
                "SELECT seq, originator_id, originator_version, topic, state FROM event"
                " WHERE seq > ? AND seq <= ? AND (? OR topic = ANY(?)) ORDER BY seq LIMIT ?",
                (low, 2**62 if stop is None else stop, not topics, list(topics), limit),
            )
            return [
                Notification(UUID(row[1]), row[2], row[3], row[4], id=row[0])
                for row in c.fetchall()
            ]

    def max_notification_id(self) -> int | None:
        with self.datastore.transaction() as c:
            c.execute("SELECT nullif(size, 0) FROM head")
            found: int | None = c.fetchone()[0]
            return found


class LedgerFactory(library.PostgresFactory):
    """The library's factory with our recorder and our connections."""

    application_recorder_class = LedgerRecorder  # type: ignore[assignment]  # as above

    def __init__(self, env: Any):
        InfrastructureFactory.__init__(self, env)  # the address holds what it would ask for
        self.datastore = datastore(env["POSTGRES_URL"])
