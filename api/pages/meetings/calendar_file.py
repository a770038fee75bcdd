"""Meetings as a calendar to subscribe to (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from starlette.responses import Response

from api.pages.meetings.month import try_parse_span
from api.pages.shared.page_context import PageContext
from domain.edtf import Span
from domain.instants import LATEST, to_datetime
from domain.model import Json

_ICS_STATUS = {"cancelled": "CANCELLED", "held": "CONFIRMED", "concluded": "CONFIRMED"}


def render_calendar(frame: PageContext, data: Json) -> Response:
    """Answer with the meetings as a calendar; a day without a time is a whole day."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Minutebook//Meetings//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escape_text(frame.title)}",
    ]
    for group in data["groups"]:
        for meeting in group["meetings"]:
            lines += _event_lines(frame, meeting) if meeting["day"] else []
    body = "".join(f"{_fold_line(line)}\r\n" for line in [*lines, "END:VCALENDAR"])
    headers = {
        "Content-Disposition": f'inline; filename="{frame.slug}-meetings.ics"',
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _event_lines(frame: PageContext, meeting: Json) -> list[str]:
    when = meeting["occurred"] or meeting["expected"]
    status = frame.words(f"status.{meeting['status']}")
    participants = ", ".join(one["name"] for one in meeting["who"])
    details = [f"{status}: {when}", participants, meeting["summary"] or ""]
    return [
        "BEGIN:VEVENT",
        f"UID:{meeting['meeting']}@{frame.slug}.minutebook",
        f"DTSTAMP:{_format_utc(to_datetime(frame.basis.known_at))}",
        *_time_lines(frame, meeting, try_parse_span(frame, when)),
        f"SUMMARY:{_escape_text(meeting['title'])}",
        *([f"LOCATION:{_escape_text(meeting['place'])}"] if meeting["place"] else []),
        f"DESCRIPTION:{_escape_text(chr(10).join(filter(None, details)))}",
        f"STATUS:{_ICS_STATUS.get(meeting['status'], 'TENTATIVE')}",
        f"CATEGORIES:{meeting['status'].upper()}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _time_lines(frame: PageContext, meeting: Json, span: Span | None) -> list[str]:
    if span and meeting["exact"]:
        time_lines = [f"DTSTART:{_format_utc(to_datetime(span.start.lo))}"]
        if span.end and span.end.exact and span.end.lo < LATEST:
            time_lines.append(f"DTEND:{_format_utc(to_datetime(span.end.lo))}")
        return time_lines
    first, last = date.fromisoformat(meeting["day"]), date.fromisoformat(meeting["last"])
    end = min(last, date(9999, 12, 30)) + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]


def _format_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape_text(text: object) -> str:
    r"""Return a text value: backslash, semicolon, comma and newline escaped, no other controls."""
    plain = str(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(each for each in lines if each >= " " and each != "\x7f")


def _fold_line(line: str) -> str:
    """Return a line folded at 75 octets, never inside of a character."""
    folded, size = [""], 0
    for each in line:
        width = len(each.encode())
        if size + width > 75:
            folded.append("")
            size = 1  # the space that begins a folded line
        folded[-1] += each
        size += width
    return "\r\n ".join(folded)
