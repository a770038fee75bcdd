"""Auditing the tables themselves: columns, constraints, indexes, triggers, against fresh ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

from ledger.audit import Fault
from projections import postgres

IN_A_FILE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def faults_in_a_file(ledger: Path, fresh: Path) -> Iterator[Fault]:
    """Yield tables, indexes and triggers of a file that are not those of a fresh ledger."""
    found = []
    for path in (ledger, fresh):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found.append(dict(connection.execute(IN_A_FILE).fetchall()))
    yield from _differing(*found)


def faults_on_server(c: Any) -> Iterator[Fault]:
    """Yield what differs from a fresh ledger's tables, made for this as temporary ones.

    The cursor must be in a transaction; nothing of them is left in it.
    """
    c.execute("SELECT current_schema()::regnamespace::oid::bigint, quote_ident(current_schema())")
    schema, name = c.fetchone()
    c.execute("SAVEPOINT fresh")
    try:
        c.connection.execute(_temporary())
        postgres.make(c, "TEMP TABLE")
        c.execute("SELECT oid::bigint, nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
        own, own_name = c.fetchone()
        c.execute("SELECT relname FROM pg_class WHERE relnamespace = ? AND relkind = 'r'", (own,))
        tables = [row[0] for row in c.fetchall()]
        fresh = _described(c, own, tables, (f"{own_name}.", "pg_temp."))
        yield from _differing(_described(c, schema, tables, (f"{name}.",)), fresh)
    finally:
        c.execute("ROLLBACK TO SAVEPOINT fresh")


def _temporary() -> str:
    """Return the script of the log, for tables that hide those there until they are gone."""
    script = resources.files("ledger").joinpath("postgres.sql").read_text()
    script = script.replace("CREATE TABLE", "CREATE TEMP TABLE")
    return script.replace("FUNCTION append_only", "FUNCTION pg_temp.append_only")


def _described(c: Any, schema: int, names: list[str], prefixes: Sequence[str]) -> dict[str, str]:
    """Return what the catalogue says of each thing, without the name of the schema it is in."""
    statement = resources.files("projections").joinpath("described.sql").read_text()
    c.execute(statement, {"schema": schema, "names": names})
    found = dict(c.fetchall())
    for prefix in prefixes:
        found = {name: (text or "").replace(prefix, "") for name, text in found.items()}
    return found


def _differing(there: Mapping[str, str], fresh: Mapping[str, str]) -> Iterator[Fault]:
    for name in sorted({*there, *fresh}):
        if there.get(name) != fresh.get(name):
            yield Fault(None, f"schema {name}", "is not that of a ledger of this version")
