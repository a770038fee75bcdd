"""A ledger opened for questions, alongside the process that records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from domain.errors import NotFoundError
from ledger import migrations
from ledger.database import Clock, Cursor, Datastore, ReadableLedger, wall_clock
from ledger.library import SQLiteDatastore
from ledger.location import is_server_url, refuse_foreign_file, sqlite_uri
from ledger.proofs.key_chain import KeyChain
from ledger.proofs.key_files import load_current_key, load_key
from ledger.proofs.signed_note import LogKey


class ReadOnlyLedger(ReadableLedger):
    """A ledger opened for questions only, alongside the process that records."""

    def __init__(
        self,
        path: str | Path,
        *,
        clock: Clock = wall_clock,
        connect_timeout: float = 5.0,
        key_path: Path | None = None,
    ) -> None:
        """Open what is at a path; a server is waited for as many seconds at each question.

        The key is read where a proof needs it.
        """
        super().__init__(_open_datastore(path, connect_timeout), clock)
        self.key_path, self._is_known = key_path, False

    @contextmanager
    def open_snapshot(self) -> Iterator[Cursor]:
        """Yield a cursor on one consistent snapshot. Raises SchemaError where it is of a newer
        version."""
        with super().open_snapshot() as c:
            if not self._is_known:
                migrations.read_version(c)
                self._is_known = True
            yield c

    @property
    def log_key(self) -> LogKey:
        return super().log_key if self.key_path is None else load_key(self.key_path)

    def find_key(self, keys: KeyChain) -> LogKey:
        """Return the current key. Raises NotFoundError."""
        return (
            self.log_key if self.key_path is None else load_current_key(self.key_path, keys.current)
        )


def _open_datastore(path: str | Path, connect_timeout: float) -> Datastore:
    if is_server_url(path):
        server_store: Datastore = import_module("ledger.postgres").open_datastore(
            str(path), connect_timeout=connect_timeout
        )
        return server_store
    if not Path(path).is_file():
        raise NotFoundError(
            f"there is no ledger at {path}", hint="minutebook serve or import makes one"
        )
    refuse_foreign_file(path)
    return SQLiteDatastore(sqlite_uri(path) + "?mode=rw")
