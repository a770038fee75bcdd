"""What of the library ``eventsourcing`` is used, and why; nothing else of the product imports it.

Used: its connection pools, with one writer and many readers that wait for one another fairly, its
datastores, which turn the errors of either driver into one family, and that family of errors.
``ledger/postgres.py`` extends the pool for PostgreSQL, which imports psycopg and so is loaded only
where a server is addressed. The columns originator_id, originator_version, topic and state of
``event`` are the library's, so a recorder of a few lines reads and appends to the log as one of
its own; tests/test_recorders.py runs the library's tests of recorders on such a recorder.

Not used: ``Application.save``, aggregates, mappers and transcodings. An event here is proposed by a
caller, not made by an aggregate; its payload is stored as the bytes that are hashed; and one
transaction holds events, head, answers and read model. See
docs/decisions/0001-log-on-eventsourcing.md.
"""

from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

__all__ = [
    "InterfaceError",
    "OperationalError",
    "PersistenceError",
    "SQLiteConnection",
    "SQLiteConnectionPool",
    "SQLiteCursor",
    "SQLiteDatastore",
]
