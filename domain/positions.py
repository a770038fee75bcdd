"""Positions: where a party stands on an issue or a plan point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, takewhile

from domain.cells import CellRow
from domain.instants import EARLIEST


@dataclass(frozen=True, slots=True)
class ResolvedPosition:
    """A resolved position; ``stance`` is null when withdrawn, mixed or disputed."""

    winner: CellRow
    candidates: tuple[CellRow, ...]
    mixed: bool
    since: CellRow | None
    last_stated: CellRow | None

    @property
    def stance(self) -> str | None:
        return None if self.mixed else self.winner.label or None

    def with_json(self, json_by_seq: Mapping[int, tuple[bytes, bytes]]) -> ResolvedPosition:
        """Return it with body and provenance of the candidates, by seq, which were read without."""
        rows = tuple(
            row._replace(body=json_by_seq[row.seq][0], provenance=json_by_seq[row.seq][1])
            for row in self.candidates
        )
        last_stated = rows[0] if self.last_stated else None
        return ResolvedPosition(rows[0], rows, self.mixed, self.since, last_stated)


def resolve(newest_first: Iterable[CellRow]) -> ResolvedPosition | None:
    """Resolve one cell from its happened placements, read only as far back as needed."""
    rows = iter(newest_first)
    candidates: list[CellRow] = []
    frontier = EARLIEST
    older_rows: Iterator[CellRow] = rows
    for row in rows:
        if row.last < frontier:
            older_rows = chain([row], rows)
            break
        frontier = max(frontier, row.lo)
        candidates.append(row)
    if not candidates:
        return None
    winner = candidates[0]
    if any(row.label != winner.label for row in candidates):
        return ResolvedPosition(winner, tuple(candidates), True, None, None)
    if not winner.label:
        return ResolvedPosition(winner, tuple(candidates), False, None, None)
    since = candidates[-1]
    for row in takewhile(lambda row: row.label == winner.label, older_rows):
        since = row
    return ResolvedPosition(winner, tuple(candidates), False, since, winner)
