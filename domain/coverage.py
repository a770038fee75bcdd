"""Coverage: on which days somebody looked for news, and on which nobody did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from operator import itemgetter

from domain.edtf import Bounds, parse_span
from domain.instants import Instant, local_day, midnight_instant
from domain.model import Json

ONE_DAY = timedelta(days=1)
DayRange = tuple[date, date]
"""Days from the first to the last, both included."""


WatchedPeriod = tuple[Instant, Instant]
"""The first and the last moment of what somebody watched."""


def watched_period(value: Json, zone: str) -> WatchedPeriod | None:
    """Return the period of a watch; null where it failed, or where any of this is disputed."""
    if value.get("result") not in ("no-change", "changed"):
        return None
    if not (value.get("from") and value.get("to")):
        return None
    begin, end = (parse_span(value[name], value.get("tz") or zone) for name in ("from", "to"))
    return begin.lo, Bounds(begin.lo, end.hi, exact=end.start.exact).last


def join_periods(periods: Iterable[WatchedPeriod]) -> list[WatchedPeriod]:
    """Return what some periods cover, the last first and without overlap."""
    joined: list[WatchedPeriod] = []
    for first, last in sorted(periods, key=itemgetter(1), reverse=True):
        if not joined or last + 1 < joined[-1][0]:
            joined.append((first, last))
        elif first < joined[-1][0]:
            joined[-1] = (first, joined[-1][1])
    return joined


def days_touched(watched: WatchedPeriod, period: DayRange, zone: str) -> DayRange | None:
    """Return the days of a period, in a zone, that a watch touches; null where none."""
    start = midnight_instant(period[0], zone)
    end = midnight_instant(period[1] + ONE_DAY, zone) - 1
    first, last = watched
    if last < start or first > end:
        return None
    return local_day(max(first, start), zone), local_day(min(last, end), zone)


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
