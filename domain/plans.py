"""Plan points: the text that stands after every textual modification, and who agrees to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter

from domain.cells import ESTABLISHING_LABELS, CellRow
from domain.model import Json

ENDING_LABELS = ("repeal", "split", "joined")
NAMING_FIELDS, TEXT_FIELDS = ("number", "heading"), ("text", "text_status")
AGREEING_LABELS = ("accepts", "supports", "plan-endorsed", "plan-signed")


@dataclass(slots=True)
class ResolvedPoint:
    """One point as it stands: its fields, where they came from, and when the text last changed."""

    fields: Json = field(default_factory=dict)
    rows: list[CellRow] = field(default_factory=list)
    text_row: CellRow | None = None
    stands: bool = False
    established: bool = False
    lineage: Json = field(default_factory=dict)


def latest_structure(newest_first: Iterable[CellRow]) -> list[CellRow]:
    """Return what was done to a point but for its wording, back to what established it last."""
    return _rows_back_to(newest_first, lambda row: row.label in ESTABLISHING_LABELS)


def latest_wording(newest_first: Iterable[CellRow]) -> list[CellRow]:
    """Return what gave a point its wording, back to the last text or what established it."""
    return _rows_back_to(
        newest_first, lambda row: row.label in ESTABLISHING_LABELS or "text" in row.modification
    )


def _rows_back_to(
    newest_first: Iterable[CellRow], is_last: Callable[[CellRow], bool]
) -> list[CellRow]:
    rows = []
    for row in newest_first:
        rows.append(row)
        if is_last(row):
            break
    return rows


def resolve(structure_rows: Sequence[CellRow], wording_rows: Sequence[CellRow]) -> ResolvedPoint:
    """Resolve one point from what was done to it, newest first: the last of each field stands."""
    established = bool(structure_rows) and structure_rows[-1].label in ESTABLISHING_LABELS
    for row in structure_rows:
        if row.label in ENDING_LABELS:
            lineage = {"ended_by": row.label, **_lineage_fields(row.modification)}
            return ResolvedPoint(rows=[row], established=established, lineage=lineage)
    if not established:
        return ResolvedPoint()
    point = ResolvedPoint(
        rows=sort_chronologically(structure_rows, wording_rows), established=True, stands=True
    )
    for row in reversed(structure_rows):
        _apply_naming(point, row.modification)
    for row in reversed(wording_rows):
        _apply_wording(point, row)
    return point


def sort_chronologically(*rows: Iterable[CellRow]) -> list[CellRow]:
    """Return rows once each, oldest first."""
    return sorted(
        {row.tie_order: row for row in chain(*rows)}.values(), key=attrgetter("tie_order")
    )


def _apply_naming(point: ResolvedPoint, detail: Json) -> None:
    point.fields |= {name: detail[name] for name in NAMING_FIELDS if detail.get(name) is not None}
    point.lineage |= _lineage_fields(detail)


def _apply_wording(point: ResolvedPoint, row: CellRow) -> None:
    detail = row.modification
    if row.label in ESTABLISHING_LABELS or "text" in detail:
        point.text_row = row
        point.fields.pop("text_status", None)  # nobody said it of the new wording
    point.fields |= {name: detail[name] for name in TEXT_FIELDS if detail.get(name) is not None}


def _lineage_fields(detail: Json) -> Json:
    names = ("from_plan", "from_points", "split_from", "from", "into")
    return {name: detail[name] for name in names if detail.get(name)}


def is_agreed(point: ResolvedPoint, stances: Mapping[str, Iterable[CellRow]]) -> bool:
    """Return whether every stakeholder's last word accepts the point's current text."""
    if not stances or point.text_row is None:
        return False
    return all(_accepts_text(point.text_row, rows) for rows in stances.values())


def _accepts_text(text_row: CellRow, rows: Iterable[CellRow]) -> bool:
    last_row = max(rows, key=lambda row: row.tie_order, default=None)
    return (
        last_row is not None
        and last_row.label in AGREEING_LABELS
        and last_row.tie_order[:4] > text_row.tie_order[:4]
    )
