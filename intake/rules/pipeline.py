"""The stages of the reader in their order."""

from __future__ import annotations

from datetime import date

from intake.article import MAX_READ_CHARS, Article
from intake.draft import HeldBack, Reading
from intake.registry import Registry
from intake.rules.anchor import find_anchor
from intake.rules.cast import Cast
from intake.rules.finishing import finish
from intake.rules.genre import find_genre
from intake.rules.issues import Issues
from intake.rules.layout import split_blocks
from intake.rules.narrative import read_report
from intake.rules.opinion import propose_publication
from intake.rules.quotations import find_quotations
from intake.rules.sentences import split_sentences
from intake.rules.story import Story
from intake.rules.times import Calendar
from intake.rules.transcript import read_transcript


def read(article: Article, registry: Registry, *, anchor: date | None, zone: str | None) -> Reading:
    """Return what an article tells of a negotiation."""
    text = article.text[:MAX_READ_CHARS]
    blocks = split_blocks(text)
    genre = find_genre(text, blocks)
    zone = zone or article.zone or registry.timezone
    anchor = anchor or find_anchor(text, blocks, article.published, zone)
    is_orthodox = article.read_language == "uk"
    story = Story(
        article,
        text,
        registry,
        genre,
        blocks,
        Calendar(anchor, zone, is_orthodox),
        Cast(registry),
        Issues(registry),
    )
    if len(article.text) > MAX_READ_CHARS:
        reason = f"Only the first {MAX_READ_CHARS:,} characters are read."
        story.held_back.append(HeldBack(span=(MAX_READ_CHARS, len(article.text)), reason=reason))
    sentences = split_sentences(text, blocks, find_quotations(text, blocks))
    if genre == "opinion":
        propose_publication(story)
    elif genre == "transcript":
        read_transcript(sentences, story)
    else:
        read_report(sentences, story)
    drafts, held_back = finish(story)
    return Reading(
        genre=genre,
        anchor=anchor,
        zone=zone,
        language=article.read_language,
        drafts=tuple(drafts),
        held_back=tuple(held_back),
        unknown_actors=tuple(story.unknown.values()),
    )
