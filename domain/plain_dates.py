"""Dates as people write them, in English and Ukrainian, read as time expressions of the profile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from domain.date_phrases import read_phrase
from domain.edtf import parse_span
from domain.errors import InvalidSpanError

MAX_PHRASE_CHARS = 200
"""The longest text that is read as a date."""
PHRASE_EXAMPLES = ("24.12.2025", "24 December", "late December 2025", "22–24 December, one of them")
PLAIN_REMEDY = f"write a date such as {'; '.join(PHRASE_EXAMPLES)}"
_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[^/]+)?)?)?"
_EXACT = re.compile(f"{_DATE}(/{_DATE})?")


@dataclass(frozen=True, slots=True)
class PlainDate:
    """What a text means: every time expression that it may stand for, the likeliest first.

    ``is_relative`` tells whether it was counted from the day that was given with it.
    """

    text: str
    expressions: tuple[str, ...]
    is_relative: bool = False

    @property
    def expression(self) -> str | None:
        """The one meaning; None where there are several, or none."""
        return self.expressions[0] if len(self.expressions) == 1 else None

    @property
    def is_phrase(self) -> bool:
        """Whether the words say something that the expression does not, so both are kept."""
        is_exact = self.expression is None or _EXACT.fullmatch(self.expression)
        return self.text not in self.expressions and (self.is_relative or not is_exact)


def read_plain_date(text: str, anchor: date | None, zone: str = "UTC") -> PlainDate:
    """Return what a text means as a date.

    A time expression of the profile means itself. Else it is read as people write dates: digits in
    any usual order, words in English or Ukrainian. What leaves a year out, or is told from a day,
    such as last Thursday, is counted from the anchor; without one it means nothing. Times of day
    without an offset are of the zone. What may mean several things, such as 03/04/2025, has them
    all; what is not understood has none.
    """
    written = text.strip()
    if _is_expression(written, zone):
        return PlainDate(written, (written,))
    if len(written) > MAX_PHRASE_CHARS:
        return PlainDate(written, ())
    absolute, found = (
        tuple(each for each in read_phrase(written, day, zone) if _is_expression(each, zone))
        for day in (None, anchor)
    )
    return PlainDate(written, found, is_relative=found != absolute)


def _is_expression(text: str, zone: str) -> bool:
    try:
        parse_span(text, zone)
    except InvalidSpanError:
        return False
    return True
