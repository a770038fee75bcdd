"""What of the index is native to PostgreSQL: its tables, the full text, reading a cell's newest."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from ledger.cursor import Cursor, put

TABLES = ("version", "cell", "placement", "mention", "link", "word", "tracking")
SCHEMA_LOCK = 0x696E646578
"""The advisory lock under which tables are made."""
WAITING = None
MATCHING = "word w JOIN version v ON v.id = w.version WHERE w.words @@ CAST(:match AS tsquery)"
WANTED = (
    "(SELECT value ->> 0 AS negotiation, value ->> 1 AS kind, value ->> 2 AS key"
    " FROM jsonb_array_elements(CAST(? AS jsonb))) w"
)
"""The cells looked for, of a JSON list of negotiation, kind and key each."""
LONGEST = 2046
"""Bytes of a word in a tsvector; a longer one is found by its beginning."""
NEWEST = "LATERAL (SELECT o.* FROM placement o WHERE {newest}) p ON true"
"""The placements of each cell c that are chosen by what is put in."""


def create(c: Any) -> None:
    """Make the tables of the read model where they are missing."""
    c.execute("SELECT to_regclass('version')")
    if c.fetchone()[0] is None:
        make(c, "TABLE")


def make(c: Any, kind: str) -> None:
    """Make all tables or none: each a ``TABLE``, or a ``TEMP TABLE``, which hides the one there.

    Whoever comes second waits for the first, and finds them made.
    """
    script = resources.files("projections").joinpath("postgres.sql").read_text()
    lock = f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK});\n"
    c.connection.execute(lock + script.replace("CREATE TABLE", f"CREATE {kind}"))


def query(words: Sequence[str]) -> str:
    """Return the full-text query for words that begin with each of these."""
    return " & ".join(f"'{word}':*" for word in words)


def read(c: Cursor, texts: list[tuple[int, list[str]]]) -> None:
    """Take words in as they are: they were normalised, and no parser may part them again.

    Letters and digits alone need no quotes in the text of a tsvector.
    """
    put(c, "word", [(version, " ".join(map(_cut, words))) for version, words in texts])


def _cut(word: str) -> str:
    """Return what a tsvector takes of a word; a character has at most four bytes."""
    return word if 4 * len(word) <= LONGEST else word.encode()[:LONGEST].decode(errors="ignore")


def settle(c: Cursor) -> None:
    """Let the planner look at what was added."""
    c.execute(f"ANALYZE {', '.join(TABLES)}")
