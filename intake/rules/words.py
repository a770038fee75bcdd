# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Words as they are compared: without case, accents and endings, in Latin or Cyrillic letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from domain.slugs import make_slug

_HIDDEN = "\u00ad\u200b-\u200d\u2060\ufeff"
"""What stands within a word and is not seen: a soft hyphen, as word processors put it."""
_WORD = re.compile(rf"[^\W_]+(?:(?:['’ʼ\-.&]|[{_HIDDEN}]+)[^\W_]+)*|%")
_HIDDEN_MARK = re.compile(f"[{_HIDDEN}]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ENDING = re.compile(
    "(?:ського|ському|ським|ський|ська|ської|ській|ську|ські|ських|ого|ому|ими|ами|ями|ою|ею|ої|"
    "ий|ій|им|их|ом|ем|ам|ям|ах|ях|ів|їв|а|у|ю|я|і|ї|и|о|е|є|ь|й)$"
)
_SPELLINGS = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("ie|ye", "e"),
        ("iu|yu", "u"),
        ("ia|ya", "a"),
        ("iy|yi|ij|yy|y", "i"),
        ("ue", "u"),
        ("oe|ö|ø", "o"),
        ("ae", "a"),
        ("kh", "h"),
        ("sch", "sh"),
        ("ck", "k"),
        (r"(.)\1", r"\1"),
    )
]
_LEAST_STEM = 4


class TextWord(NamedTuple):
    """One word of the text: where it stands, as it is written, and as it is compared."""

    start: int
    end: int
    text: str
    plain: str

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()


def split_words(text: str, offset: int = 0) -> list[TextWord]:
    """Return the words of a text; a possessive ending is left out of what is compared."""
    return [
        TextWord(found.start() + offset, found.end() + offset, found[0], fold_word(found[0]))
        for found in _WORD.finditer(text)
    ]


@lru_cache(maxsize=20_000)
def fold_word(text: str) -> str:
    """Return a word without case, accents and a possessive ending."""
    text = _HIDDEN_MARK.sub("", text)
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("ʼ", "'"))
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    kept = kept.replace("ø", "o").replace("ł", "l").replace("ß", "ss").replace("đ", "d")
    return kept.removesuffix("'s").removesuffix("'")


def word_set(words: str) -> frozenset[str]:
    """Return the words that blanks part, as they are compared."""
    return frozenset(fold_word(word) for word in words.split())


def is_possessive(text: str) -> bool:
    """Return whether a word ends as an English possessive."""
    return text.endswith(("'s", "’s", "s'", "s’"))


@lru_cache(maxsize=20_000)
def stem_word(plain: str) -> str:
    """Return what stays of a folded word in most of its forms."""
    if _CYRILLIC.search(plain):
        stem = _ENDING.sub("", plain)
        return stem if len(stem) >= _LEAST_STEM else plain
    for ending in ("ies", "ing", "es", "ed", "s", "y", "e"):
        if plain.endswith(ending) and len(plain) - len(ending) >= _LEAST_STEM:
            return plain[: -len(ending)]
    return plain


@lru_cache(maxsize=20_000)
def name_key(text: str) -> str:
    """Return a key that the usual spellings of one name share, in both scripts."""
    plain = fold_word(text)
    if _CYRILLIC.search(plain):
        stem = _ENDING.sub("", plain)
        if plain.endswith(("ського", "ському", "ським", "ський", "ська", "ської", "ській", "ську")):
            stem += "ськ"
        plain = make_slug(stem if len(stem) >= _LEAST_STEM else plain)
    for pattern, spelling in _SPELLINGS:
        plain = pattern.sub(spelling, plain)
    stem = plain.rstrip("aeiou")
    return stem if len(stem) >= _LEAST_STEM else plain


def phrase_pattern(phrases: Iterator[str] | list[str] | str) -> re.Pattern[str]:
    """Return a pattern of whole words for phrases parted by bars; a star stands for any ending."""
    parts = phrases.split("|") if isinstance(phrases, str) else list(phrases)
    alternatives = "|".join(
        re.escape(part.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace("'", "['’ʼ]")
        for part in sorted(parts, key=len, reverse=True)
        if part.strip()
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


def shorten(text: str) -> str:
    """Return words on one line, the middle left out where they are many."""
    line = " ".join(text.split())
    return line if len(line) < 60 else f"{line[:28]} … {line[-28:]}"
