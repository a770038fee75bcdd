# Cyrillic letters are meant
"""What was said, proposed once an article is read: statements, positions, and when they were."""

from __future__ import annotations

import re
from datetime import date

from intake.rules import verbs
from intake.rules.moments import When
from intake.rules.occasions import find_own_time, tell_when
from intake.rules.passages import find_passages
from intake.rules.positions import propose_positions
from intake.rules.speech import Utterance
from intake.rules.statements import propose_statement
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.turns import ASKING, is_act_alone

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAST_WORDS = 4


def propose_sayings(spoken: list[Utterance], reads: dict[int, ReadSentence], story: Story) -> None:
    """Propose statements and positions of what was said, once all of it is put together; ``reads``
    are the sentences of the article by where they begin."""
    times_of: dict[int, When] = {}
    for index, utterance in enumerate(spoken):
        with story.of_day(utterance.day or story.calendar.anchor):
            when = _tell_time(utterance, spoken[: index + 1], times_of, story)
        if when is not None:
            times_of[index] = when
    _carry_back(spoken, times_of, story)
    for index, when in times_of.items():
        utterance = spoken[index]
        with story.of_day(utterance.day or story.calendar.anchor):
            _propose_saying(utterance, when, reads, story)


def _tell_time(
    utterance: Utterance, spoken: list[Utterance], times_of: dict[int, When], story: Story
) -> When | None:
    """Return when an utterance was made; None where nobody of the negotiation made it."""
    if utterance.actor is not None and not utterance.is_bystander:
        return tell_when(utterance, story, spoken, times_of)
    own_time = None if utterance.takes_no_part else find_own_time(utterance, story)
    if own_time is not None:
        _date_announcements(utterance, own_time, story)
    return None


def _propose_saying(
    utterance: Utterance, when: When, reads: dict[int, ReadSentence], story: Story
) -> None:
    if _says_nothing(utterance, story):
        story.hold_back(utterance.start, utterance.end, "Too little is told of what was said.")
        return
    story.issue_in_context = utterance.context
    statement = propose_statement(utterance, when, story)
    own = [reads[each.start] for each in utterance.sentences if each.start in reads]
    positions = propose_positions(utterance, statement, when, story, own)
    if (reason := _why_no_statement(utterance, positions, story)) is not None:
        story.hold_back(utterance.start, utterance.end, reason)
        for position in positions:
            position.fields.pop("statement", None)
    else:
        story.propose(statement)
    for position in positions:
        story.propose(position)
    _date_announcements(utterance, when, story)


def _why_no_statement(
    utterance: Utterance, positions: list[DraftProposal], story: Story
) -> str | None:
    """Return why an utterance is no statement of its own: it is an act, or tells one alone."""
    if utterance.pieces:
        return None
    acts = [
        each
        for each in story.proposals
        if utterance.start <= each.start and each.end <= utterance.end
        if each.type.startswith(("meeting-", "plan-"))
    ]
    if is_act_alone(utterance) and (positions or acts or utterance.cue.casefold() in ASKING):
        return "What is told here is what somebody did, rather than said."
    types = _MEETING_AHEAD if _has_document(utterance) else (*_MEETING_AHEAD, "meeting-concluded")
    told = {each.start for each in acts if each.type in types}
    told |= {start for start, _ in story.told_again}
    if not positions and all(
        any(each.start <= start < each.end for start in told) for each in utterance.sentences
    ):
        return "What is said here is in the meetings drafted from it."
    return None


def _has_document(utterance: Utterance) -> bool:
    """Return whether what was said was said in writing: the ministry said in a statement."""
    words = [word.plain for sentence in utterance.sentences for word in sentence.words]
    return any(word in verbs.DOCUMENTS for word in words)


_MEETING_AHEAD = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")


def _is_recent(when: When, story: Story) -> bool:
    """Return whether a time is a day of the week before the article."""
    anchor = story.calendar.anchor
    if anchor is None or not _DAY.fullmatch(when.expression or ""):
        return False
    return 0 <= (anchor - date.fromisoformat(str(when.expression))).days <= 7


_REFERS_BACK = re.compile(r"\W*(?:про це|про таке|це|таке)\b(?![^.]*,\s*що\b)", re.IGNORECASE)
"""What begins a sentence that names only who told what stands before it."""


def _says_nothing(utterance: Utterance, story: Story) -> bool:
    if not utterance.pieces and _REFERS_BACK.match(utterance.sentences[0].masked):
        return True
    words = [
        word for passage in find_passages(utterance, story.text) for word in passage.line.split()
    ]
    is_short = not utterance.pieces and len(words) < _LEAST_WORDS and not utterance.is_denial
    return is_short and (len(words) < 2 or not story.issues.find(" ".join(words)))


def _carry_back(spoken: list[Utterance], times_of: dict[int, When], story: Story) -> None:
    """Give what was said without a time that of the same speaker later in the paragraph."""
    for index in range(len(spoken) - 2, -1, -1):
        if index not in times_of or index + 1 not in times_of:
            continue
        utterance, following = spoken[index], spoken[index + 1]
        if (
            times_of[index].expression is None
            and utterance.block == following.block
            and utterance.actor == following.actor
            and _is_recent(times_of[index + 1], story)
        ):
            times_of[index] = times_of[index + 1]


def _date_announcements(utterance: Utterance, when: When, story: Story) -> None:
    """Give announcements that somebody makes the time at which it was said."""
    for proposal in story.proposals:
        if (
            proposal.type.startswith(
                ("meeting-announced", "meeting-resch", "meeting-canc", "deadline")
            )
            and proposal.when.expression is None
            and utterance.start <= proposal.start < utterance.end
        ):
            proposal.when = when
