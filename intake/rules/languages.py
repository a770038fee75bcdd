# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Whether an article is in a language that the rules read, and whether it is there whole."""

from __future__ import annotations

import re

_LETTER = re.compile(r"[^\W\d_]")
_READ_LETTER = re.compile(r"[a-zà-ÿāăąćčďđēęěğīıłńňōőœřśşšťūůűźżžа-яіїєґё]", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яіїєґёыэъ]", re.IGNORECASE)
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|in|that|is|was|for|on|with|it|he|she|by|at|from|as|has|have|had|be|will|"
    r"would|said|not|are|were|an|its|their|they|we|you|this|i|no|do|my|our)\b",
    re.IGNORECASE,
)
_ASKS_TO_SUBSCRIBE = re.compile(
    r"\b(?:subscribe|sign up|register|log in|sign in|create an? (?:free )?account)\b[^.\n]{0,40}?"
    r"\b(?:read|reading|continue|unlock|access|full (?:article|story))\b|\balready (?:a subscriber|"
    r"have an account)\b|\b(?:this (?:article|content|story) is (?:only )?(?:available )?(?:for|"
    r"to) (?:our )?subscribers)|\b(?:лише|тільки) для передплатників\b|\bоформіть передплату\b",
    re.IGNORECASE,
)
_SAMPLE = 5_000
_LEAST_WORDS = 12
"""Of fewer words nothing can be told of the language."""
_ENGLISH_SHARE, _READ_SHARE, _UKRAINIAN_SHARE = 0.12, 0.6, 0.03
_WHOLE_WORDS = 200
"""An article of so many words that asks to subscribe is there all the same."""


def find_unread_language(text: str) -> str | None:
    """Return why an article seems to be in a language that is not read; None where it is."""
    sample = text[:_SAMPLE]
    letters = _LETTER.findall(sample)
    words = sample.split()
    if len(letters) < _LEAST_WORDS * 3:
        return None
    if sum(map(bool, map(_READ_LETTER.match, letters))) < _READ_SHARE * len(letters):
        return NOT_READ
    cyrillic = len(_CYRILLIC.findall(sample))
    if cyrillic * 2 > len(letters):
        is_ukrainian = len(_UKRAINIAN.findall(sample)) >= _UKRAINIAN_SHARE * cyrillic
        return None if is_ukrainian else NOT_READ
    if len(words) < _LEAST_WORDS:
        return None
    is_english = len(_ENGLISH.findall(sample)) >= _ENGLISH_SHARE * len(words)
    return None if is_english else NOT_READ


NOT_READ = "The article seems to be in a language that is not read: only English and Ukrainian are."
CUT_OFF = "The article may be cut off: it asks to subscribe or to log in. Paste its whole text."


def is_cut_off(text: str) -> bool:
    """Return whether little more of an article is there than that one is to pay for it."""
    return len(text.split()) < _WHOLE_WORDS and _ASKS_TO_SUBSCRIBE.search(text) is not None
