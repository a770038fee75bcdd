"""The meetings of an article and of the registry: which one a sentence tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from domain.slugs import make_slug
from intake.registry import KnownMeeting
from intake.rules import meeting_words as words
from intake.rules.meeting_facts import MeetingFacts
from intake.rules.story import Story
from intake.rules.times import UNKNOWN_TIME, TimePhrase, When
from intake.rules.words import fold_word, stem_word, word_set

_WEIGHTLESS = word_set(
    "the a an of on in for to and with meeting talks session round summit at between"
)
_NUMBERED = re.compile(r"(?:^|-)(?:round|session|meeting|talks|summit)-(\d{1,2})$")
_NEAR_DAYS = 3
"""A meeting that was expected so many days off may be the one that took place."""
_ENOUGH = 2.0


@dataclass
class MeetingTold:
    """A meeting of the article: its slug, what is known of it, and where it was told last."""

    slug: str
    block: int
    when: When = UNKNOWN_TIME
    parties: list[str] = field(default_factory=list)
    place: str | None = None
    known: KnownMeeting | None = None
    is_held: bool = False
    is_concluded: bool = False


class MeetingTable:
    """The meetings that an article told so far, the last one last."""

    def __init__(self, story: Story) -> None:
        self.known = story.registry.meetings
        self.told: list[MeetingTold] = []

    def find_known(self, facts: MeetingFacts, phrase: TimePhrase | None) -> KnownMeeting | None:
        """Return the registered meeting that a sentence tells of; None where none fits well."""
        ordinal = words.ordinal_of(facts.masked)
        stems = {stem_word(fold_word(word)) for word in re.findall(r"\w+", facts.masked)}
        scored = [
            (_likeness(meeting, ordinal, stems, facts.place, phrase), meeting)
            for meeting in self.known
        ]
        best, meeting = max(scored, key=lambda each: each[0], default=(0.0, None))
        return meeting if best >= _ENOUGH else None

    def meeting_of(
        self,
        facts: MeetingFacts,
        phrase: TimePhrase | None,
        known: KnownMeeting | None,
        parties: list[str],
    ) -> MeetingTold:
        """Return the meeting of the article that a sentence tells of, or a new one, as the last."""
        meeting = next((each for each in self.told if _is_same(each, phrase, known, parties)), None)
        if meeting is None:
            slug = known.slug if known else self._new_slug(facts, phrase, parties)
            when = When.from_phrase(phrase) if phrase else UNKNOWN_TIME
            block = facts.sentence.block
            meeting = MeetingTold(slug, block, when, parties, facts.place, known)
        else:
            self.told.remove(meeting)
            meeting.block = facts.sentence.block
        self.told.append(meeting)
        return meeting

    def last_meeting(self, facts: MeetingFacts, *, is_told: bool) -> MeetingTold | None:
        """Return the meeting that a sentence goes on about: told in it, or before in its
        paragraph, or else a registered one that it names."""
        if self.told and (is_told or self.told[-1].block == facts.sentence.block):
            return self.told[-1]
        known = self.find_known(facts, None)
        return self.meeting_of(facts, None, known, []) if known else None

    def _new_slug(self, facts: MeetingFacts, phrase: TimePhrase | None, parties: list[str]) -> str:
        taken = {each.slug for each in self.known} | {each.slug for each in self.told}
        ordinal = words.ordinal_of(facts.masked)
        for meeting in self.known if ordinal is not None else ():
            stem = re.match(r"([a-z-]+-)\d+$", meeting.slug)
            if stem and f"{stem[1]}{ordinal}" not in taken:
                return f"{stem[1]}{ordinal}"
        day = re.search(r"\d{4}-\d{2}(?:-\d{2})?", phrase.expression) if phrase else None
        parts = [facts.place or "", *parties[:3], day[0] if day else ""]
        return make_slug(" ".join(filter(None, parts)) or "meeting", taken)


def _is_same(
    told: MeetingTold, phrase: TimePhrase | None, known: KnownMeeting | None, parties: list[str]
) -> bool:
    if known is not None:
        return told.slug == known.slug
    if told.known is not None or phrase is None or told.when.expression != phrase.expression:
        return False
    return not parties or set(parties) == set(told.parties)


def _likeness(
    meeting: KnownMeeting,
    ordinal: int | None,
    stems: set[str],
    place: str | None,
    phrase: TimePhrase | None,
) -> float:
    """Return how well a registered meeting fits what a sentence tells."""
    title = meeting.title or ""
    numbered = _NUMBERED.search(meeting.slug)
    number = words.ordinal_of(title) or (int(numbered[1]) if numbered else None)
    if ordinal is not None and number is not None:
        return 3.0 if ordinal == number else -5.0
    of_title = {stem_word(fold_word(word)) for word in re.findall(r"\w+", title)}
    shared = len((of_title - _WEIGHTLESS) & stems)
    score = shared * (1.0 if shared > 1 else 0.5)
    if place and meeting.place and fold_word(place) == fold_word(meeting.place):
        score += 1.0
    at = meeting.occurred or meeting.expected
    if phrase is None or at is None:
        return score
    if phrase.expression == at and meeting.status == "announced":
        return score + 2.0
    return score + (1.5 if _is_near(phrase.expression, at) else -1.5)


def _is_near(one: str, other: str) -> bool:
    """Return whether two times begin within three days of each other."""
    days = [re.search(r"\d{4}-\d{2}-\d{2}", each) for each in (one, other)]
    if days[0] is None or days[1] is None:
        return one[:7].strip("[") == other[:7].strip("[")
    first, second = (date.fromisoformat(each[0]) for each in days if each)
    return abs((first - second).days) <= _NEAR_DAYS
