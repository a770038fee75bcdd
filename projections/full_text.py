"""Full text: which words an event holds, and how each database keeps and finds them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from domain.model import Json
from ledger.database import Cursor, Dialect, database_dialect, insert_rows
from projections.words import split_words

BLOCK_SIZE = 256
"""Versions whose words move into the full text of SQLite together."""
MAX_WORD_BYTES = 2046
"""Bytes of a word in a tsvector; a longer one is found by its beginning."""
REPORT_TEXTS = ("publisher", "origin", "title", "quote")
"""What of a report is found."""


class Term(NamedTuple):
    """What an event must hold: words that begin so, or else all words of one of some slugs.

    ``wanted`` is one word of a query, or one run of a script without blanks; ``subjects`` are the
    parties and persons, by kind and slug, that have these slugs and such a name, and ``spellings``
    what such a name is shown as.
    """

    wanted: str
    beginnings: Sequence[str]
    slugs: Collection[Sequence[str]] = ()
    subjects: Collection[tuple[str, str]] = ()
    spellings: Mapping[tuple[str, str], str] = MappingProxyType({})


def holds_all(words: str, terms: Iterable[Term]) -> bool:
    """Return whether some words, joined by blanks, hold each term."""
    text = f" {words} "
    return all(
        all(f" {beginning}" in text for beginning in term.beginnings)
        or any(all(f" {word} " in text for word in slug) for slug in term.slugs)
        for term in terms
    )


def event_words(payload: object, reports: Iterable[Json]) -> list[str]:
    """Return the words of every text of a payload and of who reported it."""
    texts: list[str] = []
    _collect_texts(payload, texts)
    for report in reports:
        texts += filter(None, map(report.get, REPORT_TEXTS))
    return split_words("\n".join(texts))


def _collect_texts(value: object, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        for member in value.values():
            _collect_texts(member, texts)
    elif isinstance(value, list | tuple):
        for member in value:
            _collect_texts(member, texts)


def full_text_query(
    dialect: Dialect,
    terms: Iterable[Term],
    list_spellings: Callable[[str], Sequence[str] | None] = lambda beginning: None,
) -> str:
    """Return the query for versions that hold each term.

    ``list_spellings`` may give the words that begin so, which are then looked up themselves.
    """
    is_postgres = dialect == "postgres"
    every, quoted, begun = (" & ", "'{}'", "'{}':*") if is_postgres else (" AND ", '"{}"', '"{}"*')
    either = " | " if is_postgres else " OR "

    def query_beginning(beginning: str) -> str:
        spellings = list_spellings(beginning)
        if not spellings:
            return begun.format(beginning)
        return _join_query(either, [quoted.format(each) for each in spellings])

    return every.join(
        _join_query(
            either,
            [
                _join_query(every, list(map(query_beginning, term.beginnings))),
                *(
                    _join_query(every, [quoted.format(each) for each in slug])
                    for slug in term.slugs
                ),
            ],
        )
        for term in terms
    )


def _join_query(operator: str, parts: Sequence[str]) -> str:
    return f"({operator.join(parts)})"


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
