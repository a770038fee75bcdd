"""What was not yet known on a date, and what was known then but missing from this ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import BeforeValidator, Field

from api.http.query_params import empty_is_none
from api.pages.gap.gap_days import find_gap_days
from api.pages.pictures.arrows import ROWS, arrow_rows, draw_arrows
from api.pages.pictures.picture_page import PictureParams
from api.pages.shared import brief
from api.pages.shared.canvas import Canvas
from api.pages.shared.event_groups import GROUP_BY_TYPE, GROUPS
from api.pages.shared.footnotes import number_sources
from api.pages.shared.newest_changes import GroupParam, StartParam, write_newest
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.basis import Basis
from domain.instants import EARLIEST, LATEST
from domain.model import Json
from projections.view import NewsMoment

GAP_PARTS = ("not_yet_known", "missed")
OptionalPart = Annotated[Literal["not_yet_known", "missed"] | None, BeforeValidator(empty_is_none)]


class GapParams(PictureParams):
    part: Annotated[OptionalPart, Field(description="Which gap the group is of.")] = None
    group: GroupParam = None
    start: StartParam = 0


def load_gap(frame: PageContext) -> Json:
    """Return both gaps of the date as briefs, and what of the first can be drawn."""
    as_known, as_recorded, hindsight = (
        frame.derive_basis(replace(frame.question, basis=preset))
        for preset in ("as-known", "as-recorded", "hindsight")
    )
    end, params = frame.session.open_view(hindsight), frame.params
    briefs = {}
    for part, before, after in zip(
        GAP_PARTS, (as_known, as_recorded), (hindsight, as_known), strict=True
    ):
        difference = frame.session.answers(after).difference(before)
        page = (params.group, params.start) if params.part == part else ()
        briefs[part] = write_newest(frame, difference, end, *page)
    footnotes = number_sources(line for part in briefs.values() for line in part["lines"])
    days = find_gap_days(frame) if frame.rail.live else []
    drawn = _load_arrows(frame, as_known, hindsight)
    return {**briefs, "footnotes": footnotes, "drawn": drawn, "days": days}


def _load_arrows(frame: PageContext, as_known: Basis, hindsight: Basis) -> Json:
    """Return what had happened by the date and became known only later: what came out first, in
    the groups of events."""
    view = frame.session.open_view(hindsight)
    late = view.moments_after(as_known.known_at)
    unknown = [each for each in late if _had_happened(each, as_known)]
    unknown.sort(key=lambda moment: (moment.known_at, moment.seq))
    kept = unknown[:ROWS]
    kept.sort(key=lambda moment: (GROUPS.index(GROUP_BY_TYPE[moment.type]), moment.known_at))
    rows = arrow_rows(frame, kept, view)
    groups = [GROUP_BY_TYPE[row["type"]] for row in rows]
    return {
        "at": as_known.known_at,
        "rows": rows,
        "total": len(unknown),
        "headings": [
            {"row": number, "group": group}
            for number, group in enumerate(groups)
            if group not in groups[:number]
        ],
    }


def _had_happened(moment: NewsMoment, as_known: Basis) -> bool:
    is_dated = moment.lo > EARLIEST and moment.last < LATEST
    return is_dated and moment.standing == "actual" and moment.last <= as_known.valid_at


def draw_gap(canvas: Canvas, drawn: Json) -> Markup:
    """Return arrows from when each event happened, over the date, to when it became known."""
    frame, words = canvas.frame, canvas.frame.words
    day = frame.shown_date
    if not drawn["rows"]:
        return canvas.finish(words("gap.none-drawn", day=day), "", Markup(""), 10)
    title = words("gap.drawn", drawn["total"], day=day)
    shown = len(drawn["rows"])
    says = words("gap.drawn-says", shown) if shown < drawn["total"] else words("gap.drawn-all")
    headings = [
        (heading["row"], words(f"rail.group.{heading['group']}")) for heading in drawn["headings"]
    ]
    body, height = draw_arrows(canvas, drawn["rows"], at=drawn["at"], headings=headings)
    return canvas.finish(title, says, body, height)


def table_rows(data: Json) -> Iterator[Json]:
    for name in GAP_PARTS:
        for row in brief.brief_rows(data[name]):
            yield {"gap": name, **row}


PAGE = PageDefinition(
    "gap",
    load_gap,
    params_model=GapParams,
    columns=("gap", *brief.COLUMNS),
    rows=table_rows,
    draw=draw_gap,
)
