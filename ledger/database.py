"""What every room asks of a database: a cursor, on SQLite or on PostgreSQL alike.

Statements are written once, in the SQL that both understand, with ``?`` or ``:name`` for values.
Where the databases differ, each has a native file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

SqlValues = Sequence[Any] | Mapping[str, Any]
Dialect = Literal["sqlite", "postgres"]


class Cursor(Protocol):
    """Rows are tuples that also answer by name."""

    def execute(self, statement: str, values: SqlValues = ..., /) -> Any:
        """Run one statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Any:
        """Run one statement for each row."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""


def database_dialect(c: Cursor) -> Dialect:
    """Tell which database a cursor speaks to."""
    dialect_name: Dialect = getattr(c, "dialect", "sqlite")
    return dialect_name


def insert_rows(c: Cursor, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Add whole rows to a table, as its database takes many the quickest."""
    if not rows:
        return
    copy_rows: Callable[[str, Sequence[Sequence[Any]]], None] | None = getattr(c, "copy_rows", None)
    if copy_rows:
        copy_rows(table, rows)
    else:
        placeholders = ",".join("?" * len(rows[0]))
        c.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)  # noqa: S608  # only constants are put in
