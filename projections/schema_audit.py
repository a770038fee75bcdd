"""Auditing the tables themselves: columns, constraints, indexes, triggers, against fresh ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path

from ledger.database import Cursor, run_script
from ledger.proofs.audit import AuditFault
from projections.index import tables

FILE_SCHEMA_QUERY = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def faults_in_file(ledger: Path, fresh: Path) -> Iterator[AuditFault]:
    """Yield tables, indexes and triggers of a file that are not those of a fresh ledger."""
    definitions = []
    for path in (ledger, fresh):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            definitions.append(dict(connection.execute(FILE_SCHEMA_QUERY).fetchall()))
    yield from _find_differences(*definitions)


def faults_on_server(c: Cursor) -> Iterator[AuditFault]:
    """Yield what differs from a fresh ledger's tables, made for this as temporary ones.

    The cursor must be in a transaction; nothing of them is left in it.
    """
    c.execute("SELECT current_schema()::regnamespace::oid::bigint, quote_ident(current_schema())")
    schema, name = c.fetchone()
    c.execute("SAVEPOINT fresh")
    try:
        run_script(c, _temporary_script())
        tables.create_on_server(c, "TEMP TABLE")
        c.execute("SELECT oid::bigint, nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
        temp_schema, temp_name = c.fetchone()
        c.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = :schema AND relkind = 'r'",
            {"schema": temp_schema},
        )
        names = [row[0] for row in c.fetchall()]
        fresh = _describe_tables(c, temp_schema, names, (f"{temp_name}.", "pg_temp."))
        yield from _find_differences(_describe_tables(c, schema, names, (f"{name}.",)), fresh)
    finally:
        c.execute("ROLLBACK TO SAVEPOINT fresh")


def _temporary_script() -> str:
    """Return the script of the log, for tables that hide those there until they are gone."""
    script = resources.files("ledger").joinpath("postgres.sql").read_text()
    script = script.replace("CREATE TABLE", "CREATE TEMP TABLE")
    return script.replace("FUNCTION append_only", "FUNCTION pg_temp.append_only")


def _describe_tables(
    c: Cursor, schema: int, names: list[str], prefixes: Sequence[str]
) -> dict[str, str]:
    """Return what the catalogue says of each thing, without the name of the schema it is in."""
    statement = resources.files("projections.index").joinpath("described.sql").read_text()
    c.execute(statement, {"schema": schema, "names": names})
    definitions = dict(c.fetchall())
    for prefix in prefixes:
        definitions = {name: (text or "").replace(prefix, "") for name, text in definitions.items()}
    return definitions


def _find_differences(actual: Mapping[str, str], fresh: Mapping[str, str]) -> Iterator[AuditFault]:
    unmade = {"introduction", "introduction_pkey"} if "introduction" not in actual else set()
    for name in sorted({*actual, *fresh} - unmade - {"registered"}):
        if actual.get(name) != fresh.get(name):
            yield AuditFault(None, f"schema {name}", "is not that of a ledger of this version")
