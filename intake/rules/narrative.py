# Cyrillic letters are meant
"""Reports, live blogs, threads and communiqués, read sentence by sentence."""

from __future__ import annotations

import re
from datetime import date

from intake.rules import verbs
from intake.rules.deeds import read_deeds
from intake.rules.meetings import Meetings
from intake.rules.moments import When
from intake.rules.newcomers import meet_strangers
from intake.rules.notices import is_notice, is_struck_out, read_notice
from intake.rules.occasions import find_own_time, find_telling_behind, tell_when
from intake.rules.offices_told import read_offices
from intake.rules.passages import find_passages
from intake.rules.plans import Plans
from intake.rules.positions import propose_asides, propose_narrated_positions, propose_positions
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance
from intake.rules.statements import propose_statement
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import find_times
from intake.rules.utterances import read_speech

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_LEAST_WORDS = 4
_NOT_SAID = re.compile(
    r"asked not to be named|on condition of anonymity|не для друку", re.IGNORECASE
)


def read_report(sentences: list[Sentence], story: Story) -> None:
    """Propose what the sentences of an article tell, in order."""
    body = [each for each in sentences if story.blocks[each.block].kind == "body"]
    meetings, plans = Meetings(story), Plans(story)
    spoken: list[Utterance] = []
    reads_of: dict[int, list[ReadSentence]] = {}
    for sentence in body:
        mentions = meet_strangers(sentence, story.cast.find_mentions(sentence), story)
        read = ReadSentence(sentence, mentions)
        if _NOT_SAID.search(sentence.masked):
            continue
        if is_notice(sentence, story):
            read_notice(sentence, story)
            continue
        if is_struck_out(sentence, story):
            story.hold_back(sentence.start, sentence.end, "The article itself has struck this out.")
            continue
        utterance, appointed = read_speech(read, story, spoken), None
        if utterance is not None:
            if id(utterance) not in reads_of:
                utterance.told_after = story.last_time
                utterance.context = story.issue_in_context
            reads_of.setdefault(id(utterance), []).append(read)
        said_by = _sayer_of(utterance)
        if utterance is None or utterance.is_source or not utterance.takes_no_part:
            appointed = _read_acts(read, utterance, said_by, story, meetings, plans)
        else:
            read_deeds(read, None, story)
        for issue in story.issues.find(sentence.text)[:1]:
            story.issue_in_context = issue
        subject = _subject_of(read) if utterance is None else utterance.actor
        story.cast.note(read.mentions, appointed or subject)
    _propose_speech(spoken, reads_of, story)


def _sayer_of(utterance: Utterance | None) -> str | None:
    """Return who tells what a sentence tells; None where it tells it itself."""
    if utterance is None or utterance.is_bystander or is_act_alone(utterance):
        return None
    return utterance.actor


def _subject_of(read: ReadSentence) -> str | None:
    """Return who a sentence is about: the first who is mentioned, a name before the title."""
    for mention in read.mentions[:2]:
        if mention.actor and mention.kind in ("name", "title") and not mention.is_owner:
            return mention.actor
    return None


def _read_acts(
    read: ReadSentence,
    utterance: Utterance | None,
    said_by: str | None,
    story: Story,
    meetings: Meetings,
    plans: Plans,
) -> str | None:
    """Propose what a sentence tells beside what is said: meetings, plans, offices, deeds.

    Returns who takes up an office.
    """
    telling = find_telling_behind(utterance) if utterance is not None else []
    meetings.read(read, said_by, story.own_day, telling)
    plans.read(read)
    appointed = None
    times = find_times(read.sentence, story.calendar, "past")
    times = [each for each in times if not _YEAR.fullmatch(each.expression)]
    when = When.from_phrase(times[0]) if times else story.own_day
    if story.genre == "communique":
        when = story.own_day
    if utterance is None or utterance.is_source:
        appointed = read_offices(read, story)
        is_anonymous = utterance is not None
        for proposal in propose_narrated_positions(read, when, story, is_anonymous=is_anonymous):
            story.propose(proposal)
    else:
        for proposal in propose_asides(read, utterance, story):
            story.propose(proposal)
    if utterance is None and times:
        story.last_time = when
    read_deeds(read, said_by, story)
    return appointed


def _propose_speech(
    spoken: list[Utterance], reads_of: dict[int, list[ReadSentence]], story: Story
) -> None:
    """Propose statements and positions of what was said, once all of it is put together."""
    times_of: dict[int, When] = {}
    for index, utterance in enumerate(spoken):
        if utterance.actor is None or utterance.is_bystander:
            own_time = None if utterance.takes_no_part else find_own_time(utterance, story)
            if own_time is not None:
                _date_announcements(utterance, own_time, story)
            continue
        times_of[index] = tell_when(utterance, story, spoken[: index + 1], times_of)
    _carry_back(spoken, times_of, story)
    for index, utterance in enumerate(spoken):
        if index not in times_of or utterance.actor is None:
            continue
        if _says_nothing(utterance, story):
            story.hold_back(utterance.start, utterance.end, "Too little is told of what was said.")
            continue
        when = times_of[index]
        story.issue_in_context = utterance.context
        statement = propose_statement(utterance, when, story)
        reads = reads_of.get(id(utterance), [])
        positions = propose_positions(utterance, statement, when, story, reads)
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
    if is_act_alone(utterance) and (positions or acts or utterance.cue.casefold() in _ASKING):
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


def is_act_alone(utterance: Utterance) -> bool:
    """Return whether an utterance is told by a verb of doing, and nothing of its words."""
    cue = utterance.cue.casefold()
    is_asked = cue in _ASKING and _FOR.search(utterance.sentences[0].masked) is not None
    return (
        not utterance.pieces
        and len(utterance.sentences) == 1
        and (cue in verbs.JUDGING or is_asked)
    )


_REFERS_BACK = re.compile(r"\W*(?:про це|про таке|це|таке)\b(?![^.]*,\s*що\b)", re.IGNORECASE)
"""What begins a sentence that names only who told what stands before it."""
_MEETING_AHEAD = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")
_ASKING = ("asked", "asks")
_FOR = re.compile(r"\b(?:asked|asks) (?:\w+ ){0,3}?for\b", re.IGNORECASE)


def _is_recent(when: When, story: Story) -> bool:
    """Return whether a time is a day of the week before the article."""
    anchor = story.calendar.anchor
    if anchor is None or not _DAY.fullmatch(when.expression or ""):
        return False
    return 0 <= (anchor - date.fromisoformat(str(when.expression))).days <= 7


def _says_nothing(utterance: Utterance, story: Story) -> bool:
    if not utterance.pieces and _REFERS_BACK.match(utterance.sentences[0].masked):
        return True
    words = [
        word for passage in find_passages(utterance, story.text) for word in passage.line.split()
    ]
    return not utterance.pieces and len(words) < _LEAST_WORDS and not utterance.is_denial


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
