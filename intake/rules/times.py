# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Times that a sentence tells, as time expressions with the phrase that each was read from."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from domain.date_words import read_tokens
from domain.plain_dates import read_plain_date
from intake.rules.moments import Calendar, Tense, TimePhrase
from intake.rules.named_times import find_named_times
from intake.rules.sentences import Sentence
from intake.rules.words import TextWord, word_set

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
_LEADS_DAY = word_set("on by until till from before since")
_UNTIL = word_set("until till by before")
_EXTENT = re.compile(
    r"\bby (?:a|an|one|two|three|four|six|ten|another|\d{1,2}) (?:further |more )?"
    r"(?:hours?|days?|weeks?|fortnights?|months?)\b|\bна (?:\w+ )?(?:тиждень|тижні|день|дні|"
    r"місяць)\b",
    re.IGNORECASE,
)
"""By how much something is moved: no time, and not of the one behind it."""
_PART_OF_DAY = re.compile(
    r"^(?:in |during )?(?:the )?(?:early hours|small hours|early morning|afternoon|morning|evening|"
    r"night|late) (?:of |on )?(?:the )?", re.IGNORECASE,
)  # fmt: skip


def find_times(sentence: Sentence, calendar: Calendar, tense: Tense) -> list[TimePhrase]:
    """Return the times that a sentence tells outside of quotations, in order; the first few."""
    known: tuple[TimePhrase, ...] | None = sentence.times_read.get((calendar, tense))
    if known is None:
        known = sentence.times_read[calendar, tense] = _read_times(sentence, calendar, tense)
    return list(known)


def _read_times(sentence: Sentence, calendar: Calendar, tense: Tense) -> tuple[TimePhrase, ...]:
    found: list[TimePhrase] = []
    if calendar.anchor is not None:
        found += find_named_times(sentence, calendar.anchor, calendar, tense)
    for run in _runs(sentence)[:MAX_RUNS]:
        if not any(each.start < run[-1].end and run[0].start < each.end for each in found):
            found += _read_run(run, sentence, calendar, tense)
    return tuple(sorted(found, key=lambda each: each.start))


def _runs(sentence: Sentence) -> list[list[TextWord]]:
    """Return runs of words that may be a date."""
    runs: list[list[TextWord]] = []
    run: list[TextWord] = []
    extents = [
        (sentence.start + each.start(), sentence.start + each.end())
        for each in _EXTENT.finditer(sentence.masked)
    ]
    for word in sentence.words:
        if any(start <= word.start < end for start, end in extents):
            if run:
                runs.append(run)
            run = []
            continue
        near = not run or _is_blank(sentence.slice(run[-1].end, word.start), run[-1])
        near &= not (word.plain == "on" and run and run[-1].text.isdigit())
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
    text = re.sub(r"['’]s$", "", word.text)
    return text[:1].isdigit() or word.plain in _SMALL or _is_date_word(text)


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


_IN_WEEK = re.compile(r"^(?:in|during|for) (?=the week of )", re.IGNORECASE)


def _read_phrase(
    words: list[TextWord], sentence: Sentence, calendar: Calendar, tense: Tense
) -> TimePhrase | None:
    if words[0].plain in _NEVER_FIRST or words[-1].plain in _NEVER_LAST:
        return None
    if _counts_people(words) or words[-1].plain in _CARDINALS:
        return None
    text = sentence.slice(words[0].start, words[-1].end)
    plain = _IN_WEEK.sub("", _PART_OF_DAY.sub("", text)).removeprefix("on ")
    plain = plain.removesuffix("'s").removesuffix("’s")
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
        # The next round, the fifth, is no day; on the ninth is one.
        is_led = any(word.plain in _LEADS_DAY for word in words[:-1])
        return is_led and following[:1] in (",", ".", ";", "")
    years = re.findall(r"\d{4}", text) if "y" in kinds else []
    if years and not all(1900 <= int(each) <= 2100 for each in years):
        return False  # until 1700 GMT
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
