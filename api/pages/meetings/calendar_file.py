"""Meetings as a calendar to subscribe to (RFC 5545)."""

from __future__ import annotations

from datetime import date, timedelta

from icalendar import Calendar, Event
from starlette.responses import Response

from api.pages.meetings.month import try_parse_span
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
    calendar.add("x-wr-calname", _without_controls(frame.title))
    for group in data["groups"]:
        for meeting in group["meetings"]:
            if meeting["day"]:
                calendar.add_component(_calendar_event(frame, meeting))
    headers = {
        "Content-Disposition": f'inline; filename="{frame.slug}-meetings.ics"',
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(
        calendar.to_ical(sorted=False), headers=headers, media_type="text/calendar; charset=utf-8"
    )


def _calendar_event(frame: PageContext, meeting: Json) -> Event:
    when = meeting["occurred"] or meeting["expected"]
    status = frame.words(f"status.{meeting['status']}")
    participants = ", ".join(participant["name"] for participant in meeting["who"])
    details = [f"{status}: {when}", participants, meeting["summary"] or ""]
    event = Event()
    event.add("uid", f"{meeting['meeting']}@{frame.slug}.minutebook")
    event.add("dtstamp", to_datetime(frame.basis.known_at).replace(microsecond=0))
    _add_times(frame, event, meeting, when)
    event.add("summary", _without_controls(meeting["title"]))
    if meeting["place"]:
        event.add("location", _without_controls(meeting["place"]))
    event.add("description", _without_controls("\n".join(filter(None, details))))
    event.add("status", _ICS_STATUS.get(meeting["status"], "TENTATIVE"))
    event.add("categories", [meeting["status"].upper()])
    event.add("transp", "TRANSPARENT")
    return event


def _add_times(frame: PageContext, event: Event, meeting: Json, when: object) -> None:
    span = try_parse_span(frame, when)
    if span and meeting["exact"]:
        event.add("dtstart", to_datetime(span.start.lo).replace(microsecond=0))
        if span.end and span.end.exact and span.end.lo < LATEST:
            event.add("dtend", to_datetime(span.end.lo).replace(microsecond=0))
        return
    first, last = date.fromisoformat(meeting["day"]), date.fromisoformat(meeting["last"])
    event.add("dtstart", first)
    event.add("dtend", min(last, date(9999, 12, 30)) + timedelta(days=1))


def _without_controls(text: str) -> str:
    """Return a text with no control character but the end of a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char == "\n" or (char >= " " and char != "\x7f"))
