"""A brief that tells the newest changes of each group, or one group page by page."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.answers import read_as
from api.http.query_params import empty_is_none
from api.models.changes import AnyChange
from api.pages.shared.brief import GROUP_OF_KIND, GROUPS, BriefWriter, is_start_unknown
from api.pages.shared.page_context import PageContext
from domain.model import Json
from projections.answers.diff import ChangesBetween
from projections.view import View

MAX_LINES, MAX_OF_GROUP = 8, 50
"""Moves of each group that are told at first, and of one group on each page of it: a change, or
several that one sentence may tell."""
Cell = tuple[str, str]
OptionalGroup = Annotated[Literal[GROUPS] | None, BeforeValidator(empty_is_none)]  # type: ignore[valid-type]
GroupParam = Annotated[OptionalGroup, Field(description="Only changes of this group.")]
StartParam = Annotated[int, Field(ge=0, le=1_000_000, description="Newer ones passed over.")]


def write_newest(
    frame: PageContext,
    difference: ChangesBetween,
    end: View,
    group: str | None = None,
    start: int = 0,
) -> Json:
    """Return the brief of a difference, and how many cells of each group changed.

    ``end`` is the later view. Causes are counted where all is told; what programs ask for is.
    """
    cells = [cell for cell in difference.changed_cells() if _is_news(cell, difference)]
    counts = Counter(GROUP_OF_KIND[kind] for kind, _ in cells)
    moves = _group_moves(cells, difference)
    chosen = cells if frame.strict else _choose(moves, group, start)
    changes = read_as(list[AnyChange], difference.build_changes(chosen))
    earlier = difference.whole.before.view
    brief = BriefWriter(frame, end, earlier).write_brief(changes)
    if len(chosen) < len(cells):
        brief |= {"n": len(cells), "causes": {}}
    return {**brief, "counts": counts, "moves": {name: len(each) for name, each in moves.items()}}


def _is_news(cell: Cell, difference: ChangesBetween) -> bool:
    """Return whether a changed cell has a line in a brief, and so counts."""
    after = difference.values_of(cell)[1] if cell[0] == "role" else None
    return after is None or not is_start_unknown(after.get("since"))


def _group_moves(cells: list[Cell], difference: ChangesBetween) -> dict[str, list[list[Cell]]]:
    """Return the cells of each group, the newest first: together those that one sentence may tell,
    as parties that moved alike or points of one plan."""
    moves: dict[tuple[str, ...], list[Cell]] = {}
    for kind, subject in cells:
        first, _, rest = subject.partition("/")
        told_together = {"position": rest, "point": first}.get(kind, subject)
        known_at = difference.known_at((kind, subject))
        moves.setdefault((known_at, kind, told_together), []).append((kind, subject))
    by_group: dict[str, list[list[Cell]]] = {}
    for (_, kind, _), move in sorted(moves.items(), key=lambda each: each[0][0], reverse=True):
        by_group.setdefault(GROUP_OF_KIND[kind], []).append(move)
    return by_group


def _choose(moves: dict[str, list[list[Cell]]], group: str | None, start: int) -> list[Cell]:
    """Return the cells to tell of."""
    if group:
        return list(chain.from_iterable(moves.get(group, [])[start : start + MAX_OF_GROUP]))
    newest = (of_group[:MAX_LINES] for of_group in moves.values())
    return list(chain.from_iterable(chain.from_iterable(newest)))
