"""What of the index is native to PostgreSQL: its tables, the full text, reading a cell's newest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, NamedTuple, cast

from domain.errors import BusyError, InvalidQuestionError
from ledger.database import Cursor, insert_rows

TABLES = ("version", "cell", "placement", "mention", "link", "word", "tracking")
SCHEMA_LOCK = 0x696E646578
"""The advisory lock under which tables are made."""
BUILDING_LOCK = 0x6275696C64
"""The advisory lock that one who builds a read model beside the live one holds."""
LOCK_TIMEOUT = "500ms"
"""How long the tables are waited for, and new readers with it: less than ``deadlock_timeout``."""
MAX_WORD_BYTES = 2046
"""Bytes of a word in a tsvector; a longer one is found by its beginning."""


def create_tables(c: Cursor) -> None:
    """Make the tables of the read model where they are missing."""
    c.execute("SELECT to_regclass('version')")
    if c.fetchone()[0] is None:
        make_tables(c, "TABLE")


def make_tables(c: Cursor, kind: str) -> None:
    """Make all tables or none: each a ``TABLE``, or a ``TEMP TABLE``, which hides the one there.

    Whoever comes second waits for the first, and finds them made.
    """
    script = resources.files("projections.index").joinpath("postgres.sql").read_text()
    lock = f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK});\n"
    run_script(c, lock + script.replace("CREATE TABLE", f"CREATE {kind}"))


def run_script(c: Cursor, script: str) -> None:
    """Run several statements as they are, without values."""
    cast(Any, c).connection.execute(script)


def full_text_query(words: Sequence[str]) -> str:
    """Return the full-text query for words that begin with each of these."""
    return " & ".join(f"'{word}':*" for word in words)


def store_words(c: Cursor, texts: list[tuple[int, list[str]]]) -> None:
    """Take words in as they are: they were normalised, and no parser may part them again.

    Letters and digits alone need no quotes in the text of a tsvector.
    """
    insert_rows(
        c, "word", [(version, " ".join(map(_truncate_word, words))) for version, words in texts]
    )


def _truncate_word(word: str) -> str:
    """Return what a tsvector takes of a word; a character has at most four bytes."""
    return (
        word
        if 4 * len(word) <= MAX_WORD_BYTES
        else word.encode()[:MAX_WORD_BYTES].decode(errors="ignore")
    )


def analyze_tables(c: Cursor) -> None:
    """Let the planner look at what was added."""
    c.execute(f"ANALYZE {', '.join(TABLES)}")


class SchemaPair(NamedTuple):
    """The schemas of the live read model and of the one that is built, quoted."""

    live_schema: str
    new_schema: str


@contextmanager
def building_schema(c: Cursor) -> Iterator[SchemaPair]:
    """Have the names of the read model stand for tables made anew in a schema of their own.

    What one that was killed left there goes first; at the end the schema goes.
    Raises BusyError where another builds already, InvalidQuestionError who may not.
    """
    c.execute(
        """
        SELECT has_database_privilege(current_database(), 'CREATE') AND coalesce(
            (
                SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
                WHERE oid = to_regclass('version')
            ),
            true
        )
        """
    )
    if not c.fetchone()[0]:
        hint = "run it as the owner; GRANT CREATE ON DATABASE lets that role make a schema"
        raise InvalidQuestionError("this role may not make and replace tables here", hint=hint)
    c.execute("SELECT pg_try_advisory_lock(:lock)", {"lock": BUILDING_LOCK})
    if not c.fetchone()[0]:
        raise BusyError("another process rebuilds this ledger", hint="let it end first")
    c.execute(
        """
        SELECT quote_ident(current_schema()), quote_ident(current_schema() || '_building'),
            current_setting('search_path')
        """
    )
    live_schema, new_schema, search_path = c.fetchone()
    try:
        c.execute(f"DROP SCHEMA IF EXISTS {new_schema} CASCADE")
        c.execute(f"CREATE SCHEMA {new_schema}")
        c.execute(f"SET search_path TO {new_schema}, {search_path}")
        make_tables(c, "TABLE")
        yield SchemaPair(live_schema, new_schema)
    finally:
        c.execute(f"SET search_path TO {search_path}")
        c.execute(f"DROP SCHEMA IF EXISTS {new_schema} CASCADE")
        c.execute("SELECT pg_advisory_unlock(:lock)", {"lock": BUILDING_LOCK})


def replace_tables(c: Cursor, schemas: SchemaPair) -> None:
    """Put the built tables in the place of the live ones, inside the caller's transaction."""
    c.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    # Every question reads tracking first: whoever has not yet read it holds none of the others.
    for table in reversed(TABLES):
        c.execute(f"DROP TABLE IF EXISTS {schemas.live_schema}.{table}")
        c.execute(f"ALTER TABLE {schemas.new_schema}.{table} SET SCHEMA {schemas.live_schema}")
