"""The stages of the reader in their order."""

from __future__ import annotations

import re
from datetime import date

from domain.slugs import make_slug
from intake.article import MAX_READ_CHARS, Article
from intake.draft import DraftEvent, Reading
from intake.registry import Registry

_QUOTE = re.compile('[“"«„]([^“”"«»„]{3,2000})[”"»“]')


def read(article: Article, registry: Registry, *, anchor: date | None, zone: str | None) -> Reading:
    """Return what an article tells of a negotiation."""
    text = article.text[:MAX_READ_CHARS]
    drafts = []
    for match in _QUOTE.finditer(text):
        after = text[match.end() : match.end() + 120].partition("\n")[0]
        for person in registry.persons:
            surname = person.name.split()[-1]
            if surname in after:
                quote = match[1].strip(" ,")
                event = {
                    "type": "statement-made",
                    "occurred": None,
                    "statement": make_slug(f"{surname} {quote}")[:60].strip("-"),
                    "speaker": f"person:{person.slug}",
                    "summary": f"{person.name}: {quote}",
                    "text": quote,
                }
                why = f"The quotation is followed by {surname}."
                drafts.append(DraftEvent(event=event, span=match.span(), why=why, confidence=0.5))
                break
    return Reading(
        genre="report",
        anchor=anchor,
        zone=zone or article.zone or registry.timezone,
        language=article.read_language,
        drafts=tuple(drafts),
    )
