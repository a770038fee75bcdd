"""What each database does natively for the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.database import Cursor, database_dialect
from projections.index import postgres, sqlite


class NativeIndex(Protocol):
    """The part of the index that is written once for each database (a module)."""

    TABLES: tuple[str, ...]

    def create_tables(self, c: Cursor) -> None:
        """Create the tables of the read model where they are missing."""

    def full_text_query(self, words: Sequence[str]) -> str:
        """Return the full-text query for words that begin with each of these."""

    def store_words(self, c: Cursor, texts: Sequence[tuple[int, list[str]]]) -> None:
        """Add the words of versions, by version id, to the full text."""

    def analyze_tables(self, c: Cursor) -> None:
        """Update the statistics that the planner uses."""


def native_index(c: Cursor) -> NativeIndex:
    """Return what is native to the database of a cursor."""
    return postgres if database_dialect(c) == "postgres" else sqlite
