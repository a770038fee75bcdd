# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Lines that hold nothing but a day or a time, as above posts and the entries of live blogs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from domain.instants import is_zone
from domain.plain_dates import read_plain_date
from intake.rules.anchor import DATE_PATTERN

_DATE = re.compile(DATE_PATTERN, re.IGNORECASE)
_TIME = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?(?P<zone>[A-Z]{2,5}))?(?!\w)"
)
_WORDS_BESIDE = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|posted|published|"
    r"updated|on|at|local time|понеділок|вівторок|середа|четвер|п['’ʼ]ятниця|субота|неділя|о)\b",
    re.IGNORECASE,
)
_HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "JST": 9, "KST": 9, "AEST": 10, "EST": -5, "EDT": -4,
    "CDT": -5, "MST": -7, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Abbreviations of zones that mean one offset alone, in hours east of Greenwich."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class DayLine:
    """What a line of a day or time tells; ``day`` is None where it tells a time of day alone."""

    day: date | None


def read_day_line(line: str, zone: str) -> DayLine | None:
    """Return what a line tells that holds a day or a time and nothing else; None for others.

    A day told with a time and its zone is that of the zone asked for.
    """
    if len(line) > _LONGEST:
        return None
    dated = _DATE.search(line)
    rest = f"{line[: dated.start()]} {line[dated.end() :]}" if dated else line
    timed = _TIME.search(rest)
    rest = _TIME.sub(" ", rest, count=1)
    if (dated is None and timed is None) or re.search(r"\w", _WORDS_BESIDE.sub(" ", rest)):
        return None
    day = _day_of(dated[0]) if dated else None
    return DayLine(_in_zone(day, timed, zone) if day and timed else day)


def _day_of(text: str) -> date | None:
    meant = read_plain_date(text.replace(",", ""), None).expression
    is_day = meant is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", meant)
    return date.fromisoformat(str(meant)) if is_day else None


def _in_zone(day: date, timed: re.Match[str], zone: str) -> date:
    hours = _HOURS.get(timed["zone"] or "")
    if hours is None or not is_zone(zone):
        return day
    hour = (
        int(timed["hour"]) % 12 + 12 * (timed["half"].casefold() == "p")
        if timed["half"]
        else (int(timed["hour"]))
    )
    there = timezone(timedelta(hours=hours))
    moment = datetime(day.year, day.month, day.day, hour, int(timed["minute"]), tzinfo=there)
    return moment.astimezone(ZoneInfo(zone)).date()
