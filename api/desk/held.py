"""What is held, in a word: seen from afar, and kept for the days that were looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from api.archive import Desk
from domain.basis import Basis
from domain.cells import CellKey
from domain.positions import Position
from projections.standings import stances

Words = dict[CellKey, str | None]
DAYS = 64
"""Days kept, some 30 kB each where 300 cells are held."""
GROUPS = {
    "rejects": ("red-line", "rejects", "opposes"),
    "open": ("reserves", "undecided", "mixed", "disputed"),
    "asks": ("demands", "proposes"),
    "accepts": ("supports", "accepts", "accepts-conditionally", "accepts-ad-referendum"),
}
"""What stances amount to, seen from afar."""


def word(found: Position | None) -> str | None:
    """Return a stance, or what stands in its place: mixed, disputed or withdrawn."""
    if found is None:
        return None
    if found.mixed:
        return "mixed"
    return found.stance or ("withdrawn" if found.winner.mark is None else "disputed")


def group(name: str | None) -> str | None:
    """Return what a word amounts to; None where nothing is held."""
    return next((group for group, words in GROUPS.items() if name in words), None)


class Held:
    """Who held what on the days that were looked at, in words and without any text of an event:
    a reader who drags along compares with a day that was shown a while ago."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[Any, ...], Words] = OrderedDict()

    def of(self, desk: Desk, basis: Basis) -> Words:
        """Return the word of each cell under a basis."""
        if (found := self.kept.get(_key(desk, basis))) is not None:
            return found
        return self.keep(desk, basis, stances(desk.view(basis), bare=True))

    def keep(self, desk: Desk, basis: Basis, found: Mapping[CellKey, Position]) -> Words:
        """Keep the words of what was read; the oldest go first."""
        words = {key: word(each) for key, each in found.items()}
        self.kept[_key(desk, basis)] = words
        while len(self.kept) > DAYS:
            self.kept.popitem(last=False)
        return words


def _key(desk: Desk, basis: Basis) -> tuple[Any, ...]:
    """Return all that an answer follows from; what is erased later is a later head too."""
    return (desk.negotiation, desk.last_seq, basis.known_at, basis.valid_at, basis.seq,
            basis.audience, basis.exclude_source, basis.min_sources)  # fmt: skip
