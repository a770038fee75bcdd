"""Words: where one ends in scripts with blanks between words, and in those without."""

from __future__ import annotations

import regex

UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
)
"""Scripts that write no blanks between words, as members of a set of ``regex``."""
# Signs without a shape, such as the zero-width joiners, belong to their word (UAX #29, WB4); of
# these only the zero-width space separates words.
_LETTERS = rf"[[\w\p{{Cf}}]--[{UNSPACED}\u200B]]+"
_TOKEN_PATTERN = regex.compile(
    r"\s+(?![\p{M}\p{Grapheme_Extend}\u200D])"
    # A word holds an apostrophe, and a number its point or comma.
    rf"|{_LETTERS}(?:['’](?=\p{{L}}){_LETTERS}|(?<=\d)[.,](?=\d){_LETTERS})*"
    r"|\X",
    regex.VERSION1,
)


def split_tokens(text: str) -> list[str]:
    """Return the words, blanks and signs of a text, which joined give the text again.

    No token begins inside a grapheme (UAX #29); in a script without blanks each grapheme is one.
    """
    return _TOKEN_PATTERN.findall(text)
