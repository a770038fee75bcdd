"""Auditing the read model: everything is folded again into a scratch store and compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from ledger.database import BEGIN_DEFERRED, Cursor, begin, database_dialect
from ledger.proofs.audit import AuditFault
from projections.index import catch_up, tables

KEYS_ON_BOTH = {
    "version": ("id",),
    "cell": ("id",),
    "placement": ("id",),
    "mention": ("cell", "known_from", "version"),
    "candidate": ("cell", "place", "seq", "since"),
    "version_block": ("negotiation", "block"),
    "news_day": ("negotiation", "clock", "day", "type", "audiences"),
    "happened_week": ("negotiation", "days", "period", "week", "audiences"),
    "zone_use": ("negotiation", "zone", "year"),
    "link": ("event", "other"),
    "tracking": ("application_name",),
}
KEYS_ON_SQLITE = KEYS_ON_BOTH | {
    "waiting": ("version",),
    "word_data": ("id",),
    "word_idx": ("segid", "term"),
    "word_config": ("k",),
}
"""Every table of the read model on SQLite, those inside the full text too, with its key."""
KEYS_ON_POSTGRES = KEYS_ON_BOTH | {"word": ("version",)}
"""Every table of the read model on PostgreSQL."""


class IndexComparison:
    """A scratch read model next to the live one: iterate it for the seqs reached, then compare."""

    def __init__(self, c: Cursor, fresh_schema: str, live_schema: str) -> None:
        self.c, self.fresh_schema, self.live_schema = c, fresh_schema, live_schema
        is_postgres = database_dialect(c) == "postgres"
        self.table_keys = KEYS_ON_POSTGRES if is_postgres else KEYS_ON_SQLITE
        self.differs_operator = "IS DISTINCT FROM" if is_postgres else "IS NOT"

    def __iter__(self) -> Iterator[int]:
        yield from catch_up.apply_log(self.c)

    def find_faults(self) -> Iterator[AuditFault]:
        """Yield where the live read model differs from the rebuilt one, table by table.

        Of a read model of another version nothing: it is rebuilt before anything is read from it.
        """
        if catch_up.is_outdated(self.c, self.live_schema):
            return
        if use := catch_up.find_outdated_zone(self.c, self.live_schema):
            detail = (
                f"{use.zone} has other offsets in {use.year} than those by which the index was"
                " made: the rules of time zones changed, and nobody touched it; rebuild it"
            )
            yield AuditFault(None, "rules.zones", detail)
            return
        for table, key in self.table_keys.items():
            yield from self._compare_table(table, key)

    def _compare_table(self, table: str, key: tuple[str, ...]) -> Iterator[AuditFault]:
        self.c.execute(f"SELECT * FROM {self.fresh_schema}.{table} LIMIT 0")  # noqa: S608  # only our own names
        columns = [column[0] for column in cast(Any, self.c).description]
        keys_equal = " AND ".join(f"a.{name} = b.{name}" for name in key)
        first, second = (", ".join(f"{side}.{name}" for name in columns) for side in "ab")
        sides = (
            (self.fresh_schema, self.live_schema, "missing"),
            (self.live_schema, self.fresh_schema, "unexpected"),
        )
        for one, other, problem in sides:
            self.c.execute(
                f"SELECT {first} FROM {one}.{table} a LEFT JOIN {other}.{table} b ON {keys_equal}"  # noqa: S608  # only our own names
                f" WHERE b.{key[0]} IS NULL LIMIT 1"
            )
            for row in self.c.fetchall():
                yield AuditFault(
                    self._seq_of_row(table, row), table, f"{_describe_key(row, key)} is {problem}"
                )
        self.c.execute(
            f"SELECT {first}, {second} FROM {self.fresh_schema}.{table} a"  # noqa: S608  # only our own names
            f" JOIN {self.live_schema}.{table} b ON {keys_equal}"
            f" WHERE ({first}) {self.differs_operator} ({second}) LIMIT 1"
        )
        for row in self.c.fetchall():
            halves = tuple(row)[: len(columns)], tuple(row)[len(columns) :]
            name = next(n for n, a, b in zip(columns, *halves, strict=True) if a != b)
            yield AuditFault(
                self._seq_of_row(table, row), f"{table}.{name}", "differs from the rebuilt index"
            )

    def _seq_of_row(self, table: str, row: Any) -> int | None:
        """Return the seq that a row of the read model comes from, where it tells."""
        if "seq" in row.keys():  # noqa: SIM118  # a row is no mapping
            return int(row["seq"])
        if table != "mention":
            return None
        statement = f"SELECT seq FROM {self.fresh_schema}.version WHERE id = :version"  # noqa: S608  # only our own names
        self.c.execute(statement, {"version": row["version"]})
        version_row = self.c.fetchone()
        return version_row[0] if version_row else None


@contextmanager
def scratch_in_file(ledger: Path, scratch: Path) -> Iterator[IndexComparison]:
    """Yield a scratch read model in a file next to a ledger."""
    with closing(sqlite3.connect(scratch, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        c = cast(Cursor, connection.cursor())
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            c.execute(f"PRAGMA {pragma}")
        c.execute("ATTACH :path AS ledger", {"path": str(ledger)})
        tables.create_tables(c)
        begin(c, BEGIN_DEFERRED)  # a write lock would be taken on the ledger too
        yield IndexComparison(c, "main", "ledger")


def lock_live_tables(c: Cursor) -> None:
    """Have a rebuild wait until the caller's transaction ends; to be its first statement.

    Tables that took the place of the live ones since the snapshot began would show it nothing.
    """
    c.execute("SAVEPOINT held")
    try:
        c.execute("LOCK TABLE tracking IN ACCESS SHARE MODE")
    except BaseException:
        c.execute("ROLLBACK TO SAVEPOINT held")
        raise


def scratch_in_temp_tables(c: Cursor) -> IndexComparison:
    """Return a scratch read model in temporary tables, inside the caller's transaction."""
    c.execute("SELECT current_schema()")
    (schema,) = c.fetchone()
    tables.create_on_server(c, "TEMP TABLE")
    return IndexComparison(c, "pg_temp", schema)


def _describe_key(row: Any, key: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in key)
