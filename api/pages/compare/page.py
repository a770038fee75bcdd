"""Two dates as a written brief: one sentence a change, with its cause and its sources."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.answers import read_as
from api.http.query_params import empty_is_none
from api.models.changes import AnyChange
from api.pages.shared import brief
from api.pages.shared.coverage import describe_silence
from api.pages.shared.page import PageDefinition, SinceParams
from api.pages.shared.page_context import PageContext
from domain.model import Json
from projections.answers.diff import ChangesBetween

MAX_LINES, MAX_OF_GROUP = 8, 50
"""Changes of each group that are told at first, and of one group on each page of it."""
OptionalGroup = Annotated[Literal[brief.GROUPS] | None, BeforeValidator(empty_is_none)]  # type: ignore[valid-type]


class CompareParams(SinceParams):
    group: Annotated[OptionalGroup, Field(description="Only changes of this group.")] = None
    start: Annotated[int, Field(ge=0, le=1_000_000, description="Newer ones passed over.")] = 0


def load_compare(frame: PageContext) -> Json:
    """Return the brief of what changed from one date to the date shown, also backwards: the newest
    changes of each group, or one group page by page. What programs ask for is whole."""
    start = frame.earlier_question(frame.params.from_)
    basis = frame.derive_basis(start)
    difference = frame.answers.difference(basis)
    is_backwards = difference.is_backwards
    later_view = frame.session.open_view(basis) if is_backwards else frame.view
    chosen, counts = _choose_cells(frame, difference)
    changes = read_as(list[AnyChange], list(map(difference.build_change, chosen)))
    change_brief = brief.BriefWriter(frame, later_view).write_brief(changes)
    first = date.fromisoformat(frame.question_day(start))
    silence = None if changes or is_backwards else describe_silence(frame, first)
    is_whole = len(chosen) == sum(counts.values())
    return {
        "from": frame.question_day(start),
        "to": str(frame.rail.day),
        **change_brief,
        **({} if is_whole else {"n": sum(counts.values()), "causes": {}}),
        "counts": counts,
        "silence": silence,
    }


def _choose_cells(
    frame: PageContext, difference: ChangesBetween
) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Return the cells to tell of, and how many of each group changed."""
    group, start = frame.params.group, frame.params.start
    cells = list(difference.changed_cells())
    counts = Counter(brief.GROUP_OF_KIND[kind] for kind, _ in cells)
    if frame.strict:
        return cells, counts
    chosen, size = [], MAX_OF_GROUP if group else MAX_LINES
    for name in [group] if group else counts:
        of_group = [cell for cell in cells if brief.GROUP_OF_KIND[cell[0]] == name]
        of_group.sort(key=difference.known_at, reverse=True)
        chosen += of_group[start : start + size]
    return chosen, counts


PAGE = PageDefinition(
    "compare",
    load_compare,
    params_model=CompareParams,
    columns=brief.COLUMNS,
    rows=brief.brief_rows,
)
