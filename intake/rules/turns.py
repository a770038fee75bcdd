"""Which sayings in a row are one: a paraphrase and its quotation, of one speaker or one side."""

from __future__ import annotations

import re

from intake.rules import verbs
from intake.rules.occasions import find_own_time
from intake.rules.speech import Utterance
from intake.rules.story import Story

_MAX_SENTENCES = 12
"""How many sentences in a row are one statement."""


def find_same_turn(utterance: Utterance, spoken: list[Utterance], story: Story) -> Utterance | None:
    """Return the utterance before that this one goes on with: of the same speaker and paragraph,
    and not a quotation of its own."""
    if not spoken:
        return None
    previous = spoken[-1]
    if previous.is_opened or previous.is_bystander:
        return None
    if previous.block != utterance.block and (
        not _quotes_what_was_told(previous, utterance) or _tells_of_meeting(previous, story)
    ):
        return None
    parties = {story.cast.party_of(each.actor) for each in (previous, utterance)}
    is_of_one_party = len(parties) == 1 and parties != {None}
    if is_of_one_party and utterance.pieces and _speaks_next(previous, utterance):
        spoken.pop()
        utterance.start = previous.start
        utterance.sentences = previous.sentences + utterance.sentences
        utterance.telling = previous.telling + utterance.telling
        utterance.cues = previous.cues | utterance.cues
        return None
    if previous.actor != utterance.actor or len(previous.sentences) >= _MAX_SENTENCES:
        return None
    if _is_of_another_time(previous, utterance, story):
        return None
    if utterance.has_whole_quotation and previous.cue in verbs.PARTICIPLES:
        return None
    gap = story.text[previous.end : utterance.start]
    return previous if not gap.strip() else None


def _tells_of_meeting(previous: Utterance, story: Story) -> bool:
    """Return whether what was said is a meeting, and in the drafts of that."""
    return any(
        each.type.startswith("meeting-") and previous.start <= each.start < previous.end
        for each in story.proposals
    )


def _speaks_next(previous: Utterance, utterance: Utterance) -> bool:
    """Return whether somebody speaks for whom the sentence before told of: the company denied it.
    “Never,” its chief said."""
    is_body = str(previous.actor).startswith("party:") and not previous.pieces
    is_body &= not is_act_alone(previous)
    is_person = str(utterance.actor).startswith("person:")
    return (previous.is_denial and previous.actor != utterance.actor) or (
        is_body and is_person and utterance.has_whole_quotation and len(previous.sentences) == 1
    )


def _quotes_what_was_told(previous: Utterance, utterance: Utterance) -> bool:
    """Return whether a paragraph begins with a quotation of what the one before told."""
    subject = utterance.mention
    return (
        previous.block == utterance.block - 1
        and not previous.has_whole_quotation
        and utterance.has_whole_quotation
        and utterance.pieces[0].start == utterance.start
        and subject is not None
        and subject.kind == "pronoun"
    )


def _is_of_another_time(previous: Utterance, utterance: Utterance, story: Story) -> bool:
    """Return whether what is said next has a time of its own, and no quotation of what was said."""
    own = find_own_time(utterance, story)
    if own is None:
        return False
    before = find_own_time(previous, story)
    is_same = before is not None and before.expression == own.expression
    return not (is_same or (before is None and utterance.has_whole_quotation))


def merge_turns(previous: Utterance, utterance: Utterance) -> Utterance:
    previous.pieces += utterance.pieces
    previous.telling += utterance.telling
    previous.cues |= utterance.cues
    previous.sentences += utterance.sentences
    previous.end = utterance.end
    previous.has_whole_quotation |= utterance.has_whole_quotation
    return previous


def is_act_alone(utterance: Utterance) -> bool:
    """Return whether an utterance is told by a verb of doing, and nothing of its words."""
    cue = utterance.cue.casefold()
    is_insisting = cue in _INSISTS and str(utterance.actor).startswith("party:")
    is_asked = cue in ASKING and _FOR.search(utterance.sentences[0].masked) is not None
    return (
        not utterance.pieces
        and len(utterance.sentences) == 1
        and (cue in verbs.JUDGING or is_asked or is_insisting)
    )


_INSISTS = ("insists", "insist", "наполягає", "наполягають")
ASKING = ("asked", "asks")
_FOR = re.compile(r"\b(?:asked|asks) (?:\w+ ){0,3}?for\b", re.IGNORECASE)
