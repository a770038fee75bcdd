"""Statements and rows of PostgreSQL as SQLite has them: named values, columns by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from ledger import deadline
from ledger.database import SqlValues
from ledger.library import OperationalError

_NAME_OR_LITERAL = re.compile(r"'[^']*'|(?<![:\w]):([a-z_]\w*)|%")


@lru_cache(maxsize=1024)
def translate_placeholders(statement: str) -> str:
    """Return a statement with ``%(name)s`` for ``:name``, and no casts or literals changed."""
    return _NAME_OR_LITERAL.sub(
        lambda match: f"%({match[1]})s" if match[1] else match[0].replace("%", "%%"), statement
    )


class NamedRow(tuple[object, ...]):
    """A row that answers by place and by name."""

    names: dict[str, int]

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.names[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        return list(self.names)


def named_row_factory(cursor: Any) -> Any:
    """Make rows of the class that goes with the columns of a result (a psycopg row factory)."""
    result = cursor.pgresult
    if not result or not result.nfields or result.fname(0) is None:  # as for COPY
        return tuple_row(cursor)
    return _row_class(*map(result.fname, range(result.nfields)))


@lru_cache(maxsize=256)
def _row_class(*names: bytes) -> type[NamedRow]:
    return type("Row", (NamedRow,), {"names": {name.decode(): at for at, name in enumerate(names)}})


class PostgresCursor(psycopg.Cursor[Any]):
    """Takes the same statements as a cursor of SQLite."""

    dialect = "postgres"

    def execute(
        self, query: Any, params: SqlValues | Sequence[object] | None = None, **options: Any
    ) -> Any:
        if params is None:
            return super().execute(query, **options)
        deadline.check_deadline()
        # Only one statement, as those with values are, can be answered in binary: bytes not as
        # twice the digits.
        options.setdefault("binary", True)
        # How words are found depends on how common they are, which a kept plan would not know.
        options.setdefault("prepare", False if "@@" in query else None)
        return super().execute(translate_placeholders(query), params, **options)

    def executemany(self, query: Any, params_seq: Any, **options: bool) -> None:
        rows = params_seq if isinstance(params_seq, list) else list(params_seq)
        if rows:
            super().executemany(translate_placeholders(query), rows, **options)

    def commit_confirmed(self, statement: str) -> None:
        """Run a statement that commits; a warning that no standby confirmed is no success."""
        connection: Any = self.connection
        connection.commit_warning = None
        super().execute(statement)
        if connection.commit_warning:
            raise OperationalError(f"the commit was not confirmed: {connection.commit_warning}")

    def copy_rows(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Add whole rows to a table by COPY, which takes a third of the time of INSERT."""
        with self.copy(f"COPY {table} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
