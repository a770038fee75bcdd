"""Dates that are counted from a day: yesterday, last Thursday, two weeks ago."""

from __future__ import annotations

from datetime import date, timedelta

from domain.date_periods import DatePeriod, approximate_period, day_period, days_period, unit_period
from domain.date_words import MONTH, WEEK, WEEKEND, YEAR


def count_periods(kinds: str, numbers: list[int], anchor: date) -> list[DatePeriod]:
    """Return what a phrase means that is counted from a day, by the kinds and numbers of its
    tokens; nothing where it is of another kind."""
    match kinds:
        case "k":
            return [day_period(anchor + timedelta(days=numbers[0]))]
        case "w":
            return _weekday_periods(anchor, numbers[0], None)
        case "rw":
            return _weekday_periods(anchor, numbers[1], numbers[0])
        case "wru" if numbers[2] == WEEK:
            return _weekday_of_week(anchor, numbers[0], numbers[1])
        case "ruw" if numbers[1] == WEEK:
            return _weekday_of_week(anchor, numbers[2], numbers[0])
        case "ru":
            return _relative_unit(anchor, *numbers)
        case "eru" | "lru":
            return _rest_of_unit(anchor, kinds[0], numbers[1], numbers[2])
        case "ua" | "fu":
            return _distant_period(anchor, 1, numbers["uf".index(kinds[0])], kinds)
        case "nua":
            return _distant_period(anchor, numbers[0], numbers[1], kinds)
        case "fnu":
            return _distant_period(anchor, numbers[1], numbers[2], kinds)
        case "x":
            return _days_around(anchor, numbers[0])
    return []


def _weekday_periods(anchor: date, weekday: int, step: int | None) -> list[DatePeriod]:
    """Return the days that last, this or next Thursday may be; without a step, the two around.

    Last and next are asked back where the nearest one lies in the same week.
    """
    monday = anchor - timedelta(days=anchor.weekday())
    recent = anchor - timedelta(days=(anchor.weekday() - weekday) % 7)
    coming = anchor + timedelta(days=(weekday - anchor.weekday() - 1) % 7 + 1)
    week = timedelta(weeks=1)
    match step:
        case None:
            days = [recent, coming]
        case 0:
            days = [monday + timedelta(days=weekday)]
        case -1:
            nearest = recent - week if recent == anchor else recent
            days = [nearest, nearest - week] if nearest >= monday else [nearest]
        case _:
            days = [coming, coming + week] if coming < monday + week else [coming]
    return [day_period(day) for day in days]


def _weekday_of_week(anchor: date, weekday: int, step: int) -> list[DatePeriod]:
    monday = anchor - timedelta(days=anchor.weekday())
    return [day_period(monday + timedelta(weeks=step, days=weekday))]


def _relative_unit(anchor: date, step: int, unit: int) -> list[DatePeriod]:
    """Return last, this or next week, month or year; the weekend to come may be either."""
    found = [unit_period(anchor, unit, step)]
    if unit == WEEKEND and step == 1 and anchor.weekday() < 5:
        found.insert(0, unit_period(anchor, unit, 0))
    return [period for period in found if period]


def _rest_of_unit(anchor: date, kind: str, step: int, unit: int) -> list[DatePeriod]:
    """Return what is earlier, or later, this week, month or year than a day."""
    whole = unit_period(anchor, unit, step)
    if whole is None or step != 0:
        return []
    day = timedelta(days=1)
    first, last = (whole.first, anchor - day) if kind == "e" else (anchor + day, whole.last)
    return [days_period(first, last)] if first <= last else []


def _distant_period(anchor: date, count: int, unit: int, kinds: str) -> list[DatePeriod]:
    """Return so many days, weeks, months or years ago or hence, as vague as such a word is."""
    sign = -1 if kinds[-1] == "a" else 1
    if unit == WEEK:
        middle = anchor + timedelta(weeks=sign * count)
        return [days_period(middle - timedelta(days=3), middle + timedelta(days=3))]
    if unit in (MONTH, YEAR):
        whole = unit_period(anchor, unit, sign * count)
        found = approximate_period(whole) if whole else None
        return [found] if found else []
    return [] if unit == WEEKEND else [day_period(anchor + timedelta(days=sign * count))]


def _days_around(anchor: date, direction: int) -> list[DatePeriod]:
    """Return the week before a day, the week after it, either for 0; for 2 the night before it."""
    day, week = timedelta(days=1), timedelta(days=7)
    before = days_period(anchor - week, anchor - day)
    after = days_period(anchor + day, anchor + week)
    night = days_period(anchor - day, anchor)
    return {-1: [before], 0: [before, after], 1: [after], 2: [night]}[direction]
