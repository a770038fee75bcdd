"""The cells of a view through the index: the newest rows of each, read as far as needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any, Literal

from domain.basis import Basis
from domain.cells import CellKey, CellRow, is_past_candidates, resolve_position
from domain.instants import EARLIEST
from ledger.database import Cursor, database_dialect
from projections.answer_json import Item
from projections.index.cell_pages import NotedRows, make_row
from projections.index.reach import dump_windows
from projections.index.seq_span import SeqSpan
from projections.index.snapshot import basis_params
from projections.index.statements import STATEMENTS, cells_statement, dump_list
from projections.index.subjects import KEY_SEPARATOR, join_key, key_range
from projections.view import ALL_ROWS, CellResolver, T, View

MAX_INTEGER = 2**62
"""More than any instant or seq."""
BEFORE_ALL = EARLIEST - 1
BEFORE_ROWS = (BEFORE_ALL,) * 5
FIRST_PAGE_SIZE, PAGE_GROWTH = 2, 2
"""Placements read of every cell at first, and how many times more of one that needs more."""
NEXT_ROWS = 64
"""Placements read at least of cells that need more, together: a few are soon read far enough."""

SqlRow = Any
RowsByKey = Mapping[str, list[CellRow]]
"""Rows of cells, newest first, by the key of the cell as it is stored."""
_tie_order = itemgetter(slice(5))
"""The tie order of a row, as ``CellRow.tie_order`` gives it."""


class IndexedCells(View):
    """The part of a view through the index that reads cells."""

    def __init__(
        self, c: Cursor, negotiation: str, basis: Basis, span: SeqSpan | None = None
    ) -> None:
        self.c, self.negotiation, self.basis = c, negotiation, basis
        self.dialect = database_dialect(c)
        self.basis_params = basis_params(negotiation, basis)
        self._span = span
        self._shared = span.items if span else None
        self._first_pages: dict[tuple[object, ...], RowsByKey] = {}

    def _fetch(self, name: str, **params: object) -> list[SqlRow]:
        return self._fetch_rows(STATEMENTS[self.dialect][name], **params)

    def _fetch_rows(self, statement: str, **params: object) -> list[SqlRow]:
        self.c.execute(statement, {**self.basis_params, **params})
        return self.c.fetchall()

    def _fetch_items(self, name: str, **params: object) -> list[Item]:
        return list(map(Item._make, self._fetch(name, **params)))

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
        keys: Collection[CellKey] | None = None,
    ) -> dict[CellKey, T]:
        results: dict[CellKey, T] = {}
        page_size = expected_rows or FIRST_PAGE_SIZE
        wanted = prefix if keys is None else frozenset(map(join_key, keys))
        pages = self._read_first_pages(kind, wanted, page_size, with_json)
        while True:
            exhausted = set[str]()
            for key, page in pages.items():
                rows = page if len(page) < page_size else NotedRows(page, key, exhausted)
                results[tuple(key.split(KEY_SEPARATOR))] = resolver(rows)
            if resolver is resolve_position and not with_json:
                long_runs = {key: pages[key] for key in exhausted if is_past_candidates(pages[key])}
                results |= self._follow_runs(kind, long_runs, resolver)
                exhausted -= long_runs.keys()
            if not exhausted:
                return dict(sorted(results.items()))
            page_size = max(page_size * PAGE_GROWTH, NEXT_ROWS // len(exhausted))
            pages = self._read_cell_rows(kind, frozenset(exhausted), page_size, with_json)

    def _follow_runs(
        self, kind: str, rows_by_key: RowsByKey, resolver: CellResolver[T]
    ) -> dict[CellKey, T]:
        """Return what a function makes of cells whose first rows are read, and of older ones the
        first and the last of each run of rows with one mark and answer."""
        results: dict[CellKey, T] = {}
        while rows_by_key:
            last_rows = {key: rows[-1] for key, rows in rows_by_key.items()}
            others = self._read_at_places("runs_before", kind, last_rows)
            ends = self._read_at_places(
                "oldest_after", kind, {key: others.get(key) for key in rows_by_key}
            )
            exhausted = set[str]()
            joined_by_key = {}
            for key, rows in rows_by_key.items():
                end = [] if ends[key].tie_order == rows[-1].tie_order else [ends[key]]
                other = [others[key]] if key in others else []
                joined = joined_by_key[key] = [*rows, *end, *other]
                read = NotedRows(joined, key, exhausted) if other else joined
                results[tuple(key.split(KEY_SEPARATOR))] = resolver(read)
            rows_by_key = {key: joined_by_key[key] for key in exhausted}
        return results

    def _read_at_places(
        self, name: str, kind: str, places: Mapping[str, CellRow | None]
    ) -> dict[str, CellRow]:
        """Return a row of each cell, next to a row of it, or to none."""
        lists = [
            [key, *(row.tie_order if row else BEFORE_ROWS), row and row.label, row and row.answer]
            for key, row in places.items()
        ]
        rows = self._fetch(name, kind=kind, places=dump_list(lists))
        return {row[0]: make_row(row[1:]) for row in rows}

    def _read_first_pages(
        self, kind: str, wanted: CellKey | frozenset[str], page_size: int, with_json: bool
    ) -> RowsByKey:
        """Return the newest rows of each cell, which one answer may ask for more than once."""
        question = (kind, wanted, page_size, with_json)
        if question not in self._first_pages:
            self._first_pages[question] = self._read_cell_rows(*question)
        return self._first_pages[question]

    def _read_cell_rows(
        self, kind: str, wanted: CellKey | frozenset[str], page_size: int, with_json: bool
    ) -> RowsByKey:
        """Return the newest rows of each cell whose key begins so, or is one of these."""
        found: RowsByKey = {}
        if self._span and isinstance(wanted, frozenset):
            found = self._span.find_cells(kind, wanted, self.basis, page_size)
            wanted = wanted.difference(found)
            found = {key: page for key, page in found.items() if page}
        if not wanted and isinstance(wanted, frozenset):
            return found
        rows = self._ask_cells("cell_rows", wanted, **self.page_params(kind, page_size, with_json))
        rows_by_key = defaultdict[str, list[CellRow]](list, found)
        for key, *columns in rows:
            rows_by_key[key].append(make_row(columns))
        for cell_rows in rows_by_key.values():
            if len(cell_rows) > 1:
                cell_rows.sort(key=_tie_order, reverse=True)
        return rows_by_key

    def page_params(self, kind: str, page_size: int, with_json: bool) -> dict[str, object]:
        """Return the parameters of the newest rows of cells of a kind, so many of each."""
        latest = MAX_INTEGER if kind == "meeting" else self.basis.valid_at
        return {"kind": kind, "latest": latest, "page_size": page_size, "with_json": with_json}

    def read_undecided(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        moment = min(self.basis.known_at, self.basis.valid_at)
        found = self._fetch(
            "undecided", kind=kind, moment=moment, windows=dump_windows(moment), **key_range(prefix)
        )
        keys = [tuple(key.split(KEY_SEPARATOR)) for (key,) in found]
        rows: CellResolver[list[CellRow]] = list
        return self.resolve_cells(
            kind, resolver=rows, expected_rows=ALL_ROWS, with_json=False, keys=keys
        )

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        wanted = set(seqs)
        found = self._span.find_json(wanted, self.basis) if self._span else {}
        wanted -= found.keys()
        if self._shared:
            return found | self._shared.read_json(wanted, self.basis)
        rows = self._fetch("version_json", seqs=dump_list(wanted)) if wanted else ()
        return found | {seq: (body, provenance) for seq, body, provenance in rows}

    def _ask_cells(
        self,
        name: Literal["cell_rows", "cell_counts"],
        wanted: CellKey | frozenset[str],
        **params: object,
    ) -> list[SqlRow]:
        """Ask about each cell whose key begins so, or is one of these."""
        listed = isinstance(wanted, frozenset)
        keys = {"keys": dump_list(sorted(wanted))} if listed else key_range(tuple(wanted))
        return self._fetch_rows(
            cells_statement(self.dialect, name, listed=listed), **keys, **params
        )

    def count_cells(
        self, kind: str, *prefix: str, keys: Collection[CellKey] | None = None
    ) -> dict[CellKey, int]:
        wanted = prefix if keys is None else frozenset(map(join_key, keys))
        rows = self._ask_cells("cell_counts", wanted, kind=kind)
        return {tuple(key.split(KEY_SEPARATOR)): count for key, count in rows}
