"""The two databases that everything is measured on: how one is made, named and weighed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from benchmarks.peers import Environment, on_postgres, on_sqlite
from tests.postgres import MEASURED, Server, cluster

STORES = ("SQLite", "PostgreSQL")


class Store(Protocol):
    """One kind of database."""

    name: str

    def make_database(self, name: str) -> str:
        """Make an empty database, or name the one that is there."""

    def bytes(self, database: str) -> int:
        """Return what a database takes on disk, everything included."""

    def library(self, database: str) -> Environment:
        """Return how the bare library keeps its log there."""


class Sqlite:
    name = STORES[0]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_database(self, name: str) -> str:
        return str(self.folder / f"{name}.db")

    def bytes(self, database: str) -> int:
        path = Path(database)
        return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))

    def library(self, database: str) -> Environment:
        return on_sqlite(Path(database))


class Postgres:
    name = STORES[1]

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.server, self.stack, self.urls = server, stack, dict[str, str]()

    def make_database(self, name: str) -> str:
        if name not in self.urls:
            own = self.server.database(name=name.replace("-", "_"))
            self.urls[name] = self.stack.enter_context(own)
        return self.urls[name]

    def bytes(self, database: str) -> int:
        with self.server.connect() as admin:
            name = database.rpartition("/")[2]
            (found,) = admin.execute("SELECT pg_database_size(%s)", [name]).fetchone() or (0,)
            return int(found)

    def library(self, database: str) -> Environment:
        return on_postgres(database)


@contextmanager
def stores(folder: Path) -> Iterator[list[Store]]:
    """Yield both; the server is started for it, with fsync, and stopped at the end."""
    with cluster(MEASURED) as server, ExitStack() as stack:
        yield [Sqlite(folder), Postgres(server, stack)]
