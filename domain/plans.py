"""Plan points: the text that stands after every textual modification, and who agrees to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.cells import Placed

ESTABLISHING = ("introduction", "insertion", "split-off", "join")
ENDING = ("repeal", "split", "joined")
FIELDS = ("number", "heading", "text", "text_status")
AGREEING = ("accepts", "supports", "plan-endorsed", "plan-signed")


@dataclass(slots=True)
class Point:
    """One point as it stands: its fields, where they came from, and when the text last changed."""

    fields: dict[str, Any] = field(default_factory=dict)
    rows: list[Placed] = field(default_factory=list)
    text_row: Placed | None = None
    stands: bool = False
    established: bool = False
    lineage: dict[str, Any] = field(default_factory=dict)


def resolve(newest_first: Iterable[Placed]) -> Point:
    """Resolve one point: read back to what established it, keep the last of each field."""
    point, pending = Point(), []
    rows = iter(newest_first)
    for row in rows:
        pending.append(row)
        if row.mark in ENDING:
            older = list(rows)
            point.established = any(each.mark in ESTABLISHING for each in older)
            point.rows = [row] if point.established else [*pending, *older]
            point.lineage = {"ended_by": row.mark, **_lineage(row.modification)}
            return point
        if row.mark in ESTABLISHING:
            point.established = point.stands = True
            break
    if not point.stands:
        point.rows = pending
        return point
    for row in reversed(pending):
        _apply(point, row)
    return point


def _apply(point: Point, row: Placed) -> None:
    detail = row.modification
    point.rows.append(row)
    if row.mark in ESTABLISHING or "text" in detail:
        point.text_row = row
    if "text" in detail:
        point.fields.pop("text_status", None)  # nobody said it of the new wording
    point.fields.update({name: detail[name] for name in FIELDS if detail.get(name) is not None})
    point.lineage.update(_lineage(detail))


def _lineage(detail: Mapping[str, Any]) -> dict[str, Any]:
    names = ("from_plan", "from_points", "split_from", "from", "into")
    return {name: detail[name] for name in names if detail.get(name)}


def agreed(point: Point, stances: Mapping[str, Iterable[Placed]]) -> bool:
    """Tell whether every stakeholder's last word accepts the point's current text."""
    if not stances or point.text_row is None:
        return False
    return all(_accepts(point.text_row, rows) for rows in stances.values())


def _accepts(text: Placed, rows: Iterable[Placed]) -> bool:
    last = max(rows, key=lambda row: row.order, default=None)
    return last is not None and last.mark in AGREEING and last.order[:4] > text.order[:4]
