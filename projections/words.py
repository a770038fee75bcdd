"""Words: where one ends, with blanks between words or without, and which of them are equal."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import regex

UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\u30FC\p{Bopomofo}"
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
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
# The same of ASCII, a quarter of the time.
_ASCII_TOKEN_PATTERN = re.compile(
    r"\s+|\w+(?:'(?=[a-zA-Z])\w+|(?<=\d)[.,](?=\d)\w+)*|.", re.ASCII | re.DOTALL
)


def split_tokens(text: str) -> list[str]:
    """Return the words, blanks and signs of a text, which joined give the text again.

    No token begins inside a grapheme (UAX #29); in a script without blanks each grapheme is one.
    """
    return (_ASCII_TOKEN_PATTERN if text.isascii() else _TOKEN_PATTERN).findall(text)


_ASCII_FOLDING = {sign: chr(sign).lower() if chr(sign).isalnum() else " " for sign in range(128)}
"""Letters without case; what is neither letter nor digit separates words."""
_WORD_OR_RUN = regex.compile(
    rf"(?P<run>[{UNSPACED}][{UNSPACED}\p{{M}}]*)|[\w--[_{UNSPACED}]]+", regex.VERSION1
)
# Kept are vowel signs, those of Telugu, Thai, Lao and Tibetan too, the virama and the voicing of
# kana.
_KEPT_CLASSES = "".join(rf"\p{{ccc={n}}}" for n in (0, 8, 9, 84, 91, 103, 118, 129, 130, 132))
_IGNORED = regex.compile(rf"[[\p{{M}}--[{_KEPT_CLASSES}]]\p{{Cf}}\u0640]+", regex.VERSION1)
_EQUAL_SIGNS = {0x131: "i", 0x2BC: "'", 0x200B: " "}
"""The dotless i is an i, a letter that is an apostrophe is one, a zero-width space is a blank."""


def split_words(text: str) -> list[str]:
    """Return the words of a text as they are kept and compared.

    They have no case, accents or signs without a shape: ``Straße naïve`` is strasse, naive. A run
    in a script without blanks gives each pair of neighbouring graphemes, and its last one.
    Both views and both databases tokenise by this alone.
    """
    if text.isascii():
        return text.translate(_ASCII_FOLDING).split()
    words = []
    for found in _WORD_OR_RUN.finditer(normalize_text(text)):
        words += _split_run(found.group()) if found["run"] else [found.group()]
    return words


def split_query(text: str) -> list[str]:
    """Return what a query wants: words, and whole runs in scripts without blanks."""
    return [found.group() for found in _WORD_OR_RUN.finditer(normalize_text(text))]


def index_words(wanted: str) -> list[str]:
    """Return the beginnings of words that hold what a query wants: of a run, its pairs."""
    words = split_words(wanted)
    return words[:-1] if len(words) > 1 else words


def normalize_text(text: str) -> str:
    """Return a text without case, accents and signs without a shape."""
    folded = unicodedata.normalize("NFKD", text.translate(_EQUAL_SIGNS)).casefold()
    return unicodedata.normalize("NFC", _IGNORED.sub("", folded))


def _split_run(run: str) -> list[str]:
    graphemes = regex.findall(r"\X", run)
    return [*(one + other for one, other in pairwise(graphemes)), graphemes[-1]]
