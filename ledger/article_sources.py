"""Further addresses at which the text of an article stands, as a database has them."""

from __future__ import annotations

from typing import NamedTuple

from domain.instants import Instant
from ledger.database import Cursor, has_table, insert_rows


class ArticleSource(NamedTuple):
    """One such address: the columns of ``article_source``, in their order. ``published`` is a time
    expression (EDTF)."""

    article: str
    url: str
    publisher: str | None
    published: str | None
    added_by: str
    added_at: Instant


def list_sources(c: Cursor, article: str) -> list[ArticleSource]:
    """Return the further addresses of an article, the oldest first."""
    if not has_table(c, "article_source"):  # a log of an older version that is only read
        return []
    columns = ", ".join(ArticleSource._fields)
    c.execute(
        f"SELECT {columns} FROM article_source WHERE article = :article ORDER BY added_at, url",  # noqa: S608  # only constants are put in
        {"article": article},
    )
    return [ArticleSource(*row) for row in c.fetchall()]


def insert_source(c: Cursor, source: ArticleSource) -> None:
    """Add an address that the article does not have yet; the caller holds the head row."""
    insert_rows(c, "article_source", [source])
