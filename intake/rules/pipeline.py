"""The stages of the reader in their order."""

from __future__ import annotations

from datetime import date

from intake.article import MAX_READ_CHARS, Article
from intake.draft import HeldBack, Reading
from intake.registry import Registry
from intake.rules.anchor import find_anchor
from intake.rules.cast import Cast
from intake.rules.finishing import finish
from intake.rules.genders import find_genders
from intake.rules.genre import find_genre
from intake.rules.interview import find_exchanges, read_interview
from intake.rules.issues import Issues
from intake.rules.languages import CUT_OFF, find_unread_language, is_cut_off
from intake.rules.layout import split_blocks
from intake.rules.moments import Calendar
from intake.rules.narrative import read_report
from intake.rules.opinion import propose_publication
from intake.rules.quotations import find_quotations
from intake.rules.sentences import Sentence, split_sentences
from intake.rules.signatories import find_signatories
from intake.rules.story import Story
from intake.rules.thread import read_thread
from intake.rules.transcript import read_transcript


def read(article: Article, registry: Registry, *, anchor: date | None, zone: str | None) -> Reading:
    """Return what an article tells of a negotiation."""
    story = open_story(article, registry, anchor=anchor, zone=zone)
    sentences = split_story(story)
    if story.genre == "opinion":
        propose_publication(story)
    elif story.genre in ("report", "communique") and any(block.label for block in story.blocks):
        read_report([each for each in sentences if not story.blocks[each.block].label], story)
        read_transcript(sentences, story)
    elif exchanges := find_exchanges(story.text, story.blocks):
        read_interview(exchanges, sentences, story)
    elif story.genre == "transcript":
        read_transcript(sentences, story)
    elif story.genre == "thread":
        read_thread(sentences, story)
    else:
        read_report(sentences, story)
    return close_story(story)


def open_story(
    article: Article, registry: Registry, *, anchor: date | None, zone: str | None
) -> Story:
    """Return an article before it is read: its genre, and the day and zone of its dates."""
    text = article.text[:MAX_READ_CHARS]
    blocks = split_blocks(text)
    genre = find_genre(text, blocks)
    zone = zone or article.zone or registry.timezone
    anchor = anchor or find_anchor(text, blocks, article.published, zone)
    is_orthodox = article.read_language == "uk"
    cast = Cast(registry, genders=find_genders(text, registry))
    if genre == "communique":
        cast.speaks_jointly = True
        cast.sides = find_signatories(text, blocks, cast)
        cast.is_signed = len(cast.sides) > 1
    story = Story(
        article,
        text,
        registry,
        genre,
        blocks,
        Calendar(anchor, zone, is_orthodox),
        cast,
        Issues(registry),
    )
    first = (blocks[0].line_start, blocks[0].end) if blocks else (0, len(text))
    if (reason := find_unread_language(text)) is not None:
        story.hold_back(*first, reason)
    if is_cut_off(text):
        story.hold_back(*first, CUT_OFF)
    if len(article.text) > MAX_READ_CHARS:
        reason = f"Only the first {MAX_READ_CHARS:,} characters are read."
        story.held_back.append(HeldBack(span=(MAX_READ_CHARS, len(article.text)), reason=reason))
    return story


def split_story(story: Story) -> list[Sentence]:
    """Return the sentences of an article."""
    return split_sentences(story.text, story.blocks, find_quotations(story.text, story.blocks))


def close_story(story: Story) -> Reading:
    """Return what was proposed of an article, as drafts that were checked."""
    drafts, held_back = finish(story)
    return Reading(
        genre=story.genre,
        anchor=story.calendar.anchor,
        zone=story.calendar.zone,
        language=story.article.read_language,
        drafts=tuple(drafts),
        held_back=tuple(held_back),
        unknown_actors=tuple(story.unknown.values()),
    )
