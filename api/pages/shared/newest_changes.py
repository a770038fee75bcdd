"""A brief that tells the newest changes of each group, or one group page by page."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.answers import read_as
from api.http.query_params import empty_is_none
from api.models.changes import AnyChange
from api.pages.shared.brief import GROUP_OF_KIND, GROUPS, BriefWriter
from api.pages.shared.page_context import PageContext
from domain.model import Json
from projections.answers.diff import ChangesBetween
from projections.view import View

MAX_LINES, MAX_OF_GROUP = 8, 50
"""Changes of each group that are told at first, and of one group on each page of it."""
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
    cells = list(difference.changed_cells())
    counts = Counter(GROUP_OF_KIND[kind] for kind, _ in cells)
    chosen = cells if frame.strict else _choose(cells, counts, difference, group, start)
    changes = read_as(list[AnyChange], list(map(difference.build_change, chosen)))
    brief = BriefWriter(frame, end).write_brief(changes)
    if len(chosen) < len(cells):
        brief |= {"n": len(cells), "causes": {}}
    return {**brief, "counts": counts}


def _choose(
    cells: list[tuple[str, str]],
    counts: Counter[str],
    difference: ChangesBetween,
    group: str | None,
    start: int,
) -> list[tuple[str, str]]:
    """Return the cells to tell of."""
    chosen = []
    for name in [group] if group else counts:
        of_group = [cell for cell in cells if GROUP_OF_KIND[cell[0]] == name]
        of_group.sort(key=difference.known_at, reverse=True)
        chosen += of_group[start : start + MAX_OF_GROUP] if group else of_group[:MAX_LINES]
    return chosen
