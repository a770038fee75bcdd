"""The reader `rules`: drafts from an article by rules alone, without a model or a download."""

from __future__ import annotations

from datetime import date

from intake.article import Article
from intake.draft import Reading
from intake.registry import Registry


def read_article(
    article: Article, registry: Registry, *, anchor: date | None = None, zone: str | None = None
) -> Reading:
    """Return what an article tells of a negotiation, as drafts in the order of the text."""
    from intake.rules.pipeline import read

    return read(article, registry, anchor=anchor, zone=zone)
