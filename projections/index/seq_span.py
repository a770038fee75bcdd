"""A few seqs in a row, each to be asked in turn: what their views need is read for all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from domain.basis import Basis
from domain.cells import CellRow
from domain.introductions import INTRODUCTION_FIELDS
from projections.answer_json import Item
from projections.index.cell_pages import make_row
from projections.index.statements import (
    STATEMENTS,
    cells_statement,
    dump_list,
    listed_params,
    spanned_statement,
)
from projections.index.subjects import join_key
from projections.index.touched import build_scope, find_touched_by_seq
from projections.scope import Scope
from projections.view import ALL_ROWS

if TYPE_CHECKING:
    from projections.index.indexed_cells import IndexedCells, SqlRow

R = TypeVar("R")
PAGE_GROWTH, SPARE_ROWS = 2, 2
"""How many times more rows, and how many more, are read of a cell than are asked for first: some
answers need more, and not all of them show at each seq."""


class _Shown(NamedTuple, Generic[R]):
    """What a row tells, and at which seqs it shows: from one, and before another."""

    told: R
    recorded_from: int
    recorded_to: int

    def shows_at(self, seq: int) -> bool:
        return self.recorded_from <= seq < self.recorded_to


class SeqSpan:
    """The seqs after one, up to that of a view: what each touches, and what shows of that at it."""

    def __init__(self, view: IndexedCells, after: int) -> None:
        self.view, self.after = view, after
        self._params = {**view.basis_params, "low_seq": after}
        touched = find_touched_by_seq(view.c, view.basis_params, after, view.basis.seq)
        self._scopes = {seq: build_scope(rows) for seq, rows in touched.items()}
        self.scope = build_scope(*touched.values())
        self._cells: dict[str, tuple[int, dict[str, list[_Shown[CellRow]]]]] = {}
        self._json: dict[int, list[_Shown[tuple[bytes, bytes]]]] = defaultdict(list)
        self._listed: dict[str, list[tuple[str | None, _Shown[Item]]]] = {}

    def find_touched(self, before: Basis, basis: Basis) -> Scope | None:
        """Return what may differ between two bases that one of the seqs parts; null for others."""
        is_within = self.after < basis.seq <= self.view.basis.seq
        if not is_within or before != replace(basis, seq=basis.seq - 1):
            return None
        return self._scopes.get(basis.seq, Scope())

    def find_cells(
        self, kind: str, wanted: frozenset[str], seq: int, page_size: int
    ) -> dict[str, list[CellRow]]:
        """Return the newest rows that show at a seq, of those cells that are touched and of which
        enough is read, by key."""
        if kind not in self._cells:
            size = min(page_size * PAGE_GROWTH + SPARE_ROWS, ALL_ROWS)
            self._cells[kind] = size, self._read_cells(kind, size)
        size, cells = self._cells[kind]
        found = {}
        for key in wanted.intersection(cells):
            rows = [row.told for row in cells[key] if row.shows_at(seq)]
            if len(cells[key]) < size or len(rows) >= page_size:
                found[key] = rows[:page_size]
        return found

    def _read_cells(self, kind: str, size: int) -> dict[str, list[_Shown[CellRow]]]:
        keys = map(join_key, self.scope.keys_of(kind))
        cells: dict[str, list[_Shown[CellRow]]] = {key: [] for key in keys}
        if not cells:
            return cells
        statement = cells_statement(self.view.dialect, "cell_rows", listed=True)
        params = {"keys": dump_list(cells), **self.view.page_params(kind, size, with_json=True)}
        for key, *columns, first, end in self._fetch(statement, "p", params):
            row = make_row(columns)
            cells[key].append(_Shown(row, first, end))
            self._json[row.seq].append(_Shown((row.body, row.provenance), first, end))
        for rows in cells.values():
            rows.sort(key=lambda row: row.told.tie_order, reverse=True)
        return cells

    def find_json(self, seqs: Iterable[int], seq: int) -> dict[int, tuple[bytes, bytes]]:
        """Return body and provenance at a seq of those events of which rows are read, by seq."""
        shown = ((each, row) for each in seqs for row in self._json.get(each, ()))
        return {each: row.told for each, row in shown if row.shows_at(seq)}

    def find_items(self, seqs: Collection[int], seq: int) -> list[Item] | None:
        """Return the items with some of the seqs that show at one, by seq; null where not all of
        them are touched."""
        touched, items = self._touched_items
        if not touched.issuperset(seqs):
            return None
        return [each.told for each in items if each.told.seq in seqs and each.shows_at(seq)]

    @cached_property
    def _touched_items(self) -> tuple[frozenset[int], list[_Shown[Item]]]:
        seqs = frozenset[int]().union(*self.scope.seqs.values())
        return seqs, self._read_items("items_by_seq", {"seqs": dump_list(seqs)}) if seqs else []

    def find_listed(self, kind: str, scope: Scope, seq: int) -> list[Item]:
        """Return the happened items of one type, within the scope of one of the seqs, that show at
        a seq, newest first."""
        if kind not in self._listed:
            field = INTRODUCTION_FIELDS.get(kind, ("",))[-1]
            params = listed_params(kind, self.scope)
            read = self._read_items("listed_items", params)
            self._listed[kind] = [(each.told.own_fields.get(field), each) for each in read]
        seqs, slugs = scope.seqs.get(kind, ()), scope.slugs.get(kind, ())
        return [
            each.told
            for slug, each in self._listed[kind]
            if each.shows_at(seq)
            and (each.told.seq in seqs or slug in slugs or (slug is None and each.told.disputed))
        ]

    def _read_items(self, name: str, params: dict[str, object]) -> list[_Shown[Item]]:
        rows = self._fetch(STATEMENTS[self.view.dialect][name], "v", params)
        return [_Shown(Item._make(columns), first, end) for *columns, first, end in rows]

    def _fetch(self, statement: str, table: str, params: dict[str, object]) -> list[SqlRow]:
        self.view.c.execute(spanned_statement(statement, table), {**self._params, **params})
        return self.view.c.fetchall()
