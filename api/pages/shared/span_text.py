"""A vague span of time in words, and what was typed as one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from domain.edtf import Bounds, Span, parse_span
from domain.errors import InvalidSpanError
from domain.instants import EARLIEST, LATEST

if TYPE_CHECKING:
    from api.pages.shared.dates import DateFormatter


def describe_span(dates: DateFormatter, span: Span) -> str:
    """Write what a span means."""
    text = _unqualified_text(dates, span)
    if span.approximate:
        text = dates.words("dates.about", when=text)
    return dates.words("dates.perhaps", when=text) if span.uncertain else text


def _unqualified_text(dates: DateFormatter, span: Span) -> str:
    text = (span.expression or "").rstrip("?~%")
    if span.kind == "instant":
        return dates.format_moment(span.start.lo)
    if span.kind == "ongoing":
        return dates.words("dates.since", when=_bounds_text(dates, span.start))
    if span.kind == "duration" and span.end:
        if span.lo == EARLIEST:
            return dates.words("dates.until", when=_bounds_text(dates, span.end))
        return _duration_text(dates, span.start, span.end)
    if span.approximate and len(text) >= 7:
        return _expression_text(dates, text)
    return _vague_date_text(dates, span, text)


def _vague_date_text(dates: DateFormatter, span: Span, text: str) -> str:
    if text[4:6] == "-2" and len(text) == 7 and text[6] in "1234":
        return dates.words(f"dates.season.{text[6]}", year=text[:4])
    if len(text) in (4, 7) and text.replace("-", "").isdigit():
        return _expression_text(dates, text)
    first, last = _bounds_days(dates, span.start)
    if first == last:
        return dates.format_day(first)
    range_text = _day_range_text(dates, first, last)
    return range_text if dates.brief else dates.words("dates.between", range=range_text)


def _expression_text(dates: DateFormatter, text: str) -> str:
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    if len(parts) == 1:
        return str(parts[0])
    if len(parts) == 2:
        return f"{dates.words(f'dates.alone.{parts[1]}')} {parts[0]}"
    return dates.format_day(date(*parts[:3]))


def _bounds_text(dates: DateFormatter, bounds: Bounds) -> str:
    if bounds.exact:
        return dates.format_moment(bounds.lo)
    first, last = _bounds_days(dates, bounds)
    return dates.format_day(first) if first == last else _day_range_text(dates, first, last)


def _duration_text(dates: DateFormatter, start: Bounds, end: Bounds) -> str:
    (first, _), (_, last) = _bounds_days(dates, start), _bounds_days(dates, end)
    if start.exact and end.exact:
        a, b = dates.to_local(start.lo), dates.to_local(end.lo)
        if a.date() == b.date():
            return f"{dates.format_day(a.date())}, {a:%H:%M}–{b:%H:%M} {dates.zone}"
    return dates.format_day(first) if first == last else _day_range_text(dates, first, last)


def _day_range_text(dates: DateFormatter, first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return dates.words("dates.range", first=first.day, last=dates.format_day(last))
    first_text = (
        dates.format_short_day(first) if first.year == last.year else dates.format_day(first)
    )
    return dates.words("dates.range-wide", first=first_text, last=dates.format_day(last))


def _bounds_days(dates: DateFormatter, bounds: Bounds) -> tuple[date, date]:
    lo, hi = max(bounds.lo, EARLIEST), min(bounds.last, LATEST)
    return dates.to_local(lo).date(), dates.to_local(hi).date()


def explain_span(text: str, dates: DateFormatter) -> str | None:
    """Return what a date means in words, or None where it cannot be read."""
    try:
        return dates.format_span(parse_span(text, dates.zone))
    except InvalidSpanError:
        return None


def span_error(text: str) -> str | None:
    """Return why a date cannot be read, and what to write."""
    try:
        parse_span(text, "UTC")
    except InvalidSpanError as error:
        return f"{error.detail}; {error.hint}" if error.hint else error.detail
    return None
