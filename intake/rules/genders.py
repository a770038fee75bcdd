# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Who is he and who is she, as far as an article says so: Ms Reed, the spokesman Ivan Duda."""

from __future__ import annotations

import re
from collections import Counter

from intake.registry import Registry
from intake.rules.words import fold_word

_NAME = r"(?P<name>[A-ZÀ-ÞА-ЯІЇЄҐ][\w'’ʼ-]+(?:\s[A-ZÀ-ÞА-ЯІЇЄҐ][\w'’ʼ-]+){0,2})"
_HE = (
    r"(?:spokes|chair|business|states|congress|police|news|middle|fisher)man|"
    r"(?:Mr|Sir|Lord|King|Prince|пан)"
)
_SHE = (
    r"(?:spokes|chair|business|states|congress|police|news)woman|(?:Mrs|Ms|Miss|Lady|Dame|Madam|"
    r"Queen|Princess|пані|речниця|міністерка|очільниця|директорка|депутатка)"
)
_BEFORE = {
    "he": re.compile(rf"\b(?:{_HE})\.?,?\s{_NAME}"),
    "she": re.compile(rf"\b(?:{_SHE})\.?,?\s{_NAME}"),
}
_BEHIND = {
    "he": re.compile(
        rf"{_NAME},\s(?:an?|the|its|their)\s(?:[\w'’-]+\s){{0,3}}?(?:spokes|chair)man\b"
    ),
    "she": re.compile(
        rf"{_NAME},\s(?:an?|the|its|their)\s(?:[\w'’-]+\s){{0,3}}?(?:spokes|chair)woman\b"
    ),
}
PRONOUNS = {"he": "he", "him": "he", "він": "he", "she": "she", "her": "she", "вона": "she"}
"""Of whom a pronoun is said, as far as it tells."""


def find_genders(text: str, registry: Registry) -> dict[str, str]:
    """Return he or she for the persons of whom a text says it, by ``person:slug``; a surname that
    two bear, and one that is called both, tells of nobody."""
    surnames = Counter(fold_word(each.name.split()[-1]) for each in registry.persons)
    called: dict[str, set[str]] = {}
    for patterns in (_BEFORE, _BEHIND):
        for gender, pattern in patterns.items():
            for found in pattern.finditer(text):
                called.setdefault(fold_word(found["name"].split()[-1]), set()).add(gender)
    genders = {}
    for person in registry.persons:
        surname = fold_word(person.name.split()[-1])
        told = called.get(surname, set())
        if surnames[surname] == 1 and len(told) == 1:
            genders[f"person:{person.slug}"] = next(iter(told))
    return genders
