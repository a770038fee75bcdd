"""How doubt looks: the marks of what is vague, disputed, overdue, ahead or unwatched, the same in
each drawing, list and calendar."""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from markupsafe import Markup

from api.pages.shared.i18n import Translations
from api.pages.shared.svg import element, path
from domain.instants import HOUR

Mark = Literal["vague", "disputed", "overdue", "ahead", "unwatched"]
"""What is not a plain fact: some time within a span, told in several ways, expected and not
reported, still to come, and days of which nobody knows."""
MARKS: tuple[Mark, ...] = get_args(Mark)
_MARKS_BY_STATUS: dict[str, Mark] = {
    "overdue": "overdue",
    "passed": "overdue",
    "announced": "ahead",
    "open": "ahead",
}
POINT_RADIUS = 4.5
"""Pixels of what happened at a known time."""
BAR_HEIGHT = 10
"""Pixels of a span."""
SPAN_FROM = 36 * HOUR
"""From here on a span is drawn as one, not as a point."""


def mark_meeting(status: str, *, is_vague: bool, is_disputed: bool) -> Mark | None:
    """Return the mark of a meeting or deadline of a status, whose date is vague or disputed."""
    if is_disputed:
        return "disputed"
    if status in _MARKS_BY_STATUS:
        return _MARKS_BY_STATUS[status]
    return "vague" if is_vague or status == "possible" else None


def mark_definitions() -> Markup:
    """Return the fills that marks are drawn with, once for a document."""
    fade = element(
        "linearGradient",
        *(
            element("stop", class_="m-fade", offset=offset, stop_opacity=opacity)
            for offset, opacity in ((0, ".08"), (0.25, ".55"), (0.75, ".55"), (1, ".08"))
        ),
        id="m-vague",
    )
    return element("defs", fade, _hatch("m-disputed", 3, -45), _hatch("m-unwatched", 5, 45))


def _hatch(name: str, distance: int, angle: int) -> Markup:
    line = path("M", 0, 0, "V", distance, class_=f"{name}-line")
    return element(
        "pattern",
        line,
        id=name,
        width=distance,
        height=distance,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({angle})",
    )


def draw_mark(mark: Mark | None, x: float, y: float, width: float = 0) -> Markup:
    """Return a mark about a middle line y, from x on; a width of 0 is a point at x.

    Without a mark it is a fact: a dot, or a solid bar.
    """
    if width:
        return _draw_bar(mark, x, y, max(width, BAR_HEIGHT))
    shape = element("circle", cx=x, cy=y, r=POINT_RADIUS, class_=f"m-{mark or 'fact'}")
    if mark != "disputed":
        return shape
    return element("circle", cx=x, cy=y, r=POINT_RADIUS, class_="m-paper") + shape


def _draw_bar(mark: Mark | None, x: float, y: float, width: float) -> Markup:
    shape = {"x": x, "y": y - BAR_HEIGHT / 2, "width": width, "height": BAR_HEIGHT}
    radius = BAR_HEIGHT / 2 if mark != "unwatched" else 0
    return element("rect", **shape, rx=radius, class_=f"m-{mark or 'fact'}")


_SIGNS: dict[Mark, Markup] = {
    "vague": Markup("").join(
        element("rect", x=x, y=3, width=5, height=8, fill="currentColor", opacity=opacity)
        for x, opacity in ((1, ".2"), (6, ".6"), (11, ".2"))
    ),
    "disputed": element("circle", cx=8, cy=7, r=5, fill="none", stroke="currentColor")
    + path("M", 4, 6, "L", 9, 11, "M", 5, 3, "L", 12, 10, stroke="currentColor", stroke_width=1.6),
    "overdue": element(
        "circle",
        cx=8,
        cy=7,
        r=4.5,
        fill="none",
        stroke="currentColor",
        stroke_width=2,
        stroke_dasharray="2.5 2",
    ),
    "ahead": element("circle", cx=8, cy=7, r=4.5, fill="none", stroke="currentColor"),
    "unwatched": path(
        "M", 1, 11, "L", 8, 4, "M", 5, 12, "L", 12, 5, "M", 9, 13, "L", 15, 7, stroke="currentColor"
    ),
}
"""The marks small and of one colour, which need no style."""


@cache
def draw_sign(mark: Mark) -> Markup:
    """Return a mark as a sign in a line of text."""
    class_ = "mark-sign late" if mark == "overdue" else "mark-sign"
    return element("svg", _SIGNS[mark], class_=class_, width=16, height=14, aria_hidden="true")


def mark_word(words: Translations, mark: Mark) -> str:
    """Return a mark in words."""
    return words(f"marks.{mark}")
