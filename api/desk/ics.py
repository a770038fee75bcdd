"""Meetings as a calendar to subscribe to (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.responses import Response

from api.desk.frame import Frame
from api.desk.month import span_of
from api.desk.page import Data
from domain.instants import LATEST, to_datetime
from domain.spans import Span

_STATUS = {"cancelled": "CANCELLED", "held": "CONFIRMED", "concluded": "CONFIRMED"}


def calendar(frame: Frame, data: Data) -> Response:
    """Answer with the meetings as a calendar; a day without a time is a whole day."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minutebook//Meetings//EN",
             "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_escaped(frame.title)}"]  # fmt: skip
    for group in data["groups"]:
        for each in group["meetings"]:
            lines += _entry(frame, each) if each["day"] else []
    body = "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])
    headers = {"Content-Disposition": f'inline; filename="{frame.slug}-meetings.ics"',
               "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}  # fmt: skip
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _entry(frame: Frame, each: Data) -> list[str]:
    when = each["occurred"] or each["expected"]
    status = frame.words(f"status.{each['status']}")
    who = ", ".join(one["name"] for one in each["who"])
    told = [f"{status}: {when}", who, each["summary"] or ""]
    return [
        "BEGIN:VEVENT",
        f"UID:{each['meeting']}@{frame.slug}.minutebook",
        f"DTSTAMP:{_utc(to_datetime(frame.basis.known_at))}",
        *_times(frame, each, span_of(frame, when)),
        f"SUMMARY:{_escaped(each['title'])}",
        *([f"LOCATION:{_escaped(each['place'])}"] if each["place"] else []),
        f"DESCRIPTION:{_escaped(chr(10).join(filter(None, told)))}",
        f"STATUS:{_STATUS.get(each['status'], 'TENTATIVE')}",
        f"CATEGORIES:{each['status'].upper()}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _times(frame: Frame, each: Data, span: Span | None) -> list[str]:
    if span and each["exact"]:
        found = [f"DTSTART:{_utc(to_datetime(span.start.lo))}"]
        if span.end and span.end.exact and span.end.lo < LATEST:
            found.append(f"DTEND:{_utc(to_datetime(span.end.lo))}")
        return found
    first, last = date.fromisoformat(each["day"]), date.fromisoformat(each["last"])
    end = min(last, date(9999, 12, 30)) + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: Any) -> str:
    r"""Return a text value: backslash, semicolon, comma and newline escaped, no other controls."""
    plain = str(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(each for each in lines if each >= " " and each != "\x7f")


def _folded(line: str) -> str:
    """Return a line folded at 75 octets, never inside of a character."""
    found, size = [""], 0
    for each in line:
        width = len(each.encode())
        if size + width > 75:
            found.append("")
            size = 1  # the space that begins a folded line
        found[-1] += each
        size += width
    return "\r\n ".join(found)
