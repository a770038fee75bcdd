"""A vague span of time in words, and what was typed as one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from domain.instants import EARLIEST, LATEST
from domain.refusals import InvalidSpanError
from domain.spans import Bounds, Span, parse

if TYPE_CHECKING:
    from api.desk.dates import Dates


def told(dates: Dates, span: Span) -> str:
    """Write what a span means."""
    found = _bare(dates, span)
    if span.approximate:
        found = dates.words("dates.about", when=found)
    return dates.words("dates.perhaps", when=found) if span.uncertain else found


def _bare(dates: Dates, span: Span) -> str:
    text = (span.expression or "").rstrip("?~%")
    if span.kind == "instant":
        return dates.moment(span.start.lo)
    if span.kind == "ongoing":
        return dates.words("dates.since", when=_bound(dates, span.start))
    if span.kind == "duration" and span.end:
        if span.lo == EARLIEST:
            return dates.words("dates.until", when=_bound(dates, span.end))
        return _range(dates, span.start, span.end)
    if span.approximate and len(text) >= 7:
        return _written(dates, text)
    return _one_of(dates, span, text)


def _one_of(dates: Dates, span: Span, text: str) -> str:
    if text[4:6] == "-2" and len(text) == 7 and text[6] in "1234":
        return dates.words(f"dates.season.{text[6]}", year=text[:4])
    if len(text) in (4, 7) and text.replace("-", "").isdigit():
        return _written(dates, text)
    first, last = _days(dates, span.start)
    if first == last:
        return dates.day(first)
    found = _days_range(dates, first, last)
    return found if dates.brief else dates.words("dates.between", range=found)


def _written(dates: Dates, text: str) -> str:
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    if len(parts) == 1:
        return str(parts[0])
    if len(parts) == 2:
        return f"{dates.words(f'dates.alone.{parts[1]}')} {parts[0]}"
    return dates.day(date(*parts[:3]))


def _bound(dates: Dates, bounds: Bounds) -> str:
    if bounds.exact:
        return dates.moment(bounds.lo)
    first, last = _days(dates, bounds)
    return dates.day(first) if first == last else _days_range(dates, first, last)


def _range(dates: Dates, start: Bounds, end: Bounds) -> str:
    (first, _), (_, last) = _days(dates, start), _days(dates, end)
    if start.exact and end.exact:
        a, b = dates.local(start.lo), dates.local(end.lo)
        if a.date() == b.date():
            return f"{dates.day(a.date())}, {a:%H:%M}–{b:%H:%M} {dates.zone}"
    return dates.day(first) if first == last else _days_range(dates, first, last)


def _days_range(dates: Dates, first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return dates.words("dates.range", first=first.day, last=dates.day(last))
    head = dates.short(first) if first.year == last.year else dates.day(first)
    return dates.words("dates.range-wide", first=head, last=dates.day(last))


def _days(dates: Dates, bounds: Bounds) -> tuple[date, date]:
    lo, hi = max(bounds.lo, EARLIEST), min(bounds.last, LATEST)
    return dates.local(lo).date(), dates.local(hi).date()


def understood(text: str, dates: Dates) -> str | None:
    """Return what a date means in words, or None where it cannot be read."""
    try:
        return dates.span(parse(text, dates.zone))
    except InvalidSpanError:
        return None


def refused(text: str) -> str | None:
    """Return why a date cannot be read, and what to write."""
    try:
        parse(text, "UTC")
    except InvalidSpanError as error:
        return f"{error.detail}; {error.hint}" if error.hint else error.detail
    return None
