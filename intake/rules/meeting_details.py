# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The passage that tells of a meeting: its times, who takes part, where and how it is held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from domain.model import Json
from intake.rules.meeting_words import FORMATS, PLACE
from intake.rules.mentions import Mention
from intake.rules.moments import Tense, TimePhrase
from intake.rules.place_names import nominative_place
from intake.rules.story import ReadSentence, Story
from intake.rules.times import find_times

_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Easter|"
    r"Christmas)\b"
)
_WE = re.compile(r"\b(?:we|our|us|I|my|ми|нам|наш\w*)\b")
_TODAY = re.compile(r"today|tonight|this |сьогодні", re.IGNORECASE)
_SINCE_WHAT = re.compile(
    r"\bsince (?:the |its |their |his |her )?(?:[\w'’-]+ ){1,4}(?:of |on |in )?$", re.IGNORECASE
)
"""What a time is of that only says since when: the first since the walkout of 3 May."""
_SINCE = re.compile(r"(?:since|відтоді|з|із)\b", re.IGNORECASE)


@dataclass
class MeetingPassage:
    """A sentence, or a part of one, that may tell of a meeting; who says so, and where that is
    told."""

    read: ReadSentence
    story: Story
    said_by: str | None = None
    telling: Sequence[tuple[int, int]] = ()
    first: int = 0
    last: int | None = None

    @property
    def start(self) -> int:
        return self.read.sentence.start + self.first

    @property
    def end(self) -> int:
        last = self.last
        return self.read.sentence.end if last is None else self.read.sentence.start + last

    @property
    def block(self) -> int:
        return self.read.sentence.block

    @cached_property
    def masked(self) -> str:
        return self.read.sentence.masked[self.first : self.last]

    @cached_property
    def mentions(self) -> list[Mention]:
        return [each for each in self.read.mentions if self.start <= each.start < self.end]

    def part(self, first: int, last: int | None) -> MeetingPassage:
        """Return a part of the sentence as a passage of its own."""
        return MeetingPassage(self.read, self.story, self.said_by, self.telling, first, last)

    def times(self, tense: Tense) -> list[TimePhrase]:
        """Return the times of the passage, without when it was said.

        What is to come lies behind the day of the article, if it may.
        """
        return [
            _behind(each, self.story.anchor_text) if tense == "future" else each
            for each in find_times(self.read.sentence, self.story.calendar, tense)
            if self.start <= each.start < self.end
            and not any(start <= each.start and each.end <= end for start, end in self.telling)
        ]

    def time_near(self, tense: Tense, found: re.Match[str] | None) -> TimePhrase | None:
        """Return the time of a meeting: a day before a month, the nearest to the words that tell
        of it."""
        times = [
            each
            for each in self.times(tense)
            if not _SINCE.match(each.text)
            and not _SINCE_WHAT.search(self.masked, 0, each.start - self.start)
        ]
        if found is not None and len(times) > 1:
            at = self.start + found.start()

            def rank(each: TimePhrase) -> tuple[bool, bool, int]:
                is_coarse = re.fullmatch(r"\d{4}(?:-\d{2})?", each.expression) is not None
                between = self.read.sentence.slice(each.end, at) if each.end <= at else ""
                is_of_other = re.search(r"\b(?:and|but|та|і|але)\b", between) is not None
                return is_coarse, is_of_other, min(abs(each.start - at), abs(each.end - at))

            times.sort(key=rank)
        return times[0] if times else None

    def time_since(self) -> TimePhrase | None:
        """Return the day since which talks go on."""
        return next((each for each in self.times("past") if _SINCE.match(each.text)), None)


def _behind(phrase: TimePhrase, anchor: str | None) -> TimePhrase:
    """Return a weekday that is the day of the article as that of the next week."""
    first, *others = phrase.expressions
    later = [each for each in others if anchor and each > anchor]
    if first != anchor or not later or _TODAY.search(phrase.text):
        return phrase
    return replace(phrase, expressions=(later[0], first), is_now=False)


def parties_of(passage: MeetingPassage) -> list[str]:
    """Return the parties that a passage names, those who speak of themselves, and both sides."""
    story = passage.story
    cast = story.cast
    own = cast.party_of(passage.said_by) if _WE.search(passage.masked) else None
    found = [own] if own else []
    for mention in passage.mentions:
        party = cast.party_of(cast.resolve(mention)) or mention.party
        if mention.is_owner and mention.kind != "title":
            continue
        if party and party not in found and not _is_place(mention, passage.read):
            found.append(party)
    if any(each.kind == "group" for each in passage.mentions):
        found += [slug for slug in main_parties(story) if slug not in found]
    return found


def note_sides(parties: list[str], story: Story) -> None:
    """Remember who met: whom the sides mean from then on, unless the article says whose it is."""
    kinds = {each.slug: each.kind for each in story.registry.parties}
    sides = [each for each in parties if kinds.get(each) not in ("mediator", "organisation")]
    if not story.cast.is_signed and (story.cast.speaks_jointly or len(sides) > 1):
        story.cast.sides = sides


def main_parties(story: Story) -> list[str]:
    """Return the two sides: those that the article is of or that met last, else the parties that
    were spoken of last, those that mediate apart."""
    if len(story.cast.sides) > 1:
        return story.cast.sides
    by_slug = story.registry.party_by_slug
    recent = [
        slug
        for slug in story.cast.recent_parties
        if slug in by_slug and by_slug[slug].kind != "mediator"
    ]
    others = [slug for slug in by_slug if slug not in recent and by_slug[slug].kind != "mediator"]
    return [*recent, *others][:2]


def _is_place(mention: Mention, read: ReadSentence) -> bool:
    before = read.sentence.slice(max(read.sentence.start, mention.start - 5), mention.start)
    return (
        mention.kind == "party"
        and bool(re.search(r"\b(?:in|at|to|у|в)\s$", before))
        and (mention.text[:1].isupper())
    )


def participants_of(passage: MeetingPassage, parties: list[str]) -> list[Json]:
    """Return who took part: each party, with the person who is named for it."""
    persons = {
        passage.story.cast.party_of(each.actor): each.actor.partition(":")[2]
        for each in reversed(passage.mentions)
        if each.actor and each.actor.startswith("person:") and not each.is_owner
    }
    return [
        {"party": party, **({"person": persons[party]} if party in persons else {})}
        for party in parties
    ]


def invitees_of(passage: MeetingPassage, parties: list[str]) -> list[str]:
    """Return who is to take part: the persons who are named, else the parties."""
    persons = [
        each.actor for each in passage.mentions if each.actor and each.actor.startswith("person:")
    ]
    return list(dict.fromkeys(persons or [f"party:{slug}" for slug in parties]))


def places_of(passage: MeetingPassage) -> list[str]:
    """Return the places that a passage names."""
    persons = {each.start for each in passage.mentions if each.kind == "name"}
    found = []
    for match in PLACE.finditer(passage.masked):
        place = re.sub(r"['’]s$", "", match["place"].rstrip(".,"))
        start = passage.start + match.start("place")
        if start not in persons and len(place) > 2 and not _MONTH.search(place):
            found.append(place)
    return found


def place_of(passage: MeetingPassage) -> str | None:
    """Return where: the first place that a passage names, or that of the dateline."""
    if places := places_of(passage):
        return nominative_place(places[0], passage.story.text)
    block = passage.story.blocks[passage.block]
    if passage.start == block.start > block.line_start and block.label is None:
        dateline = passage.story.text[block.line_start : block.start]
        place = re.split(r"[,(—–-]", dateline)[0].strip()
        return place.title() if place[:1].isalpha() else None
    return None


def format_of(passage: MeetingPassage) -> Json:
    """Return how a meeting is held, where that is told."""
    for pattern, format_ in FORMATS:
        if pattern.search(passage.masked):
            return {"format": format_}
    return {}
