"""Plan points: the text that stands after every textual modification, and who agrees to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any

from domain.cells import ESTABLISHING, Placed
from domain.versions import Json

ENDING = ("repeal", "split", "joined")
NAMING, WORDS = ("number", "heading"), ("text", "text_status")
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


def structure(newest_first: Iterable[Placed]) -> list[Placed]:
    """Return what was done to a point but for its wording, back to what established it last."""
    return _back_to(newest_first, lambda row: row.mark in ESTABLISHING)


def wording(newest_first: Iterable[Placed]) -> list[Placed]:
    """Return what gave a point its wording, back to the last text or what established it."""
    return _back_to(
        newest_first, lambda row: row.mark in ESTABLISHING or "text" in row.modification
    )


def _back_to(newest_first: Iterable[Placed], last: Callable[[Placed], bool]) -> list[Placed]:
    found = []
    for row in newest_first:
        found.append(row)
        if last(row):
            break
    return found


def resolve(structure: Sequence[Placed], wording: Sequence[Placed]) -> Point:
    """Resolve one point from what was done to it, newest first: the last of each field stands."""
    established = bool(structure) and structure[-1].mark in ESTABLISHING
    ended = next((row for row in structure if row.mark in ENDING), None)
    if ended or not established:
        lineage = {"ended_by": ended.mark, **_lineage(ended.modification)} if ended else {}
        return Point(rows=[ended] if ended else [], established=established, lineage=lineage)
    point = Point(rows=chronological(structure, wording), established=True, stands=True)
    for row in reversed(structure):
        _rename(point, row.modification)
    for row in reversed(wording):
        _reword(point, row)
    return point


def chronological(*rows: Iterable[Placed]) -> list[Placed]:
    """Return rows once each, oldest first."""
    return sorted({row.order: row for row in chain(*rows)}.values(), key=attrgetter("order"))


def _rename(point: Point, detail: Json) -> None:
    point.fields |= {name: detail[name] for name in NAMING if detail.get(name) is not None}
    point.lineage |= _lineage(detail)


def _reword(point: Point, row: Placed) -> None:
    detail = row.modification
    if row.mark in ESTABLISHING or "text" in detail:
        point.text_row = row
        point.fields.pop("text_status", None)  # nobody said it of the new wording
    point.fields |= {name: detail[name] for name in WORDS if detail.get(name) is not None}


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
