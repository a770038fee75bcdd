"""The days of rails, counted once and kept for as long as they stay."""

from __future__ import annotations

from typing import Any

from api.pages.shared.dates import DateFormatter
from api.pages.shared.rail import Rail
from domain.basis import Basis
from domain.instants import DAY, EARLIEST, Instant
from projections.view import KnownDay, View

_MAX_ENTRIES = 64


class RailCache:
    """The days of rails, counted once for as long as they stay: until something is recorded, or an
    embargo ends."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Any, ...], tuple[Instant, Instant, list[KnownDay]]] = {}

    def read_days(self, negotiation: str, now: View, known_at: Instant, seq: int) -> list[KnownDay]:
        """Return the days of a view as ``known_days`` gives them."""
        basis = now.basis
        key = (negotiation, basis.audience, basis.seq, known_at % DAY, min(seq, basis.seq))
        since, until, known_days = self.entries.get(key, (EARLIEST, EARLIEST, []))
        if basis.is_filtered or not since <= basis.known_at < until:
            known_days = now.known_days(known_at, seq)
            if len(self.entries) >= _MAX_ENTRIES:
                self.entries.clear()
            if not basis.is_filtered:
                self.entries[key] = basis.known_at, now.steady_until(), known_days
        return known_days


def build_rail(
    now: View, basis: Basis, dates: DateFormatter, cache: RailCache, negotiation: str
) -> Rail:
    """Return the rail of a reader who looks at a basis; the view is of everything up to now."""
    known_at = min(basis.known_at, now.basis.known_at)
    shown_at = basis.valid_at if basis.preset == "hindsight" else known_at
    known_days = cache.read_days(negotiation, now, known_at, basis.seq)
    return Rail(known_days, known_at, now.basis.known_at, min(shown_at, now.basis.known_at), dates)
