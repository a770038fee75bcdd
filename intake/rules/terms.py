# Cyrillic letters are meant
"""By when something is due: a day and its hour, the end of a period, so many days from a day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from intake.rules.moments import Calendar
from intake.rules.numbers_told import NUMBER, ORDINALS, read_number
from intake.rules.sentences import Sentence
from intake.rules.times import find_times

_DURATION = re.compile(
    rf"(?<!\w)(?:(?P<lead>within|in|for|by|has|have|had|given|gives?|gave|another|of|протягом|"
    rf"упродовж|"
    rf"за|має|мають|дав|дала|дали|ще|через|на)\s+)?(?:the next |another |exactly |just |only |"
    rf"наступних "
    rf"|лише |ще )?(?P<count>{NUMBER}|an?|couple of|a couple of)[\s-](?:more |further |working "
    rf"|calendar |робочих |календарних )?"
    r"(?P<unit>hours?|days?|weeks?|fortnights?|months?|годин\w*|день|дні|днів|тижн\w+|тиждень|"
    r"місяц\w+)(?!\w)(?! (?:after|before|ago|earlier|later|old|since|of|тому|після|до)\b)",
    re.IGNORECASE,
)
_PERIOD_END = re.compile(
    r"(?<!\w)(?:(?:the )?(?:end|close) of (?P<which>the|this|next) (?P<unit>week|month|quarter|"
    r"year)|(?:this |the )?(?P<unit2>week|month|year)['’]s end|year-end|"
    r"(?:the )?(?:end|close) of (?P<unit3>business|play|the day|today)|"
    r"кінця (?P<which4>цього |наступного )?(?P<unit4>тижня|місяця|року|дня))(?!\w| of)",
    re.IGNORECASE,
)
_OF_THAT_MONTH = re.compile(
    r"(?<!\w)(?:by|until|before|on|no later than) the (?P<day>\d{1,2}(?:st|nd|rd|th)|"
    rf"{'|'.join(ORDINALS)})"
    r"(?=\s*(?:[,.;)]|$|\band\b|\bto\b))",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNIT_WORDS = (
    ("h", ("hour", "годин")),
    ("w", ("week", "тижн", "тижд")),
    ("f", ("fortnight",)),
    ("m", ("month", "місяц")),
)


@dataclass(frozen=True, slots=True)
class DueTime:
    """By when: where that stands, and the day or days in EDTF.

    ``is_duration`` tells that it counts so many days, ``is_led`` that a word such as “within” says
    so.
    """

    start: int
    end: int
    text: str
    expression: str
    is_duration: bool = False
    is_led: bool = True

    @property
    def last_day(self) -> str:
        return last_day_of(self.expression)


def find_due_times(
    sentence: Sentence, calendar: Calendar, counted_from: date | None = None
) -> list[DueTime]:
    """Return the times by which something may be due, in order; so many days are counted from a
    day other than that of the article where one is given."""
    found: list[DueTime] = []
    anchor = calendar.anchor
    if anchor is not None:
        found += _periods(sentence, anchor)
        found += _days_of_that_month(sentence, calendar)
        found += _durations(sentence, counted_from or anchor)
    for each in find_times(sentence, calendar, "future"):
        if not any(one.start < each.end and each.start < one.end for one in found):
            found.append(DueTime(each.start, each.end, each.text, as_due(each.expression)))
    return sorted(found, key=lambda each: each.start)


def as_due(expression: str) -> str:
    """Return when a term ends that runs until some time: its last day, or its last days."""
    bounds = expression.strip("[]").split("..") if expression.startswith("[") else []
    if len(bounds) == 2 and not bounds[0]:
        return bounds[1]
    if len(bounds) == 2 and re.fullmatch(r"\d{4}-\d{2}-(?:28|29|30|31)", bounds[1]):
        return bounds[1]
    first, _, last = expression.partition("/")
    if last and first == "..":
        return last
    if re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", expression):
        year, month = (int(part) for part in expression.split("-"))
        return f"{expression}-{monthrange(year, month)[1]:02}"
    return expression


def last_day_of(expression: str) -> str:
    """Return the last day that an expression names, a month as its last day."""
    found = re.findall(r"\d{4}(?:-\d{2}){0,2}", expression)
    if not found:
        return "9999"
    last: str = found[-1]
    return last if len(last) == 10 else f"{last}-99"


def _periods(sentence: Sentence, anchor: date) -> list[DueTime]:
    found = []
    for match in _PERIOD_END.finditer(sentence.masked):
        unit = next(
            (match[name] for name in ("unit", "unit2", "unit3", "unit4") if match[name]), "year"
        )
        is_next = "next" in match[0].casefold() or "наступного" in match[0].casefold()
        day = _end_of(unit.casefold(), anchor, is_next=is_next)
        if day is not None:
            found.append(_due(sentence, match, str(day)))
    return found


def _end_of(unit: str, anchor: date, *, is_next: bool) -> date | None:
    if unit in ("business", "play"):
        return None
    if unit in ("the day", "today", "дня"):
        return anchor
    if unit in ("week", "тижня"):
        return anchor + timedelta(days=6 - anchor.weekday() + 7 * is_next)
    if unit in ("month", "місяця"):
        return _last_of_month(anchor.year, anchor.month + is_next)
    if unit == "quarter":
        return _last_of_month(anchor.year, (anchor.month - 1) // 3 * 3 + 3 + 3 * is_next)
    return date(anchor.year + is_next, 12, 31)


def _last_of_month(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _days_of_that_month(sentence: Sentence, calendar: Calendar) -> list[DueTime]:
    """Return days told by their number alone: of the month just named, else the next such day."""
    found = []
    for match in _OF_THAT_MONTH.finditer(sentence.masked):
        word = match["day"].casefold()
        day = ORDINALS.get(word) or int(re.sub(r"\D", "", word))
        at = sentence.start + match.start()
        before = [each for each in find_times(sentence, calendar, "future") if each.end <= at]
        month = re.search(r"\d{4}-\d{2}", before[-1].expression) if before else None
        expression = f"{month[0]}-{day:02}" if month else _next_day(calendar.anchor, day)
        if expression:
            found.append(_due(sentence, match, expression))
    return found


def _next_day(anchor: date | None, day: int) -> str | None:
    if anchor is None:
        return None
    month = anchor.month + (day < anchor.day)
    last = _last_of_month(anchor.year, month)
    return f"{last:%Y-%m}-{day:02}" if day <= last.day else None


def _durations(sentence: Sentence, anchor: date) -> list[DueTime]:
    found = []
    for match in _DURATION.finditer(sentence.masked):
        count = match["count"].casefold()
        number = 2 if "couple" in count else 1 if count in ("a", "an") else read_number(count)
        day = str(_after(anchor, number, match["unit"]))
        start, end = sentence.start + match.start(), sentence.start + match.end()
        found.append(DueTime(start, end, match[0], day, True, match["lead"] is not None))
    return found


def _after(anchor: date, count: int, unit: str) -> date:
    kind = next((kind for kind, stems in _UNIT_WORDS if unit.casefold().startswith(stems)), "d")
    if kind == "m":
        last = _last_of_month(anchor.year, anchor.month + min(count, 1200))
        return last.replace(day=min(anchor.day, last.day))
    days = {"h": -(-count // 24), "w": 7 * count, "f": 14 * count, "d": count}[kind]
    return anchor + timedelta(days=min(days, 36_600))


def _due(sentence: Sentence, match: re.Match[str], expression: str) -> DueTime:
    start, end = sentence.start + match.start(), sentence.start + match.end()
    return DueTime(start, end, match[0], expression)
