"""What the inbox of a negotiation holds, within the session of a reader."""

from __future__ import annotations

from collections.abc import Sequence

from api.inbox.telling import tell_article, tell_feed
from api.session import Session
from domain.instants import Instant
from domain.model import Json
from ledger import articles, drafts, feeds
from ledger.articles import ArticleCount, StoredArticle
from ledger.drafts import FoundDraft


def list_articles(session: Session, before: str | None, limit: int) -> tuple[list[Json], bool]:
    """Return the newest articles, or those before one by its id, and whether there are older."""
    c, slug = session.cursor, session.negotiation
    found = articles.list_articles(c, slug, before=before, limit=limit + 1)
    counts = articles.count_drafts(c, slug, [each.id for each in found])
    return [tell_article(each, counts[each.id]) for each in found[:limit]], len(found) > limit


def open_article(session: Session, article: str) -> tuple[StoredArticle, ArticleCount]:
    """Return an article, and how far its drafts are. Raises NotFoundError."""
    c, slug = session.cursor, session.negotiation
    row = articles.read_article(c, slug, article)
    return row, articles.count_drafts(c, slug, [row.id])[row.id]


def list_drafts(session: Session, article: str, limit: int) -> list[FoundDraft]:
    """Return the drafts of an article in the order of its text."""
    return drafts.list_drafts(session.cursor, session.negotiation, article=article, limit=limit)


def list_decided(
    session: Session, since: Instant, until: Instant, limit: int
) -> Sequence[FoundDraft]:
    """Return drafts that were decided in a period, the last ones first."""
    return drafts.list_decided(session.cursor, session.negotiation, since, until, limit)


def list_feeds(session: Session) -> list[Json]:
    return list(map(tell_feed, feeds.list_feeds(session.cursor, session.negotiation)))
