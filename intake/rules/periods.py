# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Periods that articles name and dates do not: a decade of a month, the week after a feast."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from intake.rules.holidays import HOLIDAY, read_holiday

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS_UK = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|{'|'.join(_MONTHS_UK)})"
_YEAR = r"(?:,? (?:of )?(?P<year>\d{4}))?"
_DECADE = re.compile(
    r"(?<!\w)(?:in |during |у |в |протягом )?(?:the )?(?P<part>first|second|third|last|перш\w+|"
    r"друг\w+|"
    rf"трет\w+|останн\w+) (?:ten days|decade|декад\w+) (?:of )?{_MONTH}{_YEAR}(?!\w)",
    re.IGNORECASE,
)
_OF_MONTH = re.compile(
    r"(?<!\w)(?:by |before |at |until |till |in )?(?:the )?(?P<part>end|close|start|beginning|"
    r"middle|"
    rf"first half|second half) of (?:the )?month of (?-i:(?=[A-Z])){_MONTH}{_YEAR}(?!\w)",
    re.IGNORECASE,
)
_WEEK_BY_FEAST = re.compile(
    r"(?<!\w)(?:in |during )?the (?:first )?(?P<each>week|weekend|day)s? (?P<lies>after|before|of|"
    rf"following) (?:the )?(?P<feast>{HOLIDAY.pattern})",
    re.IGNORECASE,
)
_OVERNIGHT = re.compile(
    r"(?<!\w)(?:overnight(?! (?:train|bus|stay|flight))|during the night|вночі|"
    r"уночі)(?!\w)",
    re.IGNORECASE,
)
_ROUGHLY = {"end": (21, 31), "close": (21, 31), "start": (1, 10), "beginning": (1, 10),
            "middle": (11, 20), "first half": (1, 15), "second half": (16, 31)}  # fmt: skip
_DECADES = (("перш", 1), ("друг", 11), ("трет", 21), ("останн", 21), ("first", 1), ("second", 11),
            ("third", 21), ("last", 21))  # fmt: skip


def find_periods(
    text: str, anchor: date, *, is_past: bool, is_orthodox: bool
) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the periods that a text names, each with its expression."""
    for match in _DECADE.finditer(text):
        first = next(day for stem, day in _DECADES if match["part"].casefold().startswith(stem))
        yield match, _days(match, anchor, first, 31 if first == 21 else first + 9, is_past=is_past)
    for match in _OVERNIGHT.finditer(text) if is_past else ():
        yield match, f"[{anchor - timedelta(days=1)}..{anchor}]"
    for match in _OF_MONTH.finditer(text):
        first, last = _ROUGHLY[match["part"].casefold()]
        yield match, _days(match, anchor, first, last, is_past=is_past)
    for match in _WEEK_BY_FEAST.finditer(text):
        feast = HOLIDAY.search(match["feast"])
        if feast is None:
            continue
        day = read_holiday(feast, anchor, is_past=is_past, is_orthodox=is_orthodox)
        if expression := _week_by(match["each"].casefold(), match["lies"].casefold(), day):
            yield match, expression


def _days(match: re.Match[str], anchor: date, first: int, last: int, *, is_past: bool) -> str:
    """Return between which days of a month something is, in the year that fits the tense."""
    word = match["month"].casefold()
    month = (_MONTHS.index(word) if word in _MONTHS else _MONTHS_UK.index(word)) + 1
    year = int(match["year"]) if match["year"] else anchor.year
    if not match["year"] and is_past and date(year, month, 1) > anchor:
        year -= 1
    if not match["year"] and not is_past and month < anchor.month:
        year += 1
    last = min(last, monthrange(year, month)[1])
    return f"[{year}-{month:02}-{first:02}..{year}-{month:02}-{last:02}]"


def _week_by(unit: str, side: str, feast: str) -> str | None:
    days = re.findall(r"\d{4}-\d{2}-\d{2}", feast)
    if not days:
        return None
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    if unit == "day":
        step = {"after": 1, "following": 1, "before": -1}.get(side, 0)
        return str((last if step > 0 else first) + timedelta(days=step))
    monday = first - timedelta(days=first.weekday())
    if side in ("after", "following"):
        monday = last + timedelta(days=7 - last.weekday())
    elif side == "before":
        monday -= timedelta(days=7)
    if unit == "weekend":
        return f"{monday + timedelta(days=5)}/{monday + timedelta(days=6)}"
    return f"[{monday}..{monday + timedelta(days=6)}]"
