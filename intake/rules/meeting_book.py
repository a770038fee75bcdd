"""The meetings of an article: those that are registered, and those that it tells first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from domain.slugs import make_slug
from intake.registry import KnownMeeting
from intake.rules.meeting_contradictions import contradicts, is_near, is_same_place
from intake.rules.meeting_details import MeetingPassage, place_of
from intake.rules.meeting_numbers import ordinal_of
from intake.rules.meeting_words import MeetingWords
from intake.rules.moments import UNKNOWN_TIME, TimePhrase, When
from intake.rules.story import Story
from intake.rules.words import fold_word, stem_word, word_set

_WEIGHTLESS = word_set(
    "the a an of on in for to and with meeting talks session round summit at between зустріч раунд "
    "засідання переговори"
)
_LEAST = 2.0
_LEAST_BY_NOUN = 1.5
"""How alike a registered meeting must be, and how much where its own noun is said."""


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


class MeetingBook:
    """Which meeting a passage tells of."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.words = MeetingWords.for_titles(
            tuple(each.title for each in story.registry.meetings if each.title)
        )
        self.told: list[MeetingTold] = []
        self.referred: tuple[KnownMeeting, int] | None = None

    @property
    def known_slugs(self) -> set[str]:
        """The meetings that are registered."""
        return {each.slug for each in self.story.registry.meetings}

    def meeting_for(
        self,
        passage: MeetingPassage,
        phrase: TimePhrase | None,
        known: KnownMeeting | None,
        parties: list[str],
    ) -> MeetingTold:
        """Return the meeting of the article that a passage tells of, or a new one."""
        slug = known.slug if known else None
        for meeting in self.told:
            same = (
                meeting.slug == slug
                if slug
                else (
                    meeting.known is None
                    and phrase is not None
                    and meeting.when.expression == phrase.expression
                    and (not parties or set(parties) == set(meeting.parties))
                )
            )
            if same:
                meeting.block = passage.block
                self.told.remove(meeting)
                self.told.append(meeting)
                return meeting
        place = place_of(passage)
        meeting = MeetingTold(
            slug or self._new_slug(passage, phrase, parties, place),
            passage.block,
            When.from_phrase(phrase) if phrase else UNKNOWN_TIME,
            parties,
            place,
            known,
        )
        self.told.append(meeting)
        return meeting

    def _new_slug(
        self,
        passage: MeetingPassage,
        phrase: TimePhrase | None,
        parties: list[str],
        place: str | None,
    ) -> str:
        taken = {each.slug for each in self.story.registry.meetings} | {
            each.slug for each in self.told
        }
        ordinal = ordinal_of(passage.masked)
        if ordinal is not None:
            for meeting in self.story.registry.meetings:
                stem = re.match(r"([a-z-]+-)\d+$", meeting.slug)
                if stem and f"{stem[1]}{ordinal}" not in taken:
                    return f"{stem[1]}{ordinal}"
        day = re.search(r"\d{4}-\d{2}(?:-\d{2})?", phrase.expression) if phrase else None
        words = [place or "", *parties[:3], day[0] if day else ""]
        if not any(words[:-1]):
            words.insert(0, "meeting")
        return make_slug(" ".join(filter(None, words)), taken) or "meeting"

    def referred_ahead(self) -> KnownMeeting | None:
        """Return the meeting that was spoken of last, if it still lies ahead."""
        known = self.referred[0] if self.referred else None
        return known if known and self.lies_ahead(known) else None

    def _is_to_come(self, known: KnownMeeting) -> bool:
        """Return whether a registered meeting is expected behind the day of the article."""
        first = re.match(r"\[?(\d{4}-\d{2}-\d{2})", known.expected or "")
        anchor = self.story.anchor_text
        is_open = known.status not in ("held", "concluded") and known.occurred is None
        return is_open and first is not None and anchor is not None and first[1] > anchor

    def lies_ahead(self, known: KnownMeeting) -> bool:
        """Return whether a registered meeting has not been held, nor is told as held."""
        is_held = any(each.is_held for each in self.told if each.slug == known.slug)
        return known.status not in ("held", "concluded", "cancelled") and not is_held

    def find_known(
        self,
        passage: MeetingPassage,
        phrase: TimePhrase | None,
        *,
        is_ahead: bool = False,
        may_change: bool = False,
    ) -> KnownMeeting | None:
        """Return the registered meeting that a passage tells of; None where none fits well.

        What lies ahead is none that took place already. Place, parties and days must not contradict
        what is recorded, unless the passage tells of a change (``may_change``).
        """
        is_numbered = ordinal_of(passage.masked) is not None
        known = [
            each
            for each in self.story.registry.meetings
            if (self.lies_ahead(each) if is_ahead else is_numbered or not self._is_to_come(each))
            and (may_change or not contradicts(each, passage, phrase))
        ]
        scored = [(self._likeness(each, passage, phrase), each) for each in known]
        best, meeting = max(scored, key=lambda each: each[0], default=(0.0, None))
        if meeting is None:
            return None
        noun = self.words.noun_of(meeting.title or "")
        is_named = noun is not None and re.search(rf"\b{re.escape(noun)}s?\b", passage.masked, re.I)
        if best < (_LEAST_BY_NOUN if is_named else _LEAST):
            return None
        self.referred = (meeting, passage.block)
        return meeting

    def _likeness(
        self, meeting: KnownMeeting, passage: MeetingPassage, phrase: TimePhrase | None
    ) -> float:
        title = meeting.title or ""
        number = ordinal_of(title) or _trailing_number(meeting.slug)
        ordinal = ordinal_of(passage.masked)
        if ordinal is not None and number is not None:
            return 3.0 if ordinal == number else -5.0
        stems = {stem_word(fold_word(word)) for word in re.findall(r"\w+", passage.masked)}
        words = {
            stem_word(fold_word(word))
            for word in re.findall(r"\w+", title)
            if fold_word(word) not in _WEIGHTLESS
        }
        shared = len(words & stems)
        score = shared * (1.0 if shared > 1 else 0.5)
        if shared and len(words) == shared and (noun := self.words.noun_of(title)):
            score += 0.5 * (stem_word(noun) in stems)
        place = place_of(passage)
        if place and meeting.place and is_same_place(place, meeting.place):
            score += 1.0 if phrase is not None or meeting.status != "announced" else 2.0
        at = meeting.occurred or meeting.expected
        if phrase is not None and at is not None:
            if phrase.expression == at and meeting.status == "announced":
                return score + (2.0 if len(at) >= 10 or shared else 1.0)
            score += 1.5 if is_near(phrase.expression, at) else -1.5
        return score


def _trailing_number(slug: str) -> int | None:
    found = re.search(r"-(\d{1,2})$", slug)
    return int(found[1]) if found else None
