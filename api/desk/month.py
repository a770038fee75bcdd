"""The days that a meeting may have been on, and one month of them."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.desk.frame import Frame
from api.desk.page import Data
from domain.instants import EARLIEST, LATEST
from domain.refusals import InvalidSpanError
from domain.spans import Span, parse

LONGEST_DAYS = 62
"""A vaguer date is not placed on days of a month."""


def span_of(frame: Frame, text: Any) -> Span | None:
    """Return what a time expression means; None where it is none."""
    try:
        return parse(text, frame.view.zone) if isinstance(text, str) else None
    except InvalidSpanError:
        return None


def days_of(frame: Frame, span: Span | None) -> tuple[date | None, date | None]:
    """Return the first and last day that a span may mean; None where its start is open."""
    if span is None or span.lo <= EARLIEST:
        return None, None
    end = span.end.last if span.end else span.start.last
    first = frame.dates.local(span.lo).date()
    return first, frame.dates.local(min(end, LATEST)).date() if span.hi < LATEST else first


def month(frame: Frame, found: list[Data]) -> Data | None:
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
    before = day.replace(day=1) - timedelta(days=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return {
        "month": str(day)[:7],
        "name": f"{frame.words(f'dates.alone.{day.month}')} {day.year}",
        "previous": str(before)[:7],
        "next": str(after)[:7],
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
