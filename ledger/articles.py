"""Articles as a database has them: what was brought in to be read, beside the log.

Whoever changes one holds the head row, as with proposals. The text of an article is deleted once
its drafts were decided long enough ago; what it was, and its hash, stay.
"""

from __future__ import annotations

from typing import NamedTuple

import orjson

from domain.errors import NotFoundError, TooManyRequestsError
from domain.instants import DAY, Instant
from domain.model import Json
from ledger.database import Cursor, has_table, insert_rows
from ledger.proposals import lock_head

MAX_UNDECIDED = 1000
"""Articles of one negotiation that have open drafts at once."""


class StoredArticle(NamedTuple):
    """One article: the columns of ``article``, in their order.

    ``text`` is UTF-8, empty once it was deleted at ``deleted_at``; ``sha256`` is the hash of it, in
    hex. ``reading`` is what a reader told of the whole text, as JSON. ``published`` is a time
    expression (EDTF).
    """

    id: str
    negotiation: str
    sha256: str
    brought_by: str
    brought_at: Instant
    url: str | None
    title: str | None
    publisher: str | None
    published: str | None
    language: str | None
    text: bytes
    reading: bytes
    deleted_at: Instant | None = None

    @property
    def told(self) -> Json:
        """What a reader told of the whole text; empty once the text was deleted."""
        found: Json = orjson.loads(self.reading or b"{}")
        return found


class ArticleCount(NamedTuple):
    """How many drafts of an article have each status."""

    open: int = 0
    accepted: int = 0
    discarded: int = 0


def insert_article(c: Cursor, article: StoredArticle) -> StoredArticle:
    """Add an article, and return it; or the one with the same text that is there already.

    Raises TooManyRequestsError where too many of the negotiation wait.
    """
    lock_head(c)
    if same := find_by_hash(c, article.negotiation, article.sha256):
        return same
    c.execute(
        """
        SELECT count(DISTINCT article) FROM draft
        WHERE negotiation = :negotiation AND status = 'open'
        """,
        {"negotiation": article.negotiation},
    )
    (count,) = c.fetchone()
    if count >= MAX_UNDECIDED:
        raise TooManyRequestsError(
            f"{count} articles have open drafts already", hint="accept or discard some first"
        )
    insert_rows(c, "article", [article])
    return article


def find_by_hash(c: Cursor, negotiation: str, sha256: str) -> StoredArticle | None:
    """Return the article of a negotiation whose text has a hash."""
    names = {"negotiation": negotiation, "sha256": sha256}
    found = _select(c, "negotiation = :negotiation AND sha256 = :sha256", **names)
    return found[0] if found else None


def read_article(c: Cursor, negotiation: str, article_id: str) -> StoredArticle:
    """Return an article. Raises NotFoundError."""
    names = {"negotiation": negotiation, "id": article_id}
    found = _select(c, "id = :id AND negotiation = :negotiation", **names)
    if not found:
        raise NotFoundError(
            f"there is no article {article_id!r}",
            hint=f"GET /v1/negotiations/{negotiation}/articles lists them",
        )
    return found[0]


_OR_FURTHER_SOURCE = "OR id IN (SELECT article FROM article_source WHERE url = :url)"
"""What else an address may be of; a log of an older version that is only read has no such table."""


def list_articles(
    c: Cursor,
    negotiation: str,
    *,
    url: str | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[StoredArticle]:
    """Return articles of a negotiation without text and reading, the newest first; with an address
    those that stand there, also if they were first found at another.

    ``before`` is the id of the last one of the page before.
    """
    further = _OR_FURTHER_SOURCE if has_table(c, "article_source") else ""
    return _select(
        c,
        f"""
        negotiation = :negotiation AND id < coalesce(:before, 'z')
        AND (coalesce(url, '') = coalesce(:url, url, '') {further})
        ORDER BY id DESC LIMIT :limit
        """,
        _SHORT_COLUMNS,
        empty=b"",
        negotiation=negotiation,
        url=url,
        before=before,
        limit=limit,
    )


def count_drafts(c: Cursor, negotiation: str, articles: list[str]) -> dict[str, ArticleCount]:
    """Return how many drafts articles of a negotiation have, by id."""
    if not articles:
        return {}
    c.execute(
        """
        SELECT article, status, count(*) FROM draft
        WHERE negotiation = :negotiation AND article BETWEEN :first AND :last
        GROUP BY article, status
        """,
        {"negotiation": negotiation, "first": min(articles), "last": max(articles)},
    )
    counts = dict.fromkeys(articles, ArticleCount())
    for article, status, count in c.fetchall():
        if article in counts:
            counts[article] = counts[article]._replace(**{status: count})
    return counts


def update_article(c: Cursor, article: StoredArticle) -> None:
    """Write what is said of an article anew; its text stays."""
    c.execute(
        """
        UPDATE article SET url = :url, title = :title, publisher = :publisher,
            published = :published, language = :language, reading = :reading
        WHERE id = :id
        """,
        article._asdict(),
    )


def delete_old_texts(c: Cursor, *, days: int, now: Instant) -> None:
    """Delete the texts of articles all of whose drafts were decided as many days ago, or that have
    had none for as long; hashes and drafts stay."""
    c.execute(
        """
        UPDATE article SET text = :empty, reading = :empty, deleted_at = :now
        WHERE deleted_at IS NULL AND brought_at <= :until AND NOT EXISTS (
            SELECT 1 FROM draft
            WHERE draft.article = article.id AND (status = 'open' OR decided_at > :until)
        )
        """,
        {"empty": b"", "now": now, "until": now - days * DAY},
    )


def delete_text(c: Cursor, article_id: str, now: Instant) -> None:
    """Delete the text of an article and its title at once."""
    c.execute(
        """
        UPDATE article SET text = :empty, reading = :empty, title = NULL,
            deleted_at = coalesce(deleted_at, :now)
        WHERE id = :id
        """,
        {"empty": b"", "now": now, "id": article_id},
    )


def list_texts(c: Cursor, negotiation: str) -> list[tuple[str, str, str, bytes]]:
    """Return id, hash, title and text of the articles; what was deleted is empty."""
    c.execute(
        """
        SELECT id, sha256, coalesce(title, ''), text FROM article
        WHERE negotiation = :negotiation
        """,
        {"negotiation": negotiation},
    )
    return [tuple(row) for row in c.fetchall()]


_COLUMNS = ", ".join(StoredArticle._fields)
_SHORT_COLUMNS = _COLUMNS.replace(" text", " :empty AS text").replace(
    " reading", " :empty AS reading"
)


def _select(
    c: Cursor, condition: str, columns: str = _COLUMNS, **values: object
) -> list[StoredArticle]:
    if not has_table(c, "article"):  # a log of an older version that is only read
        return []
    c.execute(f"SELECT {columns} FROM article WHERE {condition}", values)  # noqa: S608  # only constants are put in
    return [StoredArticle(*row) for row in c.fetchall()]
