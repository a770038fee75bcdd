# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings that are announced, moved and called off."""

from __future__ import annotations

import re
from itertools import islice

from domain.model import Json
from intake.registry import KnownMeeting
from intake.rules import meeting_words as told
from intake.rules.meeting_book import MeetingBook
from intake.rules.meeting_details import (
    MeetingPassage,
    invitees_of,
    parties_of,
    place_of,
    places_of,
)
from intake.rules.meeting_titles import title_of
from intake.rules.moments import TimePhrase, When
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal
from intake.rules.words import shorten

REFERS_BACK = re.compile(
    r"\W*(?:(?:then|and|but|now|so|тож|тоді) )?(?:they|it|these|this|that|we|not|вони|воно|вона|"
    r"ми)\b",
    re.IGNORECASE,
)
_MEETING_VERB = re.compile(
    r"\b(?:meets?|reconvenes?|resumes?|(?:come|be) back|sits?|sit down|gathers?|convenes?|"
    r"receive|host|visit|welcoming|meeting|hosting|receiving|talk again|attend|see|brief|speak|"
    r"asked|ordered|"
    r"returns?|"
    r"travel|fly|report to|table|called|summoned|invited|recalled|зустрі\w+|зберуть\w+|прийме|"
    r"прибуде|"
    r"відвідає)\b",
    re.IGNORECASE,
)
_THEY_MEET = re.compile(
    r"\b(?:they|we|both|all (?:two|three|four|five|six)|вони|ми)(?:['’]ll)? (?:[\w'’]+ ){0,4}?"
    r"(?:meet|reconvene|speak by|зустрі\w+)",
    re.IGNORECASE,
)
_WHOM = frozenset(("her", "him", "them"))
_THEIR_OWN = re.compile(r"\s*(?:[\w'’]+ ){0,4}?(?:meet|reconvene|convene|speak)s?\b", re.IGNORECASE)
_SEVERAL_MEET = re.compile(
    r"\b(?:ministers|leaders|lawyers|negotiators|delegations|experts|teams|presidents|diplomats|"
    r"envoys|officials|technicians|commanders)\b[^,;]{0,30}$|\b(?:ministers|leaders|lawyers|"
    r"negotiators|"
    r"delegations|experts|teams|presidents|diplomats|envoys|officials|technicians|commanders)\s+"
    r"(?:will |are due to |plan to |are to )?(?:meet|reconvene|convene)",
    re.IGNORECASE,
)
_BODY_MEETS = re.compile(
    r"\b(?:board|council|committee|commission|cabinet|panel|assembly|congress|parliament|senate|"
    r"executive|presidium|secretariat)\s+(?:next |again )?$",
    re.IGNORECASE,
)
"""A body whose sitting is a meeting: the board meets on Monday."""
_ONLY_BESIDE = re.compile(
    r"\b(?:before|after|until|since|ahead of|following) (?:the |a |an |its |their )?(?:[\w'’-]+ "
    r"){0,3}$",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"\W*(?:decided|agreed|resolved|undertook|погодили|домовили|вирішили)\w*\b", re.I
)
_ELLIPSIS = re.compile(r"\W*(?:will|would|are to|is to|plan to|agreed to)\b", re.IGNORECASE)
"""A part that has the subject of the one before: ended on Friday, but will resume."""
_ANOTHER = re.compile(
    r"there will be|another|next round|next session|date (?:is )?to be|наступн\w+", re.IGNORECASE
)
_MAX_CUTS = 4
_AND = re.compile(r",\s+(?:and|а|і)\s+", re.IGNORECASE)
_NEXT_MEETING = re.compile(r",?\s+and (?=(?:the|an?|another) )", re.IGNORECASE)
_LOOKS_BACK = re.compile(r"\b(?:last|yesterday|ago|past|earlier|минул\w+|вчора|тому)\b", re.I)
_REGULAR = re.compile(r"\b(?:every|each) \w+|\bannual\b|щороку|щотижня", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"\b(?:talks|meeting|negotiations) (?:between|of|with) (?!the\b)", re.IGNORECASE
)
_INVITING = re.compile(r"(?:has|have)?\s*(?:called|summoned|invited|recalled)")


def split_announcement(passage: MeetingPassage, book: MeetingBook) -> list[MeetingPassage]:
    """Return the parts of a passage that announce a meeting each: “… and the Fourth Session …”."""
    found = book.words.announced.search(passage.masked)
    if found is None:
        return [passage]
    cuts = [
        each.end()
        for each in _NEXT_MEETING.finditer(passage.masked, found.end())
        if book.words.noun.search(passage.masked, each.end(), each.end() + 60)
        and book.words.noun.search(passage.masked, found.start(), each.start())
    ] or [
        each.end()
        for each in islice(_AND.finditer(passage.masked, found.end()), _MAX_CUTS)
        if book.words.announced.search(passage.masked, each.end())
    ]
    firsts = [0, *cuts]
    lasts = [*cuts, None]
    return [
        passage.part(passage.first + first, passage.last if last is None else passage.first + last)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def announce(
    passage: MeetingPassage, book: MeetingBook, when_said: When, *, is_continued: bool, refers: bool
) -> DraftProposal | None:
    """Propose a meeting that is announced; ``is_continued`` where an announcement goes on,
    ``refers`` where a sentence before named a meeting."""
    masked = passage.masked
    found = book.words.announced.search(masked) or (
        book.words.noun.search(masked) if is_continued else None
    )
    if found is None or not _is_announced(masked, found):
        return None
    phrase = passage.time_near("future", found)
    if phrase is not None and not is_ahead(passage, phrase):
        phrase = next((each for each in passage.times("future") if is_ahead(passage, each)), None)
        if phrase is None:
            return None
    if not _is_meeting(passage, book, found, refers=refers):
        return None
    if phrase is None and not (is_continued or _ANOTHER.search(masked)):
        return None
    known = book.find_known(passage, phrase, is_ahead=True)
    if known is None and refers and REFERS_BACK.match(masked):
        known = book.referred_ahead()
    if known is not None and known.expected and phrase and _is_recorded(phrase, known.expected):
        why = f"The meeting {known.slug} is recorded for that time."
        passage.story.report_again(known.event, passage.start, passage.end, why)
        return None
    return _propose_announced(passage, book, phrase, known, found, when_said)


def announce_day(
    passage: MeetingPassage, book: MeetingBook, when_said: When
) -> DraftProposal | None:
    """Propose the meeting whose day a passage tells, and nothing more: on 2 May, in Geneva."""
    phrase = next((each for each in passage.times("future") if is_ahead(passage, each)), None)
    found = re.search(re.escape(phrase.text), passage.masked) if phrase else None
    if found is None:
        return None
    known = book.find_known(passage, phrase, is_ahead=True)
    return _propose_announced(passage, book, phrase, known, found, when_said)


def _is_recorded(phrase: TimePhrase, expected: str) -> bool:
    """Return whether a day is the recorded one, or a vaguer word for it: next week."""
    return expected == phrase.expression or _narrows(expected, phrase.expression)


def _is_announced(masked: str, found: re.Match[str]) -> bool:
    if reality_of(masked, found.start(), found.end()) in ("supposed", "denied"):
        return False
    if _REGULAR.search(masked) or "had been" in masked[max(0, found.start() - 12) : found.end()]:
        return False
    return not told.NO_MEETING.search(masked, 0, found.end())


def _is_meeting(
    passage: MeetingPassage, book: MeetingBook, found: re.Match[str], *, refers: bool
) -> bool:
    """Return whether what is to come is a meeting: by its noun, or by who meets."""
    if _OF_OTHERS.search(passage.masked) and not parties_of(passage):
        return False
    nouns = list(book.words.noun.finditer(passage.masked))
    if any(not _is_beside(passage.masked, each, found) for each in nouns):
        return True
    if passage.story.cast.joint_parties and _DECIDED.match(found[0]):
        return True
    if refers and _ELLIPSIS.match(passage.masked):
        return True
    if not _MEETING_VERB.search(found[0]):
        return False
    if _THEIR_OWN.match(found[0]) and _BODY_MEETS.search(passage.masked, 0, found.start()):
        return True
    if _THEY_MEET.search(passage.masked):
        return True
    if _THEIR_OWN.match(found[0]) and _SEVERAL_MEET.search(passage.masked, 0, found.end()):
        return True
    mentions = [
        each
        for each in passage.mentions
        if each.actor or each.kind == "group" or (each.kind == "pronoun" and each.text in _WHOM)
    ]
    is_of_several = len(mentions) >= 2 or bool(mentions and mentions[-1].kind == "group")
    return is_of_several or (refers and bool(REFERS_BACK.match(passage.masked)))


def _is_beside(masked: str, noun: re.Match[str], found: re.Match[str]) -> bool:
    """Return whether a meeting is named only to tell when something else begins."""
    return noun.start() > found.end() and bool(_ONLY_BESIDE.search(masked, 0, noun.start()))


def _propose_announced(
    passage: MeetingPassage,
    book: MeetingBook,
    phrase: TimePhrase | None,
    known: KnownMeeting | None,
    found: re.Match[str],
    when_said: When,
) -> DraftProposal:
    parties = parties_of(passage)
    if known is None and (earlier := _announced_before(passage, book, phrase)) is not None:
        return _add_to(earlier, passage, book, phrase)
    meeting = book.meeting_for(passage, phrase, known, parties)
    meeting.place = meeting.place or place_of(passage)
    fields: Json = {
        "meeting": meeting.slug,
        "expected": phrase.expression if phrase else None,
        "title": title_of(meeting, passage, book.words),
    }
    if place := place_of(passage):
        fields["place"] = place
    if invitees := invitees_of(passage, parties):
        fields["invitees"] = invitees
    announcer = passage.said_by or _announcer(passage, found)
    if announcer:
        fields["announced_by"] = announcer
    why = f"“{shorten(found[0])}” announces a meeting."
    proposal = DraftProposal(
        "meeting-announced",
        fields,
        passage.start,
        passage.end,
        why,
        0.7,
        when_said,
        passage.block,
        announcer,
    )
    passage.story.propose(proposal)
    return proposal


def _announced_before(
    passage: MeetingPassage, book: MeetingBook, phrase: TimePhrase | None
) -> DraftProposal | None:
    """Return what announced the same meeting before, less closely: for next week, or no day."""
    if phrase is None:
        return None
    for earlier in reversed(passage.story.of_type(("meeting-announced",))):
        expected = earlier.fields["expected"]
        place = earlier.fields.get("place")
        is_elsewhere = place and places_of(passage) and place not in places_of(passage)
        is_new = earlier.fields["meeting"] not in book.known_slugs
        if is_new and not is_elsewhere and _narrows(phrase.expression, expected):
            return earlier
    return None


def _narrows(expression: str, vague: str | None) -> bool:
    """Return whether a time lies within another one of several days."""
    if vague is None:
        return False
    days, inner = (re.findall(r"\d{4}-\d{2}-\d{2}", each) for each in (vague, expression))
    if len(days) == 2 and inner:
        return bool(days[0] <= inner[0] and inner[-1] <= days[1])
    is_month = re.fullmatch(r"\d{4}-\d{2}", vague) is not None
    return is_month and bool(inner) and inner[0].startswith(vague)


def _add_to(
    earlier: DraftProposal, passage: MeetingPassage, book: MeetingBook, phrase: TimePhrase | None
) -> DraftProposal:
    """Give a meeting that was announced the day and place that are told of it later."""
    passage.story.told_again.append((passage.start, passage.end))
    if phrase is not None:
        earlier.fields["expected"] = phrase.expression
    if place := place_of(passage):
        earlier.fields.setdefault("place", place)
    for meeting in book.told:
        if meeting.slug == earlier.fields["meeting"]:
            meeting.block = passage.block
            if phrase is not None:
                meeting.when = When.from_phrase(phrase)
    return earlier


def _announcer(passage: MeetingPassage, found: re.Match[str]) -> str | None:
    if not _INVITING.match(found[0].strip()):
        return None
    return passage.story.cast.resolve(next(iter(passage.mentions), None))


def is_ahead(passage: MeetingPassage, phrase: TimePhrase) -> bool:
    """Return whether a time does not lie before the day of the article."""
    if _LOOKS_BACK.search(phrase.text):
        return False
    anchor = passage.story.calendar.anchor
    days = re.findall(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
    return anchor is None or not days or days[-1] >= str(anchor)[: len(days[-1])]
