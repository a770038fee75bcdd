"""Auditing the tables themselves: columns, constraints, indexes, triggers, against new ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from domain.errors import SchemaError
from ledger import migrations, schema
from ledger.database import Cursor, database_dialect
from ledger.proofs.audit import AuditFault
from projections.index import catch_up, tables


def find_schema_faults(c: Cursor) -> Iterator[AuditFault]:
    """Yield tables, indexes and triggers that are not those of a new ledger.

    Of a read model of another version nothing: it is rebuilt before anything is read from it. Nor
    of what an older log lacks: it is made when that is opened. On PostgreSQL the cursor must be in
    a transaction.
    """
    try:
        later_steps = migrations.MIGRATIONS[migrations.read_version(c) :]
    except SchemaError as error:
        yield AuditFault(None, "schema", error.detail)
        return
    ignored_tables = [table for step in later_steps for table in (*step.adds, *step.removes)]
    changed_later = [name for step in later_steps for name in step.changes]
    if _has_outdated_index(c):
        ignored_tables += tables.index_tables(c)
    differences = [
        difference
        for table_set in (schema.LOG_TABLES, tables.INDEX_TABLES)
        for difference in schema.find_differences(c, table_set, is_thorough=True)
    ]
    if database_dialect(c) == "sqlite":
        differences += schema.find_foreign_tables(c, (schema.LOG_TABLES, tables.INDEX_TABLES))
    for difference in sorted(differences, key=lambda each: each.name):
        is_later = difference.name.partition(" of ")[0] in changed_later
        if not (is_later or _belongs_to(difference.name, ignored_tables)):
            yield AuditFault(
                None, f"schema {difference.name}", "is not that of a ledger of this version"
            )


def _has_outdated_index(c: Cursor) -> bool:
    try:
        return catch_up.is_outdated(c)
    except sqlite3.OperationalError:
        return False  # there is none, which is a fault


def _belongs_to(name: str, table_names: Sequence[str]) -> bool:
    """Return whether a table, index or constraint is one of these tables or named after one."""
    words = name.split()
    return any(
        word == table or word.startswith(f"{table}_") for word in words for table in table_names
    )
