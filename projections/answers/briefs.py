"""Briefs: of each the last that was written; they are no news, and no source counts towards one."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from domain.cells import CellRow
from projections.answers.positions import row_fragment
from projections.view import View


def select_briefs(view: View) -> list[orjson.Fragment]:
    """Return the text of every brief that holds as of the basis, newest first; none where sources
    are filtered, since a brief does not say which source each of its words rests on."""
    if view.basis.is_filtered:
        return []
    newest = view.resolve_cells("brief", resolver=_first_row, expected_rows=1)
    rows = sorted(newest.values(), key=lambda row: row.tie_order, reverse=True)
    return [row_fragment(row) for row in rows]


def _first_row(rows: Iterable[CellRow]) -> CellRow:
    return next(iter(rows))
