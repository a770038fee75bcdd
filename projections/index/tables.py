"""The tables of the index: made, dropped and analyzed on either database."""

from __future__ import annotations

from importlib import resources
from typing import Literal

from ledger.database import Cursor, Dialect, database_dialect, run_script
from ledger.schema import TableSet

COMMON_TABLES = (
    "version",
    "cell",
    "placement",
    "mention",
    "candidate",
    "link",
    "version_block",
    "news_day",
    "happened_week",
    "zone_use",
)
TABLES: dict[Dialect, tuple[str, ...]] = {
    "sqlite": (*COMMON_TABLES, "waiting", "spelling", "word", "tracking"),
    "postgres": (*COMMON_TABLES, "word", "tracking"),
}
"""The tables of the read model on each database."""
INDEX_TABLES = TableSet(
    "projections.index",
    TABLES,
    "7c1e096d417dc74d4218b45a91481984f8fbda2d448b4b54c66845cfc35b1f1d",
    "stop the server and run minutebook rebuild, which makes the read model anew",
)
SCHEMA_LOCK = 0x696E646578
"""The advisory lock under which tables are made on PostgreSQL."""


def index_tables(c: Cursor) -> tuple[str, ...]:
    """Return the names of the tables of the read model."""
    return TABLES[database_dialect(c)]


def create_tables(c: Cursor) -> None:
    """Create the tables of the read model where they are missing."""
    if database_dialect(c) == "sqlite":
        run_script(c, _read_script("sqlite.sql"))
        return
    c.execute("SELECT to_regclass('version')")
    if c.fetchone()[0] is None:
        create_on_server(c, "TABLE")


def create_on_server(c: Cursor, kind: Literal["TABLE", "TEMP TABLE"]) -> None:
    """Create all tables on PostgreSQL or none; a temporary one hides the one that exists.

    Whoever comes second waits for the first, and finds them made.
    """
    lock = f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK});\n"
    run_script(c, lock + _read_script("postgres.sql").replace("CREATE TABLE", f"CREATE {kind}"))


def recreate_tables(c: Cursor) -> None:
    """Empty the read model; it can always be rebuilt from the log."""
    for table in index_tables(c):
        c.execute(f"DROP TABLE IF EXISTS {table}")
    create_tables(c)


def analyze_tables(c: Cursor) -> None:
    """Update the statistics of the planner on PostgreSQL; SQLite plans without them."""
    if database_dialect(c) == "postgres":
        c.execute(f"ANALYZE {', '.join(index_tables(c))}")


def _read_script(name: str) -> str:
    return resources.files("projections.index").joinpath(name).read_text()
