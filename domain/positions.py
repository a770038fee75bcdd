"""Positions: where a party stands on an issue or a plan point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, takewhile

from domain.cells import Placed
from domain.instants import EARLIEST


@dataclass(frozen=True, slots=True)
class Position:
    """A resolved position; ``stance`` is null when withdrawn, mixed or disputed."""

    winner: Placed
    candidates: tuple[Placed, ...]
    mixed: bool
    since: Placed | None
    last_stated: Placed | None

    @property
    def stance(self) -> str | None:
        return None if self.mixed else self.winner.mark or None

    def told(self, texts: Mapping[int, tuple[bytes, bytes]]) -> Position:
        """Return it with body and rests of the candidates, by seq, which were read without."""
        rows = tuple(row._replace(body=texts[row.seq][0], rests=texts[row.seq][1])
                     for row in self.candidates)  # fmt: skip
        last_stated = rows[0] if self.last_stated else None
        return Position(rows[0], rows, self.mixed, self.since, last_stated)


def resolve(newest_first: Iterable[Placed]) -> Position | None:
    """Resolve one cell from its happened placements, read only as far back as needed."""
    rows = iter(newest_first)
    candidates: list[Placed] = []
    frontier = EARLIEST
    rest: Iterator[Placed] = rows
    for row in rows:
        if row.last < frontier:
            rest = chain([row], rows)
            break
        frontier = max(frontier, row.lo)
        candidates.append(row)
    if not candidates:
        return None
    winner = candidates[0]
    if any(row.mark != winner.mark for row in candidates):
        return Position(winner, tuple(candidates), True, None, None)
    if not winner.mark:
        return Position(winner, tuple(candidates), False, None, None)
    since = candidates[-1]
    for row in takewhile(lambda row: row.mark == winner.mark, rest):
        since = row
    return Position(winner, tuple(candidates), False, since, winner)
