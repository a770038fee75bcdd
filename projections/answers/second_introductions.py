"""Slugs that an older log introduces more than once: the first by seq introduces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from domain.cells import CellKey, CellRow
from projections.answers.anomalies import FoundAnomaly
from projections.view import View


def first_introduction(rows: Iterable[CellRow], label: str) -> CellRow | None:
    """Return the row of a cell that introduces its thing."""
    introducing_rows = (row for row in rows if row.label == label)
    return min(introducing_rows, key=attrgetter("seq"), default=None)


def find_second_introductions(
    view: View, label: str, names: tuple[str, ...], rows_by_key: Mapping[CellKey, Iterable[CellRow]]
) -> Iterator[FoundAnomaly]:
    """Yield the further introductions of each key of a kind of cells, by seq."""
    introducing = {
        key: sorted((row for row in rows if row.label == label), key=attrgetter("seq"))
        for key, rows in rows_by_key.items()
    }
    further = {key: rows[1:] for key, rows in introducing.items() if rows[1:]}
    for key, rows in zip(further, view.add_json(list(further.values())), strict=True):
        for row in rows:
            value = {"kind": "second-introduction", **dict(zip(names, key, strict=True))}
            yield FoundAnomaly(row.tie_order, value, [row.provenance])
