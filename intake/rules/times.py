# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Times that a sentence tells, as time expressions with the phrase that each was read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from domain.date_words import read_tokens
from domain.plain_dates import read_plain_date
from intake.rules.holidays import HOLIDAY, read_holiday
from intake.rules.periods import find_periods
from intake.rules.sentences import Sentence
from intake.rules.words import TextWord, word_set

Tense = Literal["past", "future"]
_STRONG = frozenset("mwkdNcrxXsp")
_MAX_WORDS = 10
MAX_RUNS = 40
"""How many places of a sentence are read that may be a date."""
_SMALL = word_set(
    "may march sun sat wed mon second mar dec jan a one in to or and the by for first third last "
    "past next this that these from since before after until on at up between end start early late "
    "quarter half day days or з до в у на і й та о по за перед після через один одна два"
)
_NEVER_FIRST = word_set("and or to a one і та й of")
_NEVER_LAST = word_set(
    "the a at on of in and or to by for until from since before after this that у в на о об з до і "
    "та й по за"
)
_CARDINALS = word_set("two three four five six seven eight nine ten eleven twelve")
_UNTIL = word_set("until till by before")
_PAST_DAYS = re.compile(
    r"(?:over|in|during|for|протягом|упродовж|за)?\s*(?:the |останні )?(?:past|last|previous|"
    r"останні)\s*"
    r"(?P<count>two|three|four|five|six|seven|ten|\d{1,2}|два|дві|три|чотири|п'ять)\s+"
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
_NOW = re.compile(
    r"(?:earlier |later )?(?:today|this (?:morning|afternoon|evening))|tonight|earlier in the day|"
    r"сьогодні(?: вранці| вдень| ввечері)?", re.IGNORECASE,
)  # fmt: skip
_PART_OF_DAY = re.compile(
    r"^(?:in |during )?(?:the )?(?:early hours|small hours|early morning|afternoon|morning|evening|"
    r"night|late) (?:of |on )?(?:the )?", re.IGNORECASE,
)  # fmt: skip
_EARLY_SEASON = re.compile(
    r"(?P<part>early|mid|late|at the start of|at the end of|на початку|наприкінці)[- ]"
    r"(?P<season>spring|summer|autumn|fall|winter|весни|літа|осені|зими)(?:,? (?:of "
    r")?(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12, "весни": 3, "літа": 6,
            "осені": 9, "зими": 12}  # fmt: skip
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "два": 2,
           "дві": 2, "три": 3, "чотири": 4, "п'ять": 5}  # fmt: skip
_END_OF = re.compile(
    r"(?:by|before|at|until|till|до)?\s*(?:the )?(?P<part>end|close|start|beginning|middle|кінця|"
    r"кінець) "
    r"(?:of )?(?:the |this |next |last )?(?P<unit>week|month|year|тижня|місяця|року)(?!\w| of)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """When, as a phrase says it: the likeliest expression first, then what else it may mean.

    ``is_counted`` tells that it was counted from the anchor.
    """

    start: int
    end: int
    text: str
    expressions: tuple[str, ...]
    is_counted: bool
    is_now: bool = False

    @property
    def expression(self) -> str:
        return self.expressions[0]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates are counted from, and the zone that they are of."""

    anchor: date | None
    zone: str
    is_orthodox: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """The time of an event: an expression, the phrase that says so, and what else it may mean."""

    expression: str | None
    phrase: str | None = None
    others: tuple[str, ...] = ()

    @classmethod
    def from_phrase(cls, found: TimePhrase) -> When:
        phrase = found.text if found.is_counted else None
        return cls(found.expression, phrase, found.expressions[1:])


UNKNOWN_TIME = When(None)


def find_times(sentence: Sentence, calendar: Calendar, tense: Tense) -> list[TimePhrase]:
    """Return the times that a sentence tells outside of quotations, in order; the first few."""
    known: tuple[TimePhrase, ...] | None = sentence.times_read.get((calendar, tense))
    if known is None:
        known = sentence.times_read[calendar, tense] = _read_times(sentence, calendar, tense)
    return list(known)


def _read_times(sentence: Sentence, calendar: Calendar, tense: Tense) -> tuple[TimePhrase, ...]:
    found: list[TimePhrase] = []
    if calendar.anchor is not None:
        found += _named_times(sentence, calendar.anchor, calendar, tense)
    for run in _runs(sentence)[:MAX_RUNS]:
        if not any(each.start < run[-1].end and run[0].start < each.end for each in found):
            found += _read_run(run, sentence, calendar, tense)
    return tuple(sorted(found, key=lambda each: each.start))


def _named_times(
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
        count = _COUNTS.get(match["count"].casefold()) or int(match["count"])
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


def _runs(sentence: Sentence) -> list[list[TextWord]]:
    """Return runs of words that may be a date."""
    runs: list[list[TextWord]] = []
    run: list[TextWord] = []
    for word in sentence.words:
        near = not run or _is_blank(sentence.slice(run[-1].end, word.start), run[-1])
        if _may_be_of_a_date(word) and near and len(run) < _MAX_WORDS:
            run.append(word)
            continue
        if run:
            runs.append(run)
        run = [word] if _may_be_of_a_date(word) else []
    return [*runs, run] if run else runs


def _is_blank(between: str, before: TextWord) -> bool:
    """Return whether nothing parts two words of a date; a shortened month has a full stop."""
    is_shortened = len(before.plain) in (3, 4) and bool(read_tokens(before.text))
    return not between.strip(" ,–-." if is_shortened else " ,–-")


def _may_be_of_a_date(word: TextWord) -> bool:
    return word.text[0].isdigit() or word.plain in _SMALL or _is_date_word(word.text)


@lru_cache(maxsize=10_000)
def _is_date_word(text: str) -> bool:
    return text != "%" and read_tokens(text) is not None


def _read_run(
    run: list[TextWord], sentence: Sentence, calendar: Calendar, tense: Tense
) -> list[TimePhrase]:
    """Return the dates that a run of words tells, the longest from each place on."""
    found: list[TimePhrase] = []
    first = 0
    while first < len(run):
        for last in range(len(run), first, -1):
            phrase = _read_phrase(run[first:last], sentence, calendar, tense)
            if phrase is not None:
                found.append(phrase)
                first = last
                break
        else:
            first += 1
    return found


def _read_phrase(
    words: list[TextWord], sentence: Sentence, calendar: Calendar, tense: Tense
) -> TimePhrase | None:
    if words[0].plain in _NEVER_FIRST or words[-1].plain in _NEVER_LAST:
        return None
    if _counts_people(words):
        return None
    text = sentence.slice(words[0].start, words[-1].end)
    plain = _PART_OF_DAY.sub("", text).removeprefix("on ").removesuffix("'s").removesuffix("’s")
    if not _is_date(words, plain, sentence.slice(words[-1].end, words[-1].end + 2)):
        return None
    meant = read_plain_date(plain, calendar.anchor, calendar.zone)
    if not meant.expressions:
        return None
    ordered = _by_tense(meant.expressions, calendar.anchor, tense)
    is_now = ordered[0] == str(calendar.anchor)
    return TimePhrase(words[0].start, words[-1].end, text, ordered, meant.is_relative, is_now)


def _counts_people(words: list[TextWord]) -> bool:
    """Return whether words begin with a number of others than days: gave the six until 30 March."""
    first = next((word.plain for word in words if word.plain != "the"), "")
    return first in _CARDINALS and any(word.plain in _UNTIL for word in words[1:])


def _is_date(words: list[TextWord], text: str, following: str) -> bool:
    """Return whether words are a date rather than words that dates also have."""
    tokens = read_tokens(text)
    if not tokens:
        return False
    kinds = "".join(token.kind for token in tokens)
    if not set(kinds) & (_STRONG | {"y", "u"}):
        return False
    if kinds in ("p", "r", "n", "u") or (kinds == "N" and len(words) < 2):
        return False
    if kinds == "N" and not words[-1].text[0].isdigit():
        # The fifth round is no day, on the ninth is one.
        return words[-2].plain in ("the", "on") and following[:1] in (",", ".", ";", "")
    if kinds == "y" and not (1900 <= int(re.findall(r"\d{4}", text)[0]) <= 2100):
        return False
    months = [word for word in words if word.plain in ("may", "march", "mar", "sun", "sat")]
    if months and not all(word.is_capital for word in months):
        return False
    if kinds == "m" and words[-1].plain in ("may", "march") and len(words) == 1:
        return False
    return not re.fullmatch(r"[nN]+|d", kinds) or kinds == "N" or "-" in text


def _by_tense(expressions: tuple[str, ...], anchor: date | None, tense: Tense) -> tuple[str, ...]:
    """Put what lies on the side of the anchor that the tense asks for first."""
    if anchor is None or len(expressions) < 2:
        return expressions

    def is_wrong(expression: str) -> bool:
        found = re.search(r"\d{4}(?:-\d{2}){0,2}", expression)
        if found is None:
            return False
        start = found[0]
        at = str(anchor)[: len(start)]
        return start > at if tense == "past" else start < at

    return tuple(sorted(expressions, key=is_wrong))
