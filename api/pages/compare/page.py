"""Two dates as a written brief: one sentence a change, with its cause and its sources."""

from __future__ import annotations

from datetime import date

from api.pages.shared import brief
from api.pages.shared.coverage import describe_silence
from api.pages.shared.page import PageDefinition, SinceParams
from api.pages.shared.page_context import PageContext
from domain.model import Json


def load_compare(frame: PageContext) -> Json:
    """Return the brief of what changed from one date to the date shown, also backwards."""
    to = str(frame.rail.day)
    start = frame.earlier_question(frame.params.from_)
    basis = frame.derive_basis(start)
    all_changes = frame.answers.changes(basis)
    is_backwards = frame.basis.valid_at < basis.valid_at
    later_view = frame.session.open_view(basis) if is_backwards else frame.view
    change_brief = brief.BriefWriter(frame, later_view).write_brief(all_changes)
    first = date.fromisoformat(frame.question_day(start))
    silence = None if all_changes or is_backwards else describe_silence(frame, first)
    return {"from": frame.question_day(start), "to": to, **change_brief, "silence": silence}


PAGE = PageDefinition(
    "compare", load_compare, params_model=SinceParams, columns=brief.COLUMNS, rows=brief.brief_rows
)
