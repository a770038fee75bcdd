"""Meetings and deadlines as marks of time: where each stands, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from api.models.answers import Deadline, Meeting
from api.pages.meetings.month import list_places, try_parse_span
from api.pages.shared.disputes import BETWEEN_ACCOUNTS, rival_values, title_of
from api.pages.shared.marks import Mark, mark_meeting, mark_word
from api.pages.shared.page_context import PageContext
from domain.edtf import Span, parse_span
from domain.instants import EARLIEST, LATEST, Instant

MET_STATUSES = ("held", "concluded", "possible")


class MeetingMark(NamedTuple):
    """A meeting or a deadline as it is drawn; ``whens`` are the accounts of its date, of which
    there are several where that is disputed."""

    kind: str
    slug: str
    title: str
    status: str
    mark: Mark | None
    lo: Instant
    last: Instant
    whens: tuple[str, ...]
    meeting: Meeting | None = None

    def address(self, frame: PageContext) -> str:
        return f"{frame.page_address('meetings')}#{self.kind[0]}-{self.slug}"

    def tip(self, frame: PageContext) -> str:
        """Return it in words."""
        section = "status" if self.kind == "meeting" else "listed.deadline"
        elements = (frame.dates.span_element(when, "meeting") for when in self.whens)
        when = BETWEEN_ACCOUNTS.join(element.striptags() for element in elements)
        said = [f"{self.title}: {frame.words(f'{section}.{self.status}')}", when]
        if self.mark in ("vague", "disputed"):
            said.append(mark_word(frame.words, self.mark))
        return ", ".join(said)


def list_meeting_marks(frame: PageContext) -> list[MeetingMark]:
    """Return the marks of all meetings that were not cancelled and of which a date is known."""
    meetings = (each for each in frame.answers.meetings() if each.status != "cancelled")
    return [mark for meeting in meetings if (mark := _mark_meeting(frame, meeting))]


def _mark_meeting(frame: PageContext, meeting: Meeting) -> MeetingMark | None:
    places = list_places(frame, meeting)
    spans = [span for place in places if (span := try_parse_span(frame, place["when"]))]
    bounds = _hull(spans)
    if bounds is None:
        return None
    title = title_of(frame.words, meeting) or meeting.meeting
    whens, mark = tuple(place["when"] for place in places), places[0]["mark"]
    return MeetingMark(
        "meeting", meeting.meeting, title, meeting.status, mark, *bounds, whens, meeting
    )


def _hull(spans: Iterable[Span]) -> tuple[Instant, Instant] | None:
    """Return the first and last moment of spans; of one that is open on a side, that of the
    other."""
    bounds = list(filter(None, map(_bounds, spans)))
    return (min(lo for lo, _ in bounds), max(last for _, last in bounds)) if bounds else None


def _bounds(span: Span) -> tuple[Instant, Instant] | None:
    last = (span.end or span.start).last
    lo = span.lo if span.lo > EARLIEST else last
    last = last if last < LATEST else lo
    return (lo, last) if EARLIEST < lo <= last < LATEST else None


def list_deadline_marks(frame: PageContext) -> list[MeetingMark]:
    """Return the marks of the deadlines of which an end is known: each at its last moment."""
    deadlines = (each for each in frame.answers.deadlines() if each.status != "withdrawn")
    return [mark for deadline in deadlines if (mark := _mark_deadline(frame, deadline))]


def _mark_deadline(frame: PageContext, deadline: Deadline) -> MeetingMark | None:
    whens = tuple(map(str, [deadline.due] if deadline.due else rival_values(deadline, "due")))
    zone = deadline.tz or frame.view.zone
    ends = [bounds[1] for when in whens if (bounds := _bounds(parse_span(when, zone)))]
    if not ends:
        return None
    mark = mark_meeting(deadline.status, is_vague=False, is_disputed=not deadline.due)
    title = title_of(frame.words, deadline) or deadline.deadline
    return MeetingMark(
        "deadline", deadline.deadline, title, deadline.status, mark, min(ends), max(ends), whens
    )
