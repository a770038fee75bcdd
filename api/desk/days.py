"""The days of rails, counted once and kept for as long as they stay."""

from __future__ import annotations

from typing import Any

from api.desk.dates import Dates
from api.desk.rail import Rail
from domain.basis import Basis
from domain.instants import DAY, EARLIEST, Instant
from projections.view import KnownDay, View

_KEPT = 64


class Days:
    """The days of rails, counted once for as long as they stay: until something is recorded, or an
    embargo ends."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Any, ...], tuple[Instant, Instant, list[KnownDay]]] = {}

    def of(self, negotiation: str, now: View, at: Instant, seq: int) -> list[KnownDay]:
        """Return the days of a view as ``known_days`` gives them."""
        basis = now.basis
        key = (negotiation, basis.audience, basis.seq, at % DAY, min(seq, basis.seq))
        since, until, found = self.kept.get(key, (EARLIEST, EARLIEST, []))
        if basis.filtered or not since <= basis.known_at < until:
            found = now.known_days(at, seq)
            if len(self.kept) >= _KEPT:
                self.kept.clear()
            if not basis.filtered:
                self.kept[key] = basis.known_at, now.steady_until(), found
        return found


def rail(now: View, basis: Basis, dates: Dates, days: Days, negotiation: str) -> Rail:
    """Return the rail of a reader who looks at a basis; the view is of everything up to now."""
    known = min(basis.known_at, now.basis.known_at)
    shown = basis.valid_at if basis.preset == "hindsight" else known
    found = days.of(negotiation, now, known, basis.seq)
    return Rail(found, known, now.basis.known_at, min(shown, now.basis.known_at), dates)
