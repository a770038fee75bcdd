"""A view that takes from another one what cells were resolved to, where they cannot differ."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from domain.cells import CellKey
from domain.phantom_links import CIRCULAR_STATEMENT, WITHOUT_STATEMENT
from projections.delegating_view import DelegatingView
from projections.scope import Scope
from projections.view import CellResolver, T, View

CellQuestion = tuple[str, CellKey, CellResolver[Any], int, bool]
"""A question for cells: kind, beginning of the key, resolver, expected rows and whether with
JSON."""
ResolvedCells = Mapping[CellQuestion, Mapping[CellKey, Any]]
LINK_KINDS = (WITHOUT_STATEMENT, CIRCULAR_STATEMENT)
"""Kinds of cells with entries that come and go with other statements than those they are of."""


class CarriedView(DelegatingView):
    """Another view, of which only cells that are touched are resolved again.

    ``known`` is what the cells of a view of the same viewer were resolved to, and ``touched`` all
    of which that view may differ. What this one resolves goes into ``cells``.
    """

    def __init__(
        self,
        view: View,
        known: ResolvedCells,
        touched: Scope,
        cells: MutableMapping[CellQuestion, Mapping[CellKey, Any]] | None = None,
    ) -> None:
        super().__init__(view)
        self._whole = view
        self._known, self._touched = known, touched
        self.cells = {} if cells is None else cells

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        question = (kind, prefix, resolver, expected_rows, with_json)

        def resolve(view: View) -> dict[CellKey, T]:
            return view.resolve_cells(
                kind, *prefix, resolver=resolver, expected_rows=expected_rows, with_json=with_json
            )

        known = None if kind in LINK_KINDS else self._known.get(question)
        if known is None:
            resolved = resolve(self._whole)
        elif keys := self._touched.keys_of(kind, prefix):
            untouched = {key: each for key, each in known.items() if key not in keys}
            resolved = {**untouched, **resolve(self._whole.within(self._touched))}
            resolved = dict(sorted(resolved.items()))
        else:
            resolved = dict(known)
        self.cells[question] = resolved
        return dict(resolved)
