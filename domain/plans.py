"""Plan points: the text that stands after every textual modification, and who agrees to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from domain.cells import ESTABLISHING_LABELS, CellRow
from domain.instants import EARLIEST
from domain.model import Json

ENDING_LABELS = ("repeal", "split", "joined")
NAMING_FIELDS, TEXT_FIELDS = ("number", "heading"), ("text", "text_status")
AGREEING_LABELS = ("accepts", "supports", "plan-endorsed", "plan-signed")


@dataclass(slots=True, eq=False)
class ResolvedPoint:
    """One point as it stands: its fields, where they came from, and when the text last changed.

    The same rows give the same object, so that what is made of a point can be cached by it.

    ``steps`` is all that was ever done to it but for its wording, oldest first.
    ``rivals`` are the wordings and endings, newest first, that may have come last instead.
    """

    fields: Json = field(default_factory=dict)
    rows: list[CellRow] = field(default_factory=list)
    text_row: CellRow | None = None
    stands: bool = False
    established: bool = False
    lineage: Json = field(default_factory=dict)
    steps: list[tuple[CellRow, Json]] = field(default_factory=list)
    rivals: list[CellRow] = field(default_factory=list)


def latest_wording(newest_first: Iterable[CellRow]) -> list[CellRow]:
    """Return what gave a point its wording, back to the last one or what established it, and
    whatever is not surely before that."""
    rows: list[CellRow] = []
    frontier, found = EARLIEST, False
    for row in newest_first:
        if found and row.last < frontier:
            break
        rows.append(row)
        if _gives_wording(row):
            found, frontier = True, max(frontier, row.lo)
    return rows


def _establishes(row: CellRow) -> bool:
    return row.label in ESTABLISHING_LABELS


def _gives_wording(row: CellRow) -> bool:
    return _establishes(row) or _changes_wording(row.modification)


def _changes_wording(detail: Json) -> bool:
    """Return whether a modification has another text, be it one that nobody has seen."""
    return "text" in detail or detail.get("text_status") == "unseen"


def _back_to(
    newest_first: Sequence[CellRow], is_last: Callable[[CellRow], bool]
) -> Sequence[CellRow]:
    count = next((n for n, row in enumerate(newest_first, 1) if is_last(row)), None)
    return newest_first[:count]


@lru_cache(maxsize=2**11)
def resolve(
    structure_rows: tuple[CellRow, ...], wording_rows: tuple[CellRow, ...]
) -> ResolvedPoint:
    """Resolve one point from what was done to it, newest first: the last of each field stands.

    Of wordings only those are needed that ``latest_wording`` returns.
    """
    structure, wording = (
        _back_to(structure_rows, _establishes),
        _back_to(wording_rows, _gives_wording),
    )
    if not structure:
        return ResolvedPoint()
    established = _establishes(structure[-1])
    point = ResolvedPoint(established=established, stands=established)
    point.steps = [(row, row.modification) for row in reversed(structure_rows)]
    for _, detail in point.steps[-len(structure) :]:
        _apply_naming(point, detail)
    ending = next((row for row in structure if row.label in ENDING_LABELS), None)
    if ending:
        point.stands, point.rows, point.fields = False, [ending], {}
        point.lineage |= {"ended_by": ending.label, **_lineage_fields(ending.modification)}
    elif established:
        point.rows = sort_chronologically(structure, wording)
        for row in reversed(wording):
            _apply_wording(point, row)
    if established and (last := ending or point.text_row):
        point.rivals = _find_rivals(last, sort_chronologically(structure_rows, wording_rows))
    return point


def _find_rivals(last: CellRow, rows: Sequence[CellRow]) -> list[CellRow]:
    """Return the wordings and endings that are not surely before another and differ from the last.

    What establishes a point comes before what changes it, and the operations of one event come in
    their order.
    """
    candidates: list[CellRow] = []
    frontier = EARLIEST
    for row in reversed(rows) if len(rows) > 1 else ():
        if row.label not in ENDING_LABELS and not _gives_wording(row):
            continue
        if row.last < frontier:
            break
        frontier = max(frontier, row.lo)
        is_first = _establishes(row) and not all(map(_establishes, candidates))
        if not is_first and all(row.seq != each.seq for each in candidates):
            candidates.append(row)
    return [
        row for row in candidates if row.seq != last.seq and _outcome_of(row) != _outcome_of(last)
    ]


def _outcome_of(row: CellRow) -> tuple[bool, str | None]:
    """Return whether a row ends its point, else the text that it leaves."""
    is_end = row.label in ENDING_LABELS
    return is_end, None if is_end else row.modification.get("text")


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
    if row.label in ESTABLISHING_LABELS or _changes_wording(detail):
        point.text_row = row
        for name in TEXT_FIELDS:
            point.fields.pop(name, None)  # nobody said it of the new wording
    point.fields |= {name: detail[name] for name in TEXT_FIELDS if detail.get(name) is not None}


def _lineage_fields(detail: Json) -> Json:
    names = ("from_plan", "from_points", "split_from", "from", "into")
    return {name: detail[name] for name in names if detail.get(name)}


def is_agreed(point: ResolvedPoint, words: Iterable[Iterable[CellRow]]) -> bool:
    """Return whether of what each stakeholder said last the last accepts the current text, surely
    the last."""
    text_row = point.text_row
    if text_row is None or point.rivals:
        return False
    return all(_accepts_text(text_row, rows) for rows in words)


def _accepts_text(text_row: CellRow, rows: Iterable[CellRow]) -> bool:
    last_row = max(rows, key=lambda row: row.tie_order, default=None)
    return (
        last_row is not None
        and last_row.label in AGREEING_LABELS
        and last_row.tie_order[:4] > text_row.tie_order[:4]
    )
