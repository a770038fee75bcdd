# ruff: noqa: RUF001  # Cyrillic letters are meant
"""How much two descriptions of one thing share."""

from __future__ import annotations

from functools import lru_cache

from intake.rules.words import fold_word, split_words, stem_word, word_set

_WEIGHTLESS = word_set(
    "the a an of on in for to and with at by from its their his her that this which who was were "
    "is are be been has have had will would not or as it they he she until before after over into "
    "than more said two three four at's out up about against between under second first third "
    "у в на до з із зі та і й що за по про від для не як або його її їх це був була було були "
    "проти між під"
)


@lru_cache(maxsize=4_096)
def content_stems(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about, as they are compared."""
    return frozenset(
        stem_word(fold_word(word.text))
        for word in split_words(text)
        if word.plain not in _WEIGHTLESS and len(word.plain) > 2
    )


CONTAINED, FEW_WORDS = 0.9, 5
"""How like words are to those that they are a part of, if they are as many that tell something."""


def share_words(one: str, other: str) -> float:
    """Return how like two texts are, from 0 to 1: by the words that tell the shorter one."""
    mine, theirs = content_stems(one), content_stems(other)
    if mine == theirs:
        return float(bool(mine) or one.casefold() == other.casefold())
    return CONTAINED * len(mine & theirs) / max(FEW_WORDS, min(len(mine), len(theirs)))
