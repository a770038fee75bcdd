"""Auditing the read model: everything is folded again into a scratch store and compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from ledger.audit import Fault
from projections import index

KEYS = {
    "version": ("id",),
    "cell": ("id",),
    "placement": ("id",),
    "mention": ("cell", "known_from", "version"),
    "link": ("event", "other"),
    "tracking": ("application_name",),
    "waiting": ("version",),
    "word_data": ("id",),
    "word_idx": ("segid", "term"),
    "word_config": ("k",),
}
"""Every table of the read model, those inside the full text too, with its key."""
SCHEMA = "SELECT name, sql FROM {0}.sqlite_master WHERE sql IS NOT NULL"


class Refold:
    """A scratch store beside a ledger's file: iterate it for the seqs reached, then compare."""

    def __init__(self, ledger: Path, scratch: Path) -> None:
        self.connection = sqlite3.connect(scratch, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.c = cast(Any, self.connection.cursor())
        self.c.execute("PRAGMA journal_mode = OFF")
        self.c.execute("PRAGMA synchronous = OFF")
        self.c.execute("PRAGMA cache_size = -65536")
        self.c.execute("ATTACH ? AS ledger", (str(ledger),))
        index.create(self.c)

    def __iter__(self) -> Iterator[int]:
        yield from index.catch_up(self.c)

    def close(self) -> None:
        self.connection.close()

    def faults(self) -> Iterator[Fault]:
        """Yield where the live read model is not what the log folds to, table by table."""
        for table, key in KEYS.items():
            yield from self._table(table, key)

    def _table(self, table: str, key: tuple[str, ...]) -> Iterator[Fault]:
        self.c.execute(f"PRAGMA main.table_info({table})")
        columns = [row["name"] for row in self.c.fetchall()]
        same = " AND ".join(f"a.{name} = b.{name}" for name in key)
        first, second = (", ".join(f"{side}.{name}" for name in columns) for side in "ab")
        for one, other, told in (("main", "ledger", "missing"), ("ledger", "main", "too many")):
            self.c.execute(
                f"SELECT {first} FROM {one}.{table} a LEFT JOIN {other}.{table} b ON {same}"  # noqa: S608  # only our own names
                f" WHERE b.{key[0]} IS NULL LIMIT 1"
            )
            for row in self.c.fetchall():
                yield Fault(self._seq(table, row), table, f"{_named(row, key)} is {told}")
        self.c.execute(
            f"SELECT {first}, {second} FROM main.{table} a JOIN ledger.{table} b ON {same}"  # noqa: S608  # only our own names
            f" WHERE ({first}) IS NOT ({second}) LIMIT 1"
        )
        for row in self.c.fetchall():
            halves = tuple(row)[: len(columns)], tuple(row)[len(columns) :]
            name = next(n for n, a, b in zip(columns, *halves, strict=True) if a != b)
            yield Fault(self._seq(table, row), f"{table}.{name}", "is not what the log folds to")

    def _seq(self, table: str, row: sqlite3.Row) -> int | None:
        """Return the seq that a row of the read model comes from, where it tells."""
        if "seq" in row.keys():  # noqa: SIM118  # a row is no mapping
            return int(row["seq"])
        if table != "mention":
            return None
        self.c.execute("SELECT seq FROM main.version WHERE id = ?", (row["version"],))
        found = self.c.fetchone()
        return found[0] if found else None


def schema_faults(ledger: Path, fresh: Path) -> Iterator[Fault]:
    """Yield tables, indexes and triggers that are not those of a fresh ledger."""
    found = []
    for path in (ledger, fresh):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found.append(dict(connection.execute(SCHEMA.format("main")).fetchall()))
    for name in sorted(set(found[0]) | set(found[1])):
        if found[0].get(name) != found[1].get(name):
            yield Fault(None, f"schema {name}", "is not that of a ledger of this version")


def _named(row: Any, key: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in key)
