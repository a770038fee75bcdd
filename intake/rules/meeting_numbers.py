"""The number of a round or session, as a text tells it."""

from __future__ import annotations

from intake.rules.meeting_words import NOUN_PATTERN, ORDINAL_PATTERN, whole
from intake.rules.numbers_told import NUMBER, read_number, read_ordinal

_PLAIN_ORDINAL = whole(
    rf"(?P<word>{ORDINAL_PATTERN})\s+(?:\w+[\s-]){{0,3}}?(?:{NOUN_PATTERN}|exchange|swap|council)|"
    rf"(?:{NOUN_PATTERN}), the (?P<behind>{ORDINAL_PATTERN}),"
)
_NUMBERED = whole(rf"(?:round|session) (?P<number>{NUMBER})")


def ordinal_of(text: str) -> int | None:
    """Return the number of a round or session that a text tells; None where it tells none."""
    if found := _PLAIN_ORDINAL.search(text):
        return read_ordinal(found["word"] or found["behind"])
    numbered = _NUMBERED.search(text)
    return read_number(numbered["number"]) if numbered else None
