"""What was not yet known on a date, and what was known then but missing from this ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from api.pages.shared import brief
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.model import Json

GAP_PARTS = ("not_yet_known", "missed")


def load_gap(frame: PageContext) -> Json:
    """Return both gaps of the date as briefs."""
    as_known, as_recorded, hindsight = (
        frame.derive_basis(replace(frame.question, basis=preset))
        for preset in ("as-known", "as-recorded", "hindsight")
    )
    gap = frame.session.answers(as_known).gap(as_recorded, hindsight)
    brief_writer = brief.BriefWriter(frame, frame.session.open_view(hindsight))
    return {name: brief_writer.write_brief(getattr(gap, name)) for name in GAP_PARTS}


def table_rows(data: Json) -> Iterator[Json]:
    for name in GAP_PARTS:
        for row in brief.brief_rows(data[name]):
            yield {"gap": name, **row}


PAGE = PageDefinition("gap", load_gap, columns=("gap", *brief.COLUMNS), rows=table_rows)
