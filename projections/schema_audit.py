"""Auditing the tables themselves: columns, constraints, indexes, triggers, against fresh ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import cast

from ledger import content_ids
from ledger.database import Cursor, run_script
from ledger.proofs.audit import AuditFault
from projections.index import catch_up, tables

FILE_SCHEMA_QUERY = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def faults_in_file(ledger: Path, fresh: Path) -> Iterator[AuditFault]:
    """Yield tables, indexes and triggers of a file that are not those of a fresh ledger.

    Of a read model of another version nothing: it is rebuilt before anything is read from it.
    """
    definitions, outdated, index_tables = [], False, tables.TABLES["sqlite"]
    for path in (ledger, fresh):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            definitions.append(dict(connection.execute(FILE_SCHEMA_QUERY).fetchall()))
            outdated = outdated or _has_outdated_index(connection)
    actual, fresh_definitions = definitions
    ignored_tables = index_tables if outdated else ()
    yield from _find_differences(actual, fresh_definitions, ignored_tables)


def _has_outdated_index(connection: sqlite3.Connection) -> bool:
    try:
        return catch_up.is_outdated(cast(Cursor, connection.cursor()))
    except sqlite3.OperationalError:
        return False  # there is none, which is a fault


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
        actual = _describe_tables(c, schema, names, (f"{name}.",))
        is_outdated = catch_up.is_outdated(c, name)
        yield from _find_differences(actual, fresh, tables.index_tables(c) if is_outdated else ())
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


def _find_differences(
    actual: Mapping[str, str], fresh: Mapping[str, str], ignored_tables: Sequence[str]
) -> Iterator[AuditFault]:
    """Yield what differs, but for what an older ledger lacks: it is made when that is opened."""
    missing = [
        table
        for table in ("introduction", *content_ids.TABLES)
        if not any(_belongs_to(name, (table,)) for name in actual)
    ]
    ignored_tables = [*ignored_tables, *missing]
    ignored_tables += ["registered"] if "introduction" in missing else []
    for name in sorted({*actual, *fresh}):
        if actual.get(name) != fresh.get(name) and not _belongs_to(name, ignored_tables):
            yield AuditFault(None, f"schema {name}", "is not that of a ledger of this version")


def _belongs_to(name: str, table_names: Sequence[str]) -> bool:
    """Return whether a table, index or constraint is one of these tables or named after one."""
    words = name.split()
    return any(
        word == table or word.startswith(f"{table}_") for word in words for table in table_names
    )
