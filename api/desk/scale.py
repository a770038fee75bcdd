"""A scale of days along a drawing, with its labels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.desk.dates import Dates
from domain.instants import DAY, Instant

_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 600)
"""Months from one label to the next."""


class Scale:
    """Places instants along a drawing, in percent."""

    def __init__(self, first: Instant, last: Instant) -> None:
        self.first, self.last = first, max(last, first + DAY)

    def at(self, instant: Instant) -> float:
        whole = (instant - self.first) * 100 / (self.last - self.first)
        return round(min(max(whole, 0.0), 100.0), 2)

    def span(self, lo: Instant, last: Instant) -> tuple[float, float]:
        """Return where a span begins and how wide it is; a day is as wide as a point."""
        start = self.at(lo)
        return start, round(self.at(last) - start, 2)


def months(dates: Dates, scale: Scale, most: int = 7) -> Iterator[tuple[float, str]]:
    """Yield labels along a scale: days, months or years, as many as there is room for."""
    start, end = dates.local(scale.first).date(), dates.local(scale.last).date()
    days = (end - start).days
    if days <= 62:
        step = next(each for each in (1, 2, 7, 14) if days / each <= most or each == 14)
        for number in range(0, days + 1, step):
            at = scale.first + number * DAY
            yield scale.at(at), dates.short(dates.local(at).date())
        return
    step = next((each for each in _STEPS if days / 30.4 / each <= most), 2400)
    number = start.year * 12 + start.month
    first = True
    while number // 12 <= end.year:
        year, month = number // 12, number % 12 + 1
        from_epoch = _days(year, month) * DAY
        if from_epoch > scale.last:
            return
        if number % step == 0:
            told = str(year) if step >= 12 else dates.words(f"dates.abbr.{month}")
            dated = step < 12 and (first or month <= step)
            yield scale.at(from_epoch), f"{told} {year}" if dated else told
            first = False
        number += 1


def _days(year: int, month: int) -> int:
    return (date(min(year, 9999), month, 1) - date(1970, 1, 1)).days
