# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Statements from what was said."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.draft import Alternative
from intake.rules.moments import When
from intake.rules.quotations import Quotation
from intake.rules.speech import Utterance
from intake.rules.story import DraftProposal, Story
from intake.rules.summaries import content_of, summarise

_UNSPOKEN = {"label": "the label of the turn", "the line below": "the line below"}
"""What tells who speaks without a verb."""
_MAX_SLUG = 50
_MAX_TEXT = 4_000
_CHANNELS = [
    (re.compile(pattern, re.IGNORECASE), channel)
    for pattern, channel in (
        (r"\bsocial network X\b|\b(?:on|in) X\b|\btweet|\btwitter\b|у соцмережі X", "X"),
        (r"\btelegram\b|телеграм", "Telegram"),
        (r"\bfacebook\b|фейсбу", "Facebook"),
        (r"\btruth social\b", "Truth Social"),
        (
            r"\bpress conference\b|\bnews conference\b|пресконференц|прес-конференц",
            "press conference",
        ),
        (r"\btold reporters\b|\bto reporters\b|журналіст", "to reporters"),
        (r"\bin an interview\b|інтерв['’]ю", "interview"),
        (
            r"\b(?:told|to) (?:parliament|mps|lawmakers|the house|congress)\b|парламент",
            "parliament",
        ),
        (r"\bby (?:tele)?phone\b|\bin a call\b|телефон", "telephone"),
        (r"\bon the radio\b|\bradio\b|радіо", "radio"),
        (r"\bnote to staff\b|\bmemo\b", "note to staff"),
        (r"\bstatement\b|заяві", "statement"),
        (r"\bletter\b|листі", "letter"),
    )
]


def propose_statement(utterance: Utterance, when: When, story: Story) -> DraftProposal:
    """Return a statement with what was said, verbatim where it is quoted."""
    actor = str(utterance.actor)
    text = _joined(utterance.pieces, story.text)
    content = content_of(utterance, story.text)
    party = story.cast.party_of(actor)
    issues = story.issues.find(content)
    fields: Json = {
        "statement": new_slug(f"{actor.partition(':')[2].split('-')[-1]} {content}", story),
        "speaker": actor,
        "summary": summarise(story.name_of(actor), content),
    }
    if party and actor.startswith("person:"):
        fields["on_behalf_of"] = party
    if text:
        fields |= {"text": text, "language": story.article.read_language}
    telling = " ".join(sentence.masked for sentence in utterance.sentences)
    channel = next((name for pattern, name in _CHANNELS if pattern.search(telling)), None)
    if channel:
        fields["channel"] = channel
    if issues:
        fields["about"] = [f"issue:{slug}" for slug in issues[:3]]
    cue = _UNSPOKEN.get(utterance.cue, f"“{utterance.cue}”")
    why = f"{story.name_of(actor)} is named as the speaker by {cue}."
    proposal = DraftProposal(
        "statement-made",
        fields,
        utterance.start,
        utterance.end,
        why,
        0.85 if utterance.pieces else 0.7,
        when,
        utterance.block,
        actor,
    )
    if party and actor.startswith("person:"):
        label = f"{story.name_of(f'party:{party}')} as the speaker"
        proposal.alternatives.append(
            Alternative(field="speaker", value=f"party:{party}", label=label)
        )
    return proposal


def new_slug(words: str, story: Story) -> str:
    """Return a slug that nothing in the article has, made of the first of some words."""
    taken = story.slugs
    slug = make_slug(" ".join(words.split()[:9]))[:_MAX_SLUG].rsplit("-", 1)
    base = (slug[0] if len(slug) > 1 and len(slug[0]) > 8 else "-".join(slug)).strip(
        "-"
    ) or "statement"
    made = make_slug(base) or "statement"
    while made in taken:
        story.slug_counts[base] = story.slug_counts.get(base, 1) + 1
        made = f"{make_slug(base)[:_MAX_SLUG]}-{story.slug_counts[base]}"
    story.slugs.add(made)
    return made


def _joined(pieces: list[Quotation], text: str) -> str:
    """Return the quoted pieces, joined where something stands between them."""
    found = [text[each.words_start : each.words_end].strip().rstrip(",").strip() for each in pieces]
    return " … ".join(piece for piece in found if piece)[:_MAX_TEXT]
