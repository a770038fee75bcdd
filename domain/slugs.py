# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Slugs made from names, in Latin letters and in Ukrainian."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count

MAX_SLUG_LENGTH = 63
_UKRAINIAN = {
    **dict(zip("абвгґдезиіклмнопрстуф", "abvhgdezyiklmnoprstuf", strict=True)),
    **dict(zip("жхцчшщ", ("zh", "kh", "ts", "ch", "sh", "shch"), strict=True)),
    **dict(zip("єїйюя", ("ie", "i", "i", "iu", "ia"), strict=True)),
    **dict.fromkeys("ьъ'ʼ’", ""),
    **dict(zip("ыэё", "yee", strict=True)),
}
"""How Ukrainian is written in Latin letters (resolution 55 of the Cabinet of Ministers, 2010); the
Russian letters that it lacks as in Russian names."""
_AT_THE_BEGINNING = dict(zip("єїйюя", ("ye", "yi", "y", "yu", "ya"), strict=True))


def make_slug(name: str, taken: Container[str] = ()) -> str:
    """Return a slug that is made from a name and not taken; empty where the name has no letters
    that can be written in Latin ones."""
    words = [_to_latin(word) for word in name.lower().replace("зг", "zgh").split()]
    text = re.sub(r"[^a-z0-9]+", "-", " ".join(words)).strip("-")
    slug = text[:MAX_SLUG_LENGTH].rstrip("-")
    if not slug or slug not in taken:
        return slug
    numbered = (f"{slug[: MAX_SLUG_LENGTH - 4]}-{number}" for number in count(2))
    return next(each for each in numbered if each not in taken)


def _to_latin(word: str) -> str:
    """Return a word in Latin letters without accents; other scripts are left as they are."""
    letters = [_UKRAINIAN.get(letter, letter) for letter in word]
    if word[:1] in _AT_THE_BEGINNING:
        letters[0] = _AT_THE_BEGINNING[word[0]]
    decomposed = unicodedata.normalize("NFKD", "".join(letters).replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
