"""The EDTF profile (ISO 8601-2): what a time expression can mean, as bounds in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Literal
from zoneinfo import ZoneInfo

from domain.instants import EARLIEST, LATEST, Instant, from_datetime
from domain.refusals import InvalidSpanError

Kind = Literal["instant", "one-of", "duration", "ongoing", "unknown"]
Certainty = Literal["surely", "possibly", "after"]


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

    def by(self, moment: Instant) -> Certainty:
        """Tell whether this surely, possibly or not yet lies at or before the moment."""
        if self.last <= moment:
            return "surely"
        return "possibly" if self.lo <= moment else "after"

    def past(self, moment: Instant) -> bool:
        """Tell whether this is surely past: nothing is past on its own day."""
        return self.hi <= moment

    def before(self, other: Bounds) -> bool:
        """Tell whether this surely lies before the other."""
        return self.last < other.lo

    def lowered(self, moment: Instant) -> Bounds:
        """Return what is left once it must have happened by the moment; as given if lo is later."""
        if self.lo <= moment < self.last:
            return Bounds(self.lo, moment, exact=True)
        return self

    def hull(self, other: Bounds) -> Bounds:
        late = max(self, other, key=lambda bounds: bounds.last)
        return Bounds(min(self.lo, other.lo), late.hi, exact=late.exact)


OPEN = Bounds(EARLIEST, LATEST)


@dataclass(frozen=True, slots=True)
class Span:
    """A time expression: its kind, the bounds of its start, and of its end if it has one."""

    expression: str | None
    kind: Kind
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
        if self.kind == "ongoing":
            return LATEST
        return self.end.hi if self.end else self.start.hi


UNKNOWN = Span(None, "unknown", OPEN)


@lru_cache(maxsize=8192)
def parse(expression: str | None, zone: str = "UTC") -> Span:
    """Read an expression of the profile; days without a time are calendar days in the zone.

    Raises InvalidSpanError with the place in the string and the remedy. Semantics: docs/time.md.
    """
    if expression is None:
        return UNKNOWN
    text = expression
    if text.startswith("["):
        return _one_of_set(text, zone)
    if "/" in text:
        return _interval(text, zone)
    part = _part(text, 0, text, zone)
    kind: Kind = "instant" if part.bounds.exact else "one-of"
    return Span(text, kind, part.bounds, None, part.uncertain, part.approximate)


@cache
def _zones() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text().split())


def is_zone(name: str) -> bool:
    """Tell whether a name is in the IANA time zone database."""
    return name in _zones() - {"Factory"}


@cache
def _zone(name: str) -> ZoneInfo:
    """Read a zone from the locked package, so that a day means the same on every machine."""
    with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@dataclass(frozen=True, slots=True)
class _Part:
    bounds: Bounds
    uncertain: bool = False
    approximate: bool = False


_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
    r"(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?\Z",
    re.ASCII,
)
_DATE = re.compile(r"(\d{3}[\dX]|\d{2}XX)(?:-(\d[\dX]|XX)(?:-(\d[\dX]|XX))?)?([?~%])?\Z", re.ASCII)
_ZONES_APART = 26 * 3600 * 1_000_000
"""How far zones lie apart: a day and an instant are compared in the zone of the reader."""
_ADVICE = "write a day (2025-12-21), a month, a year, an instant with offset, or an interval"


def _fail(whole: str, place: int, what: str, remedy: str = _ADVICE) -> InvalidSpanError:
    return InvalidSpanError(f"{what}, at character {place + 1} of {whole!r}", hint=remedy)


def _interval(text: str, zone: str) -> Span:
    left, _, right = text.partition("/")
    place = len(left) + 1
    if "/" in right:
        raise _fail(text, place + right.index("/"), "a second slash", "an interval has two ends")
    if left in ("", "..") and right in ("", ".."):
        raise _fail(text, 0, "both ends are open", "give at least one end, or null for unknown")
    if left in ("", ".."):
        end = _part(right, place, text, zone)
        start = Bounds(EARLIEST, end.bounds.hi, exact=end.bounds.exact)
        return Span(text, "duration", start, end.bounds, end.uncertain, end.approximate)
    begin = _part(left, 0, text, zone)
    if right in ("", ".."):
        return Span(text, "ongoing", begin.bounds, None, begin.uncertain, begin.approximate)
    end = _part(right, place, text, zone)
    _in_order(text, place, begin.bounds, end.bounds)
    return Span(
        text,
        "duration",
        begin.bounds,
        end.bounds,
        begin.uncertain or end.uncertain,
        begin.approximate or end.approximate,
    )


def _in_order(text: str, place: int, first: Bounds, second: Bounds) -> None:
    slack = 0 if first.exact == second.exact else _ZONES_APART
    if first.lo > second.last + slack:
        raise _fail(text, place, "the end lies before the start", "swap the two ends")


def _one_of_set(text: str, zone: str) -> Span:
    if not text.endswith("]"):
        raise _fail(text, len(text), "the bracket is not closed", "write [first..last] or [a,b]")
    inner = text[1:-1]
    separator = ".." if ".." in inner else ","
    members, place = [], 1
    for member in inner.split(separator):
        part = _part(member, place, text, zone)
        if part.uncertain or part.approximate:
            raise _fail(text, place, "a qualifier inside a set", "leave ?, ~ and % out of [ ]")
        members.append(part.bounds)
        place += len(member) + len(separator)
    if separator == ".." and len(members) != 2:
        raise _fail(text, place, "more than one range", "write [first..last] or [a,b]")
    if separator == "..":
        _in_order(text, 1, *members)
    late = max(members, key=lambda bounds: bounds.last)
    bounds = Bounds(min(member.lo for member in members), late.hi, exact=late.exact)
    return Span(text, "one-of", bounds)


def _part(text: str, place: int, whole: str, zone: str) -> _Part:
    if "T" in text:
        return _Part(_instant(text, place, whole))
    if re.fullmatch(r"[0-9]{4}-2[1-4][?~%]?", text):
        return _season(text, place, whole, zone)
    found = _DATE.match(text)
    if not found:
        raise _fail(whole, place, f"{text!r} is not a date of the profile")
    year, month, day, flag = found.groups()
    first, after = _calendar(year, month, day, place, whole)
    if flag in ("~", "%"):
        first, after = _widened(first, after, _precision(month, day))
    return _qualified(first, after, flag, zone)


def _precision(month: str | None, day: str | None) -> str:
    if day:
        return "day"
    return "month" if month else "year"


def _qualified(first: date, after: date, flag: str | None, zone: str) -> _Part:
    bounds = Bounds(_midnight(first, zone), _midnight(after, zone))
    return _Part(bounds, flag in ("?", "%"), flag in ("~", "%"))


def _season(text: str, place: int, whole: str, zone: str) -> _Part:
    year, month = _year(text[:4], place, whole), 3 * (int(text[6]) - 1) + 3
    first = date(year, month, 1)
    after = _months(first, 3)
    flag = text[7:] or None
    if flag in ("~", "%"):
        first, after = _widened(first, after, "year")
    return _qualified(first, after, flag, zone)


def _instant(text: str, place: int, whole: str) -> Bounds:
    found = _TIME.match(text)
    if not found:
        raise _fail(whole, place, f"{text!r} is not an instant of the profile")
    offset = found[1]
    if offset is None:
        remedy = "add Z or an offset such as +02:00"
        raise _fail(whole, place + len(text), "a time needs Z or an offset", remedy)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _fail(whole, place, f"{text!r}: {error}") from None
    _year(text[:4], place, whole)
    at = from_datetime(moment)
    return Bounds(at, at, exact=True)


def _year(text: str, place: int, whole: str) -> int:
    year = int(text)
    if not 2 <= year <= 9998:
        raise _fail(whole, place, "the year is outside 0002 to 9998")
    return year


def _calendar(
    year: str, month: str | None, day: str | None, place: int, whole: str
) -> tuple[date, date]:
    if "X" in year:
        if month:
            raise _fail(whole, place + 5, "a month of an unknown year", "mask from the right only")
        low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
        _year(str(low), place, whole), _year(str(high), place, whole)
        return date(low, 1, 1), date(high + 1, 1, 1)
    number = _year(year, place, whole)
    if month is None:
        return date(number, 1, 1), date(number + 1, 1, 1)
    if "X" in month and day and "X" not in day:
        raise _fail(whole, place + 8, "a day of an unknown month", "mask from the right only")
    months = [m for m in range(1, 13) if _fits(m, month)]
    if not months:
        raise _fail(whole, place + 5, f"there is no month {month}")
    if day is None:
        return date(number, months[0], 1), _months(date(number, months[-1], 1), 1)
    days = [d for m in months for d in _days(number, m) if _fits(d.day, day)]
    if not days:
        raise _fail(whole, place + 8, f"there is no day {day} in {year}-{month}")
    return days[0], days[-1] + timedelta(days=1)


def _fits(number: int, mask: str) -> bool:
    if "X" not in mask:
        return number == int(mask)
    return all(m in ("X", c) for c, m in zip(f"{number:02}", mask, strict=True))


def _days(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    return [first + timedelta(days=n) for n in range((_months(first, 1) - first).days)]


def _months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def _widened(first: date, after: date, precision: str) -> tuple[date, date]:
    if precision == "year":
        return _months(first, -1), _months(after, 1)
    slack = timedelta(days=1 if precision == "day" else 7)
    return first - slack, after + slack


def _midnight(day: date, zone: str) -> Instant:
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=_zone(zone)))
