"""What is held, in a word: seen from afar, and kept for the days that were looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from api.pages.shared.stance_words import position_word
from api.session import Session
from domain.basis import Basis
from domain.cells import CellKey
from domain.positions import ResolvedPosition
from projections.answers.positions import resolve_positions

StanceWords = dict[CellKey, str | None]
MAX_DAYS = 64
"""Days kept, some 30 kB each where 300 cells are held."""


class StanceCache:
    """Who held what on the days that were looked at, in words and without any text of an event:
    a reader who drags along compares with a day that was shown a while ago."""

    def __init__(self) -> None:
        self.entries: OrderedDict[tuple[object, ...], StanceWords] = OrderedDict()

    def read_words(self, session: Session, basis: Basis) -> StanceWords:
        """Return the word of each cell under a basis."""
        if (cached_words := self.entries.get(_cache_key(session, basis))) is not None:
            return cached_words
        return self.remember_words(session, basis, resolve_positions(session.open_view(basis)))

    def remember_words(
        self, session: Session, basis: Basis, positions: Mapping[CellKey, ResolvedPosition]
    ) -> StanceWords:
        """Keep the words of what was read; the oldest go first."""
        words = {key: position_word(each) for key, each in positions.items()}
        self.entries[_cache_key(session, basis)] = words
        while len(self.entries) > MAX_DAYS:
            self.entries.popitem(last=False)
        return words


def _cache_key(session: Session, basis: Basis) -> tuple[object, ...]:
    """Return all that an answer follows from; what is erased later is a later head too."""
    return (
        session.negotiation,
        session.last_seq,
        basis.known_at,
        basis.valid_at,
        basis.seq,
        basis.audience,
        basis.exclude_source,
        basis.min_sources,
    )
