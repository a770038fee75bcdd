"""A scale of days along a drawing, with its labels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.pages.shared.dates import DateFormatter
from domain.instants import DAY, Instant

_LABEL_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 600)
"""Months from one label to the next."""


class TimeScale:
    """Places instants along a drawing, in percent."""

    def __init__(self, first: Instant, last: Instant) -> None:
        self.first, self.last = first, max(last, first + DAY)

    def percent_at(self, instant: Instant) -> float:
        percent = (instant - self.first) * 100 / (self.last - self.first)
        return round(min(max(percent, 0.0), 100.0), 2)

    def span_extent(self, lo: Instant, last: Instant) -> tuple[float, float]:
        """Return where a span begins and how wide it is; a day is as wide as a point."""
        start = self.percent_at(lo)
        return start, round(self.percent_at(last) - start, 2)


def time_labels(
    dates: DateFormatter, scale: TimeScale, max_labels: int = 7
) -> Iterator[tuple[float, str]]:
    """Yield labels along a scale: days, months or years, as many as there is room for."""
    start, end = dates.to_local(scale.first).date(), dates.to_local(scale.last).date()
    days = (end - start).days
    if days <= 62:
        step = next(each for each in (1, 2, 7, 14) if days / each <= max_labels or each == 14)
        for number in range(0, days + 1, step):
            instant = scale.first + number * DAY
            yield scale.percent_at(instant), dates.format_short_day(dates.to_local(instant).date())
        return
    step = next((each for each in _LABEL_STEPS if days / 30.4 / each <= max_labels), 2400)
    number = start.year * 12 + start.month
    first = True
    while number // 12 <= end.year:
        year, month = number // 12, number % 12 + 1
        from_epoch = _epoch_day(year, month) * DAY
        if from_epoch > scale.last:
            return
        if number % step == 0:
            label = str(year) if step >= 12 else dates.words.month_in_date(month, brief=True)
            with_year = step < 12 and (first or month <= step)
            yield scale.percent_at(from_epoch), f"{label} {year}" if with_year else label
            first = False
        number += 1


def _epoch_day(year: int, month: int) -> int:
    return (date(min(year, 9999), month, 1) - date(1970, 1, 1)).days
