# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings that are moved, put off and called off."""

from __future__ import annotations

import re

from domain.model import Json
from intake.registry import KnownMeeting
from intake.rules import meeting_words as told
from intake.rules.meeting_book import MeetingBook
from intake.rules.meeting_details import MeetingPassage, parties_of
from intake.rules.meetings_ahead import REFERS_BACK, is_ahead
from intake.rules.meetings_past import tells_what_is_so
from intake.rules.moments import TimePhrase, When
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal
from intake.rules.terms import as_due

_DEFINITE = re.compile(r"\b(?:the|their|its|this|that)\b|day['’]s\b|[а-яіїєґ]", re.IGNORECASE)


def move(
    passage: MeetingPassage, book: MeetingBook, when_said: When, *, refers: bool
) -> DraftProposal | None:
    """Propose that a meeting is moved or put off, to the time that is told."""
    masked = passage.masked
    found = book.words.moved.search(masked)
    if found is not None and not _is_moved(masked, found):
        found = None
    is_back = refers and bool(REFERS_BACK.match(masked))
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
    expected = as_due(new.expression) if new else None
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
    when = _when_decided(passage, found, when_said)
    return _propose_change(
        "meeting-rescheduled", fields, passage, when, "The meeting is put off or moved here."
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
    led = [each for each in owned if _leads_to(each, sentence.slice(each.start - 10, each.start))]
    return next(iter(reversed(led or owned)), None)


def _leads_to(phrase: TimePhrase, before: str) -> bool:
    return told.TO_TIME.search(f"{before}{phrase.text.split(' ')[0]} ") is not None


def _when_decided(passage: MeetingPassage, found: re.Match[str], when_said: When) -> When:
    """Return when a meeting was moved or called off: a day right beside the verb, else when that
    was said."""
    if when_said.expression:
        return when_said
    start = found.start()
    for name in ("verb", "verb2"):
        start = found.start(name) if found.groupdict().get(name) else start
    for each in passage.times("past"):
        first, last = each.start - passage.start, each.end - passage.start
        is_beside = 0 <= first - found.end() <= 1 or 0 <= start - last <= 1
        lead = passage.masked[max(0, first - 30) : first]
        is_of_meeting = told.OLD_TIME.search(lead) or _leads_to(each, lead)
        if (
            is_beside
            and not is_of_meeting
            and each.expression <= (passage.story.anchor_text or "9")
        ):
            return When.from_phrase(each)
    return when_said


def _moved_meeting(
    passage: MeetingPassage, book: MeetingBook, old: TimePhrase | None, *, is_back: bool
) -> KnownMeeting | None:
    """Return the registered meeting that moves: by its words, by its old time, by what the sentence
    before named, or the only one ahead."""
    known = book.find_known(passage, old, is_ahead=True, may_change=True) or book.find_known(
        passage, None, is_ahead=True, may_change=True
    )
    if known is not None:
        return known
    if is_back and book.referred is not None:
        return book.referred[0]
    ahead = [each for each in passage.story.registry.meetings if book.lies_ahead(each)]
    noun = book.words.noun.search(passage.masked)
    is_definite = noun and _DEFINITE.search(passage.masked, 0, noun.end())
    return ahead[0] if len(ahead) == 1 and (is_definite or is_back) else None


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
    when = _when_decided(passage, found, when_said)
    return _propose_change(
        "meeting-cancelled", fields, passage, when, "The meeting is called off here."
    )


def _propose_change(
    type_: str, fields: Json, passage: MeetingPassage, when: When, why: str
) -> DraftProposal:
    proposal = DraftProposal(
        type_, fields, passage.start, passage.end, why, 0.7, when, passage.block
    )
    passage.story.propose(proposal)
    return proposal
