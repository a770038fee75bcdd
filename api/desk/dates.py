"""Dates in words: a day, an instant, a vague span, each in the language of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from api.desk.shown import visible
from api.desk.words import Words
from domain.instants import DAY, EARLIEST, LATEST, SECOND, Instant, from_text, to_datetime
from domain.refusals import InvalidSpanError
from domain.spans import Bounds, Span, parse

EPOCH = date(1970, 1, 1)


def day_of(number: int) -> date:
    """Return the date of a day counted from 1970."""
    return EPOCH + timedelta(days=number)


class Dates:
    """Writes dates in one language and one zone; brief ones fit a cell of a table."""

    def __init__(self, words: Words, zone: str, *, brief: bool = False) -> None:
        self.words, self.zone, self.brief = words, zone, brief
        self._told: dict[str, Markup] = {}

    def local(self, instant: Instant) -> datetime:
        """Return an instant as a time of day in the zone."""
        return to_datetime(instant).astimezone(ZoneInfo(self.zone) if self.zone != "UTC" else UTC)

    def day(self, when: date) -> str:
        """Write a day: 23 November 2025."""
        month = self.words(f"dates.{'abbr' if self.brief else 'of'}.{when.month}")
        return self.words("dates.day", day=when.day, month=month, year=when.year)

    def short(self, when: date) -> str:
        """Write a day without its year: 23 Nov."""
        return self.words("dates.short", day=when.day, month=self.words(f"dates.abbr.{when.month}"))

    def moment(self, instant: Instant | str | None) -> str:
        """Write an instant to the minute; the last moment of a day is that day."""
        if instant is None:
            return self.words("dates.unknown")
        at = self.local(from_text(instant) if isinstance(instant, str) else instant)
        if (at.hour, at.minute, at.second) == (23, 59, 59):
            return self.day(at.date())
        return f"{self.day(at.date())}, {at:%H:%M} {self.zone}"

    def when(self, expression: Any) -> Markup:
        """Return a time element that says a span in words; what was written stands in its title."""
        found = self._told.get(expression) if isinstance(expression, str) else None
        if found is None:
            found = self._told[str(expression)] = self._when(expression)
        return found

    def _when(self, expression: Any) -> Markup:
        if not isinstance(expression, str):
            return Markup("<span>{}</span>").format(self.words("dates.unknown"))
        try:
            told = self.span(parse(expression, self.zone))
        except InvalidSpanError:
            told = str(visible(expression))
        title, text = escape(visible(expression)), escape(told)
        return Markup(f'<time title="{title}">{text}</time>')  # noqa: S704  # both are escaped

    def span(self, span: Span) -> str:
        """Write what a span means."""
        told = self._bare(span)
        if span.approximate:
            told = self.words("dates.about", when=told)
        return self.words("dates.perhaps", when=told) if span.uncertain else told

    def _bare(self, span: Span) -> str:
        text = (span.expression or "").rstrip("?~%")
        if span.kind == "instant":
            return self.moment(span.start.lo)
        if span.kind == "ongoing":
            return self.words("dates.since", when=self._bound(span.start))
        if span.kind == "duration" and span.end:
            if span.lo == EARLIEST:
                return self.words("dates.until", when=self._bound(span.end))
            return self._range(span.start, span.end)
        if span.approximate and len(text) >= 7:
            return self._written(text)
        return self._one_of(span, text)

    def _one_of(self, span: Span, text: str) -> str:
        if text[4:6] == "-2" and len(text) == 7 and text[6] in "1234":
            return self.words(f"dates.season.{text[6]}", year=text[:4])
        if len(text) in (4, 7) and text.replace("-", "").isdigit():
            return self._written(text)
        first, last = self._days(span.start)
        if first == last:
            return self.day(first)
        found = self._days_range(first, last)
        return found if self.brief else self.words("dates.between", range=found)

    def _written(self, text: str) -> str:
        parts = [int(part) for part in text.split("-") if part.isdigit()]
        if len(parts) == 1:
            return str(parts[0])
        if len(parts) == 2:
            return f"{self.words(f'dates.alone.{parts[1]}')} {parts[0]}"
        return self.day(date(*parts[:3]))

    def _bound(self, bounds: Bounds) -> str:
        if bounds.exact:
            return self.moment(bounds.lo)
        first, last = self._days(bounds)
        return self.day(first) if first == last else self._days_range(first, last)

    def _range(self, start: Bounds, end: Bounds) -> str:
        (first, _), (_, last) = self._days(start), self._days(end)
        if start.exact and end.exact:
            a, b = self.local(start.lo), self.local(end.lo)
            if a.date() == b.date():
                return f"{self.day(a.date())}, {a:%H:%M}–{b:%H:%M} {self.zone}"
        return self.day(first) if first == last else self._days_range(first, last)

    def _days_range(self, first: date, last: date) -> str:
        if (first.year, first.month) == (last.year, last.month):
            return self.words("dates.range", first=first.day, last=self.day(last))
        head = self.short(first) if first.year == last.year else self.day(first)
        return self.words("dates.range-wide", first=head, last=self.day(last))

    def _days(self, bounds: Bounds) -> tuple[date, date]:
        lo, hi = max(bounds.lo, EARLIEST), min(bounds.last, LATEST)
        return self.local(lo).date(), self.local(hi).date()

    def lag(self, microseconds: int) -> str:
        """Write how much later something became known or was recorded."""
        seconds = max(0, microseconds) // SECOND
        if seconds < 3600:
            return self.words("dates.lag.minutes", n=max(1, seconds // 60))
        if seconds < 86_400:
            return self.words("dates.lag.hours", n=seconds // 3600)
        return self.words("dates.lag.days", n=microseconds // DAY)
