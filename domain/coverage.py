"""Coverage: on which days somebody looked for news, and on which nobody did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from domain.edtf import Bounds
from domain.instants import local_day, midnight_instant

ONE_DAY = timedelta(days=1)
DayRange = tuple[date, date]
"""Days from the first to the last, both included."""


def days_touched(bounds: Bounds, period: DayRange, zone: str) -> DayRange | None:
    """Return the days of a period, in a zone, that bounds touch; null where none."""
    start = midnight_instant(period[0], zone)
    end = midnight_instant(period[1] + ONE_DAY, zone) - 1
    if bounds.last < start or bounds.lo > end:
        return None
    return local_day(max(bounds.lo, start), zone), local_day(min(bounds.last, end), zone)


def find_gaps(period: DayRange, watched: Iterable[DayRange]) -> Iterator[DayRange]:
    """Yield the runs of days of a period that nobody watched, in order."""
    next_day, last_day = period
    for first, last in sorted(watched):
        if first > next_day:
            yield next_day, min(first - ONE_DAY, last_day)
        next_day = max(next_day, last + ONE_DAY)
        if next_day > last_day:
            return
    yield next_day, last_day
