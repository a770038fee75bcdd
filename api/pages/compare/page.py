"""Two dates as a written brief: one sentence a change, with its cause and its sources."""

from __future__ import annotations

from datetime import date

from api.pages.shared import brief
from api.pages.shared.agreement import list_spreads
from api.pages.shared.coverage import describe_silence
from api.pages.shared.footnotes import number_sources
from api.pages.shared.newest_changes import GroupParam, StartParam, write_newest
from api.pages.shared.page import PageDefinition, SinceParams
from api.pages.shared.page_context import PageContext
from domain.model import Json


class CompareParams(SinceParams):
    group: GroupParam = None
    start: StartParam = 0


def load_compare(frame: PageContext) -> Json:
    """Return the brief of what changed from one date to the date shown, also backwards."""
    start = frame.earlier_question(frame.params.from_)
    basis = frame.derive_basis(start)
    difference = frame.answers.difference(basis)
    is_backwards = difference.is_backwards
    later_view = frame.session.open_view(basis) if is_backwards else frame.view
    told = write_newest(frame, difference, later_view, frame.params.group, frame.params.start)
    first = date.fromisoformat(frame.question_day(start))
    silence = None if told["n"] or is_backwards else describe_silence(frame, first)
    days = {"from": frame.question_day(start), "to": str(frame.rail.day)}
    footnotes = number_sources(told["lines"])
    spreads = list_spreads(frame, basis)
    return {**days, **told, "spreads": spreads, "silence": silence, "footnotes": footnotes}


PAGE = PageDefinition(
    "compare",
    load_compare,
    params_model=CompareParams,
    columns=brief.COLUMNS,
    rows=brief.brief_rows,
)
