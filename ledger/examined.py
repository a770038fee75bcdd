"""A ledger opened to be examined: nothing of it changes, nor of what lies beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from domain.errors import NotFoundError
from ledger.database import BEGIN_DEFERRED, Cursor, has_table, rollback, transaction
from ledger.location import sqlite_uri
from ledger.served_address import find_served_address

CONNECT_TIMEOUT = 3.0
"""Seconds after which a server counts as away."""


@contextmanager
def open_examined(db: Path | str) -> Iterator[Cursor]:
    """Yield a cursor in a transaction that leaves the database as it is."""
    if not isinstance(db, Path):
        postgres: Any = import_module("ledger.postgres")
        with (
            closing(postgres.open_datastore(db, connect_timeout=CONNECT_TIMEOUT)) as store,
            # Tables to compare with are made as temporary ones and rolled back, which a
            # transaction that only reads does not allow.
            store.transaction(commit=True) as c,
        ):
            yield c
        return
    uri = f"{sqlite_uri(db)}?mode=ro"
    wal = Path(f"{db}-wal")
    if find_served_address(db) is None and not (wal.exists() and wal.stat().st_size):
        uri += "&immutable=1"  # else SQLite makes files beside it
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        c = cast(Cursor, connection.cursor())
        with transaction(c, start=BEGIN_DEFERRED, end=rollback):
            _require_ledger(c, db)
            yield c


def _require_ledger(c: Cursor, file: Path) -> None:
    try:
        is_ours = has_table(c, "head")
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        is_ours = False
    if not is_ours:
        hint = "name a file that Minutebook made, or one that does not exist yet"
        raise NotFoundError(f"{file} is not a ledger", hint=hint)
