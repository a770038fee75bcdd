"""What somebody may have meant who wrote a date as people do: offered, never guessed."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from re import Match

_MONTHS = [name.lower() for name in calendar.month_name]
_MONTH = f"(?P<month>{'|'.join(name[:3] for name in _MONTHS[1:])})[a-z]*\\.?"
_YEAR = r"(?P<year>\d{4})"
_TENTH_DAYS = {"early": ("01", "10"), "mid": ("11", "20")}
_THIRD_MONTHS = {"early": ("01", "04"), "mid": ("05", "08"), "late": ("09", "12")}
_SEASONS = {"spring": "21", "summer": "22", "autumn": "23", "fall": "23", "winter": "24"}


def suggest_expressions(text: str) -> Iterator[str]:
    """Yield what a text that is no time expression may mean; some of it may be none either."""
    cleaned = " ".join(text.strip().lower().replace("−", "-").split())
    for pattern, suggest in _SUGGESTIONS:
        if match := pattern.fullmatch(cleaned):
            yield from suggest(match)


def _numbers(match: Match[str]) -> Iterator[str]:
    """Read day and month in both orders, since nobody can tell which is meant."""
    a, b, year = int(match["a"]), int(match["b"]), match["year"]
    yield f"{year}-{b:02}-{a:02}"
    if a != b and match["dot"] != ".":
        yield f"{year}-{a:02}-{b:02}"


def _year_first(match: Match[str]) -> Iterator[str]:
    yield f"{match['year']}-{int(match['a']):02}-{int(match['b']):02}"


def _time(match: Match[str]) -> Iterator[str]:
    """Write a T before the time and a colon into the offset; without one, show both ways."""
    moment = f"{match['day']}T{match['time']}"
    if match["hours"]:
        yield f"{moment}{match['sign']}{match['hours']}:{match['minutes'] or '00'}"
    elif match["zone"]:
        yield f"{moment}Z"
    elif match["blank"] == " ":
        yield from (f"{moment}Z", f"{moment}+02:00")


def _named_day(match: Match[str]) -> Iterator[str]:
    yield f"{match['year']}-{_month(match)}-{int(match['day']):02}"


def _named_month(match: Match[str]) -> Iterator[str]:
    yield f"{match['year']}-{_month(match)}"


def _part_of_month(match: Match[str]) -> Iterator[str]:
    month = f"{match['year']}-{_month(match)}"
    last_day = calendar.monthrange(max(1, int(match["year"])), int(_month(match)))[1]
    first, last = _TENTH_DAYS.get(match["part"], ("21", str(last_day)))
    yield f"[{month}-{first}..{month}-{last}]"


def _part_of_year(match: Match[str]) -> Iterator[str]:
    first, last = _THIRD_MONTHS[match["part"]]
    yield f"[{match['year']}-{first}..{match['year']}-{last}]"


def _month(match: Match[str]) -> str:
    index = next(n for n, name in enumerate(_MONTHS) if name[:3] == match["month"])
    return f"{index:02}"


def _neighbour(date: str, step: int) -> str:
    """Return the year, month or day next to one; the same where it does not exist."""
    try:
        match [int(part) for part in date.split("-")]:
            case [year]:
                return f"{year + step:04}"
            case [year, month]:
                return f"{year + (month - 1 + step) // 12:04}-{(month - 1 + step) % 12 + 1:02}"
        return str(datetime.date.fromisoformat(date) + datetime.timedelta(days=step))
    except (ValueError, OverflowError):
        return date


_PART = r"(?P<part>early|mid|late)[ -](?:in )?"
_DATE = r"(?P<date>\d{4}(?:-\d\d){0,2})"
_SUGGESTIONS: tuple[tuple[re.Pattern[str], Callable[[Match[str]], Iterator[str]]], ...] = tuple(
    (re.compile(pattern, re.ASCII), suggest)
    for pattern, suggest in (
        (rf"(?P<a>\d\d?)(?P<dot>[./-])(?P<b>\d\d?)[./-]{_YEAR}", _numbers),
        (rf"{_YEAR}[./-](?P<a>\d\d?)[./-](?P<b>\d\d?)", _year_first),
        (rf"{_YEAR}(?P<a>\d\d)(?P<b>\d\d)", _year_first),
        (
            r"(?P<day>\d{4}-\d\d-\d\d)(?P<blank>[ t])(?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
            r" ?(?P<zone>z|utc|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?)?",
            _time,
        ),
        (r"(?P<decade>\d{3})0'?s", lambda match: iter([f"{match['decade']}X"])),
        (rf"(?:ca?\.?|circa|about|around) ?{_DATE}", lambda match: iter([f"{match['date']}~"])),
        (rf"(?:by|until) {_DATE}", lambda match: iter([f"[..{match['date']}]"])),
        (rf"(?:since|from) {_DATE}", lambda match: iter([f"[{match['date']}..]"])),
        (rf"before {_DATE}", lambda match: iter([f"[..{_neighbour(match['date'], -1)}]"])),
        (rf"after {_DATE}", lambda match: iter([f"[{_neighbour(match['date'], 1)}..]"])),
        (rf"(?P<day>\d\d?)(?:st|nd|rd|th)? {_MONTH},? {_YEAR}", _named_day),
        (rf"{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}", _named_day),
        (rf"{_MONTH},? {_YEAR}", _named_month),
        (rf"{_PART}{_MONTH},? {_YEAR}", _part_of_month),
        (rf"{_PART}{_YEAR}", _part_of_year),
        (
            rf"(?P<season>{'|'.join(_SEASONS)}) (?:of )?{_YEAR}",
            lambda match: iter([f"{match['year']}-{_SEASONS[match['season']]}"]),
        ),
    )
)
