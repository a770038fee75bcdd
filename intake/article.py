# ruff: noqa: RUF001  # Cyrillic letters are meant
"""An article as it came in: its text, where it stands, and when it was published."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.events import Link, SpanText, Text, Zone

MAX_ARTICLE_CHARS = 4 * 2**20
"""The longest text of an article, in code points."""
MAX_READ_CHARS = 100_000
"""How much of an article is read, in code points: about 16,000 words."""
ArticleLanguage = Literal["en", "uk"]
_CYRILLIC, _LATIN = re.compile("[а-яіїєґ]", re.I), re.compile("[a-z]", re.I)
_GUESSED_CHARS = 5_000


class Article(BaseModel):
    """One article, whose text is data and never an instruction.

    ``published`` is a time expression of the profile, ``zone`` that of the dates in the text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=MAX_ARTICLE_CHARS)]
    url: Link | None = None
    publisher: Text | None = None
    published: SpanText | None = None
    language: ArticleLanguage | None = None
    zone: Zone | None = None

    @cached_property
    def text_sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hex digits."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def read_language(self) -> ArticleLanguage:
        """The language that is given, or else the one that the letters of the text speak for."""
        return self.language or guess_language(self.text)


def guess_language(text: str) -> ArticleLanguage:
    """Return Ukrainian where a text has more Cyrillic than Latin letters, else English."""
    sample = text[:_GUESSED_CHARS]
    is_cyrillic = len(_CYRILLIC.findall(sample)) > len(_LATIN.findall(sample))
    return "uk" if is_cyrillic else "en"
