"""The EDTF profile (ISO 8601-2): parses time expressions into bounds in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from domain.date_phrases import read_phrase
from domain.errors import InvalidSpanError
from domain.instants import EARLIEST, LATEST, Instant, from_datetime, midnight_instant

SpanKind = Literal["instant", "one-of", "duration", "ongoing", "unknown"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """One moment known only to lie in ``[lo, hi)``; of an exact instant lo == hi."""

    lo: Instant
    hi: Instant
    exact: bool = False

    @property
    def last(self) -> Instant:
        """The last moment possible: hi itself if exact or open, else hi - 1 microsecond."""
        return self.hi if self.exact or self.hi == LATEST else self.hi - 1

    def is_past(self, moment: Instant) -> bool:
        """Return whether this is surely past: nothing is past on its own day."""
        return self.hi <= moment

    def capped_at(self, moment: Instant) -> Bounds:
        """Return what is left once it must have happened by the moment; as given if lo is later."""
        if self.lo <= moment < self.last:
            return Bounds(self.lo, moment, exact=True)
        return self

    def hull_with(self, other: Bounds) -> Bounds:
        later = max(self, other, key=lambda bounds: bounds.last)
        return Bounds(min(self.lo, other.lo), later.hi, exact=later.exact)


OPEN_BOUNDS = Bounds(EARLIEST, LATEST)


@dataclass(frozen=True, slots=True)
class Span:
    """A time expression: its kind, the bounds of its start, and of its end if it has one.

    A duration without an end is one whose end is not known: neither going on nor over.
    """

    expression: str | None
    kind: SpanKind
    start: Bounds
    end: Bounds | None = None
    uncertain: bool = False
    approximate: bool = False

    @property
    def lo(self) -> Instant:
        """The first instant possible of the whole."""
        return self.start.lo

    @property
    def hi(self) -> Instant:
        """The first instant surely after the whole."""
        if self.end:
            return self.end.hi
        return LATEST if self.kind in ("ongoing", "duration") else self.start.hi


UNKNOWN_SPAN = Span(None, "unknown", OPEN_BOUNDS)


@lru_cache(maxsize=8192)
def parse_span(expression: str | None, zone: str = "UTC") -> Span:
    """Read an expression of the profile; days without a time are calendar days in the zone.

    Raises InvalidSpanError with the place in the string and the remedy. Semantics: docs/time.md.
    """
    if expression is None:
        return UNKNOWN_SPAN
    try:
        return _parse_expression(expression, zone)
    except InvalidSpanError as error:
        suggestions = tuple(filter(_is_expression, read_phrase(expression[:_MAX_PHRASE], None)))
        if not suggestions:
            raise
        hint = f"use {' or '.join(suggestions)}"
        raise InvalidSpanError(error.detail, hint=hint, suggestions=suggestions) from None


def is_instant(expression: str) -> bool:
    """Return whether an expression that is one names an exact instant, in whatever zone."""
    return "T" in expression and "/" not in expression and expression[0] != "["


def _is_expression(text: str) -> bool:
    try:
        _parse_expression(text, "UTC")
    except InvalidSpanError:
        return False
    return True


def _parse_expression(expression: str, zone: str) -> Span:
    if expression.startswith("["):
        return _parse_set(expression, zone)
    if "/" in expression:
        return _parse_interval(expression, zone)
    return _parse_part(expression, 0, expression, zone)


_INSTANT_PATTERN = re.compile(
    r"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
    r"(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?\Z",
    re.ASCII,
)
_DATE_PATTERN = re.compile(
    r"(\d{3}[\dX]|\d{2}XX)(?:-(\d[\dX]|XX)(?:-(\d[\dX]|XX))?)?([?~%])?\Z", re.ASCII
)
_MAX_PHRASE = 200
_MAX_ZONE_GAP = 26 * 3600 * 1_000_000
"""How far zones lie apart: a day and an instant are compared in the zone of the reader."""
SPAN_REMEDY = "use a day (2025-12-21), a month, a year, an instant with an offset, or an interval"


def _span_error(
    whole: str, char_index: int, problem: str, remedy: str = SPAN_REMEDY
) -> InvalidSpanError:
    return InvalidSpanError(f"{problem}, at character {char_index + 1} of {whole!r}", hint=remedy)


def _parse_interval(text: str, zone: str) -> Span:
    left, _, right = text.partition("/")
    char_index = len(left) + 1
    if re.fullmatch(r"[0-9]+/[0-9]+/[0-9]+", text):
        raise _span_error(text, 0, f"{text!r} is not a supported date")
    if "/" in right:
        raise _span_error(
            text, char_index + right.index("/"), "a second slash", "use one slash between two dates"
        )
    if left in ("", "..") and right in ("", ".."):
        raise _span_error(
            text, 0, "both ends are open", "add at least one end, or use null if unknown"
        )
    if left in ("", ".."):
        end = _parse_part(right, char_index, text, zone)
        start = Bounds(EARLIEST, end.hi, exact=end.start.exact)
        return Span(text, "duration", start, end.start, end.uncertain, end.approximate)
    begin = _parse_part(left, 0, text, zone)
    if right == "..":
        return replace(begin, expression=text, kind="ongoing")
    if right == "":
        return replace(begin, expression=text, kind="duration")
    end = _parse_part(right, char_index, text, zone)
    _check_order(text, char_index, begin.start, end.start)
    uncertain = begin.uncertain or end.uncertain
    approximate = begin.approximate or end.approximate
    return Span(text, "duration", begin.start, end.start, uncertain, approximate)


def _check_order(text: str, char_index: int, first: Bounds, second: Bounds) -> None:
    slack = 0 if first.exact == second.exact else _MAX_ZONE_GAP
    if first.lo > second.last + slack:
        raise _span_error(text, char_index, "the end is before the start", "swap the two ends")


def _parse_set(text: str, zone: str) -> Span:
    if not text.endswith("]"):
        raise _span_error(
            text, len(text), "the bracket is not closed", "use [first..last] or [a,b]"
        )
    inner = text[1:-1]
    separator = ".." if ".." in inner else ","
    members, char_index = list[Bounds](), 1
    for member in inner.split(separator):
        is_open = separator == ".." and not member
        members.append(OPEN_BOUNDS if is_open else _parse_member(member, char_index, text, zone))
        char_index += len(member) + len(separator)
    if separator == ".." and len(members) != 2:
        raise _span_error(text, char_index, "more than one range", "use [first..last] or [a,b]")
    if all(member == OPEN_BOUNDS for member in members):
        raise _span_error(text, 1, "both sides are open", "add a side, or use null if unknown")
    if OPEN_BOUNDS in members:
        first, second = members
        return Span(text, "one-of", Bounds(first.lo, second.hi, exact=second.exact))
    if separator == "..":
        _check_order(text, 1, *members)
    latest = max(members, key=lambda bounds: bounds.last)
    bounds = Bounds(min(member.lo for member in members), latest.hi, exact=latest.exact)
    return Span(text, "one-of", bounds)


def _parse_member(member: str, char_index: int, whole: str, zone: str) -> Bounds:
    part = _parse_part(member, char_index, whole, zone)
    if part.uncertain or part.approximate:
        raise _span_error(
            whole, char_index, "a qualifier inside a set", "remove ?, ~ and % from inside [ ]"
        )
    return part.start


def _parse_part(text: str, char_index: int, whole: str, zone: str) -> Span:
    """Read one date or instant that begins at a character of the whole expression."""
    if "T" in text:
        return Span(text, "instant", _parse_instant(text, char_index, whole))
    if re.fullmatch(r"[0-9]{4}-2[1-4][?~%]?", text):
        return _parse_season(text, char_index, whole, zone)
    date_match = _DATE_PATTERN.match(text)
    if not date_match:
        raise _span_error(whole, char_index, f"{text!r} is not a supported date")
    year, month, day, flag = date_match.groups()
    first, after = _calendar_range(year, month, day, char_index, whole)
    if flag in ("~", "%"):
        first, after = _widen_range(first, after, _date_precision(month, day))
    return _qualified_span(text, first, after, flag, zone)


def _date_precision(month: str | None, day: str | None) -> str:
    if day:
        return "day"
    return "month" if month else "year"


def _qualified_span(text: str, first: date, after: date, flag: str | None, zone: str) -> Span:
    bounds = Bounds(midnight_instant(first, zone), midnight_instant(after, zone))
    return Span(text, "one-of", bounds, None, flag in ("?", "%"), flag in ("~", "%"))


def _parse_season(text: str, char_index: int, whole: str, zone: str) -> Span:
    year, month = _parse_year(text[:4], char_index, whole), 3 * (int(text[6]) - 1) + 3
    first = date(year, month, 1)
    after = _add_months(first, 3)
    flag = text[7:] or None
    if flag in ("~", "%"):
        first, after = _widen_range(first, after, "year")
    return _qualified_span(text, first, after, flag, zone)


def _parse_instant(text: str, char_index: int, whole: str) -> Bounds:
    time_match = _INSTANT_PATTERN.match(text)
    if not time_match:
        raise _span_error(whole, char_index, f"{text!r} is not a supported instant")
    offset = time_match[1]
    if offset is None:
        remedy = "add Z or an offset such as +02:00"
        raise _span_error(whole, char_index + len(text), "a time needs Z or an offset", remedy)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _span_error(whole, char_index, f"{text!r}: {error}") from None
    _parse_year(text[:4], char_index, whole)
    at = from_datetime(moment)
    return Bounds(at, at, exact=True)


def _parse_year(text: str, char_index: int, whole: str) -> int:
    year = int(text)
    if not 2 <= year <= 9998:
        raise _span_error(whole, char_index, "the year is outside 0002 to 9998")
    return year


def _calendar_range(
    year: str, month: str | None, day: str | None, char_index: int, whole: str
) -> tuple[date, date]:
    if "X" in year:
        if month:
            raise _span_error(
                whole, char_index + 5, "a month in a masked year", "use X for the last digits only"
            )
        low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
        _parse_year(str(low), char_index, whole), _parse_year(str(high), char_index, whole)
        return date(low, 1, 1), date(high + 1, 1, 1)
    number = _parse_year(year, char_index, whole)
    if month is None:
        return date(number, 1, 1), date(number + 1, 1, 1)
    if "X" in month and day and "X" not in day:
        raise _span_error(
            whole, char_index + 8, "a day in a masked month", "use X for the last digits only"
        )
    months = [m for m in range(1, 13) if _fits_mask(m, month)]
    if not months:
        raise _span_error(whole, char_index + 5, f"there is no month {month}")
    if day is None:
        return date(number, months[0], 1), _add_months(date(number, months[-1], 1), 1)
    days = [d for m in months for d in _days_of_month(number, m) if _fits_mask(d.day, day)]
    if not days:
        raise _span_error(whole, char_index + 8, f"there is no day {day} in {year}-{month}")
    return days[0], days[-1] + timedelta(days=1)


def _fits_mask(number: int, mask: str) -> bool:
    if "X" not in mask:
        return number == int(mask)
    return all(m in ("X", c) for c, m in zip(f"{number:02}", mask, strict=True))


def _days_of_month(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    return [first + timedelta(days=n) for n in range((_add_months(first, 1) - first).days)]


def _add_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def _widen_range(first: date, after: date, precision: str) -> tuple[date, date]:
    if precision == "year":
        return _add_months(first, -1), _add_months(after, 1)
    slack = timedelta(days=1 if precision == "day" else 7)
    return first - slack, after + slack
