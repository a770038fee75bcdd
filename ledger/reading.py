"""A ledger opened for questions, beside the process that records."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from eventsourcing.sqlite import SQLiteDatastore

from domain.instants import Instant
from domain.refusals import NotFoundError
from ledger.appending import Clock
from ledger.cursor import Cursor
from ledger.place import address, checked, on_server


def wall_clock() -> Instant:
    return time.time_ns() // 1000


class Readable(Protocol):
    """What questions need of a ledger."""

    clock: Clock

    def reading(self) -> AbstractContextManager[Cursor]:
        """Yield a cursor on one consistent snapshot of the database."""


class Reading:
    """A ledger opened for questions only, beside the process that records."""

    def __init__(
        self, path: str | Path, *, clock: Clock = wall_clock, patience: float = 5.0
    ) -> None:
        """Open what is at a path; a server is waited for as many seconds at each question."""
        self.clock = clock
        self._store: Any
        if on_server(path):
            self._store = import_module("ledger.postgres").datastore(str(path), patience=patience)
            return
        if not Path(path).is_file():
            raise NotFoundError(
                f"there is no ledger at {path}", hint="minutebook serve or import makes one"
            )
        checked(path)
        self._store = SQLiteDatastore(address(path) + "?mode=rw")

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        with self._store.transaction(commit=False) as c:
            yield c

    def close(self) -> None:
        self._store.close()
