"""Periods of the calendar that a phrase may mean, and how what it leaves out is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from domain.date_words import MONTH, WEEK, WEEKEND, YEAR, PartOfDate, Token

DAY_STEP = timedelta(days=1)
_NO_DATE: PartOfDate = (None, None, None)
SURELY_NEAREST = 120
"""Days within which a date without its year is taken for the nearest one."""
_HALF_A_YEAR = 183
"""Days within which a date without its year is meant that names its weekday."""
_SURELY_THIS_MONTH = 10
"""Days within which a day without its month is taken for the nearest one."""


class DatePeriod(NamedTuple):
    """Days from the first to the last, as a time expression says them."""

    first: date
    last: date
    text: str

    @property
    def is_plain(self) -> bool:
        """Whether it can be an end of an interval, which a set cannot."""
        return self.text[0] != "["

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    def distance_from(self, day: date) -> int:
        """Return how many days lie between it and a day; 0 within it."""
        return max((self.first - day).days, (day - self.last).days, 0)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """What is given of a date."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


def day_period(day: date) -> DatePeriod:
    return DatePeriod(day, day, str(day))


def month_period(year: int, month: int) -> DatePeriod:
    return DatePeriod(date(year, month, 1), last_of_month(year, month), f"{year:04}-{month:02}")


def year_period(year: int) -> DatePeriod:
    return DatePeriod(date(year, 1, 1), date(year, 12, 31), f"{year:04}")


def days_period(first: date, last: date) -> DatePeriod:
    """Return some moment of several days."""
    return day_period(first) if first == last else DatePeriod(first, last, f"[{first}..{last}]")


def months_period(year: int, first: int, last: int) -> DatePeriod:
    text = f"[{year:04}-{first:02}..{year:04}-{last:02}]"
    return DatePeriod(date(year, first, 1), last_of_month(year, last), text)


def season_period(year: int, season: int) -> DatePeriod:
    """Return a season of the north: 1 spring to 4 winter, which ends in the next year."""
    first = date(year, 3 * season, 1)
    last_month = first.month % 12 + 2 if season == 4 else first.month + 2
    last = last_of_month(year + (season == 4), last_month)
    return DatePeriod(first, last, f"{year:04}-2{season}")


def decade_period(year: int) -> DatePeriod:
    return DatePeriod(date(year, 1, 1), date(year + 9, 12, 31), f"{year // 10:03}X")


def last_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - DAY_STEP


def month_from(day: date, step: int) -> tuple[int, int]:
    """Return the year and month so many months from that of a day."""
    index = day.year * 12 + day.month - 1 + step
    return index // 12, index % 12 + 1


def unit_period(day: date, unit: int, step: int) -> DatePeriod | None:
    """Return the week, weekend, month or year so many from that of a day."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
    if unit == WEEK:
        return days_period(monday, monday + timedelta(days=6))
    if unit == WEEKEND:
        return days_period(monday + timedelta(days=5), monday + timedelta(days=6))
    if unit == MONTH:
        return month_period(*month_from(day, step))
    return year_period(day.year + step) if unit == YEAR else None


def part_period(whole: DatePeriod, part: int) -> DatePeriod | None:
    """Return the early, middle or late third of a month, counted in tens, or of a year."""
    year, month = whole.first.year, whole.first.month
    match len(whole.text):
        case 7 if whole.is_plain:
            last_day = (10, 20, whole.last.day)[part]
            return days_period(date(year, month, 10 * part + 1), date(year, month, last_day))
        case 4 if "X" not in whole.text:
            return months_period(year, 4 * part + 1, 4 * part + 4)
    return None


def half_period(whole: DatePeriod, half: int) -> DatePeriod | None:
    """Return the first half of a month or year, or for 2 the second."""
    year, month = whole.first.year, whole.first.month
    match len(whole.text):
        case 7 if whole.is_plain and half in (1, 2):
            last = whole.last.day if half == 2 else 15
            return days_period(date(year, month, 15 * half - 14), date(year, month, last))
        case 4 if "X" not in whole.text and half in (1, 2):
            return months_period(year, 6 * half - 5, 6 * half)
    return None


def week_of_month(month: DatePeriod, number: int) -> DatePeriod | None:
    """Return the first to fourth seven days of a month; the last for -1."""
    if number == -1:
        return days_period(month.last - timedelta(days=6), month.last)
    if not 1 <= number <= 4:
        return None
    first = month.first + timedelta(days=7 * number - 7)
    return days_period(first, first + timedelta(days=6))


def approximate_period(period: DatePeriod) -> DatePeriod | None:
    return DatePeriod(period.first, period.last, f"{period.text}~") if period.is_plain else None


def step_period(period: DatePeriod, step: int) -> str:
    """Return the day, month or year before (-1) or after (1) a period; an instant stays."""
    if "T" in period.text:
        return period.text
    if len(period.text) == 7 and period.text[5] != "2":
        year, month = month_from(period.first, step)
        return f"{year:04}-{month:02}"
    if len(period.text) == 4 and period.text.isdigit():
        return f"{period.first.year + step:04}"
    return str(period.first - DAY_STEP if step < 0 else period.last + DAY_STEP)


def complete_date(partial: PartialDate, anchor: date | None) -> list[DatePeriod]:
    """Return the periods that a partial date may be: the nearest to the day that it is counted
    from, and the next nearest where that one is far."""
    if partial.year is not None:
        return _existing_periods([partial])
    if anchor is None:
        return []
    if partial.month is None and partial.day is not None:
        months = [month_from(anchor, step) for step in (-1, 0, 1)]
        found = _existing_periods([replace(partial, year=y, month=m) for y, m in months])
        return nearest_periods(found, anchor, _SURELY_THIS_MONTH)
    reach = 4 if (partial.month, partial.day) == (2, 29) else 1
    years = range(anchor.year - reach, anchor.year + reach + 1)
    found = _existing_periods([replace(partial, year=year) for year in years])
    if partial.weekday is not None:
        found = [period for period in found if period.distance_from(anchor) <= _HALF_A_YEAR]
    return nearest_periods(found, anchor, SURELY_NEAREST)


def _existing_periods(partials: list[PartialDate]) -> list[DatePeriod]:
    """Return the periods of those dates that there are, each on the weekday that it names."""
    found: list[DatePeriod] = []
    for partial in partials:
        with suppress(ValueError, OverflowError):
            found += filter(None, [_build_period(partial)])
    return found


def _build_period(partial: PartialDate) -> DatePeriod | None:
    year, month, day, weekday = partial.year or 0, partial.month, partial.day, partial.weekday
    if month is None:
        return year_period(year) if day is None and weekday is None else None
    if day is None:
        return month_period(year, month) if weekday is None else None
    period = day_period(date(year, month, day))
    return period if weekday in (None, period.first.weekday()) else None


def nearest_periods(periods: Iterable[DatePeriod], anchor: date, near: int) -> list[DatePeriod]:
    """Return the nearest period to a day, with the second where the first is not near."""
    ordered = sorted(periods, key=lambda period: (period.distance_from(anchor), period.first))
    return ordered[: 1 if ordered and ordered[0].distance_from(anchor) <= near else 2]


def partial_dates(tokens: list[Token]) -> list[PartialDate] | None:
    """Return what tokens of one date say, in each way that its digits can be read.

    None where they are something else.
    """
    fields: dict[str, int] = {}
    dates: tuple[PartOfDate, ...] = (_NO_DATE,)
    for token in tokens:
        name = {"n": "day", "N": "day", "y": "year", "m": "month", "w": "weekday"}.get(token.kind)
        if token.kind == ",":
            continue
        if token.kind == "d" and dates == (_NO_DATE,):
            dates = token.dates
        elif name is None or name in fields:
            return None
        else:
            fields[name] = token.value
    if dates == (_NO_DATE,):
        return [PartialDate(**fields)] if fields else None
    if set(fields) - {"weekday", "year"}:
        return None
    weekday = fields.get("weekday")
    return [
        PartialDate(fields.get("year", year), month, day, weekday)
        for year, month, day in dates
        if "year" not in fields or year is None
    ]
