"""Dates in words: a day, an instant, a vague span, each in the language of the page."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from babel.dates import get_timezone_location
from markupsafe import Markup, escape

from api.pages.shared.i18n import Translations
from api.pages.shared.sanitize import escape_invisible
from domain.edtf import Bounds, Span, parse_span
from domain.errors import InvalidSpanError
from domain.instants import (
    DAY,
    EARLIEST,
    EARLIEST_WRITABLE,
    LATEST,
    LATEST_WRITABLE,
    SECOND,
    Instant,
    from_rfc3339,
    is_finite,
    local_datetime,
)

EPOCH_DAY = date(1970, 1, 1)
LASTING = ("", "meeting", "meeting-held", "incident-reported", "watch-recorded", "role-ended")
"""What lasts, or of which nothing is known: its time may have a beginning and an end."""
_MAX_MEMBERS = 5
"""Days of a set that are written one by one."""
_FIRST_DAY = date(2, 1, 9)
"""No earlier date has one a week before it that can be asked for."""


def week_before(day: date) -> date:
    """Return the day a week before, or the first that can be asked for."""
    return max(day, _FIRST_DAY) - timedelta(days=7)


def date_of_day(number: int) -> date:
    """Return the date of a day counted from 1970."""
    return EPOCH_DAY + timedelta(days=number)


class DateFormatter:
    """Writes dates in one language and one zone; brief ones fit a cell of a table."""

    def __init__(self, words: Translations, zone: str, *, brief: bool = False) -> None:
        self.words, self.zone, self.brief = words, zone, brief
        self._span_elements: dict[tuple[str, str, str | None], Markup] = {}

    def to_local(self, instant: Instant) -> datetime:
        """Return an instant as a time of day in the zone; the first or last that can be written
        where it lies beyond."""
        first, last = EARLIEST_WRITABLE + DAY, LATEST_WRITABLE - DAY
        return local_datetime(min(max(instant, first), last), self.zone)

    def format_day(self, when: date) -> str:
        """Write a day: 23 November 2025."""
        month = self.words.month_in_date(when.month, brief=self.brief)
        return self.words("dates.day", day=when.day, month=month, year=when.year)

    def format_days(self, first: date, last: date) -> str:
        """Write days from the first to the last: 3–7 October 2025."""
        return self.format_day(first) if first == last else _day_range_text(self, first, last)

    def format_short_day(self, when: date) -> str:
        """Write a day without its year: 23 Nov."""
        return self.words(
            "dates.short", day=when.day, month=self.words.month_in_date(when.month, brief=True)
        )

    def day_ending_at(self, instant: Instant) -> date | None:
        """Return the day of which an instant is the last moment."""
        local_time = self.to_local(instant)
        is_last = (local_time.hour, local_time.minute, local_time.second) == (23, 59, 59)
        return local_time.date() if is_last else None

    def format_moment(self, instant: Instant | str | None) -> str:
        """Write an instant to the minute; the last moment of a day is that day."""
        if instant is None:
            return self.words("dates.unknown")
        at = from_rfc3339(instant) if isinstance(instant, str) else instant
        if day := self.day_ending_at(at):
            return self.format_day(day)
        local_time = self.to_local(at)
        return f"{self.format_day(local_time.date())}, {local_time:%H:%M} {self.zone}"

    def since_element(self, expression: object) -> Markup:
        """Return in words since when something holds, whether or not its end is known: at the
        latest, where its start is open."""
        if not isinstance(expression, str) or expression.startswith(("../", "/", "[..")):
            return self.span_element(expression, "role")
        start = self.span_element(expression.partition("/")[0])
        return escape(self.words("positions.since", when=start))

    def span_element(self, expression: object, of: str = "", tz: str | None = None) -> Markup:
        """Return a time element that says a span in words; what was written stands in its title.

        ``tz`` is the zone in which the event gave it; where its days are those of that zone, not of
        this one, the zone follows as a city.

        ``of`` is what it is the time of, a type of event or kind of cell: of what lasts, an open
        start leaves an end; an office is held at the latest since then, and all else was by then.
        """
        if not isinstance(expression, str):
            return Markup("<span>{}</span>").format(self.words("dates.unknown"))
        key = expression, of, tz
        if key not in self._span_elements:
            title = escape_invisible(expression)
            meaning = escape_invisible(explain_span(expression, self, of) or expression)
            element = Markup('<time title="{}">{}</time>').format(title, meaning)
            if city := own_zone_city(expression, tz, self.zone, self.words.lang):
                zone = self.words("dates.local", city=escape_invisible(city))
                element += Markup(", <bdi>{}</bdi>").format(zone)
            self._span_elements[key] = element
        return self._span_elements[key]

    def format_span(self, span: Span, of: str = "") -> str:
        """Write what a span means."""
        written = without_qualifiers(span, self.zone)
        latest = _latest_start(written, of)
        if latest:
            is_office = of in ("role", "role-assumed")
            key = "dates.since-at-latest" if is_office else "dates.at-latest"
            text = self.words(key, when=_bounds_text(self, latest))
        else:
            text = _unqualified_text(self, written)
        if span.approximate:
            text = self.words("dates.about", when=text)
        return self.words("dates.perhaps", when=text) if span.uncertain else text

    def format_delay(self, earlier: str, later: str) -> str:
        """Write how much later one moment was than another: from a day on in days of the calendar,
        as a reader counts them; nothing of a minute or less."""
        first, last = from_rfc3339(earlier), from_rfc3339(later)
        if last - first <= 60 * SECOND:
            return ""
        minutes = (last - first) // (60 * SECOND)
        if minutes < 60:
            return self.words("dates.lag.minutes", n=minutes)
        if last - first < DAY:
            return self.words("dates.lag.hours", n=minutes // 60)
        return self.words("dates.lag.days", n=self._count_days(first, last))

    def format_lags(self, lags: tuple[int, int], known_at: str) -> str:
        """Write how much later something became known than it may have happened: from the least to
        the most, in days of the calendar; nothing of a day or less."""
        known = from_rfc3339(known_at)
        least, most = (self._count_days(known - lag, known) for lag in lags)
        if most <= 1:
            return ""
        most_text = self.words("dates.lag.days", n=most)
        if least == most:
            return most_text
        return self.words(
            "dates.lag.up-to" if least < 1 else "dates.lag.range", least=least, most=most_text
        )

    def _count_days(self, first: Instant, last: Instant) -> int:
        return (self.to_local(last).date() - self.to_local(first).date()).days


def own_zone_city(expression: str | None, tz: str | None, zone: str, language: str) -> str | None:
    """Return the city of an event's own zone in a language, where its days are those of another
    zone than the negotiation's."""
    if not (expression and tz) or tz == zone:
        return None
    try:
        span = parse_span(expression, tz)
    except InvalidSpanError:
        return None
    if span.start.exact and (span.end is None or span.end.exact):
        return None
    return get_timezone_location(tz, locale=language, return_city=True)


def without_qualifiers(span: Span, zone: str) -> Span:
    """Return a span as it was written, not widened by what is about its days."""
    if not (span.approximate or span.uncertain):
        return span
    try:
        return parse_span(re.sub("[?~%]", "", span.expression or ""), zone)
    except InvalidSpanError:
        return span


def _latest_start(span: Span, of: str) -> Bounds | None:
    """Return by when something was, where its start is open and it has no end to tell."""
    if span.lo != EARLIEST or span.kind == "unknown":
        return None
    if span.kind == "one-of":
        return span.start
    return span.end if of not in LASTING else None


def _unqualified_text(dates: DateFormatter, span: Span) -> str:
    text = span.expression or ""
    if span.kind == "unknown":
        return dates.words("dates.unknown")
    if span.kind == "instant":
        return dates.format_moment(span.start.lo)
    if text.endswith("/"):
        return dates.words("dates.end-unknown", when=_bounds_text(dates, span.start))
    if span.kind == "ongoing":
        return dates.words("dates.since", when=_bounds_text(dates, span.start))
    if span.kind == "duration" and span.end:
        if span.lo == EARLIEST:
            key = "dates.until" if text.startswith("..") else "dates.start-unknown"
            return dates.words(key, when=_bounds_text(dates, span.end))
        return _duration_text(dates, span.start, span.end)
    return _vague_date_text(dates, span, text)


def _vague_date_text(dates: DateFormatter, span: Span, text: str) -> str:
    if text[4:6] == "-2" and len(text) == 7 and text[6] in "1234":
        return dates.words(f"dates.season.{text[6]}", year=text[:4])
    if len(text) in (4, 7) and text.replace("-", "").isdigit():
        return _expression_text(dates, text)
    if span.hi == LATEST:
        earliest = parse_span(text[1:].removesuffix("..]"), dates.zone).start
        return dates.words("dates.at-earliest", when=_bounds_text(dates, earliest))
    members = text.strip("[]").split(",")
    if 1 < len(members) <= _MAX_MEMBERS:
        spans = [parse_span(member, dates.zone) for member in members]
        return dates.words("dates.or").join(_unqualified_text(dates, member) for member in spans)
    first, last = _bounds_days(dates, span.start)
    if first == last:
        return dates.format_day(first)
    key = "dates.within-brief" if dates.brief else "dates.within"
    return dates.words(key, range=_day_range_text(dates, first, last))


def _expression_text(dates: DateFormatter, text: str) -> str:
    parts = [int(part) for part in text.split("-")]
    return str(parts[0]) if len(parts) == 1 else f"{dates.words.month_name(parts[1])} {parts[0]}"


def _bounds_text(dates: DateFormatter, bounds: Bounds) -> str:
    if bounds.exact and (bounds.lo == bounds.hi or not is_finite(bounds.lo)):
        return dates.format_moment(bounds.hi)
    first, last = _bounds_days(dates, bounds)
    return dates.format_days(first, last)


def _duration_text(dates: DateFormatter, start: Bounds, end: Bounds) -> str:
    (first, _), (_, last) = _bounds_days(dates, start), _bounds_days(dates, end)
    if start.exact and end.exact:
        a, b = dates.to_local(start.lo), dates.to_local(end.lo)
        if a.date() == b.date():
            return f"{dates.format_day(a.date())}, {a:%H:%M}–{b:%H:%M} {dates.zone}"
    return dates.format_days(first, last)


def _day_range_text(dates: DateFormatter, first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return dates.words("dates.range", first=first.day, last=dates.format_day(last))
    month = dates.words.month_in_date(first.month, brief=dates.brief)
    first_text = (
        dates.words("dates.short", day=first.day, month=month)
        if first.year == last.year
        else dates.format_day(first)
    )
    return dates.words("dates.range-wide", first=first_text, last=dates.format_day(last))


def _bounds_days(dates: DateFormatter, bounds: Bounds) -> tuple[date, date]:
    """Return the first and the last day of bounds; where one side is open, the other's day."""
    lo = bounds.lo if is_finite(bounds.lo) else bounds.last
    hi = bounds.last if is_finite(bounds.last) else bounds.lo
    return dates.to_local(lo).date(), dates.to_local(hi).date()


def explain_span(text: str, dates: DateFormatter, of: str = "") -> str | None:
    """Return what a date means in words, or None where it cannot be read."""
    try:
        return dates.format_span(parse_span(text, dates.zone), of)
    except InvalidSpanError:
        return None
