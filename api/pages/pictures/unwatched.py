"""The days that nobody watched, as a picture shows them."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from api.pages.pictures.axis import Axis
from api.pages.shared.coverage import describe_unwatched_plainly, stretch_address
from api.pages.shared.page_context import PageContext
from api.pages.shared.svg import element
from domain.coverage import DayRange
from domain.instants import Instant, midnight_instant
from domain.model import Json
from projections.answers.coverage import build_coverage


def list_unwatched(frame: PageContext, first: date, last: date) -> list[Json]:
    """Return the days that nobody watched between two days, as ranges; none where coverage is not
    recorded."""
    return [
        {"from": max(gap["from"], str(first)), "to": min(gap["to"], str(last))}
        for gap in build_coverage(frame.view)["gaps"]
        if gap["to"] >= str(first) and gap["from"] <= str(last)
    ]


def draw_unwatched(axis: Axis, gaps: list[Json], top: float, height: float) -> Markup:
    """Return these days as hatched bands of a height."""
    parts = []
    for gap in gaps:
        start = axis.x(_midnight(axis, date.fromisoformat(gap["from"])))
        end = axis.x(_midnight(axis, date.fromisoformat(gap["to"]) + timedelta(days=1)))
        if end > start:
            axis.canvas.marks.add("unwatched")
            box = {"x": start, "y": top, "width": max(end - start, 1), "height": height}
            parts.append(_link_stretch(axis, gap, element("rect", **box, class_="m-unwatched")))
    return Markup("").join(parts)


def _link_stretch(axis: Axis, gap: Json, drawn: Markup) -> Markup:
    """Return what is drawn of a stretch as a link, with its dates as a tip."""
    frame, days = axis.canvas.frame, read_range(gap)
    tip = describe_unwatched_plainly(frame, [days])
    return axis.canvas.link(stretch_address(frame, days), tip, drawn)


def read_range(gap: Json) -> DayRange:
    return date.fromisoformat(gap["from"]), date.fromisoformat(gap["to"])


def _midnight(axis: Axis, day: date) -> Instant:
    return midnight_instant(day, axis.canvas.frame.view.zone)
