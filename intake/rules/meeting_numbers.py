"""The number of a round or session, as a text tells it."""

from __future__ import annotations

import re

from intake.rules.meeting_words import NOUN_PATTERN, ORDINAL_PATTERN, UKRAINIAN_ORDINALS, whole
from intake.rules.numbers_told import ORDINALS

_PLAIN_ORDINAL = whole(
    rf"(?P<word>{ORDINAL_PATTERN})\s+(?:\w+[\s-]){{0,3}}?(?:{NOUN_PATTERN}|exchange|swap|council)"
)

_CARDINALS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
} | {str(number): number for number in range(1, 40)}
_NUMBERED = whole(
    r"(?:round|session) (?P<number>one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
)


def ordinal_of(text: str) -> int | None:
    """Return the number of a round or session that a text tells; None where it tells none."""
    found = _PLAIN_ORDINAL.search(text)
    if found is None:
        numbered = _NUMBERED.search(text)
        return _CARDINALS.get(numbered["number"].casefold()) if numbered else None
    word = found["word"].casefold()
    if word[0].isdigit():
        return int(re.match(r"\d+", word)[0])  # type: ignore[index]
    return ORDINALS.get(word) or next(
        (number for stem, number in UKRAINIAN_ORDINALS.items() if word.startswith(stem)), None
    )
