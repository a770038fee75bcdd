"""Dates in words: a day, an instant, a vague span, each in the language of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from api.desk.shown import visible
from api.desk.spans import told
from api.desk.words import Words
from domain.instants import DAY, SECOND, Instant, from_text, to_datetime
from domain.refusals import InvalidSpanError
from domain.spans import Span, parse

EPOCH = date(1970, 1, 1)
_FIRST = date(2, 1, 9)
"""No earlier date has one a week before it that can be asked for."""


def week_before(day: date) -> date:
    """Return the day a week before, or the first that can be asked for."""
    return max(day, _FIRST) - timedelta(days=7)


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
            meant = self.span(parse(expression, self.zone))
        except InvalidSpanError:
            meant = str(visible(expression))
        title, text = escape(visible(expression)), escape(meant)
        return Markup(f'<time title="{title}">{text}</time>')  # noqa: S704  # both are escaped

    def span(self, span: Span) -> str:
        """Write what a span means."""
        return told(self, span)

    def lag(self, microseconds: int) -> str:
        """Write how much later something became known or was recorded."""
        seconds = max(0, microseconds) // SECOND
        if seconds < 3600:
            return self.words("dates.lag.minutes", n=max(1, seconds // 60))
        if seconds < 86_400:
            return self.words("dates.lag.hours", n=seconds // 3600)
        return self.words("dates.lag.days", n=microseconds // DAY)
