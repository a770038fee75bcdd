"""How doubt looks: the marks of what is vague, disputed, overdue, ahead or unwatched, the same in
each drawing, list and calendar."""

from __future__ import annotations

from typing import Literal, get_args

from markupsafe import Markup

from api.pages.shared.i18n import Translations
from api.pages.shared.svg import element, path
from domain.instants import HOUR

Mark = Literal["vague", "disputed", "overdue", "ahead", "unwatched"]
"""What is not a plain fact: some time within a span, told in several ways, expected and not
reported, still to come, and days of which nobody knows."""
MARKS: tuple[Mark, ...] = get_args(Mark)
POINT_RADIUS = 4.5
"""Pixels of what happened at a known time."""
BAR_HEIGHT = 10
"""Pixels of a span."""
SPAN_FROM = 36 * HOUR
"""From here on a span is drawn as one, not as a point."""


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
    return element("defs", fade, _hatch("m-disputed", 3, 45), _hatch("m-unwatched", 7, -45))


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


def draw_sign(mark: Mark) -> Markup:
    """Return a mark as a sign in a line of text; the fills must be defined in the document."""
    is_span = mark in ("vague", "unwatched")
    drawn = draw_mark(mark, 1 if is_span else 7, 7, 16 if is_span else 0)
    width = 18 if is_span else 14
    return element("svg", drawn, class_="mark-sign", width=width, height=14, aria_hidden="true")


def mark_word(words: Translations, mark: Mark) -> str:
    """Return a mark in words."""
    return words(f"marks.{mark}")
