# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Counts in figures and words, in English and Ukrainian."""

from __future__ import annotations

import re

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {word: number for number, word in enumerate(_ORDINALS.split(), 1)}
"""English ordinals in words, up to the twentieth."""
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: dict[str, int] = {word: number for number, word in enumerate(_UNITS)}
_WORDS |= {word: 20 + 10 * index for index, word in enumerate(_TENS)}
_WORDS |= {"no": 0, "none": 0, "nobody": 0, "a dozen": 12}
_UKRAINIAN: dict[str, int] = {
    word: number
    for number, words in (
        (1, "один одна одного однієї одну"),
        (2, "два дві двох двоє"),
        (3, "три трьох троє"),
        (4, "чотири чотирьох четверо"),
        (5, "п'ять п'яти п'ятьох п'ятеро"),
        (6, "шість шести шестеро"),
        (7, "сім семи семеро"),
        (8, "вісім восьми восьмеро"),
        (9, "дев'ять дев'яти"),
        (10, "десять десяти"),
        (11, "одинадцять одинадцяти"),
        (12, "дванадцять дванадцяти"),
        (14, "чотирнадцять чотирнадцяти"),
        (15, "п'ятнадцять п'ятнадцяти"),
        (20, "двадцять двадцяти"),
        (30, "тридцять тридцяти"),
        (45, "сорок-п'ять"),
        (60, "шістдесят шістдесяти"),
        (90, "дев'яносто"),
    )
    for word in words.split()
}
_WORDS |= _UKRAINIAN
_COMPOUND = rf"(?:{'|'.join(_TENS)})(?:-|\s)(?:{'|'.join(_UNITS[1:10])})"
_SIMPLE = "|".join(
    re.escape(word).replace("'", "['’ʼ]").replace(r"\ ", r"\s")
    for word in sorted(_WORDS, key=len, reverse=True)
)
NUMBER = rf"(?:\d{{1,3}}(?:[,.   ]\d{{3}})+|\d{{1,7}}|{_COMPOUND}|{_SIMPLE})"
"""A pattern of a count; it captures nothing."""


def read_number(text: str) -> int:
    """Return the count that words of `NUMBER` tell."""
    if text[0].isdigit():
        return int(re.sub(r"\D", "", text))
    plain = " ".join(text.casefold().replace("’", "'").replace("ʼ", "'").split())
    if plain in _WORDS:
        return _WORDS[plain]
    tens, unit = re.split(r"[-\s]", plain, maxsplit=1)
    return _WORDS[tens] + _WORDS[unit]
