"""Why a passage cannot tell of a recorded meeting: its place, its parties or its days differ."""

from __future__ import annotations

import re
from datetime import date, timedelta

from intake.registry import KnownMeeting
from intake.rules.likeness import content_stems
from intake.rules.meeting_details import MeetingPassage, parties_of, places_of
from intake.rules.meeting_numbers import ordinal_of
from intake.rules.moments import TimePhrase
from intake.rules.words import fold_word, name_key

_NEAR_DAYS = 3
"""A meeting may be told as so many days off its recorded ones."""
_MOVED_DAYS = 45
"""One that was only expected may have been held so many days off."""


def contradicts(meeting: KnownMeeting, passage: MeetingPassage, phrase: TimePhrase | None) -> bool:
    """Return whether what a passage says of a meeting cannot be so of a recorded one."""
    return (
        _is_elsewhere(meeting, passage)
        or _is_of_others(meeting, passage)
        or (phrase is not None and _is_of_another_day(meeting, passage, phrase))
    )


def _is_elsewhere(meeting: KnownMeeting, passage: MeetingPassage) -> bool:
    places = places_of(passage)
    if not places or not meeting.place or _is_numbered_alike(meeting, passage):
        return False
    return not any(is_same_place(each, meeting.place) for each in places)


def _is_numbered_alike(meeting: KnownMeeting, passage: MeetingPassage) -> bool:
    number = ordinal_of(passage.masked)
    return number is not None and number == ordinal_of(meeting.title or "")


def is_same_place(one: str, other: str) -> bool:
    """Return whether two places share their name, in whatever case it stands."""
    if fold_word(one) == fold_word(other) or content_stems(one) & content_stems(other):
        return True
    keys = [{name_key(word) for word in re.findall(r"\w+", each)} for each in (one, other)]
    return any(
        mine.startswith(theirs[:5]) and theirs.startswith(mine[:5])
        for mine in keys[0]
        for theirs in keys[1]
        if min(len(mine), len(theirs)) >= 4
    )


def _is_of_others(meeting: KnownMeeting, passage: MeetingPassage) -> bool:
    """Return whether of two sides or more that are named one did not take part."""
    registry = passage.story.registry
    recorded = {registry.party_of(each) for each in meeting.invitees}
    recorded |= {each.get("party") for each in meeting.participants}
    recorded.discard(None)
    named = {
        slug
        for slug in parties_of(passage)
        if slug not in registry.party_by_slug
        or registry.party_by_slug[slug].kind not in ("mediator", "organisation")
    }
    return len(recorded) >= 2 and len(named) >= 2 and not named <= recorded


def _is_of_another_day(meeting: KnownMeeting, passage: MeetingPassage, phrase: TimePhrase) -> bool:
    recorded = meeting.occurred or meeting.expected
    if recorded is None:
        return False
    mine, theirs = _bounds(phrase.expression), _bounds(recorded)
    if mine is None or theirs is None:
        return False
    if phrase.text and _names_days(phrase.expression) and _names_days(recorded):
        is_apart = mine[0] > theirs[1] or theirs[0] > mine[1]
        if is_apart and not _is_numbered_alike(meeting, passage):
            return True
    is_held = meeting.status in ("held", "concluded")
    margin = timedelta(days=_NEAR_DAYS if is_held else _MOVED_DAYS)
    return mine[0] - margin > theirs[1] or theirs[0] - margin > mine[1]


def _names_days(expression: str) -> bool:
    """Return whether an expression is a day or a row of days, and neither vague nor uncertain."""
    return _DAYS.fullmatch(expression) is not None


_DAYS = re.compile(r"\d{4}-\d{2}-\d{2}(?:/\d{4}-\d{2}-\d{2})?")


def is_near(one: str, other: str) -> bool:
    """Return whether two times lie within three days of each other."""
    mine, others = _bounds(one), _bounds(other)
    if mine is None or others is None:
        return one[:7].strip("[") == other[:7].strip("[")
    margin = timedelta(days=_NEAR_DAYS)
    return mine[0] - margin <= others[1] and others[0] - margin <= mine[1]


def _bounds(expression: str) -> tuple[date, date] | None:
    """Return the first and the last day of an expression; None where it names no days."""
    days = re.findall(r"\d{4}-\d{2}-\d{2}", expression)
    months = re.fullmatch(r"(\d{4})-(\d{2})", expression)
    try:
        if months and 1 <= int(months[2]) <= 12:
            first = date(int(months[1]), int(months[2]), 1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return (date.fromisoformat(days[0]), date.fromisoformat(days[-1])) if days else None
    except ValueError:
        return None
