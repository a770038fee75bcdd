# ruff: noqa: RUF001  # Cyrillic letters are meant
"""What one sentence tells of a meeting: where, when, with whom, in which form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from domain.model import Json
from intake.rules import meeting_words as words
from intake.rules.mentions import Mention
from intake.rules.sentences import Sentence
from intake.rules.story import ReadSentence, Story
from intake.rules.times import Tense, TimePhrase, When, find_times

_NO_PLACE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_WE = re.compile(r"\b(?:we|our|us|I|my|ми|нам|наш\w*)\b")


@dataclass(frozen=True)
class MeetingFacts:
    """A sentence as far as it may tell of a meeting; ``said_by`` is who says so, if anybody,
    ``when_said`` the time of the saying, of which ``telling`` are the words."""

    read: ReadSentence
    story: Story
    said_by: str | None
    when_said: When
    telling: Sequence[tuple[int, int]] = ()

    @property
    def sentence(self) -> Sentence:
        return self.read.sentence

    @property
    def masked(self) -> str:
        return self.read.sentence.masked

    def is_unreal(self, found: re.Match[str]) -> bool:
        """Return whether what is told up to some words is asked, denied or only supposed."""
        is_denied = words.UNREAL.search(self.masked, 0, found.end()) is not None
        return is_denied or self.masked.rstrip().endswith("?")

    def find_times(self, tense: Tense) -> list[TimePhrase]:
        """Return the times of the sentence, without when it was said."""
        return [
            each
            for each in find_times(self.sentence, self.story.calendar, tense)
            if not any(start <= each.start and each.end <= end for start, end in self.telling)
        ]

    def nearest_time(self, tense: Tense, found: re.Match[str]) -> TimePhrase | None:
        """Return the time that stands nearest to some words."""
        at = self.sentence.start + found.start()
        times = [
            each for each in self.find_times(tense) if not each.text.casefold().startswith("since")
        ]
        times.sort(key=lambda each: min(abs(each.start - at), abs(each.end - at)))
        return times[0] if times else None

    def is_past(self, phrase: TimePhrase) -> bool:
        anchor = self.story.calendar.anchor
        first = re.search(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
        return anchor is None or first is None or first[0] <= str(anchor)[: len(first[0])]

    def is_ahead(self, phrase: TimePhrase) -> bool:
        anchor = self.story.calendar.anchor
        days = re.findall(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
        return anchor is None or not days or days[-1] >= str(anchor)[: len(days[-1])]

    def today(self) -> TimePhrase | None:
        """Return the day of the article, for what its entries tell without a time."""
        day, at = self.story.anchor_text, self.sentence.start
        return TimePhrase(at, at, "", (day,), False, True) if day else None

    def whole_time(self, phrase: TimePhrase) -> When:
        """Return the time of a meeting: of three days of talks that ended on a day, all three."""
        found = words.DAYS_OF.search(self.masked)
        if found is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", phrase.expression):
            return When.from_phrase(phrase)
        last = date.fromisoformat(phrase.expression)
        count = words.NUMBERS[(found["count"] or found["lasted"]).casefold()]
        first = last - timedelta(days=count - 1)
        return When(f"{first}/{last}", phrase.text, phrase.expressions)

    @cached_property
    def parties(self) -> list[str]:
        """The parties that are named, but not as places; the two sides for a group."""
        cast = self.story.cast
        own = cast.party_of(self.said_by) if _WE.search(self.masked) else None
        found = [own] if own else []
        for mention in self.read.mentions:
            party = cast.party_of(cast.resolve(mention)) or mention.party
            if mention.is_owner and mention.kind != "title":
                continue
            if party and party not in found and not self._is_place(mention):
                found.append(party)
        if any(each.kind == "group" for each in self.read.mentions):
            found += [slug for slug in _main_parties(self.story) if slug not in found]
        return found

    def _is_place(self, mention: Mention) -> bool:
        before = self.sentence.slice(
            max(self.sentence.start, mention.start - 5), mention.start
        )  # fmt: skip
        is_behind_in = re.search(r"\b(?:in|at|to|у|в)\s$", before) is not None
        return mention.kind == "party" and is_behind_in and mention.text[:1].isupper()

    @property
    def participants(self) -> list[Json]:
        """The parties with the first of the persons who are named of each."""
        persons = {
            self.story.cast.party_of(each.actor): each.actor.partition(":")[2]
            for each in reversed(self.read.mentions)
            if each.actor and each.actor.startswith("person:") and not each.is_owner
        }
        return [
            {"party": party, **({"person": persons[party]} if party in persons else {})}
            for party in self.parties
        ]

    @property
    def invitees(self) -> list[str]:
        """The persons who are named, or else the parties."""
        persons = [
            each.actor
            for each in self.read.mentions
            if each.actor and each.actor.startswith("person:")
        ]
        return list(dict.fromkeys(persons or [f"party:{slug}" for slug in self.parties]))

    @cached_property
    def place(self) -> str | None:
        """The place that is named, or else that of the dateline."""
        persons = {each.start for each in self.read.mentions if each.kind == "name"}
        for found in words.PLACE.finditer(self.masked):
            place = re.sub(r"['’]s$", "", found["place"].rstrip(".,"))
            start = self.sentence.start + found.start("place")
            if start not in persons and len(place) > 2 and not _NO_PLACE.search(place):
                return place
        block = self.story.blocks[self.sentence.block]
        if self.sentence.start == block.start > block.line_start and block.label is None:
            dateline = self.story.text[block.line_start : block.start]
            place = re.split(r"[,(—–-]", dateline)[0].strip()
            return place.title() if place[:1].isalpha() else None
        return None

    @property
    def form(self) -> str | None:
        """How people met, where that is told: by phone, by video, separately."""
        return next((form for pattern, form in words.FORMATS if pattern.search(self.masked)), None)

    def make_title(self, parties: list[str], place: str | None) -> str:
        """Return a title for a meeting that has none."""
        noun = words.ORDINAL.search(self.masked) or words.NOUN.search(self.masked)
        what = " ".join(noun[0].split()) if noun else "meeting"
        names = [self.story.name_of(f"party:{slug}") for slug in parties[:3]]
        title = f"{what[:1].upper()}{what[1:]}" + (f" of {', '.join(names)}" if names else "")
        return f"{title} in {place}" if place else title


def _main_parties(story: Story) -> list[str]:
    """Return the two sides: those spoken of last, the parties that mediate apart."""
    by_slug = story.registry.party_by_slug
    order = dict.fromkeys([*story.cast.recent_parties, *by_slug])
    return [slug for slug in order if slug in by_slug and by_slug[slug].kind != "mediator"][:2]
