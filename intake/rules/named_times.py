# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Times that are told by more than the words of dates: a weekend, a feast, the end of a month."""

from __future__ import annotations

import re
from datetime import date, timedelta

from intake.rules.holidays import HOLIDAY, read_holiday
from intake.rules.moments import Calendar, Tense, TimePhrase
from intake.rules.numbers_told import NUMBER, read_number
from intake.rules.periods import find_periods
from intake.rules.sentences import Sentence

_PAST_DAYS = re.compile(
    r"(?:over|in|during|for|протягом|упродовж|за)?\s*(?:the |останні )?(?:past|last|previous|"
    r"останні)\s*"
    rf"(?P<count>{NUMBER})\s+"
    r"(?P<unit>days|weeks|дні|днів|тижні|тижнів)", re.IGNORECASE,
)  # fmt: skip
_WEEKEND = re.compile(
    r"(?:over|at|during|on)\s+(?:the|this|last)\s+weekend|at the weekend|на вихідних|"
    r"у вихідні|минулими вихідними|over the weekend", re.IGNORECASE,
)  # fmt: skip
_OTHER_DAY = re.compile(r"the other day|a few days ago|several days ago|in recent days|"
                        r"днями|кілька днів тому|останніми днями", re.IGNORECASE)  # fmt: skip
_BEFORE_A_DAY = re.compile(
    r"(?:in|on|over|before|after|by|at|until|till|for|since|to)\s*(?:the )?$", re.IGNORECASE
)
_YESTERDAY = re.compile(
    r"(?:late |early )?last night|yesterday (?:morning|afternoon|evening|night)|"
    r"вчора (?:вранці|вдень|ввечері|увечері)|минулої ночі", re.IGNORECASE,
)  # fmt: skip
_NOW = re.compile(
    r"(?:earlier |later )?(?:today|this (?:morning|afternoon|evening))|tonight|earlier in the day|"
    r"сьогодні(?: вранці| вдень| ввечері)?", re.IGNORECASE,
)  # fmt: skip
_EARLY_SEASON = re.compile(
    r"(?P<part>early|mid|late|at the start of|at the end of|на початку|наприкінці)[- ]"
    r"(?P<season>spring|summer|autumn|fall|winter|весни|літа|осені|зими)(?:,? (?:of "
    r")?(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12, "весни": 3, "літа": 6,
            "осені": 9, "зими": 12}  # fmt: skip
_END_OF = re.compile(
    r"(?:by|before|at|until|till|до)?\s*(?:the )?(?P<part>end|close|start|beginning|middle|кінця|"
    r"кінець) "
    r"(?:of )?(?:the |this |next |last )?(?P<unit>week|month|year|тижня|місяця|року)(?!\w| of)",
    re.IGNORECASE,
)


def find_named_times(
    sentence: Sentence, anchor: date, calendar: Calendar, tense: Tense
) -> list[TimePhrase]:
    """Return times that are told by more than the words of dates."""
    found: list[TimePhrase] = []

    def add(match: re.Match[str], *expressions: str, is_now: bool = False) -> None:
        start, end = sentence.start + match.start(), sentence.start + match.end()
        text = match[0].strip()
        start += len(match[0]) - len(match[0].lstrip())
        if not any(each.start < end and start < each.end for each in found):
            found.append(TimePhrase(start, end, text, expressions, True, is_now))

    text = sentence.masked
    is_past = tense == "past"
    periods = find_periods(text, anchor, is_past=is_past, is_orthodox=calendar.is_orthodox)
    for match, period in periods:
        add(match, period)
    for match in _PAST_DAYS.finditer(text):
        count = read_number(match["count"])
        days = count * (7 if match["unit"][0] in "wт" else 1)
        first, last = anchor - timedelta(days=days), anchor - timedelta(days=1)
        add(match, f"{first}/{last}", f"{first + timedelta(days=1)}/{anchor}")
    for match in _WEEKEND.finditer(text):
        saturday = _weekend(anchor, tense)
        add(match, f"{saturday}/{saturday + timedelta(days=1)}",
            f"[{saturday}..{saturday + timedelta(days=1)}]")  # fmt: skip
    for match in _OTHER_DAY.finditer(text):
        first, last = anchor - timedelta(days=7), anchor - timedelta(days=1)
        add(match, f"[{first}..{last}]", f"[{first}..{anchor}]")
    for match in _YESTERDAY.finditer(text):
        yesterday = anchor - timedelta(days=1)
        add(match, str(yesterday), f"[{yesterday}..{anchor}]")
    for match in _NOW.finditer(text):
        add(match, str(anchor), is_now=True)
    for match in HOLIDAY.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if tense == "past" or _BEFORE_A_DAY.search(before):
            is_orthodox = calendar.is_orthodox
            add(
                match, read_holiday(match, anchor, is_past=tense == "past", is_orthodox=is_orthodox)
            )
    for match in _EARLY_SEASON.finditer(text):
        add(match, *_part_of_season(match, anchor, tense))
    for match in _END_OF.finditer(text):
        if expression := _end_of_unit(match, anchor):
            add(match, expression)
    return found


def _weekend(anchor: date, tense: Tense) -> date:
    """Return the Saturday of the weekend just past, or of the next."""
    saturday = anchor - timedelta(days=(anchor.weekday() - 5) % 7)
    return saturday if tense == "past" else saturday + timedelta(days=7)


def _part_of_season(match: re.Match[str], anchor: date, tense: Tense) -> tuple[str, ...]:
    first_month = _SEASONS[match["season"].casefold()]
    step = {"e": 0, "m": 1, "l": 2}.get(match["part"][0].casefold())
    if step is None:
        step = 2 if match["part"].casefold() in ("at the end of", "наприкінці") else 0
    year = int(match["year"]) if match["year"] else anchor.year
    month = first_month + step
    if not match["year"] and tense == "past" and date(year, first_month, 1) > anchor:
        year -= 1
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    season = f"{year:04}-{21 + (first_month // 3 - 1)}"
    return f"{year:04}-{month:02}", season


def _end_of_unit(match: re.Match[str], anchor: date) -> str | None:
    """Return the last days of this week, month or year."""
    unit, part = match["unit"].casefold(), match["part"].casefold()
    if unit in ("week", "тижня") or part not in ("end", "close", "кінця", "кінець"):
        return None
    if "next" in match[0].casefold() or "last " in match[0].casefold():
        return None
    if unit in ("year", "року"):
        return f"{anchor.year}-12"
    following = date(anchor.year + anchor.month // 12, anchor.month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return f"[{last - timedelta(days=3)}..{last}]"
