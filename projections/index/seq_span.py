"""A few seqs in a row, each to be asked in turn: what their views need is read for all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.basis import Basis
from domain.cells import CellRow
from projections.index.cell_pages import make_row
from projections.index.shared_items import Hull, SharedItems, Shown
from projections.index.statements import cells_statement, dump_list
from projections.index.subjects import join_key
from projections.index.touched import build_scope, find_touched_by_seq
from projections.scope import Scope
from projections.view import ALL_ROWS

if TYPE_CHECKING:
    from projections.index.indexed_cells import IndexedCells

PAGE_GROWTH, SPARE_ROWS = 2, 2
"""How many times more rows, and how many more, are read of a cell than are asked for first: some
answers need more, and not all of them show at each seq."""


class SeqSpan:
    """The seqs after one, up to that of a view: what each touches, and what shows of that at it."""

    def __init__(self, view: IndexedCells, after: int) -> None:
        self.view, self.after = view, after
        touched = find_touched_by_seq(view.c, view.basis_params, after, view.basis.seq)
        self._scopes = {seq: build_scope(rows) for seq, rows in touched.items()}
        self.scope = build_scope(*touched.values())
        self._hull = Hull(view, [replace(view.basis, seq=after), view.basis])
        self.items = SharedItems(self._hull, self.scope)
        self._cells: dict[str, tuple[int, dict[str, list[Shown[CellRow]]]]] = {}
        self._json: dict[int, list[Shown[tuple[bytes, bytes]]]] = defaultdict(list)

    def find_touched(self, before: Basis, basis: Basis) -> Scope | None:
        """Return what may differ between two bases that one of the seqs parts; null for others."""
        is_within = self.after < basis.seq <= self.view.basis.seq
        if not is_within or before != replace(basis, seq=basis.seq - 1):
            return None
        return self._scopes.get(basis.seq, Scope())

    def find_cells(
        self, kind: str, wanted: frozenset[str], basis: Basis, page_size: int
    ) -> dict[str, list[CellRow]]:
        """Return the newest rows that show at the seq of a basis, of those cells that are touched
        and of which enough is read, by key."""
        if kind not in self._cells:
            size = min(page_size * PAGE_GROWTH + SPARE_ROWS, ALL_ROWS)
            self._cells[kind] = size, self._read_cells(kind, size)
        size, cells = self._cells[kind]
        found = {}
        for key in wanted.intersection(cells):
            rows = [row.told for row in cells[key] if row.shows_under(basis)]
            if len(cells[key]) < size or len(rows) >= page_size:
                found[key] = rows[:page_size]
        return found

    def _read_cells(self, kind: str, size: int) -> dict[str, list[Shown[CellRow]]]:
        keys = map(join_key, self.scope.keys_of(kind))
        cells: dict[str, list[Shown[CellRow]]] = {key: [] for key in keys}
        if not cells:
            return cells
        statement = cells_statement(self.view.dialect, "cell_rows", listed=True)
        params = {"keys": dump_list(cells), **self.view.page_params(kind, size, with_json=True)}
        for (key, *columns), *bounds in self._hull.read(statement, "p", params):
            row = make_row(columns)
            cells[key].append(Shown(row, *bounds))
            self._json[row.seq].append(Shown((row.body, row.provenance), *bounds))
        for rows in cells.values():
            rows.sort(key=lambda row: row.told.tie_order, reverse=True)
        return cells

    def find_json(self, seqs: Iterable[int], basis: Basis) -> dict[int, tuple[bytes, bytes]]:
        """Return body and provenance of those events of which rows are read, by seq."""
        shown = ((each, row) for each in seqs for row in self._json.get(each, ()))
        return {each: row.told for each, row in shown if row.shows_under(basis)}
