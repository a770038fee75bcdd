# Cyrillic letters are meant
"""Reports, live blogs, threads and communiqués, read sentence by sentence."""

from __future__ import annotations

import re
from datetime import date

from intake.rules.day_lines import read_day_line
from intake.rules.deeds import read_deeds
from intake.rules.ellipses import propose_ellipses
from intake.rules.meetings import Meetings
from intake.rules.moments import When
from intake.rules.narrated_positions import propose_asides, propose_narrated_positions
from intake.rules.newcomers import meet_strangers
from intake.rules.notices import is_notice, is_struck_out, read_notice
from intake.rules.occasions import find_telling_behind
from intake.rules.offices_told import read_offices
from intake.rules.plans import Plans
from intake.rules.quotations_alone import hold_back_unsaid, name_speaker_below
from intake.rules.sayings import propose_sayings
from intake.rules.sentences import Sentence
from intake.rules.speakers_apart import part_speakers
from intake.rules.speech import Utterance
from intake.rules.story import ReadSentence, Story
from intake.rules.times import find_times
from intake.rules.turns import is_act_alone
from intake.rules.utterances import read_speech

_YEAR = re.compile(r"\d{4}")
_NOT_SAID = re.compile(
    r"asked not to be named|on condition of anonymity|не для друку", re.IGNORECASE
)


_TOLD_BEFORE = re.compile(
    r"\b(?:we|this (?:page|blog|site|story|article)|an earlier (?:entry|post|version|update)) "
    r"(?:had |have |has )?(?:\w+ly |earlier |previously )?(?:reported|wrote|published|posted|"
    r"(?:stated|said)(?= that))\b|\b(?:раніше|помилково) (?:ми )?(?:повідомляли|писали)\b|"
    r"\bshould (?:read|have read)\b",
    re.IGNORECASE,
)


def read_report(sentences: list[Sentence], story: Story) -> None:
    """Propose what the sentences of an article tell, in order."""
    reader = _ReportReader(story)
    days = _days_of_entries(story)
    for whole in sentences:
        if story.blocks[whole.block].kind == "body":
            with story.of_day(days.get(whole.block, story.calendar.anchor)):
                if not name_speaker_below(whole, reader.spoken, story):
                    for sentence in part_speakers(whole, story.cast):
                        reader.read(sentence)
        else:
            name_speaker_below(whole, reader.spoken, story)
    hold_back_unsaid(reader.spoken, story)
    propose_sayings(reader.spoken, reader.reads, story)
    propose_ellipses(reader.reads.values(), story)


def _days_of_entries(story: Story) -> dict[int, date]:
    """Return the day of each block of a live blog that stands below a day of its own."""
    days: dict[int, date] = {}
    day: date | None = None
    for index, block in enumerate(story.blocks if story.genre == "live-blog" else ()):
        line = story.text[block.line_start : block.end]
        found = read_day_line(line, story.calendar.zone) if block.kind != "body" else None
        day = (found.day if found else None) or day
        if day is not None:
            days[index] = day
    return days


class _ReportReader:
    """Reads a report sentence by sentence; ``reads`` are those read, by where they begin."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._meetings, self._plans = Meetings(story), Plans(story)
        self.spoken: list[Utterance] = []
        self.reads: dict[int, ReadSentence] = {}

    def read(self, sentence: Sentence) -> None:
        story = self._story
        if _NOT_SAID.search(sentence.masked):
            self._read_unnamed(ReadSentence(sentence, story.cast.find_mentions(sentence)))
            return
        if is_notice(sentence, story):
            read_notice(sentence, story)
            return
        if _TOLD_BEFORE.search(sentence.masked):
            reason = "The article tells what it reported before."
            story.hold_back(sentence.start, sentence.end, reason)
            return
        if is_struck_out(sentence, story):
            story.hold_back(sentence.start, sentence.end, "The article itself has struck this out.")
            return
        mentions = meet_strangers(sentence, story.cast.find_mentions(sentence), story)
        self._read_told(ReadSentence(sentence, mentions))

    def _read_unnamed(self, read: ReadSentence) -> None:
        """Propose the stances that somebody tells who will not be named, and nothing else."""
        story, sentence = self._story, read.sentence
        story.hold_back(sentence.start, sentence.end, "Who says this does not want to be named.")
        for proposal in propose_narrated_positions(read, story.own_day, story, is_anonymous=True):
            story.propose(proposal)

    def _read_told(self, read: ReadSentence) -> None:
        story = self._story
        self.reads[read.sentence.start] = read
        utterance, appointed = read_speech(read, story, self.spoken), None
        if utterance is not None and utterance.told_after is None:
            utterance.told_after = story.last_time
            utterance.context = story.issue_in_context
            utterance.day = story.calendar.anchor
        said_by = _sayer_of(utterance)
        if utterance is None or utterance.is_source or not utterance.takes_no_part:
            appointed = _read_acts(read, utterance, said_by, story, self._meetings, self._plans)
        else:
            read_deeds(read, None, story)
        for issue in story.issues.find(read.sentence.text)[:1]:
            story.issue_in_context = issue
        subject = _subject_of(read) if utterance is None else utterance.actor
        story.cast.note(read.mentions, appointed or subject)


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
