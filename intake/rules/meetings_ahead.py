# Cyrillic letters are meant
"""Meetings that are announced, moved and called off."""

from __future__ import annotations

import re

from domain.model import Json
from intake.registry import KnownMeeting
from intake.rules import meeting_words as told
from intake.rules.meeting_book import MeetingBook
from intake.rules.meeting_details import MeetingPassage, invitees_of, parties_of, place_of
from intake.rules.meeting_titles import shorten, title_of
from intake.rules.meetings_past import tells_what_is_so
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal
from intake.rules.times import TimePhrase, When

_REFERS_BACK = re.compile(
    r"\W*(?:(?:then|and|but|now|so|тож|тоді) )?(?:they|it|these|this|that|we|not|вони|воно|вона|"
    r"ми)\b",
    re.IGNORECASE,
)
_MEETING_VERB = re.compile(
    r"\b(?:meets?|reconvenes?|sits?|sit down|gathers?|convenes?|receive|host|visit|see|brief|"
    r"returns?|"
    r"travel|fly|report to|called|summoned|invited|recalled|зустрі\w+|зберуть\w+|прийме|прибуде|"
    r"відвідає)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"there will be|another|next round|next session|date (?:is )?to be|наступн\w+", re.IGNORECASE
)
_NEXT_MEETING = re.compile(r",?\s+and (?=(?:the|an?|another) )", re.IGNORECASE)
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
        return None
    if not _is_meeting(passage, book, found, refers=refers):
        return None
    if phrase is None and not (is_continued or _ANOTHER.search(masked)):
        return None
    known = book.find_known(passage, phrase, is_ahead=True)
    if known is None and refers and book.referred and _REFERS_BACK.match(masked):
        known = book.referred[0] if book.referred[0].status == "announced" else None
    if known is not None and known.expected and phrase and known.expected == phrase.expression:
        why = f"The meeting {known.slug} is recorded for that time."
        passage.story.report_again(known.event, passage.start, passage.end, why)
        return None
    return _propose_announced(passage, book, phrase, known, found, when_said)


def _is_announced(masked: str, found: re.Match[str]) -> bool:
    if reality_of(masked, found.start(), found.end()) in ("supposed", "denied"):
        return False
    return not told.NO_MEETING.search(masked, 0, found.end())


def _is_meeting(
    passage: MeetingPassage, book: MeetingBook, found: re.Match[str], *, refers: bool
) -> bool:
    """Return whether what is to come is a meeting: by its noun, or by who meets."""
    if book.words.noun.search(passage.masked):
        return True
    if not _MEETING_VERB.search(found[0]):
        return False
    mentions = [each for each in passage.mentions if each.actor or each.kind == "group"]
    is_of_several = len(mentions) >= 2 or bool(mentions and mentions[-1].kind == "group")
    return is_of_several or (refers and bool(_REFERS_BACK.match(passage.masked)))


def _propose_announced(
    passage: MeetingPassage,
    book: MeetingBook,
    phrase: TimePhrase | None,
    known: KnownMeeting | None,
    found: re.Match[str],
    when_said: When,
) -> DraftProposal:
    parties = parties_of(passage)
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


def _announcer(passage: MeetingPassage, found: re.Match[str]) -> str | None:
    if not _INVITING.match(found[0].strip()):
        return None
    return passage.story.cast.resolve(next(iter(passage.mentions), None))


def is_ahead(passage: MeetingPassage, phrase: TimePhrase) -> bool:
    """Return whether a time does not lie before the day of the article."""
    anchor = passage.story.calendar.anchor
    days = re.findall(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
    return anchor is None or not days or days[-1] >= str(anchor)[: len(days[-1])]


# ------------------------------------------------------------ moved, called off


def move(
    passage: MeetingPassage, book: MeetingBook, when_said: When, *, refers: bool
) -> DraftProposal | None:
    """Propose that a meeting is moved or put off, to the time that is told."""
    masked = passage.masked
    found = book.words.moved.search(masked)
    if found is not None and not _is_moved(masked, found):
        found = None
    is_back = refers and book.referred is not None and bool(_REFERS_BACK.match(masked))
    if found is None:
        found = told.NOW_ON.search(masked)
        has_old = told.WAS_TO_BE.search(masked) or book.words.noun.search(masked) or is_back
        if found is None or not has_old:
            return None
        if reality_of(masked, found.start(), found.end()) in ("supposed", "denied"):
            return None
    times = [each for each in passage.times("future") if is_ahead(passage, each)]
    new = _new_time(times, passage)
    old = next((each for each in times if each is not new), None)
    known = _moved_meeting(passage, book, old, is_back=is_back)
    if known is None and found.re is told.NOW_ON:
        return None
    expected = new.expression if new else None
    if known is not None and expected == known.expected:
        expected = None
    parties = parties_of(passage)
    if known is None and expected is None and not parties:
        reason = "No registered meeting is like the one that is put off."
        passage.story.hold_back(passage.start, passage.end, reason)
        return None
    meeting = book.meeting_for(passage, None, known, parties)
    fields: Json = {"meeting": meeting.slug, "expected": expected}
    if passage.said_by:
        fields["by"] = passage.said_by
    return _propose_change(
        "meeting-rescheduled", fields, passage, when_said, "The meeting is put off or moved here."
    )


def _is_moved(masked: str, found: re.Match[str]) -> bool:
    return tells_what_is_so(masked, found) and not re.search(r"\bmoved on\b", found[0])


def _new_time(times: list[TimePhrase], passage: MeetingPassage) -> TimePhrase | None:
    """Return the time to which a meeting moves: no old one, behind “now” before others."""
    sentence = passage.read.sentence
    fresh = [
        each
        for each in times
        if not told.OLD_TIME.search(sentence.slice(max(each.start - 40, passage.start), each.start))
        and not re.match(r"(?:from|з|із)\b", each.text, re.IGNORECASE)
    ]
    now = told.IS_NOW.search(passage.masked)
    at = passage.start + now.start() if now else passage.start
    behind = [each for each in fresh if each.start >= at] or fresh
    if len(behind) < 2 and len(times) == 1 and re.match(r"\w+['’]s\b", times[0].text):
        return None
    owned = [each for each in behind if sentence.slice(each.end, each.end + 2) not in ("'s", "’s")]
    return next(iter(reversed(owned)), None)


def _moved_meeting(
    passage: MeetingPassage, book: MeetingBook, old: TimePhrase | None, *, is_back: bool
) -> KnownMeeting | None:
    """Return the registered meeting that moves: by its words, by its old time, by what the sentence
    before named, or the only one ahead."""
    known = book.find_known(passage, old, is_ahead=True) or book.find_known(
        passage, None, is_ahead=True
    )
    if known is not None:
        return known
    if is_back and book.referred is not None:
        return book.referred[0]
    ahead = [each for each in passage.story.registry.meetings if each.status == "announced"]
    is_definite = re.search(r"\b(?:the|their|its|this|that)\b", passage.masked, re.IGNORECASE)
    return ahead[0] if len(ahead) == 1 and is_definite else None


def call_off(passage: MeetingPassage, book: MeetingBook, when_said: When) -> DraftProposal | None:
    """Propose that a meeting is called off."""
    found = book.words.cancelled.search(passage.masked)
    if found is None or not tells_what_is_so(passage.masked, found):
        return None
    known = _moved_meeting(passage, book, passage.time_near("future", found), is_back=False)
    parties = parties_of(passage)
    if known is None and not parties:
        reason = "No registered meeting is like the one that is called off."
        passage.story.hold_back(passage.start, passage.end, reason)
        return None
    meeting = book.meeting_for(passage, None, known, parties)
    fields: Json = {"meeting": meeting.slug}
    if passage.said_by:
        party = passage.story.cast.party_of(passage.said_by)
        fields["by"] = f"party:{party}" if party else passage.said_by
    return _propose_change(
        "meeting-cancelled", fields, passage, when_said, "The meeting is called off here."
    )


def _propose_change(
    type_: str, fields: Json, passage: MeetingPassage, when: When, why: str
) -> DraftProposal:
    proposal = DraftProposal(
        type_, fields, passage.start, passage.end, why, 0.7, when, passage.block
    )
    passage.story.propose(proposal)
    return proposal
