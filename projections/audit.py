"""Auditing the read model: everything is folded again into a scratch store and compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from ledger.audit import Fault
from ledger.cursor import dialect
from projections import index, postgres

ON_BOTH = {
    "version": ("id",),
    "cell": ("id",),
    "placement": ("id",),
    "mention": ("cell", "known_from", "version"),
    "link": ("event", "other"),
    "tracking": ("application_name",),
}
KEYS = ON_BOTH | {
    "waiting": ("version",),
    "word_data": ("id",),
    "word_idx": ("segid", "term"),
    "word_config": ("k",),
}
"""Every table of the read model on SQLite, those inside the full text too, with its key."""
ON_SERVER = ON_BOTH | {"word": ("version",)}
"""Every table of the read model on PostgreSQL."""


class Refold:
    """A scratch read model beside the live one: iterate it for the seqs reached, then compare."""

    def __init__(self, c: Any, fresh: str, live: str) -> None:
        self.c, self.fresh, self.live = c, fresh, live
        server = dialect(c) == "postgres"
        self.keys = ON_SERVER if server else KEYS
        self.differs = "IS DISTINCT FROM" if server else "IS NOT"

    def __iter__(self) -> Iterator[int]:
        yield from index.folded(self.c)

    def faults(self) -> Iterator[Fault]:
        """Yield where the live read model is not what the log folds to, table by table."""
        for table, key in self.keys.items():
            yield from self._table(table, key)

    def _table(self, table: str, key: tuple[str, ...]) -> Iterator[Fault]:
        self.c.execute(f"SELECT * FROM {self.fresh}.{table} LIMIT 0")  # noqa: S608  # only our own names
        columns = [column[0] for column in self.c.description]
        same = " AND ".join(f"a.{name} = b.{name}" for name in key)
        first, second = (", ".join(f"{side}.{name}" for name in columns) for side in "ab")
        sides = (self.fresh, self.live, "missing"), (self.live, self.fresh, "too many")
        for one, other, told in sides:
            self.c.execute(
                f"SELECT {first} FROM {one}.{table} a LEFT JOIN {other}.{table} b ON {same}"  # noqa: S608  # only our own names
                f" WHERE b.{key[0]} IS NULL LIMIT 1"
            )
            for row in self.c.fetchall():
                yield Fault(self._seq(table, row), table, f"{_named(row, key)} is {told}")
        self.c.execute(
            f"SELECT {first}, {second} FROM {self.fresh}.{table} a"  # noqa: S608  # only our own names
            f" JOIN {self.live}.{table} b ON {same}"
            f" WHERE ({first}) {self.differs} ({second}) LIMIT 1"
        )
        for row in self.c.fetchall():
            halves = tuple(row)[: len(columns)], tuple(row)[len(columns) :]
            name = next(n for n, a, b in zip(columns, *halves, strict=True) if a != b)
            yield Fault(self._seq(table, row), f"{table}.{name}", "is not what the log folds to")

    def _seq(self, table: str, row: Any) -> int | None:
        """Return the seq that a row of the read model comes from, where it tells."""
        if "seq" in row.keys():  # noqa: SIM118  # a row is no mapping
            return int(row["seq"])
        if table != "mention":
            return None
        self.c.execute(f"SELECT seq FROM {self.fresh}.version WHERE id = ?", (row["version"],))  # noqa: S608  # only our own names
        found = self.c.fetchone()
        return found[0] if found else None


@contextmanager
def in_a_file(ledger: Path, scratch: Path) -> Iterator[Refold]:
    """Yield a scratch read model in a file beside a ledger's."""
    with closing(sqlite3.connect(scratch, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        c = cast(Any, connection.cursor())
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            c.execute(f"PRAGMA {pragma}")
        c.execute("ATTACH ? AS ledger", (str(ledger),))
        index.create(c)
        c.execute("BEGIN")
        yield Refold(c, "main", "ledger")


def held_in_place(c: Any) -> None:
    """Have a rebuild wait until the caller's transaction ends; to be its first statement.

    Tables that took the place of the live ones since the snapshot began would show it nothing.
    """
    c.execute("SAVEPOINT held")
    try:
        c.execute("LOCK TABLE tracking IN ACCESS SHARE MODE")
    except BaseException:
        c.execute("ROLLBACK TO SAVEPOINT held")
        raise


def in_temporary_tables(c: Any) -> Refold:
    """Return a scratch read model in temporary tables, inside the caller's transaction."""
    c.execute("SELECT current_schema()")
    (schema,) = c.fetchone()
    postgres.make(c, "TEMP TABLE")
    return Refold(c, "pg_temp", schema)


def _named(row: Any, key: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in key)
