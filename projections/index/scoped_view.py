"""A few cells and events of an indexed view, read together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from domain.cells import CellKey
from projections.answer_json import Item
from projections.delegating_view import DelegatingView
from projections.scope import Scope
from projections.view import CellResolver, T

if TYPE_CHECKING:
    from projections.index.filtered_view import FilteredView
    from projections.index.reader import IndexView


class ScopedView(DelegatingView):
    """An indexed view, in which only the cells and listed events of a scope are."""

    def __init__(self, view: IndexView | FilteredView, scope: Scope) -> None:
        super().__init__(view)
        self.index, self.scope = view, scope

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        keys = self.scope.keys_of(kind, prefix)
        if not keys:
            return {}
        return self.index.resolve_cells(
            kind, resolver=resolver, expected_rows=expected_rows, with_json=with_json, keys=keys
        )

    def count_cells(self, kind: str, *prefix: str) -> dict[CellKey, int]:
        keys = self.scope.keys_of(kind, prefix)
        return self.index.count_cells(kind, keys=keys) if keys else {}

    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        if subject is not None:
            return self.index.read_newest(kind, subject)
        return self.index.listed_items(kind, self.scope)
