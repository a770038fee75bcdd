# ruff: noqa: RUF001  # Cyrillic letters are meant
"""What the words of a date mean: as the house reads them, else as the model says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from domain.plain_dates import read_plain_date
from intake.rules.moments import Calendar, Tense
from intake.rules.sentences import Sentence
from intake.rules.times import find_times

_PREPOSITION = re.compile("(?:on|in|at|by|until|from|since|у|в|на|до|від|з)\\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """A time expression, others that are meant perhaps, and the words that tell it.

    ``is_counted`` tells whether it was counted from the anchor, ``is_claimed`` whether it is what
    the model says and nothing else.
    """

    expression: str | None
    others: tuple[str, ...]
    words: str
    is_counted: bool
    is_claimed: bool


def read_moment(
    words: str, place: tuple[Sentence, int], claimed: str | None, calendar: Calendar, tense: Tense
) -> ReadMoment:
    """Return what words mean that stand in a sentence at a place of the article.

    Of several readings the one that the model claims goes first. What it claims counts alone where
    the words are not understood here, and not at all where it is no time expression.
    """
    readings, is_counted = _read(words, place, calendar, tense)
    claim = claimed if claimed and _is_expression(claimed, calendar.zone) else None
    if claim in readings:
        ordered = [claim, *(each for each in readings if each != claim)]
    else:
        ordered = [*readings, *([claim] if claim else [])]
    return ReadMoment(
        ordered[0] if ordered else None,
        tuple(each for each in ordered[1:] if each),
        words,
        is_counted or not readings,
        bool(ordered and not readings),
    )


def _read(
    words: str, place: tuple[Sentence, int], calendar: Calendar, tense: Tense
) -> tuple[tuple[str, ...], bool]:
    """Return the expressions that words may mean, and whether they are counted from the anchor."""
    sentence, start = place
    for found in find_times(sentence, calendar, tense):
        if found.start < start + len(words) and start < found.end:
            return found.expressions, found.is_counted
    for text in (words, _PREPOSITION.sub("", words, count=1)):
        meant = read_plain_date(text, calendar.anchor, calendar.zone)
        if meant.expressions:
            return meant.expressions, meant.is_relative
    return (), False


def _is_expression(text: str, zone: str) -> bool:
    try:
        parse_span(text, zone)
    except InvalidSpanError:
        return False
    return True
