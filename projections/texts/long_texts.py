"""Where two long texts can be cut into pieces that are compared one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from projections.texts.rising import longest_rising

SHORT_TEXT, PIECE = 2000, 500
"""Words up to which a text is compared in one piece, and the least that a piece has."""
PHRASE = 4
"""Words that a text must have once, in this order, for a cut before them."""
Cut = tuple[int, int]
"""A place in the old text and the one in the new text that belongs to it."""


def cut_long_texts(old: Sequence[str], new: Sequence[str]) -> Iterator[Cut]:
    """Yield the cuts of two texts, from their start to their end."""
    last = 0, 0
    yield last
    if min(len(old), len(new)) > SHORT_TEXT:
        for cut in _shared_phrases(old, new):
            if min(cut[0] - last[0], cut[1] - last[1]) >= PIECE:
                last = cut
                yield last
    yield len(old), len(new)


def _shared_phrases(old: Sequence[str], new: Sequence[str]) -> list[Cut]:
    """Return where both texts have the phrases that each has once, as many as are in order."""
    new_places = _single_phrases(new)
    shared = [
        (place, new_places[phrase])
        for phrase, place in _single_phrases(old).items()
        if phrase in new_places
    ]
    return [shared[at] for at in longest_rising([new_place for _, new_place in shared])]


def _single_phrases(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return the place of each phrase that stands once in a text, in its order."""
    phrases = list(zip(*(words[at:] for at in range(PHRASE)), strict=False))
    counts = Counter(phrases)
    return {phrase: at for at, phrase in enumerate(phrases) if counts[phrase] == 1}
