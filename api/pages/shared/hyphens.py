"""Where long words may be divided in narrow cells: by the language of their letters."""

from __future__ import annotations

import re
from functools import lru_cache

import pyphen  # type: ignore[import-untyped]
from markupsafe import Markup, escape

from api.pages.shared.sanitize import escape_invisible

_WORD = re.compile(r"[^\W\d_]+")
_LONG_WORD = 10
_LANGUAGES = {True: "uk_UA", False: "en_US"}
"""By whether a word is Cyrillic: texts of the record do not tell their language."""
_SHORTEST_PART = 2


def hyphenate(text: object, long_word: int = _LONG_WORD) -> Markup:
    """Return a text as HTML in which words of so many letters have soft hyphens, which show only
    where a line ends there."""

    def divide(word: re.Match[str]) -> str:
        return _soft_hyphens(word[0]) if len(word[0]) >= long_word else word[0]

    return Markup(_WORD.sub(divide, str(escape(escape_invisible(text)))))  # noqa: S704  # escaped


@lru_cache(4096)
def _soft_hyphens(word: str) -> str:
    language = _LANGUAGES["\u0400" <= word[0] <= "\u04ff"]
    divided: str = _dictionary(language).inserted(word, "\u00ad")
    return divided


@lru_cache
def _dictionary(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=language, left=_SHORTEST_PART, right=_SHORTEST_PART + 1)
