"""A ledger opened for questions, alongside the process that records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol

from domain.errors import NotFoundError
from ledger.append import Clock, Datastore, wall_clock
from ledger.database import Cursor
from ledger.library import SQLiteDatastore
from ledger.location import is_server_url, refuse_foreign_file, sqlite_uri


class ReadableLedger(Protocol):
    """What questions need of a ledger."""

    clock: Clock

    def open_snapshot(self) -> AbstractContextManager[Cursor]:
        """Yield a cursor on one consistent snapshot of the database."""


class ReadOnlyLedger:
    """A ledger opened for questions only, alongside the process that records."""

    def __init__(
        self, path: str | Path, *, clock: Clock = wall_clock, connect_timeout: float = 5.0
    ) -> None:
        """Open what is at a path; a server is waited for as many seconds at each question."""
        self.clock = clock
        self._datastore: Datastore
        if is_server_url(path):
            self._datastore = import_module("ledger.postgres").open_datastore(
                str(path), connect_timeout=connect_timeout
            )
            return
        if not Path(path).is_file():
            raise NotFoundError(
                f"there is no ledger at {path}", hint="minutebook serve or import makes one"
            )
        refuse_foreign_file(path)
        self._datastore = SQLiteDatastore(sqlite_uri(path) + "?mode=rw")

    @contextmanager
    def open_snapshot(self) -> Iterator[Cursor]:
        with self._datastore.transaction(commit=False) as c:
            yield c

    def close(self) -> None:
        self._datastore.close()
