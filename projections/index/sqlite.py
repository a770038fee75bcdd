"""What of the index is native to SQLite: its tables, the full text, reading a cell's newest."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from ledger.database import Cursor, insert_rows

TABLES = ("version", "cell", "placement", "mention", "link", "waiting", "word", "tracking")
BLOCK_SIZE = 256
"""Versions whose words move into the full text together."""


def create_tables(c: Cursor) -> None:
    """Make the tables of the read model where they are missing."""
    for statement in (
        resources.files("projections.index").joinpath("sqlite.sql").read_text().split(";\n")
    ):
        if statement.strip():
            c.execute(statement)


def full_text_query(words: Sequence[str]) -> str:
    """Return the full-text query for words that begin with each of these."""
    return " ".join(f'"{word}"*' for word in words)


def store_words(c: Cursor, texts: list[tuple[int, list[str]]]) -> None:
    """Let words wait; each full block moves on, in a savepoint that makes it one segment."""
    rows = [(version, " ".join(words)) for version, words in texts]
    c.execute("SELECT count(*) FROM waiting")
    if c.fetchone()[0] + len(rows) >= BLOCK_SIZE:
        c.execute("SELECT version, text FROM waiting ORDER BY version")
        rows[:0] = [(row[0], row[1]) for row in c.fetchall()]
        c.execute("DELETE FROM waiting")
    while len(rows) >= BLOCK_SIZE:
        c.execute("SAVEPOINT block")
        insert_rows(c, "word (rowid, text)", rows[:BLOCK_SIZE])
        c.execute("RELEASE block")
        del rows[:BLOCK_SIZE]
    insert_rows(c, "waiting", rows)


def analyze_tables(c: Cursor) -> None:
    """Nothing: plans here do not follow what the tables hold."""
