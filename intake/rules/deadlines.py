# Cyrillic letters are meant
"""Deadlines that an article tells: set, extended, met, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from domain.model import Json
from domain.slugs import make_slug
from intake.registry import KnownDeadline
from intake.rules import deadline_words as told
from intake.rules.act_times import own_day, when_done
from intake.rules.deadline_matching import find_deadline, is_same_day, only_open_deadline
from intake.rules.mentions import Mention
from intake.rules.moments import When
from intake.rules.reality import clause_of, reality_of
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.terms import DueTime, find_due_times, last_day_of

_FARTHEST_DAYS = 400
_FARTHEST_DEMAND_DAYS = 120
_FAR = "The day lies so far ahead that it is part of what is negotiated rather than a deadline."


def read_deadlines(read: ReadSentence, said_by: str | None, story: Story) -> bool:
    """Propose what a sentence tells of deadlines; return whether it tells of one."""
    masked = read.sentence.masked
    is_told = False
    if len(told.NAMED.findall(masked)) > told.MOST_NAMED:
        return False
    for pattern, type_ in told.CHANGES:
        for found in pattern.finditer(masked):
            if reality_of(masked, found.start(), found.end()) == "actual":
                is_told |= _change(type_, found, read, said_by, story)
    if is_told:
        return True
    return _set(read, said_by, story) or _fulfil(read, said_by, story)


# ------------------------------------------------------------ set


def _set(read: ReadSentence, said_by: str | None, story: Story) -> bool:
    masked = read.sentence.masked
    used: set[int] = set()
    for frame, found in _frames(masked):
        if reality_of(masked, found.start(), found.end()) in ("supposed", "denied"):
            continue
        due = _due_of(frame, found, read, story)
        if due is None or due.start in used or told.REGULAR.search(masked):
            continue
        reason = _why_none(frame, due, story)
        if reason is None:
            used.add(due.start)
            _propose_set(frame, found, due, read, said_by, story)
        elif reason:
            story.hold_back(read.sentence.start, read.sentence.end, reason)
    return bool(used)


def _frames(masked: str) -> Iterator[tuple[told.Frame, re.Match[str]]]:
    for frame in told.FRAMES:
        for found in frame.pattern.finditer(masked):
            yield frame, found


def _due_of(
    frame: told.Frame, found: re.Match[str], read: ReadSentence, story: Story
) -> DueTime | None:
    """Return the time by which something is due that belongs to some words of the clause."""
    masked, offset = read.sentence.masked, read.sentence.start
    first, last = clause_of(masked, found.start(), found.end())
    behind: list[DueTime] = []
    before: list[DueTime] = []
    for due in find_due_times(read.sentence, story.calendar):
        start, end = due.start - offset, due.end - offset
        if not (first <= start and end <= last) or not _leads(frame, due, masked[:start]):
            continue
        if start >= found.start():
            behind.append(due)
        elif frame.allows_before and found.start() - end < told.NEAR:
            before.append(due)
    behind = [
        each for each in behind if frame.is_free or each.start - offset - found.end() < told.NEAR
    ]
    return next(iter(behind or before), None)


def _leads(frame: told.Frame, due: DueTime, before: str) -> bool:
    """Return whether the words in front of a time make it one by which something is due."""
    if due.is_duration:
        return frame.allows_bare_duration or (frame.allows_duration and due.is_led)
    lead = f"{before[-20:]}{due.text.split(' ')[0]} "
    return bool(frame.lead.search(lead)) and not told.SINCE.search(lead)


def _why_none(frame: told.Frame, due: DueTime, story: Story) -> str | None:
    """Return why a time is no deadline; None where it is one, nothing where that needs no word."""
    anchor = story.calendar.anchor
    if anchor is None:
        return ""
    if due.last_day < str(anchor):
        return ""
    limit = _FARTHEST_DEMAND_DAYS if frame.name == "demanded" else _FARTHEST_DAYS
    return _FAR if due.last_day > str(anchor + timedelta(days=limit)) else None


def _propose_set(
    frame: told.Frame,
    found: re.Match[str],
    due: DueTime,
    read: ReadSentence,
    said_by: str | None,
    story: Story,
) -> None:
    known = find_deadline(read, due, story)
    start, end = read.sentence.start, read.sentence.end
    if known is not None and (due.is_duration or is_same_day(known, due)):
        why = f"The deadline “{known.title or known.slug}” is recorded."
        story.report_again(known.event, start, end, why)
        return
    if known is not None and known.due and due.last_day < last_day_of(known.due):
        known = None
    by, on = _who(frame, found, due, read, said_by, story)
    fields: Json = {"deadline": known.slug if known else _new_slug(due, story)}
    type_ = "deadline-extended" if known else "deadline-set"
    if known is None:
        fields["title"] = _title(read, found)
    fields["due"] = due.expression
    if by:
        fields["by"] = by
    if on and known is None:
        fields["on"] = on
    why = f"“{' '.join(found[0].split())}” with “{due.text}” tells by when something is due."
    _propose(type_, fields, read, own_day(story), why, story)


def _who(
    frame: told.Frame,
    found: re.Match[str],
    due: DueTime,
    read: ReadSentence,
    said_by: str | None,
    story: Story,
) -> tuple[str | None, list[str]]:
    """Return who sets a deadline, and on whom."""
    at = read.sentence.start + found.start()
    before = [each for each in read.mentions if each.end <= at and not each.is_owner]
    behind = [each for each in read.mentions if at < each.start]
    subject = _actor_of(before, story)
    lead = read.sentence.masked[: found.start()]
    if frame.name == "gives" and told.PASSIVE.search(lead):
        return said_by, _parties_of(before, story)
    if told.BOUND.match(found[0]):
        return said_by, _parties_of(before, story)
    if frame.name in ("gives", "instructed", "demanded") or told.SETTING.search(lead):
        return subject or said_by, _parties_of(behind, story)
    if frame.name == "undertook":
        return subject or said_by, _parties_of(before, story)
    return said_by, _parties_of(before or behind, story)


def _actor_of(mentions: list[Mention], story: Story) -> str | None:
    return next((actor for each in mentions if (actor := story.cast.resolve(each))), None)


def _parties_of(mentions: list[Mention], story: Story) -> list[str]:
    parties = [
        party
        for each in mentions
        if (party := story.cast.party_of(story.cast.resolve(each)) or each.party)
    ]
    return list(dict.fromkeys(parties))[:4]


def _title(read: ReadSentence, found: re.Match[str]) -> str:
    """Return what is due, in the words of the sentence."""
    text = read.sentence.text
    purpose = told.PURPOSE.search(text, found.start())
    line = " ".join((purpose["what"] if purpose else text).split())
    line = line[:1].upper() + line[1:]
    return line if len(line) <= 120 else f"{line[:119].rsplit(' ', 1)[0]}…"


def _new_slug(due: DueTime, story: Story) -> str:
    taken = {each.slug for each in story.registry.deadlines} | story.slugs
    day = re.search(r"\d{4}-\d{2}-\d{2}", due.expression)
    slug = make_slug(f"deadline {day[0] if day else ''}".strip(), taken) or "deadline"
    story.slugs.add(slug)
    return slug


# ------------------------------------------------------------ changed


def _change(
    type_: str, found: re.Match[str], read: ReadSentence, said_by: str | None, story: Story
) -> bool:
    known = find_deadline(read, None, story) or only_open_deadline(story)
    due = _new_due(read, known, story) if type_ == "deadline-extended" else None
    start, end = read.sentence.start, read.sentence.end
    if known is None and type_ != "deadline-extended":
        story.hold_back(start, end, "No deadline is registered that this could be about.")
        return True
    if type_ == "deadline-extended":
        if due is None:
            story.hold_back(start, end, "A deadline is extended, but no new day is told.")
            return True
        fields: Json = {
            "deadline": known.slug if known else _told_slug(story) or "deadline",
            "due": due.expression,
        }
    else:
        fields = {"deadline": known.slug if known else ""}
    at = read.sentence.start + found.start()
    before = [each for each in read.mentions if each.end <= at and not each.is_owner]
    if by := said_by or _actor_of(before, story):
        fields["by"] = by
    when = when_done(read, found.start(), found.end(), story)
    if type_ == "deadline-extended" and (
        due is None or (when.expression or "9999") >= due.last_day or not _is_past(when, story)
    ):
        when = own_day(story)
    why = f"“{' '.join(found[0].split())}” tells what became of a deadline."
    _propose(type_, fields, read, when, why, story)
    return True


def _is_past(when: When, story: Story) -> bool:
    return story.anchor_text is not None and last_day_of(when.expression or "") <= story.anchor_text


def _new_due(read: ReadSentence, known: KnownDeadline | None, story: Story) -> DueTime | None:
    """Return the day to which a deadline moves: behind “to” or “until”, else the last. So many days
    more are counted from the day that is recorded."""
    counted_from = _to_date(known.due) if known and known.due else None
    dues = [
        each
        for each in find_due_times(read.sentence, story.calendar, counted_from)
        if each.last_day >= (story.anchor_text or "")
    ]
    for due in reversed(dues):
        lead = read.sentence.slice(due.start - 12, due.start) + due.text.split(" ")[0] + " "
        if told.UNTIL.search(lead):
            return due
    extents = [due for due in dues if due.is_duration]
    if extents:
        return extents[-1]
    return dues[-1] if dues else None


def _to_date(expression: str) -> date | None:
    days = re.findall(r"\d{4}-\d{2}-\d{2}", expression)
    return date.fromisoformat(days[-1]) if days else None


def _told_slug(story: Story) -> str | None:
    told_before = story.of_type(("deadline-set",))
    return str(told_before[-1].fields["deadline"]) if told_before else None


def _fulfil(read: ReadSentence, said_by: str | None, story: Story) -> bool:
    """Propose that a registered deadline is met where what it asks for is told as done."""
    found = told.DELIVERED.search(read.sentence.masked)
    if found is None or reality_of(read.sentence.masked, *found.span()) != "actual":
        return False
    known = find_deadline(read, None, story)
    if known is None:
        return False
    at = read.sentence.start + found.start()
    before = [each for each in read.mentions if each.end <= at and not each.is_owner]
    fields: Json = {"deadline": known.slug}
    if by := _actor_of(before, story) or said_by:
        fields["by"] = by
    why = f"“{found[0]}” tells that what “{known.title}” asks for is done."
    when = when_done(read, found.start(), found.end(), story)
    _propose("deadline-met", fields, read, when, why, story)
    return True


def _propose(
    type_: str, fields: Json, read: ReadSentence, when: When, why: str, story: Story
) -> None:
    start, end, block = read.sentence.start, read.sentence.end, read.sentence.block
    story.propose(DraftProposal(type_, fields, start, end, why, 0.6, when, block))
