# Cyrillic letters are meant
"""Days that bear a name, such as Easter and New Year's Day, as time expressions."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NAMED_DAYS = {
    (12, 24): r"christmas eve|святвеч\w+",
    (12, 25): r"christmas(?: day)?|різдв\w+",
    (12, 26): r"boxing day",
    (12, 31): r"new year['’]s eve",
    (1, 1): r"new year['’]s day|new year|новий рік|нового року",
    (5, 1): r"may day|labou?r day|першотрав\w+",
    (7, 4): r"independence day",
    (8, 24): r"день незалежності|дня незалежності",
    (11, 11): r"armistice day|remembrance day",
}
_EASTER_DAYS = {
    -2: r"good friday|страсн\w+ п['’]ятниц\w+",
    0: r"easter sunday|easter day|easter|великдень|великодня",
    1: r"easter monday",
    39: r"ascension day",
    49: r"pentecost|whit sunday|трійц\w+",
}
_EASTER_WEEKEND = r"easter weekend|великодні вихідні"
_UNITS = {"day": 1, "week": 7, "fortnight": 14, "день": 1, "тиждень": 7}
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "за": 1, "": 1}
_NAMES = "|".join([_EASTER_WEEKEND, *_EASTER_DAYS.values(), *_NAMED_DAYS.values()])
HOLIDAY = re.compile(
    r"(?:(?P<count>a|one|two|three|за)\s+(?P<unit>day|week|fortnight|день|тиждень)s?\s+"
    r"(?P<side>before|after|до|після|перед)\s+)?"
    rf"(?P<name>{_NAMES})(?:\s+(?P<weekend>weekend))?(?:,?\s+(?P<year>\d{{4}}))?(?!\w)",
    re.IGNORECASE,
)


def read_holiday(found: re.Match[str], anchor: date, *, is_past: bool, is_orthodox: bool) -> str:
    """Return the time expression of a named day: the last one before the anchor where it is past,
    else the next."""
    years = [int(found["year"])] if found["year"] else range(anchor.year - 1, anchor.year + 2)
    days = [_day_of(found["name"], year, is_orthodox) for year in years]
    if is_past:
        day = max((each for each in days if each <= anchor), default=days[0])
    else:
        day = min((each for each in days if each >= anchor), default=days[-1])
    if re.fullmatch(_EASTER_WEEKEND, found["name"], re.IGNORECASE):
        return f"[{day - timedelta(days=2)}..{day + timedelta(days=1)}]"
    if found["unit"]:
        step = _UNITS[found["unit"].casefold()] * _COUNTS[found["count"].casefold()]
        is_after = found["side"].casefold() in ("after", "після")
        return f"{day + timedelta(days=step if is_after else -step)}~"
    return str(day)


def _day_of(name: str, year: int, is_orthodox: bool) -> date:
    for (month, day), pattern in _NAMED_DAYS.items():
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return date(year, month, day)
    easter = _orthodox_easter(year) if is_orthodox else _western_easter(year)
    for step, pattern in _EASTER_DAYS.items():
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return easter + timedelta(days=step)
    return easter


def _western_easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the Julian calendar as a Gregorian day (Meeus), 1900 to 2099."""
    epact = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - epact + 34) % 7
    month, day = divmod(epact + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)
