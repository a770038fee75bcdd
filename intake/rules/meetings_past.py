"""Meetings that took place, and how they ended."""

from __future__ import annotations

import re
from datetime import date, timedelta

from domain.model import Json
from intake.rules import meeting_words as told
from intake.rules.act_times import is_history, past_times
from intake.rules.meeting_book import MeetingBook, MeetingTold
from intake.rules.meeting_contradictions import is_near
from intake.rules.meeting_details import (
    MeetingPassage,
    format_of,
    note_sides,
    participants_of,
    parties_of,
    place_of,
)
from intake.rules.meeting_titles import title_of
from intake.rules.meeting_words import MeetingWords
from intake.rules.moments import UNKNOWN_TIME, TimePhrase, When
from intake.rules.numbers_told import NUMBER, read_number
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal
from intake.rules.words import shorten

_AFTER = re.compile(r"(?:after|following)\b", re.IGNORECASE)
_OF_THE_DAY = ("live-blog", "thread", "communique")
_UNTIL = re.compile(r"(?:until|till|to|by|before|до)\b", re.IGNORECASE)
_TOOK_PLACE = re.compile(r"\b(?:took place|were held|was held|відбул\w+|відбувся)", re.IGNORECASE)
"""What tells of a meeting by itself, also where it does not say when."""
_NEAR = 30
"""How far behind the verb somebody may stand who was received."""
_DONE = re.compile(r"(?:will not|won['’]t|has been|have been|was|were)\b", re.IGNORECASE)


def tells_what_is_so(masked: str, found: re.Match[str]) -> bool:
    """Return whether what words tell is told as a fact up to their verb."""
    groups = found.groupdict()
    start = found.start()
    for name in ("verb", "verb2"):
        if groups.get(name):
            start = found.start(name)
    reality = reality_of(masked, start, found.end())
    is_done = _DONE.match(masked, start) is not None
    if reality != "actual" and not (reality == "ahead" and is_done):
        return False
    return not told.NO_MEETING.search(masked, 0, found.end())


def hold(passage: MeetingPassage, book: MeetingBook) -> bool:
    """Propose a meeting that a passage tells took place; return whether it tells of one."""
    masked, story = passage.masked, passage.story
    found = book.words.held.search(masked) or _received(passage) or _ended(masked, book.words)
    if found is None or re.search(r"\bwill\b", found[0]) or not tells_what_is_so(masked, found):
        return False
    phrase = passage.time_near("past", found)
    if phrase is not None and _UNTIL.match(phrase.text):
        phrase = None
    phrase = _beside(passage, found) or phrase
    if phrase is None and _AFTER.match(found[0]):
        # said on Friday after two days of talks: the last of them
        told = past_times(passage.read, story)
        phrase = told[0] if told else None
    since = passage.time_since() if phrase is None else None
    is_today = phrase is None and since is None and story.genre in _OF_THE_DAY
    known = book.find_known(passage, _today(passage) if is_today else phrase or since)
    parties = parties_of(passage)
    is_undated = phrase is None and since is None and known is None and not is_today
    if is_undated and not (_TOOK_PLACE.search(found[0]) and len(parties) > 1 and place_of(passage)):
        return False
    if phrase is not None and not _is_past(passage, phrase):
        return False
    meeting = book.meeting_for(passage, phrase or since, known, parties)
    if meeting.is_held:
        return True
    meeting.is_held = True
    if known is not None and known.status in ("held", "concluded"):
        meeting.is_concluded = known.status == "concluded"
        why = f"The meeting {meeting.slug} is recorded as {known.status}."
        story.report_again(known.event, passage.start, passage.end, why)
        return True
    meeting.when = _when(passage, phrase, since, book.words)
    if known is None and is_history(meeting.when, story):
        story.hold_back(passage.start, passage.end, "The meeting is told as history.")
        meeting.is_concluded = True
        return True
    story.last_time = meeting.when
    _propose_held(passage, meeting, parties, found, book.words)
    return True


def _beside(passage: MeetingPassage, found: re.Match[str]) -> TimePhrase | None:
    """Return the day of a meeting that is told by another day: a day after talks broke up, of what
    the sentence tells or else of the day of the article."""
    lead = _DAYS_FROM.search(passage.masked, 0, found.start())
    anchor = passage.story.calendar.anchor
    if lead is None or anchor is None:
        return None
    before = [each for each in passage.times("past") if each.start < passage.start + lead.start()]
    told = before[-1].expression if before else str(anchor)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
        return None
    count = 1 if lead["count"].casefold() in ("a", "the") else read_number(lead["count"])
    days = count * (7 if lead["unit"].casefold() == "week" else 1)
    day = date.fromisoformat(told) + timedelta(days=days if lead["side"] == "before" else -days)
    start, end = passage.start + lead.start(), passage.start + lead.end()
    return TimePhrase(start, end, " ".join(lead[0].split()), (str(day),), True)


_DAYS_FROM = re.compile(
    rf"\b(?P<count>the|an?|{NUMBER}) (?P<unit>day|week)s? (?P<side>after|before)\s+(?:the\s+)?"
    r"(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)


def _propose_held(
    passage: MeetingPassage,
    meeting: MeetingTold,
    parties: list[str],
    found: re.Match[str],
    words: MeetingWords,
) -> None:
    place = place_of(passage)
    meeting.place = meeting.place or place
    fields: Json = {"meeting": meeting.slug, "title": title_of(meeting, passage, words)}
    if place:
        fields["place"] = place
    fields |= format_of(passage)
    note_sides(parties, passage.story)
    if participants := participants_of(passage, parties):
        fields["participants"] = participants
    why = f"“{shorten(found[0])}” tells of a meeting that took place."
    passage.story.propose(
        DraftProposal(
            "meeting-held",
            fields,
            passage.start,
            passage.end,
            why,
            0.75,
            meeting.when,
            passage.block,
        )
    )


def _when(
    passage: MeetingPassage,
    phrase: TimePhrase | None,
    since: TimePhrase | None,
    words: MeetingWords,
) -> When:
    if phrase is not None:
        return _whole_time(passage.masked, phrase, words)
    if since is None:
        return passage.story.own_day
    first = re.search(r"\d{4}-\d{2}-\d{2}", since.expression)
    last = passage.story.anchor_text
    if first is None or last is None:
        return When.from_phrase(since)
    return When(f"{first[0]}/{last}", since.text, (f"{first[0]}/..",))


def _whole_time(masked: str, phrase: TimePhrase, words: MeetingWords) -> When:
    """Return the time of a meeting: of three days of talks that ended on a day, all three."""
    found = words.days_of.search(masked)
    if found is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", phrase.expression):
        return When.from_phrase(phrase)
    last = date.fromisoformat(phrase.expression)
    count = max(read_number(found["count"] or found["lasted"]), 1)
    first = last - timedelta(days=count - 1)
    return When(f"{first}/{last}", phrase.text, phrase.expressions)


def _today(passage: MeetingPassage) -> TimePhrase | None:
    day, at = passage.story.anchor_text, passage.start
    return TimePhrase(at, at, "", (day,), False, True) if day else None


def _is_past(passage: MeetingPassage, phrase: TimePhrase) -> bool:
    anchor = passage.story.calendar.anchor
    first = re.search(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
    return anchor is None or first is None or first[0] <= str(anchor)[: len(first[0])]


def _ended(masked: str, words: MeetingWords) -> re.Match[str] | None:
    """Return where talks are named of which a sentence tells the outcome."""
    return words.noun.search(masked) if _outcome(masked, words)[1] else None


def _received(passage: MeetingPassage) -> re.Match[str] | None:
    """Return where somebody saw or received a party: told of with a time, or a place."""
    found = told.RECEIVED.search(passage.masked)
    if found is None:
        return None
    after = passage.start + found.end()
    behind = [each for each in passage.mentions if each.start >= after]
    near = [each for each in behind if each.start - after < _NEAR]
    if near and near[0].kind == "title" and len(behind) > 1:
        near.append(behind[1])  # the secretary of the commission, Ana Sol
    objects = [each for each in near if each.actor or each.party]
    return found if objects and any(each.end <= after for each in passage.mentions) else None


# ------------------------------------------------------------ concluded


def conclude(passage: MeetingPassage, book: MeetingBook, *, is_told: bool) -> bool:
    """Propose the outcome of a meeting, where a passage tells it."""
    outcome, found = _outcome(passage.masked, book.words)
    if outcome is None or found is None or not _is_outcome(passage.masked, found):
        return False
    meeting = _last_meeting(passage, book, is_told=is_told)
    if meeting is None or (not is_told and not meeting.is_held):
        return False
    if meeting.is_concluded:
        if outcome == "partial":
            _make_partial(meeting, passage)
        return True
    if meeting.known is not None and meeting.known.outcome:
        why = f"The outcome of the meeting {meeting.slug} is recorded."
        passage.story.report_again(meeting.known.event, passage.start, passage.end, why)
        return True
    meeting.is_concluded = True
    fields = {
        "meeting": meeting.slug,
        "outcome": outcome,
        "summary": " ".join(passage.read.sentence.text.split())[:300],
    }
    first, _, last = (meeting.when.expression or "").partition("/")
    when = UNKNOWN_TIME
    if last or first:
        when = When(last or first, meeting.when.phrase, meeting.when.others)
    why = f"“{shorten(found[0])}” tells how the meeting ended."
    passage.story.propose(
        DraftProposal(
            "meeting-concluded", fields, passage.start, passage.end, why, 0.65, when, passage.block
        )
    )
    return True


def _is_outcome(masked: str, found: re.Match[str]) -> bool:
    return reality_of(masked, found.start(), found.end()) in ("actual", "denied")


def _outcome(masked: str, words: MeetingWords) -> tuple[str | None, re.Match[str] | None]:
    agreed = told.AGREEMENT.search(masked)
    if agreed is not None and told.UNSETTLED.search(masked):
        return "partial", agreed
    for pattern, outcome in (
        (told.WALKED_OUT, "walkout"),
        (told.NO_RESULT, "no-result"),
        (words.left, "walkout"),
        (told.AGREEMENT, "agreement"),
        (told.UNSETTLED, "partial"),
        (told.SETTLED, "agreement"),
        (told.ADJOURNED, "adjourned"),
    ):
        if found := pattern.search(masked):
            return outcome, found
    return None, None


def _make_partial(meeting: MeetingTold, passage: MeetingPassage) -> None:
    for proposal in passage.story.of_type(("meeting-concluded",)):
        if proposal.fields["meeting"] == meeting.slug and (
            proposal.fields["outcome"] == "agreement"
        ):
            proposal.fields["outcome"] = "partial"
            proposal.end = max(proposal.end, passage.end)


def _is_of_then(passage: MeetingPassage, meeting: MeetingTold) -> bool:
    """Return whether a passage tells of no other time at which talks ended: the third in April."""
    ended, told = _ENDED_THEN.search(passage.masked), meeting.when.expression
    at = passage.start + ended.end() if ended else 0
    times = (
        [each for each in passage.times("past") if at <= each.start <= at + _BEHIND] if at else []
    )
    return not (told and times) or any(is_near(told, each.expression) for each in times)


_ENDED_THEN = re.compile(
    r"\b(?:ended|broke (?:up|off|down)|collapsed|finished|concluded|closed)\s+(?=(?:in|on|last)\s)",
    re.IGNORECASE,
)
_BEHIND = len("on the ")


def _last_meeting(
    passage: MeetingPassage, book: MeetingBook, *, is_told: bool
) -> MeetingTold | None:
    if book.told and (is_told or book.told[-1].block == passage.block):
        return book.told[-1] if is_told or _is_of_then(passage, book.told[-1]) else None
    known = book.find_known(passage, None)
    return book.meeting_for(passage, None, known, []) if known else None
