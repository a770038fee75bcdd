"""The page of meetings: an agenda, a month of days, and a calendar to subscribe to."""

from __future__ import annotations

import calendar as months
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.desk.asked import Shown
from api.desk.frame import Frame
from api.desk.page import Data, Page
from api.questions import Given
from domain.instants import EARLIEST, LATEST, to_datetime
from domain.refusals import InvalidSpanError
from domain.spans import Span, parse
from projections import answers

STATUSES = ("announced", "overdue", "held", "concluded", "cancelled", "possible")
Status = Literal["announced", "overdue", "held", "concluded", "cancelled", "possible"]
COLUMNS = ("meeting", "title", "status", "occurred", "expected", "place", "format", "outcome",
           "who", "summary", "known_at")  # fmt: skip
_NAMES = ("meeting", "title", "status", "ongoing", "occurred", "expected", "place", "format",
          "level", "outcome", "summary", "disputed", "known_at", "sources", "single_source",
          "events")  # fmt: skip
LONGEST_DAYS = 62
"""A vaguer date is not placed on days of a month."""


def _a_month(value: str | None) -> str | None:
    try:
        return value and f"{date.fromisoformat(f'{value}-01'):%Y-%m}"
    except ValueError:
        raise ValueError(f"{value!r:.80} is no month; write one such as 2025-12") from None


class Asked(Shown):
    status: Annotated[Status | None, Field(description="As known then.")] = None
    month: Annotated[Given, AfterValidator(_a_month), Field(description="Shown as days.")] = None


def data(frame: Frame) -> Data:
    """Return the meetings as known then, by what is to be done about them, and one month."""
    every = answers.spelled_out(answers.meetings(frame.view))
    counts = Counter(each["status"] for each in every)
    status = frame.asked.status
    found = [_meeting(frame, each) for each in every if status in (None, each["status"])]
    found.sort(key=lambda each: (each["day"] or "9999", each["meeting"]))
    newest = list(reversed(found))
    groups = [
        ("overdue", [each for each in newest if each["status"] == "overdue"]),
        ("next", [each for each in found if each["status"] == "announced"]),
        ("past", [each for each in newest if each["status"] not in ("overdue", "announced")]),
    ]
    return {
        "statuses": {name: counts[name] for name in STATUSES if counts[name]},
        "groups": [{"name": name, "meetings": each} for name, each in groups if each],
        "month": _month(frame, found),
    }


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for group in data["groups"]:
        for each in group["meetings"]:
            yield {**each, "who": "; ".join(one["name"] for one in each["who"])}


def _meeting(frame: Frame, each: Data) -> Data:
    span = _span(frame, each["occurred"] or each["expected"])
    first, last = _days(frame, span)
    people, parties = frame.names("person"), frame.names("party")
    who = [
        {"name": people.get(one["person"], one["person"]) if one.get("person")
         else parties.get(one.get("party"), one.get("party")),
         "of": parties.get(one["party"], one["party"])
         if one.get("person") and one.get("party") else None,
         "role": one.get("role")}
        for one in each.get("participants") or ()
    ]  # fmt: skip
    for invited in each.get("invitees") or ():
        kind, _, slug = invited.rpartition(":")
        names = parties if kind == "party" else people
        told = names.get(slug) or parties.get(slug, slug)
        if all(told != one["name"] for one in who):
            who.append({"name": told, "of": None, "role": "invited"})
    return {
        **{name: each.get(name) for name in _NAMES},
        "title": each.get("title") or each["meeting"],
        "rivals": [rival for rival in each.get("rivals") or () if isinstance(rival, dict)],
        "day": str(first) if first else None,
        "last": str(last) if last else None,
        "exact": bool(span and span.kind in ("instant", "duration") and span.start.exact),
        "who": who,
    }


def _span(frame: Frame, text: Any) -> Span | None:
    try:
        return parse(text, frame.view.zone) if isinstance(text, str) else None
    except InvalidSpanError:
        return None


def _days(frame: Frame, span: Span | None) -> tuple[date | None, date | None]:
    if span is None or span.lo <= EARLIEST:
        return None, None
    end = span.end.last if span.end else span.start.last
    first = frame.dates.local(span.lo).date()
    return first, frame.dates.local(min(end, LATEST)).date() if span.hi < LATEST else first


def _month(frame: Frame, found: list[Data]) -> Data | None:
    """Return the weeks of one month, each day with its meetings, and its neighbours."""
    asked = frame.asked.month
    day = date.fromisoformat(f"{asked}-01") if asked else _busy(frame, found)
    if day.year < 3 or day.year > 9990:
        return None
    weeks = months.Calendar().monthdatescalendar(day.year, day.month)
    held: dict[str, list[Data]] = {}
    for each in found:
        for one in _each_day(each, weeks[0][0], weeks[-1][-1]):
            held.setdefault(str(one), []).append(
                {name: each[name] for name in ("meeting", "title", "status")}
            )
    before, after = day.replace(day=1) - timedelta(days=1), weeks[2][6] + timedelta(days=31)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return {
        "month": f"{day:%Y-%m}",
        "name": f"{frame.words(f'dates.alone.{day.month}')} {day.year}",
        "previous": f"{before:%Y-%m}",
        "next": f"{after:%Y-%m}",
        "weeks": [[{"day": str(one), "number": one.day, "inside": one.month == day.month,
                    "shown": one == frame.rail.day, "meetings": held.get(str(one), [])}
                   for one in week] for week in weeks],
    }  # fmt: skip


def _busy(frame: Frame, found: list[Data]) -> date:
    """Return the month of the date, or that of the meeting nearest to it."""
    day = frame.rail.day
    near = [date.fromisoformat(each["day"]) for each in found if each["day"]]
    return min(near, key=lambda one: abs((one - day).days), default=day)


def _each_day(each: Data, low: date, high: date) -> Iterator[date]:
    if not each["day"]:
        return
    first, last = date.fromisoformat(each["day"]), date.fromisoformat(each["last"])
    if (last - first).days > LONGEST_DAYS:
        return
    day = max(first, low)
    while day <= min(last, high):
        yield day
        day += timedelta(days=1)


# A calendar (RFC 5545).

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
        *_times(frame, each, _span(frame, when)),
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


PAGE = Page("meetings", data, asks=Asked, columns=COLUMNS, rows=rows, calendar=calendar)
