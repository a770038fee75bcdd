"""Full text: which words an event holds, and how each database keeps and finds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ledger.database import Cursor, Dialect, database_dialect, insert_rows

BLOCK_SIZE = 256
"""Versions whose words move into the full text of SQLite together."""
MAX_WORD_BYTES = 2046
"""Bytes of a word in a tsvector; a longer one is found by its beginning."""
_WORD_PATTERN = re.compile(r"[^\W_]+")


def split_words(text: str) -> list[str]:
    """Return the words of a text, without case and accents: ``Straße naïve`` is strasse, naive.

    Both views and both databases tokenise by this alone.
    """
    if text.isascii():
        return _WORD_PATTERN.findall(text.lower())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD_PATTERN.findall("".join(c for c in decomposed if not unicodedata.combining(c)))


def holds_all(words: Iterable[str], wanted: Sequence[str]) -> bool:
    """Return whether each wanted word begins one of these words."""
    distinct = set(words)
    return all(any(word.startswith(prefix) for word in distinct) for prefix in wanted)


def payload_words(payload: object) -> list[str]:
    """Return the words of every text of a payload."""
    return split_words("\n".join(_payload_texts(payload)))


def _payload_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _payload_texts(member)


def full_text_query(dialect: Dialect, words: Sequence[str]) -> str:
    """Return the query for versions with words that begin with each of these."""
    if dialect == "postgres":
        return " & ".join(f"'{word}':*" for word in words)
    return " ".join(f'"{word}"*' for word in words)


def store_words(c: Cursor, words_by_version: Iterable[tuple[int, list[str]]]) -> None:
    """Add the words of versions, by version id, to the full text."""
    if database_dialect(c) == "postgres":
        # Letters and digits alone need no quotes in the text of a tsvector.
        rows = [(id, " ".join(map(_truncate_word, words))) for id, words in words_by_version]
        insert_rows(c, "word", rows)
    else:
        _store_in_blocks(c, [(id, " ".join(words)) for id, words in words_by_version])


def _truncate_word(word: str) -> str:
    """Return what a tsvector takes of a word; a character has at most four bytes."""
    if 4 * len(word) <= MAX_WORD_BYTES:
        return word
    return word.encode()[:MAX_WORD_BYTES].decode(errors="ignore")


def _store_in_blocks(c: Cursor, rows: list[tuple[int, str]]) -> None:
    """Let words wait; each full block moves on, in a savepoint that makes it one segment."""
    c.execute("SELECT count(*) FROM waiting")
    if c.fetchone()[0] + len(rows) >= BLOCK_SIZE:
        c.execute("SELECT version, text FROM waiting ORDER BY version")
        rows[:0] = [(version, text) for version, text in c.fetchall()]
        c.execute("DELETE FROM waiting")
    while len(rows) >= BLOCK_SIZE:
        c.execute("SAVEPOINT block")
        insert_rows(c, "word (rowid, text)", rows[:BLOCK_SIZE])
        c.execute("RELEASE block")
        del rows[:BLOCK_SIZE]
    insert_rows(c, "waiting", rows)
