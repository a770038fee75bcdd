"""Meetings and deadlines as a calendar to subscribe to (RFC 5545)."""

from __future__ import annotations

from datetime import date, timedelta

from icalendar import Calendar, Event
from starlette.responses import Response

from api.calendar_properties import (
    DATES,
    DEADLINE,
    DISPUTED,
    KIND,
    TITLE,
    WHEN,
    ZONE,
    written_dates,
)
from api.pages.meetings.month import try_parse_span
from api.pages.shared.marks import mark_word
from api.pages.shared.page_context import PageContext
from domain.instants import LATEST, to_datetime
from domain.model import Json

_ICS_STATUS = {"cancelled": "CANCELLED", "held": "CONFIRMED", "concluded": "CONFIRMED"}


def render_calendar(frame: PageContext, data: Json) -> Response:
    """Answer with the meetings as a calendar; a day without a time is a whole day."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Minutebook//Meetings//EN")
    calendar.add("calscale", "GREGORIAN")
    filter_text = _filter_text(frame)
    name = " · ".join(filter(None, (frame.title, filter_text)))
    calendar.add("x-wr-calname", _without_controls(name))
    if filter_text:
        calendar.add("x-wr-caldesc", _without_controls(filter_text))
    for group in data["groups"]:
        for meeting in group["meetings"]:
            for number, place in enumerate(meeting["places"]):
                calendar.add_component(_calendar_event(frame, meeting, place, number))
    if frame.params.status is None:
        for deadline in data["deadlines"]:
            if deadline["last_day"]:
                calendar.add_component(_deadline_event(frame, deadline))
    headers = {
        "Content-Disposition": f'inline; filename="{frame.file_name}.ics"',
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(
        calendar.to_ical(sorted=False), headers=headers, media_type="text/calendar; charset=utf-8"
    )


def _filter_text(frame: PageContext) -> str:
    """Return which reports count, where not all do."""
    basis, words = frame.basis, frame.words
    if not basis.is_filtered:
        return ""
    parts = [words("frame.filtered")]
    if basis.exclude_source:
        parts.append(f"{words('frame.filter-without')} {', '.join(basis.exclude_source)}.")
    if basis.only_source:
        parts.append(f"{words('frame.filter-only')} {', '.join(basis.only_source)}.")
    if basis.min_sources > 1:
        parts.append(words("frame.filter-least", basis.min_sources))
    return " ".join(parts)


def _calendar_event(frame: PageContext, meeting: Json, place: Json, number: int) -> Event:
    """Return one entry for one place; an unknown day among several is one day that says so."""
    vague = place["within"] or place["qualified"] or place["disputed"]
    when = _date_text(frame, place["when"])
    when += f", {frame.words('dates.local', city=city)}" if (city := place["own_zone"]) else ""
    status = frame.words(f"status.{meeting['status']}")
    participants = ", ".join(participant["name"] for participant in meeting["who"])
    if meeting["concluded"] and meeting["concluded"] != place["when"]:
        held, concluded = frame.words("status.held"), _date_text(frame, meeting["concluded"])
        when = f"{held} {when}, {frame.words('meetings.concluded-on', when=concluded)}"
    else:
        when = f"{status}: {when}"
    details = [when, participants, meeting["summary"] or ""]
    event = Event()
    account = f".{number + 1}" if number else ""
    event.add("uid", f"{meeting['meeting']}{account}@{frame.slug}.minutebook")
    event.add("dtstamp", to_datetime(frame.basis.known_at).replace(microsecond=0))
    _add_times(frame, event, meeting, place)
    summary = _summary(frame, meeting, place)
    event.add("summary", _without_controls(summary))
    if meeting["place"]:
        event.add("location", _without_controls(meeting["place"]))
    event.add("description", _without_controls("\n".join(filter(None, details))))
    ics_status = _ICS_STATUS.get(meeting["status"], "TENTATIVE")
    event.add("status", "TENTATIVE" if vague and ics_status == "CONFIRMED" else ics_status)
    event.add("categories", [meeting["status"].upper()])
    event.add("transp", "TRANSPARENT")
    if place["disputed"]:
        event.add(KIND, DISPUTED)
    zone = meeting["tz"] if meeting["occurred"] else meeting["expected_tz"]
    parameters = {DATES: written_dates(event), ZONE: zone}
    event.add(WHEN, place["when"], {name: text for name, text in parameters.items() if text})
    if summary != meeting["title"]:
        event.add(TITLE, _without_controls(meeting["title"]))
    return event


def _deadline_event(frame: PageContext, deadline: Json) -> Event:
    """Return the day on which a deadline ends, as an entry of a whole day."""
    word = frame.words(f"listed.deadline.{deadline['status']}")
    when = _date_text(frame, deadline["due"])
    consequence = deadline["consequence"]
    if_missed = f"{frame.words('listed.consequence')} {consequence}" if consequence else ""
    details = [f"{word}: {when}", if_missed, deadline["summary"] or ""]
    event, day = Event(), date.fromisoformat(deadline["last_day"])
    event.add("uid", f"deadline.{deadline['deadline']}@{frame.slug}.minutebook")
    event.add("dtstamp", to_datetime(frame.basis.known_at).replace(microsecond=0))
    event.add("dtstart", day)
    event.add("dtend", min(day, date(9999, 12, 30)) + timedelta(days=1))
    title = f"{frame.words('event.kind.deadline')}: {deadline['title']}"
    event.add("summary", _without_controls(title))
    event.add("description", _without_controls("\n".join(filter(None, details))))
    event.add("status", "CANCELLED" if deadline["status"] == "withdrawn" else "CONFIRMED")
    event.add("categories", ["DEADLINE"])
    event.add("transp", "TRANSPARENT")
    event.add(KIND, DEADLINE)
    return event


def _summary(frame: PageContext, meeting: Json, place: Json) -> str:
    title = str(meeting["title"])
    if place["within"] or place["qualified"]:
        title = f"{_date_text(frame, place['when'])}: {title}"
    if place["disputed"]:
        return f"{frame.words('meetings.disputed-date')}: {title}"
    is_overdue = place["mark"] == "overdue"
    return f"{mark_word(frame.words, 'overdue')}: {title}" if is_overdue else title


def _date_text(frame: PageContext, expression: str) -> str:
    return frame.dates.span_element(expression, "meeting").striptags()


def _add_times(frame: PageContext, event: Event, meeting: Json, place: Json) -> None:
    span = try_parse_span(frame, place["when"])
    if span and meeting["exact"]:
        event.add("dtstart", to_datetime(span.start.lo).replace(microsecond=0))
        if span.end and span.end.exact and span.end.lo < LATEST:
            event.add("dtend", to_datetime(span.end.lo).replace(microsecond=0))
        return
    first = date.fromisoformat(place["first"])
    last = first if place["within"] else date.fromisoformat(place["last"])
    event.add("dtstart", first)
    event.add("dtend", min(last, date(9999, 12, 30)) + timedelta(days=1))


def _without_controls(text: str) -> str:
    """Return a text with no control character but the end of a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char == "\n" or (char >= " " and char != "\x7f"))
