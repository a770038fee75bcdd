"""What the inbox of a negotiation holds, read where it is written: a replica may lag behind."""

from __future__ import annotations

from collections.abc import Sequence

from api.inbox.telling import tell_article, tell_feed
from domain.instants import Instant
from domain.model import Json
from ledger import article_sources, articles, drafts, feeds
from ledger.article_sources import ArticleSource
from ledger.articles import ArticleCount, StoredArticle
from ledger.database import ReadableLedger
from ledger.drafts import FoundDraft


def list_articles(
    ledger: ReadableLedger, slug: str, before: str | None, limit: int
) -> tuple[list[Json], bool]:
    """Return the newest articles, or those before one by its id, and whether there are older."""
    with ledger.open_snapshot() as c:
        found = articles.list_articles(c, slug, before=before, limit=limit + 1)
        counts = articles.count_drafts(c, slug, [each.id for each in found])
    return [tell_article(each, counts[each.id]) for each in found[:limit]], len(found) > limit


def open_article(
    ledger: ReadableLedger, slug: str, article: str
) -> tuple[StoredArticle, ArticleCount, list[ArticleSource]]:
    """Return an article, how far its drafts are, and its further addresses. Raises
    NotFoundError."""
    with ledger.open_snapshot() as c:
        row = articles.read_article(c, slug, article)
        count = articles.count_drafts(c, slug, [row.id])[row.id]
        return row, count, article_sources.list_sources(c, row.id)


def list_drafts(ledger: ReadableLedger, slug: str, article: str, limit: int) -> list[FoundDraft]:
    """Return the drafts of an article in the order of its text."""
    with ledger.open_snapshot() as c:
        return drafts.list_drafts(c, slug, article=article, limit=limit)


def list_decided(
    ledger: ReadableLedger, slug: str, since: Instant, until: Instant, limit: int
) -> Sequence[FoundDraft]:
    """Return drafts that were decided in a period, the last ones first."""
    with ledger.open_snapshot() as c:
        return drafts.list_decided(c, slug, since, until, limit)


def list_feeds(ledger: ReadableLedger, slug: str) -> list[Json]:
    with ledger.open_snapshot() as c:
        return list(map(tell_feed, feeds.list_feeds(c, slug)))
