# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Counts and ordinals in figures and words, in English and Ukrainian."""

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
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {word: number for number, word in enumerate(_ORDINALS.split(), 1)}
"""English ordinals in words, up to the twentieth."""
ORDINAL_STEMS_UK = {
    stem: number
    for number, stem in enumerate(
        [
            "перш",
            "друг",
            "трет",
            "четверт",
            "п'ят",
            "шост",
            "сьом",
            "восьм",
            "дев'ят",
            "десят",
            "одинадцят",
            "дванадцят",
        ],
        1,
    )
}
"""What Ukrainian ordinals begin with, up to the twelfth."""
_UNITS_UK = (
    "один одна одне одного однієї одну одним",
    "два дві двох двоє двома",
    "три трьох троє трьома",
    "чотири чотирьох четверо чотирма",
    "п'ять п'яти п'ятьох п'ятеро",
    "шість шести шістьох шестеро",
    "сім семи сімох семеро",
    "вісім восьми вісьмох восьмеро",
    "дев'ять дев'яти дев'ятьох дев'ятеро",
    "десять десяти десятьох десятеро",
)
_TEENS_UK = ["один", "два", "три", "чотир", "п'ят", "шіст", "сім", "вісім", "дев'ят"]
_TENS_UK = (
    "двадцять двадцяти двадцятьох",
    "тридцять тридцяти тридцятьох",
    "сорок сорока",
    "п'ятдесят п'ятдесяти п'ятдесятьох",
    "шістдесят шістдесяти шістдесятьох",
    "сімдесят сімдесяти сімдесятьох",
    "вісімдесят вісімдесяти вісімдесятьох",
    "дев'яносто дев'яноста",
)
_WORDS: dict[str, int] = {word: number for number, word in enumerate(_UNITS)}
_WORDS |= {word: 20 + 10 * index for index, word in enumerate(_TENS)}
_WORDS |= {"no": 0, "none": 0, "nobody": 0, "a dozen": 12}
_WORDS |= {word: number for number, forms in enumerate(_UNITS_UK, 1) for word in forms.split()}
_WORDS |= {
    f"{stem}надцят{ending}": 11 + index
    for index, stem in enumerate(_TEENS_UK)
    for ending in ("ь", "и", "ьох")
}
_WORDS |= {word: 20 + 10 * index for index, forms in enumerate(_TENS_UK) for word in forms.split()}


def _any_of(words: list[str]) -> str:
    return "|".join(
        re.escape(word).replace("'", "['’ʼ]").replace(r"\ ", r"\s")
        for word in sorted(words, key=len, reverse=True)
    )


_TENS_IN_WORDS = _any_of([*_TENS, *(word for forms in _TENS_UK for word in forms.split())])
_UNITS_IN_WORDS = _any_of([word for word, number in _WORDS.items() if 1 <= number <= 9])
_COMPOUND = rf"(?:{_TENS_IN_WORDS})(?:-|\s)(?:{_UNITS_IN_WORDS})"
NUMBER = rf"(?:\d{{1,3}}(?:[,.   ]\d{{3}})+|\d{{1,7}}|{_COMPOUND}|{_any_of(list(_WORDS))})"
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


def read_ordinal(text: str) -> int | None:
    """Return the number that an ordinal tells: third, 3rd, третій; None where it is none."""
    plain = text.casefold().replace("’", "'").replace("ʼ", "'")
    if figures := re.match(r"\d+", plain):
        return int(figures[0])
    stems = sorted(ORDINAL_STEMS_UK, key=len, reverse=True)
    return ORDINALS.get(plain) or next(
        (ORDINAL_STEMS_UK[stem] for stem in stems if plain.startswith(stem)), None
    )
