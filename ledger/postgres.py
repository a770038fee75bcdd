"""The log on PostgreSQL: its tables, and a pool of connections that outlasts its servers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic
from typing import Any

import eventsourcing.postgres as library
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolTimeout

from domain.errors import BusyError, MinutebookError
from ledger import database, deadline, schema
from ledger.append import Recorder
from ledger.database import Cursor
from ledger.library import OperationalError
from ledger.proofs.continuity import LogContinuity
from ledger.server_connection import DEFAULTS, ServerConnection
from ledger.server_cursor import PostgresCursor, named_row_factory
from ledger.server_durability import make_durable, require_durability

CHECK_SILENCE = 0.4
"""Seconds in which a connection answers before it is lent."""
READ_SILENCE, READ_PROBE = 0.5, 0.4
"""Seconds without a word after which the server of a question is asked whether it lives, and in
which it says so."""
LENDING_TIMEOUT = 0.9
"""Seconds for which a question or a write waits for a connection, once the ledger is open."""
KEPT_STATEMENTS = 256
"""Statements that a connection keeps prepared: more than there are."""
LOCK_TIMEOUT = "10s"
"""How long an append waits for the head row before its outcome is known to be none."""
CHANNEL = "minutebook"
"""Where a commit hints that the log has grown; what counts is the head."""
SCHEMA_LOCK = 0x6D696E757465
"""The advisory lock under which a first start makes the tables."""
SERVER_RUN = "SELECT pg_is_in_recovery(), pg_postmaster_start_time()::text"
CONFIRMED_COMMIT = "SELECT pg_logical_emit_message(true, 'minutebook', '')"
"""Writes nothing but a commit, which a synchronous standby confirms with all that was before it."""


class LedgerDatastore(library.PostgresDatastore):
    """Connections whose transactions begin and end here, and never wait without a limit."""

    failure: Exception | None = None
    """Why the newest connection could not be opened, which the pool keeps to itself."""
    confirmed_run: str | None = None
    """The run of a server all of whose visible commits are known to be on a standby, too."""
    renewed_at = 0.0

    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[Any]]:
        """Yield a connection. Raises ForkedLogError where another log than before is found,
        BusyError while that may be the log of a server that was replaced, UnsafeDatabaseError, and
        OperationalError with what the server says where there is none."""
        is_open = False
        try:
            with super().get_connection() as connection:
                is_open = True
                _raise_refusal(connection)
                try:
                    yield connection
                except BusyError:
                    connection.close()  # the server may be one that was replaced
                    self.renew_connections(connection)
                    raise
        except OperationalError as error:
            if is_open:
                raise
            if isinstance(self.failure, BusyError):
                raise BusyError(self.failure.detail, hint=self.failure.hint) from error
            if self.failure is None and isinstance(error.__cause__, PoolTimeout):
                detail = "all connections to the database are in use"
                raise BusyError(detail, hint="try again in a second") from error
            raise OperationalError(str(self.failure or error)) from error

    def connect(self, conninfo: str, **options: Any) -> ServerConnection:
        """Open a connection, as the pool asks for one."""
        try:
            connection = ServerConnection.connect(conninfo, **options)
        except psycopg.OperationalError as error:
            self.failure = error
            raise
        connection.when_lost = self.renew_connections
        return connection

    def check_connection(self, connection: ServerConnection) -> None:
        """Have a connection answer before it is lent. Raises OperationalError."""
        try:
            with connection.impatient(CHECK_SILENCE, 0):
                connection.execute("")
        except psycopg.OperationalError as error:
            self.failure = error
            raise
        self.failure = None

    def renew_connections(self, lost: psycopg.Connection[Any]) -> None:
        """Make all connections anew, since the server of one was lost, unless that was done."""
        self.confirmed_run = None
        if isinstance(lost, ServerConnection) and lost.opened_at > self.renewed_at:
            self.renewed_at = monotonic()
            self.pool.drain()

    def await_confirmation(self, connection: psycopg.Connection[Any]) -> None:
        """Wait until all that is visible on a server outlasts it, as far as it has standbys.

        A server that starts again after a crash shows what no standby may have confirmed.
        """
        ((is_standby, run),) = connection.execute(SERVER_RUN).fetchall()
        if not is_standby and run != self.confirmed_run:
            PostgresCursor(connection).commit_confirmed(CONFIRMED_COMMIT)
            self.confirmed_run = run

    @contextmanager
    def transaction(self, *, commit: bool = False) -> Iterator[Any]:
        """Yield a cursor: of one snapshot, unless it is to commit. Raises TookTooLongError."""
        left = None if commit else deadline.seconds_left()
        start = None if commit else database.BEGIN_SNAPSHOT
        if left is not None:
            deadline.check_deadline()
            start = f"{start}; SET LOCAL statement_timeout = {max(1, int(left * 1000))}"
        try:
            with self.get_connection() as connection, _awaited(connection, left is not None):
                c = connection.cursor()
                with database.transaction(c, start=start):
                    yield c
        except Exception as error:
            if left is not None and database.is_interrupted(error):
                raise deadline.took_too_long() from error
            raise

    @contextmanager
    def open_scratch_snapshot(self) -> Iterator[Any]:
        """Yield a cursor on one snapshot, alongside which temporary tables may be made."""
        with self.get_connection() as connection:
            c = connection.cursor()
            with database.transaction(c, start=database.BEGIN_SCRATCH, end=database.rollback):
                yield c


def _raise_refusal(connection: psycopg.Connection[Any]) -> None:
    """Raise what was found wrong when a connection was opened; the next one is opened anew."""
    refusal = connection.refusal if isinstance(connection, ServerConnection) else None
    if refusal:
        connection.close()
        raise type(refusal)(refusal.detail, hint=refusal.hint)


def _awaited(connection: psycopg.Connection[Any], is_limited: bool) -> AbstractContextManager[None]:
    """Notice soon that a server fell silent where somebody waits for the answer."""
    if is_limited and isinstance(connection, ServerConnection):
        return connection.impatient(READ_SILENCE, READ_PROBE)
    return nullcontext()


def _configure_connection(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True
    connection.prepared_max = KEPT_STATEMENTS
    make_durable(connection.cursor())
    connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    # Where a plan is thought dear, compiling it took 17 to 200 ms, longer than running it.
    connection.execute("SET jit = off")


def open_datastore(
    address: str,
    *,
    max_connections: int = 12,
    connect_timeout: float = 5.0,
    continuity: LogContinuity | None = None,
) -> LedgerDatastore:
    """Return the connections to the database at an address (a PostgreSQL URI)."""

    def configure_connection(connection: ServerConnection) -> None:
        # The pool takes an error for a server that is away; who is given the connection raises.
        try:
            store.failure = None
            _configure_connection(connection)
            if continuity:
                store.await_confirmation(connection)
                continuity.check_tree(connection.cursor())
        except BusyError as error:
            store.failure = error
            raise
        except MinutebookError as error:
            connection.refusal = error

    # Its own five parameters stay empty, since an address may have others, such as sslmode.
    store = LedgerDatastore(
        *[""] * 5,
        pool_size=2,
        max_overflow=max_connections - 2,
        connect_timeout=connect_timeout,
        pre_ping=True,  # so that a server that came back is asked on connections that live
    )
    store.pool._check = store.check_connection  # type: ignore[assignment]  # of our class
    store.pool.reconnect_timeout = 1.0  # after which whoever asks tries anew
    store.pool.connection_class = store  # type: ignore[assignment]  # which is asked to connect
    store.pool.kwargs = {
        **DEFAULTS,
        **{name: value for name, value in conninfo_to_dict(address).items() if value},
        "row_factory": named_row_factory,
        "cursor_factory": PostgresCursor,
    }
    store.pool._configure = configure_connection  # type: ignore[assignment]  # of our class
    return store


class PostgresRecorder(Recorder):
    """Appends to ``event`` under the head row of one database, whose tables are made if missing."""

    datastore: LedgerDatastore

    def __init__(self, address: str, continuity: LogContinuity) -> None:
        super().__init__(continuity)
        self.datastore = open_datastore(address, continuity=continuity)
        with self.datastore.transaction(commit=True) as c:
            c.execute("SELECT pg_advisory_xact_lock(:lock)", {"lock": SCHEMA_LOCK})
            schema.prepare_log(c)
        self.datastore.pool.timeout = LENDING_TIMEOUT

    @contextmanager
    def open_writer(self) -> Iterator[Cursor]:
        """Yield the cursor of a connection that writes."""
        with self.datastore.get_connection() as connection:
            yield connection.cursor()

    def require_durable(self, c: Cursor) -> None:
        require_durability(c)

    def commit(self, c: Cursor) -> None:
        """Commit, and hint to who follows. Raises OperationalError where no standby confirmed."""
        database.commit(c, channel=CHANNEL)

    def watch_head(self, poll_interval: float) -> Iterator[int]:
        """Yield the head now, and again after each hint or pause, on a connection of its own."""
        connection_options: Any = self.datastore.pool.kwargs
        with ServerConnection.connect(**connection_options, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while True:
                ((size,),) = connection.execute("SELECT size FROM head").fetchall()
                yield size
                deque(connection.notifies(timeout=poll_interval, stop_after=1), maxlen=0)
