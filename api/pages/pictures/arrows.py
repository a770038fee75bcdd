"""Events as arrows along one scale: from when each happened to when it became known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from api.pages.events.event_lines import event_line
from api.pages.pictures.axis import Axis
from api.pages.shared.canvas import Canvas
from api.pages.shared.marks import POINT_RADIUS, SPAN_FROM
from api.pages.shared.page_context import PageContext
from api.pages.shared.rail import TimeScale
from api.pages.shared.svg import element, fit_text, path, text_width
from domain.instants import DAY, Instant
from domain.model import Json
from projections.answer_json import Item
from projections.view import NewsMoment, View

ROWS = 22
"""Events of one picture."""


def count_days(frame: PageContext, earlier: Instant, later: Instant) -> int:
    """Return how many days of the calendar lie between two instants."""
    first, last = (frame.dates.to_local(instant).date() for instant in (earlier, later))
    return max(0, (last - first).days)


def arrow_rows(frame: PageContext, moments: Sequence[NewsMoment | Item], view: View) -> list[Json]:
    """Return what is drawn of some events, in their order."""
    basis: Json = {} if view is frame.view else {"basis": view.basis.preset}
    items = {item.seq: item for item in view.items_by_seq([each.seq for each in moments])}
    rows = []
    for moment in moments:
        item = view.show_item(items[moment.seq])
        line = event_line(frame, item)
        rows.append(
            {
                **{name: line[name] for name in ("event", "type", "says", "occurred", "seq")},
                "known_at": line["known_at"],
                "recorded_at": line["recorded_at"],
                "address": frame.page_address(f"events/{line['event']}", **basis),
                "disputed": item.disputed,
                "days": count_days(frame, moment.last, moment.known_at),
                "lag": line["out_after"],
                "instants": {
                    "lo": moment.lo,
                    "last": moment.last,
                    "known": moment.known_at,
                    "recorded": item.recorded_at,
                },
            }
        )
    return rows


class _Row(NamedTuple):
    """Pixels of a row: its middle line, and where its text stands."""

    y: float
    text_y: float


def draw_arrows(
    canvas: Canvas,
    rows: Sequence[Json],
    *,
    at: Instant | None = None,
    headings: Sequence[tuple[int, str]] = (),
) -> tuple[Markup, float]:
    """Return rows of arrows and the height in pixels.

    ``at`` draws a line across all rows; ``headings`` are texts before the row of a number.
    """
    left = canvas.margin + (0 if canvas.is_narrow else 420)
    right = canvas.width - canvas.margin - (14 if canvas.is_narrow else 96)
    axis = Axis(canvas, fit_scale(rows, at), left, right)
    step = 38 if canvas.is_narrow else 21
    parts, y, heading_at = list[Markup](), 32.0 if canvas.is_narrow else 26.0, dict(headings)
    for number, row in enumerate(rows):
        if number in heading_at:
            y += 12 if number else 0
            parts.append(
                element("text", heading_at[number], x=canvas.margin, y=y + 6, class_="p-name")
            )
            y += 20
        text_y = y + 2 if canvas.is_narrow else y + 5
        line_y = y + 16 if canvas.is_narrow else y
        parts.append(_draw_row(canvas, axis, row, _Row(line_y, text_y)))
        y += step
    return axis.draw(6, y - 4, at=at) + Markup("").join(parts), y


def fit_scale(rows: Sequence[Json], at: Instant | None = None) -> TimeScale:
    """Return a scale from the first that happened to the last that became known."""
    instants = [row["instants"] for row in rows]
    first = min((each["lo"] for each in instants), default=at or 0)
    last = max((each["known"] for each in instants), default=first + DAY)
    first, last = (min(first, at), max(last, at)) if at else (first, last)
    room = max((last - first) // 40, DAY // 2)
    return TimeScale(first - room // 4, last + room)


def _draw_row(canvas: Canvas, axis: Axis, row: Json, place: _Row) -> Markup:
    instants, y = row["instants"], place.y
    start, end, known = (axis.x(instants[name]) for name in ("lo", "last", "known"))
    is_vague = instants["last"] - instants["lo"] > SPAN_FROM
    middle = (start + end) / 2
    parts = [_draw_recorded(canvas, axis, instants["recorded"], known, y)]
    if known - end > 2 * POINT_RADIUS:
        parts.append(path("M", middle, y, "H", known - 8, class_="p-lag"))
        parts.append(
            path(
                "M",
                known - 10,
                y - 4,
                "L",
                known - 4,
                y,
                "L",
                known - 10,
                y + 4,
                "Z",
                class_="p-arrow",
            )
        )
    mark = "disputed" if row["disputed"] else "vague" if is_vague else None
    place_x, width = (start, end - start) if is_vague else (middle, 0.0)
    parts.append(canvas.draw_mark(mark, place_x, y, width))  # type: ignore[arg-type]
    if known - middle > POINT_RADIUS or is_vague:
        parts.append(element("circle", cx=known, cy=y, r=POINT_RADIUS - 0.5, class_="p-known"))
    lag_text = _lag_text(canvas, row)
    if lag_text and not canvas.is_narrow:
        parts.append(
            element(
                "text",
                lag_text,
                x=canvas.width - canvas.margin,
                y=y + 5,
                class_="p-number p-end p-halo",
            )
        )
    return canvas.link(
        row["address"],
        describe_row(canvas, row, lag_text),
        _row_text(canvas, row, lag_text, place),
        *parts,
        element(
            "rect", x=canvas.margin, y=y - 11, width=canvas.inner_width, height=22, class_="p-hit"
        ),
    )


def _draw_recorded(canvas: Canvas, axis: Axis, recorded: Instant, known: float, y: float) -> Markup:
    """Return a line to when it was recorded, where that lies on the scale."""
    x = axis.x(recorded)
    if x - known < 8 or recorded > axis.scale.last:
        return Markup("")
    return path("M", known, y, "H", x, class_="p-recorded") + path(
        "M", x, y - 4, "V", y + 4, class_="p-tick"
    )


def _row_text(canvas: Canvas, row: Json, lag_text: str, place: _Row) -> Markup:
    says = row["says"] or canvas.frame.words(f"events.types.{row['type']}")
    lag_width = text_width(lag_text, 13) + 8 if lag_text else 0
    width = canvas.inner_width - lag_width if canvas.is_narrow else 408
    text = element(
        "text",
        fit_text(says, width, canvas.size),
        x=canvas.margin,
        y=place.text_y,
        class_="p-name p-item p-halo",
    )
    if canvas.is_narrow and lag_text:
        text += element(
            "text",
            lag_text,
            x=canvas.width - canvas.margin,
            y=place.text_y,
            class_="p-number p-end p-halo",
        )
    return text


def _lag_text(canvas: Canvas, row: Json) -> str:
    if not row["lag"]:
        return ""
    return canvas.frame.brief_dates.format_lags(row["lag"], row["known_at"])


def describe_row(canvas: Canvas, row: Json, lag_text: str) -> str:
    """Return a row in words, as its tip says it."""
    frame = canvas.frame
    words = frame.words
    says = row["says"] or words(f"events.types.{row['type']}")
    occurred = frame.dates.span_element(row["occurred"], row["type"]).striptags()
    text = words(
        "lag.tip",
        says=says,
        occurred=occurred,
        known=frame.dates.format_moment(row["known_at"]),
        recorded=frame.dates.format_moment(row["recorded_at"]),
    )
    return f"{text} ({lag_text})" if lag_text else text
