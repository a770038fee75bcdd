"""The tables of a ledger, as they should be and as they are."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Container, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import Literal, NamedTuple, cast

import orjson

from domain.errors import SchemaError
from ledger import migrations
from ledger.database import (
    Cursor,
    Dialect,
    database_dialect,
    has_table,
    is_permission_error,
    run_script,
)
from ledger.privileges import LOG_PRIVILEGES

LOGGER = logging.getLogger("minutebook")
VERIFY_HINT = "minutebook verify names all that differs"


class TableSet(NamedTuple):
    """Tables that one script for each database makes.

    ``digest`` is that of what PostgreSQL says of them where nothing differs. Another release of it
    may say it otherwise; then they are compared with new tables, which takes longer.
    """

    package: str
    tables: Mapping[Dialect, tuple[str, ...]]
    digest: str
    remedy: str
    """What to do where they were changed."""

    def read_script(self, dialect: Dialect) -> str:
        return resources.files(self.package).joinpath(f"{dialect}.sql").read_text()


LOG_TABLES = TableSet(
    "ledger",
    {"sqlite": tuple(LOG_PRIVILEGES), "postgres": tuple(LOG_PRIVILEGES)},
    "68e47f59a082697069fb7e02daf606d1ae49aab4c5e7747c3c6a2843529f4f88",
    f"restore a backup, or undo the change; {VERIFY_HINT}",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A table, constraint, index, trigger, rule or policy that is not as it should be."""

    name: str
    problem: Literal["is missing", "is unexpected", "was changed"]

    @property
    def is_harmless(self) -> bool:
        """Whether all that is recorded is recorded right all the same."""
        kind = self.name.partition(" ")[0]
        return (kind, self.problem) in HARMLESS

    def __str__(self) -> str:
        return f"{self.name} {self.problem}"


HARMLESS = {("index", "is missing"), ("index", "is unexpected"), ("trigger", "is missing")}
"""What is told and not refused: a missing trigger only keeps others from changing the log, and a
missing constraint is told besides its index."""


def prepare_log(c: Cursor) -> None:
    """Make the tables of a new log, bring those of an older one up to date, and check them.

    Raises SchemaError where they are of a newer version, or were changed.
    """
    if has_table(c, "head"):
        migrations.migrate(c)
        require_tables(c, LOG_TABLES)
    else:
        run_script(c, LOG_TABLES.read_script(database_dialect(c)))
        migrations.write_versions(c)


def require_tables(c: Cursor, table_set: TableSet) -> None:
    """Check tables, in the caller's transaction.

    What is missing or added and does no harm is told in the log of the server, and stays so. Raises
    SchemaError where what is recorded would be wrong, or refused.
    """
    try:
        differences = find_differences(c, table_set)
    except Exception as error:
        if not is_permission_error(error):
            raise
        LOGGER.warning("the tables of the ledger could not be checked: %s", error)
        return
    harmful = [each for each in differences if not each.is_harmless]
    if harmful:
        told = "; ".join(map(str, harmful))
        raise SchemaError(f"the tables of the ledger were changed: {told}", hint=table_set.remedy)
    for each in differences:
        LOGGER.warning(
            "the tables of the ledger were changed: %s; run minutebook verify to see whether"
            " anything else was, then minutebook rebuild, which makes missing triggers and indexes"
            " again",
            each,
        )


def find_differences(
    c: Cursor, table_set: TableSet, *, is_thorough: bool = False
) -> list[Difference]:
    """Return in what tables differ from new ones, by name.

    ``is_thorough`` compares them with new ones even where what the database says of them is known.
    """
    dialect = database_dialect(c)
    tables = table_set.tables[dialect]
    if dialect == "sqlite":
        expected = _describe_new_file(table_set.read_script(dialect))
        return _compare(_describe_file(c, tables, expected), expected)
    actual = describe_live(c, tables)
    if not is_thorough and digest_of(actual) == table_set.digest:
        return []
    return _compare(actual, _describe_temporary(c, table_set))


def find_foreign_tables(c: Cursor, table_sets: Sequence[TableSet]) -> list[Difference]:
    """Return what else a SQLite file has: nothing of it is read."""
    names = set(_describe_file(c))
    for each in table_sets:
        expected = _describe_new_file(each.read_script("sqlite"))
        names -= _describe_file(c, each.tables["sqlite"], expected).keys()
    return [Difference(name, "is unexpected") for name in names]


def mend_tables(c: Cursor) -> list[str]:
    """Make missing triggers and indexes of the log again, and return their names."""
    made = []
    for difference in find_differences(c, LOG_TABLES):
        kind, name, *_ = difference.name.split()
        if difference.is_harmless and difference.problem == "is missing":
            run_script(c, _find_statement(database_dialect(c), kind, name))
            made.append(f"{kind} {name}")
    return made


def _find_statement(dialect: Dialect, kind: str, name: str) -> str:
    """Return the statement of a script that makes a trigger or an index."""
    end = r"END;" if (dialect, kind) == ("sqlite", "trigger") else ";"
    pattern = rf"^CREATE {kind.upper()} {name} .*?{end}$"
    statements: list[str] = re.findall(
        pattern, LOG_TABLES.read_script(dialect), re.DOTALL | re.MULTILINE
    )
    return statements[0]


def _compare(actual: Mapping[str, str], expected: Mapping[str, str]) -> list[Difference]:
    missing = [Difference(name, "is missing") for name in expected.keys() - actual.keys()]
    added = [Difference(name, "is unexpected") for name in actual.keys() - expected.keys()]
    changed = [
        Difference(name, "was changed")
        for name in actual.keys() & expected.keys()
        if actual[name] != expected[name]
    ]
    return sorted([*missing, *added, *changed], key=lambda each: each.name)


# SQLite: the statements that made them.


def _describe_file(
    c: Cursor, tables: Sequence[str] | None = None, names: Container[str] = ()
) -> dict[str, str]:
    """Return the statement of each thing that belongs to tables or has a name, or of everything."""
    c.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        f"{kind} {name}": sql
        for kind, name, table, sql in c.fetchall()
        if tables is None or table in tables or f"{kind} {name}" in names
    }


@lru_cache
def _describe_new_file(script: str) -> Mapping[str, str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        return _describe_file(cast(Cursor, connection.cursor()))


# PostgreSQL: what its catalogue says, without the name of the schema that they are in.


def digest_of(description: Mapping[str, str]) -> str:
    """Return the digest of a description."""
    return sha256(orjson.dumps(description, option=orjson.OPT_SORT_KEYS)).hexdigest()


def describe_live(c: Cursor, tables: tuple[str, ...]) -> dict[str, str]:
    """Return what the database says of tables, one line for each thing."""
    c.execute("SELECT current_schema()::regnamespace::oid::bigint, quote_ident(current_schema())")
    schema, name = c.fetchone()
    return _describe_tables(c, schema, tables, (f"{name}.",))


def _describe_temporary(c: Cursor, table_set: TableSet) -> dict[str, str]:
    """Describe new tables, made for this as temporary ones; nothing of them is left."""
    script = table_set.read_script("postgres")
    script = re.sub(r"CREATE TABLE( IF NOT EXISTS)?", "CREATE TEMP TABLE", script)
    script = script.replace("FUNCTION append_only", "FUNCTION pg_temp.append_only")
    c.execute("SAVEPOINT fresh")
    try:
        run_script(c, script)
        c.execute("SELECT oid::bigint, nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
        schema, name = c.fetchone()
        tables = table_set.tables["postgres"]
        return _describe_tables(c, schema, tables, (f"{name}.", "pg_temp."))
    finally:
        c.execute("ROLLBACK TO SAVEPOINT fresh")


def _describe_tables(
    c: Cursor, schema: int, tables: tuple[str, ...], prefixes: tuple[str, ...]
) -> dict[str, str]:
    statement = resources.files("ledger").joinpath("described.sql").read_text()
    c.execute(statement, {"schema": schema, "names": list(tables)})
    definitions = dict(c.fetchall())
    for prefix in prefixes:
        definitions = {name: (text or "").replace(prefix, "") for name, text in definitions.items()}
    return definitions
