"""What is told of articles and drafts, as JSON of ``api.models.inbox``."""

from __future__ import annotations

from collections.abc import Sequence

from domain.instants import Instant, to_rfc3339
from domain.model import Json
from ledger.article_sources import ArticleSource
from ledger.articles import ArticleCount, StoredArticle
from ledger.drafts import REREAD, FoundDraft
from ledger.feeds import Feed


def tell_article(row: StoredArticle, count: ArticleCount) -> Json:
    """Return what a list tells of an article."""
    return {
        "article": row.id,
        "negotiation": row.negotiation,
        "sha256": row.sha256,
        "brought_by": row.brought_by,
        "brought_at": to_rfc3339(row.brought_at),
        "url": row.url,
        "title": row.title,
        "publisher": row.publisher,
        "published": row.published,
        "language": row.language,
        "deleted_at": _moment(row.deleted_at),
        "drafts": count._asdict(),
    }


def tell_whole_article(
    row: StoredArticle, count: ArticleCount, sources: Sequence[ArticleSource]
) -> Json:
    """Return an article with its text."""
    told = row.told
    return {
        **tell_article(row, count),
        "sources": [
            {
                "url": each.url,
                "publisher": each.publisher,
                "published": each.published,
                "added_by": each.added_by,
                "added_at": to_rfc3339(each.added_at),
            }
            for each in sources
        ],
        "text": row.text.decode() if row.text else None,
        "genre": told.get("genre"),
        "anchor": told.get("anchor"),
        "zone": told.get("zone"),
        "held_back": told.get("held_back", []),
        "exchange": told.get("exchange"),
    }


def tell_draft(found: FoundDraft) -> Json:
    row, original = found.row, found.original
    return {
        "draft": row.id,
        "article": row.article,
        "place": row.place,
        "status": row.status,
        "version": found.version,
        "event": found.event or None,
        "original": original.get("event"),
        "span": original.get("span"),
        "why": original.get("why"),
        "confidence": original.get("confidence"),
        "alternatives": original.get("alternatives", []),
        "checks": original.get("checks", []),
        "changes": found.changes,
        "is_stale": found.is_stale,
        "reread": original.get(REREAD),
        "changed_by": row.changed_by,
        "changed_at": _moment(row.changed_at),
        "decided_by": row.decided_by,
        "decided_at": _moment(row.decided_at),
        "seq": found.seq,
        "proposal": found.proposal_status
        and {"proposal": row.proposal, "status": found.proposal_status},
    }


def tell_feed(feed: Feed) -> Json:
    return {
        "url": feed.url,
        "publisher": feed.publisher,
        "added_by": feed.added_by,
        "added_at": to_rfc3339(feed.added_at),
        "looked_at": _moment(feed.looked_at),
    }


def _moment(at: Instant | None) -> str | None:
    return None if at is None else to_rfc3339(at)
