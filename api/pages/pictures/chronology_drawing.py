"""How a chronology is drawn: lanes of marks or of bars, along one scale of time."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt

from markupsafe import Markup

from api.pages.pictures.axis import Axis
from api.pages.pictures.unwatched import draw_unwatched, read_range
from api.pages.shared.canvas import Canvas, path_across
from api.pages.shared.coverage import describe_unwatched_plainly
from api.pages.shared.marks import BAR_HEIGHT, POINT_RADIUS, SPAN_FROM
from api.pages.shared.rail import TimeScale
from api.pages.shared.svg import element, fit_name, fit_text, path, text_width
from domain.instants import DAY, midnight_instant
from domain.model import Json

LABEL_ROWS = 4
"""Rows of names below the marks of meetings."""
LABEL_SIZE = 13
_LEVELS = 3
"""Rows of marks in a lane of a party."""


def draw_chronology(canvas: Canvas, drawn: Json) -> Markup:
    """Return the lanes of a chronology, meetings and deadlines first."""
    words = canvas.frame.words
    if not (drawn["lanes"] or drawn["meetings"] or drawn["deadlines"]):
        return canvas.finish(
            words("chronology.none"), _describe_unwatched(canvas, drawn), Markup(""), 40
        )
    meetings = words("chronology.n-meetings", drawn["n_meetings"])
    title = words("chronology.headline", drawn["events"], meetings=meetings)
    return canvas.finish(title, _describe_scale(canvas, drawn), *_draw_lanes(canvas, drawn))


def draw_timeline(canvas: Canvas, drawn: Json) -> Markup:
    """Return the lanes alone, as the timeline of a list."""
    return canvas.finish_bare(_describe_scale(canvas, drawn), *_draw_lanes(canvas, drawn))


def _describe_scale(canvas: Canvas, drawn: Json) -> str:
    """Return from when to when it is, and what a bar counts."""
    words, dates = canvas.frame.words, canvas.frame.dates
    first, last = (dates.format_day(date.fromisoformat(drawn[end])) for end in ("first", "last"))
    steps = {bar["step"] for lane in drawn["lanes"] for bar in lane.get("bars", ())}
    said = [words("chronology.says", first=first, last=last)]
    said += [words("chronology.newest", drawn["newest"])] if drawn.get("newest") else []
    said += [words("chronology.bars", step=words(f"chronology.step-{step}")) for step in steps]
    return " ".join(said)


def _describe_unwatched(canvas: Canvas, drawn: Json) -> str:
    gaps = list(map(read_range, drawn["unwatched"]))
    return describe_unwatched_plainly(canvas.frame, gaps)


def _draw_lanes(canvas: Canvas, drawn: Json) -> tuple[Markup, float]:
    """Return all lanes with their scale, and the height in pixels."""
    words, lanes = canvas.frame.words, _ChronologyLanes(canvas, drawn)
    are_few = drawn["n_meetings"] == len(drawn["meetings"])
    meetings = "chronology.meetings" if are_few else "chronology.pending"
    for kind, word in (("meetings", meetings), ("deadlines", "chronology.deadlines")):
        if drawn[kind]:
            lanes.draw_named(words(word), drawn[kind])
    counts = (bar["events"] for lane in drawn["lanes"] for bar in lane.get("bars", ()))
    most = max((1, *counts))
    share = (470 - lanes.y) / max(len(drawn["lanes"]), 1)
    room = 64.0 if canvas.is_narrow else max(38.0, min(58.0, share))
    for lane in drawn["lanes"]:
        lanes.draw_party(lane, room, most)
    axis = lanes.axis.draw(8, lanes.y, at=canvas.frame.basis.valid_at)
    axis += draw_unwatched(lanes.axis, drawn["unwatched"], 18, 7)
    return axis + Markup("").join(lanes.parts), lanes.y


class _ChronologyLanes:
    """The lanes that are drawn so far, down to y."""

    def __init__(self, canvas: Canvas, drawn: Json) -> None:
        self.canvas, self.y = canvas, 32.0
        left = canvas.margin + (0 if canvas.is_narrow else 190)
        first, last = drawn["scale"]
        room = max((last - first) // 60, DAY // 4)
        scale = TimeScale(first - room, last + room)
        self.axis = Axis(canvas, scale, left, canvas.width - canvas.margin)
        self.parts: list[Markup] = []

    def _draw_name(self, name: str, number: int, y: float, party: str | None = None) -> None:
        """Write the name of a lane, of a party as a link to its page."""
        canvas = self.canvas
        narrow = canvas.is_narrow
        text = fit_name(name, 300 if narrow else 150, canvas.size * 1.06)
        count = element("tspan", number, dx=8, class_="p-number", font_weight=400)
        place = {"y": y, "class_": "p-name p-halo"}
        label = element("text", text, *([count] if narrow else []), x=canvas.margin, **place)
        if party:
            label = canvas.link(canvas.frame.page_address(f"parties/{party}"), name, label)
        self.parts.append(label)
        if not narrow:
            at = {"x": canvas.margin + 182, "y": y}
            self.parts.append(element("text", number, **at, class_="p-number p-end"))

    def draw_named(self, name: str, marks: list[Json]) -> None:
        """Draw marks with their names below them, as far as there is room."""
        narrow = self.canvas.is_narrow
        self._draw_name(name, len(marks), self.y + (8 if narrow else 16))
        middle = self.y + (30 if narrow else 12)
        free_from, levels = [0.0] * (1 if narrow else LABEL_ROWS), [0.0] * 2
        used_rows = 0
        for mark in marks:
            x, width, level = self._place(mark, levels)
            y = middle + level * 13
            left = x - (0 if width else POINT_RADIUS)
            label, row = self._find_room(mark["title"], left, free_from)
            parts = [self.canvas.draw_mark(mark["mark"], x, y, width)]
            if label:
                used_rows = max(used_rows, row + 1)
                label_y = middle + 34 + row * 16
                line = path("M", left + POINT_RADIUS, y + 6, "V", label_y - 10, class_="p-rule")
                text = element("text", label, x=left, y=label_y, class_="p-axis p-halo")
                parts = [line, *parts, text]
            self.parts.append(
                self.canvas.link(mark["address"], mark["tip"], *parts, _hit(x, y, width))
            )
        self.y = middle + 26 + used_rows * 16 + (8 if used_rows else 0)
        self.parts.append(path_across(self.canvas.margin, self.y, self.canvas.inner_width))
        self.y += 8

    def _place(self, mark: Json, levels: list[float]) -> tuple[float, float, int]:
        """Return where a mark begins, how wide it is, 0 for a point, and the first of the levels
        that is free there."""
        start, end = self.axis.x(mark["lo"]), self.axis.x(mark["last"])
        is_span = mark["mark"] == "vague" or mark["last"] - mark["lo"] > SPAN_FROM
        width = max(end - start, BAR_HEIGHT) if is_span else 0.0
        x = start if is_span else (start + end) / 2
        level = next((n for n, free in enumerate(levels) if free < x - POINT_RADIUS), 0)
        levels[level] = x + width + POINT_RADIUS + 1
        return x, width, level

    def _find_room(self, title: str, x: float, free_from: list[float]) -> tuple[str, int]:
        """Return the name of a mark and the row in which there is room for it; no name if none."""
        text = fit_text(title, 210, LABEL_SIZE)
        end = x + text_width(text, LABEL_SIZE)
        row = next((n for n, free in enumerate(free_from) if free <= x), None)
        if row is None or end > self.canvas.width - self.canvas.margin:
            return "", 0
        free_from[row] = end + 10
        return text, row

    def draw_party(self, lane: Json, room: float, most: int) -> None:
        """Draw the marks or bars of a party in a lane of a height."""
        canvas = self.canvas
        bottom = self.y + room - 8
        name_y = self.y + 14 if canvas.is_narrow else bottom - 4
        self._draw_name(lane["name"], lane["events"], name_y, lane["lane"])
        base = path_across(self.axis.left, bottom + 2, self.axis.right - self.axis.left)
        self.parts.append(base)
        if "bars" in lane:
            highest = room - (28 if canvas.is_narrow else 12)
            for bar in lane["bars"]:
                self.parts.append(self._draw_bar(lane, bar, bottom + 2, highest, most))
        else:
            self._draw_marks(lane["marks"], bottom)
        self.y += room

    def _draw_bar(self, lane: Json, bar: Json, bottom: float, highest: float, most: int) -> Markup:
        frame, zone = self.canvas.frame, self.canvas.frame.view.zone
        first, last = (date.fromisoformat(bar[end]) for end in ("first", "last"))
        start = self.axis.x(midnight_instant(first, zone))
        end = self.axis.x(midnight_instant(last + timedelta(days=1), zone))
        box = {"x": start + 0.5, "width": max(end - start - 1, 1.5)}
        height = max(highest * sqrt(bar["events"] / most), 2) if bar["events"] else 0
        parts = [element("rect", **box, y=bottom - height, height=height, class_="p-bar")]
        if bar["vague"] and not bar["events"]:
            self.canvas.marks.add("vague")
            parts = [element("rect", **box, y=bottom - 8, height=8, class_="m-vague")]
        tip = frame.words(
            "chronology.bar-tip",
            bar["events"] + bar["vague"],
            name=lane["name"],
            first=frame.dates.format_short_day(first),
            last=frame.dates.format_day(last),
        )
        hit = element(
            "rect",
            x=start,
            y=bottom - highest,
            width=max(end - start, 2),
            height=highest,
            class_="p-hit",
        )
        address = self._address_of(lane, bar)
        return self.canvas.link(address, tip, *parts, hit)

    def _address_of(self, lane: Json, bar: Json) -> str:
        """Return where a bar leads: into its days, or of one day to its events."""
        frame, days = self.canvas.frame, {"from": bar["first"], "to": bar["last"]}
        if bar["step"] == "day" and lane["lane"]:
            return frame.page_address("events", party=lane["lane"], **days)
        if not frame.page.draw:
            return frame.current_address(**days, cursor=None)
        return frame.picture_address(**days)

    def _draw_marks(self, marks: list[Json], bottom: float) -> None:
        frame, levels = self.canvas.frame, [0.0] * _LEVELS
        for mark in marks:
            x, width, level = self._place(mark, levels)
            y = bottom - 5 - level * 11
            says = mark["says"] or frame.words(f"events.types.{mark['type']}")
            occurred = frame.dates.span_element(mark["occurred"], mark["type"]).striptags()
            drawn = self.canvas.draw_mark(mark["mark"], x, y, width)
            address = frame.page_address(f"events/{mark['event']}")
            self.parts.append(self.canvas.link(address, f"{says} · {occurred}", drawn))


def _hit(x: float, y: float, width: float) -> Markup:
    """Return the room in which a mark can be touched."""
    left, wide = (x, width) if width >= 24 else (x + width / 2 - 12, 24)
    return element("rect", x=left, y=y - 12, width=wide, height=24, class_="p-hit")
