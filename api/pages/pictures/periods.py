"""Periods of a picture: days, weeks, months or years, as few as it can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from api.pages.shared.dates import date_of_day
from projections.view import monday_before

Step = Literal["day", "week", "month", "year"]
MAX_PERIODS = 60
"""Periods of one picture; of years the last."""


class DrawnPeriod(NamedTuple):
    """A period by its first and last day."""

    first: date
    last: date


def list_periods(first: date, last: date, steps: Sequence[Step]) -> tuple[list[DrawnPeriod], Step]:
    """Return periods from one day to another: of the first step of which there are few enough."""
    for step in steps:
        periods = _split(first, last, _NEXT_STARTS[step])
        if len(periods) <= MAX_PERIODS:
            break
    return periods[-MAX_PERIODS:], step


def _split(first: date, last: date, next_start: Callable[[date, int], date]) -> list[DrawnPeriod]:
    """Return the periods of one step, no more than two too many."""
    periods, start = list[DrawnPeriod](), next_start(first, 0)
    while start <= last and len(periods) < MAX_PERIODS + 2:
        after = next_start(start, 1)
        periods.append(DrawnPeriod(start, after - timedelta(days=1)))
        start = after
    return periods


def _next_day(day: date, count: int) -> date:
    return day + timedelta(days=count)


def _next_week(day: date, count: int) -> date:
    monday = monday_before((day - date_of_day(0)).days)
    return date_of_day(monday + 7 * count)


def _next_month(day: date, count: int) -> date:
    number = day.year * 12 + day.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def _next_year(day: date, count: int) -> date:
    return date(day.year + count, 1, 1)


_NEXT_STARTS: dict[Step, Callable[[date, int], date]] = {
    "day": _next_day,
    "week": _next_week,
    "month": _next_month,
    "year": _next_year,
}
