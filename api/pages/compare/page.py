"""Two dates as a written brief: one sentence a change, with its cause and its sources."""

from __future__ import annotations

from datetime import date

from api.pages.shared import brief
from api.pages.shared.coverage import describe_silence
from api.pages.shared.page import PageDefinition, SinceParams
from api.pages.shared.page_context import PageContext
from domain.model import Json
from projections.answers import diff


def load_compare(frame: PageContext) -> Json:
    """Return the brief of what changed from one date to the date shown."""
    to = str(frame.rail.day)
    start = frame.earlier_question(frame.params.from_)
    if frame.question_day(start) > to:
        frame.refuse_parameter(
            "from", "the first date lies after the second", f"name a day before {to}"
        )
        start = frame.earlier_question(None)
    all_changes = diff.diff_bases(frame.session.open_view, frame.derive_basis(start), frame.basis)
    change_brief = brief.BriefWriter(frame, frame.view).write_brief(all_changes)
    first = date.fromisoformat(frame.question_day(start))
    silence = None if all_changes else describe_silence(frame, first)
    return {"from": frame.question_day(start), "to": to, **change_brief, "silence": silence}


PAGE = PageDefinition(
    "compare", load_compare, params_model=SinceParams, columns=brief.COLUMNS, rows=brief.brief_rows
)
