"""The days that a meeting may have been on, and one month of them."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from datetime import date, timedelta

from api.pages.shared.page_context import PageContext
from domain.edtf import Span, parse_span
from domain.errors import InvalidSpanError
from domain.instants import EARLIEST, LATEST
from domain.model import Json

MAX_SPAN_DAYS = 62
"""A vaguer date is not placed on days of a month."""


def try_parse_span(frame: PageContext, text: object) -> Span | None:
    """Return what a time expression means; None where it is none."""
    try:
        return parse_span(text, frame.view.zone) if isinstance(text, str) else None
    except InvalidSpanError:
        return None


def span_days(frame: PageContext, span: Span | None) -> tuple[date | None, date | None]:
    """Return the first and last day that a span may mean; None where its start is open."""
    if span is None or span.lo <= EARLIEST:
        return None, None
    end = span.end.last if span.end else span.start.last
    first = frame.dates.to_local(span.lo).date()
    return first, frame.dates.to_local(min(end, LATEST)).date() if span.hi < LATEST else first


def build_month(frame: PageContext, meetings: list[Json]) -> Json | None:
    """Return the weeks of one month, each day with its meetings, and its neighbours."""
    month_text = frame.params.month
    day = date.fromisoformat(f"{month_text}-01") if month_text else _nearest_month(frame, meetings)
    if day.year < 3 or day.year > 9990:
        return None
    weeks = months.Calendar().monthdatescalendar(day.year, day.month)
    meetings_by_day: dict[str, list[Json]] = {}
    for each in meetings:
        for one in _meeting_days(each, weeks[0][0], weeks[-1][-1]):
            meetings_by_day.setdefault(str(one), []).append(
                {name: each[name] for name in ("meeting", "title", "status")}
            )
    before = day.replace(day=1) - timedelta(days=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return {
        "month": str(day)[:7],
        "name": f"{frame.words.month_name(day.month)} {day.year}",
        "previous": str(before)[:7],
        "next": str(after)[:7],
        "weeks": [
            [
                {
                    "day": str(one),
                    "number": one.day,
                    "inside": one.month == day.month,
                    "shown": one == frame.rail.day,
                    "meetings": meetings_by_day.get(str(one), []),
                }
                for one in week
            ]
            for week in weeks
        ],
    }


def _nearest_month(frame: PageContext, meetings: list[Json]) -> date:
    """Return the month of the date, or that of the meeting nearest to it."""
    day = frame.rail.day
    meeting_days = [date.fromisoformat(each["day"]) for each in meetings if each["day"]]
    return min(meeting_days, key=lambda one: abs((one - day).days), default=day)


def _meeting_days(meeting: Json, lo: date, hi: date) -> Iterator[date]:
    if not meeting["day"]:
        return
    first, last = date.fromisoformat(meeting["day"]), date.fromisoformat(meeting["last"])
    if (last - first).days > MAX_SPAN_DAYS:
        return
    day = max(first, lo)
    while day <= min(last, hi):
        yield day
        day += timedelta(days=1)
