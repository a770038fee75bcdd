"""A ledger on PostgreSQL in the making: in a schema of its own until it takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from domain.errors import BusyError, InvalidQuestionError
from ledger.database import Cursor, transaction

DRAFT_SCHEMA = "minutebook_draft"
DRAFT_LOCK = 0x6D6264726166
"""The advisory lock of whoever has a draft in a database."""


@contextmanager
def open_draft(address: str) -> Iterator[str]:
    """Yield the address of an empty draft, whose tables take their place at the end of the body.

    Nothing is left of it after an error. Raises InvalidQuestionError where the database has a
    ledger, BusyError where somebody else has a draft in it.
    """
    store = import_module("ledger.postgres").open_datastore(address)
    with closing(store), store.get_connection() as connection:
        c: Cursor = connection.cursor()
        _begin_draft(c)
        try:
            yield draft_address(address)
            with transaction(c):
                _move_draft(c)
        finally:
            c.execute(f"DROP SCHEMA IF EXISTS {DRAFT_SCHEMA} CASCADE")
            c.execute("SELECT pg_advisory_unlock(:lock)", {"lock": DRAFT_LOCK})


def draft_address(address: str) -> str:
    """Return an address at which the tables of the draft are the ledger's."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    query["options"] = f"{query.get('options', '')} -c search_path={DRAFT_SCHEMA}".strip()
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def _begin_draft(c: Cursor) -> None:
    c.execute("SELECT pg_try_advisory_lock(:lock)", {"lock": DRAFT_LOCK})
    if not c.fetchone()[0]:
        hint = "wait for its end"
        raise BusyError("another process restores into this database", hint=hint)
    c.execute("SELECT to_regclass('head') IS NOT NULL")
    if c.fetchone()[0]:
        hint = "name an empty database"
        raise InvalidQuestionError("the database already has a ledger", hint=hint)
    c.execute(f"DROP SCHEMA IF EXISTS {DRAFT_SCHEMA} CASCADE")
    c.execute(f"CREATE SCHEMA {DRAFT_SCHEMA}")


def _move_draft(c: Cursor) -> None:
    """Move tables and functions of the draft to where the ledger is looked for."""
    sql: Any = import_module("psycopg").sql
    c.execute(
        """
        SELECT relname, current_schema(), 'TABLE' FROM pg_class
        WHERE relnamespace = to_regnamespace(:draft) AND relkind = 'r'
        UNION ALL
        SELECT proname, current_schema(), 'FUNCTION' FROM pg_proc
        WHERE pronamespace = to_regnamespace(:draft)
        """,
        {"draft": DRAFT_SCHEMA},
    )
    for name, schema, kind in c.fetchall():
        draft_name = sql.Identifier(DRAFT_SCHEMA, name)
        c.execute(
            sql.SQL(f"ALTER {kind} {{}} SET SCHEMA {{}}").format(draft_name, sql.Identifier(schema))
        )
