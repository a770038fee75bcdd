"""Where parties moved from and to: each place that one took after another, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from domain.cells import CellKey, CellRow, Placed, is_same_place
from projections.scope import Scope
from projections.view import View


class HeldPlace(NamedTuple):
    """A stance and the answer that it holds; without a stance the party withdrew."""

    label: str | None
    answer: str | None


class Move(NamedTuple):
    """A place that a party took, by party and issue; ``before`` is null where it is the first."""

    key: CellKey
    row: CellRow
    before: HeldPlace | None


def find_moves(
    view: View, party: str | None, limit: int, keys: Collection[CellKey] | None = None
) -> list[Move]:
    """Return the newest moves of a party on all issues, or in some cells, with JSON.

    Of each cell no more than the newest ``limit`` statements and one are read.
    """
    scope = None if keys is None else Scope(cells={"position": frozenset(keys)})
    cells = (view if scope is None else view.within(scope)).resolve_cells(
        "position",
        *([party] if party else []),
        resolver=lambda rows: list(islice(rows, limit + 1)),
        expected_rows=limit + 1,
        with_json=False,
    )
    moves = [
        move
        for key, rows in cells.items()
        if keys is None or key in keys
        for move in _trace_cell(key, rows, is_whole=len(rows) <= limit)
    ]
    newest = nlargest(limit, moves, key=lambda move: move.row.tie_order)
    json_by_seq = view.read_json(move.row.seq for move in newest)
    return [move._replace(row=move.row.with_json(*json_by_seq[move.row.seq])) for move in newest]


def _trace_cell(key: CellKey, newest_first: list[CellRow], *, is_whole: bool) -> Iterator[Move]:
    """Yield the moves of one cell, oldest first; what its oldest row moved from is known only where
    the rows are all."""
    rows: Iterable[CellRow] = reversed([row for row in newest_first if not row.possible])
    held: Placed | None = None
    for row in rows:
        if held is None:
            if is_whole:
                yield Move(key, row, None)
            held = row
        elif is_same_place(row, held):
            held = HeldPlace(row.label, row.answer or held.answer)
        else:
            yield Move(key, row, HeldPlace(held.label, held.answer))
            held = row
