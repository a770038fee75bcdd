"""Time from left to right on a canvas."""

from __future__ import annotations

from markupsafe import Markup

from api.pages.shared.canvas import Canvas
from api.pages.shared.rail import TimeScale, time_labels
from api.pages.shared.svg import element, path, text_width
from domain.instants import Instant


class Axis:
    """A scale of time between two places of a canvas, in pixels."""

    def __init__(self, canvas: Canvas, scale: TimeScale, left: float, right: float) -> None:
        self.canvas, self.scale, self.left, self.right = canvas, scale, left, right

    def x(self, instant: Instant) -> float:
        """Return the place of an instant; what lies beyond an end stands at it."""
        share = (instant - self.scale.first) / (self.scale.last - self.scale.first)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def draw(self, top: float, height: float, *, at: Instant | None = None) -> Markup:
        """Return labels above lines down to a height; ``at`` is marked by a line of its own."""
        canvas, parts = self.canvas, list[Markup]()
        most = 4 if canvas.is_narrow else 8
        for percent, label in time_labels(canvas.frame.dates, self.scale, most):
            x = self.left + percent * (self.right - self.left) / 100
            if x < self.right - 24:
                parts.append(path("M", x, top, "V", height, class_="p-grid"))
                fits = x + 3 + text_width(label, 13) <= canvas.width
                class_, beside = ("p-axis", x + 3) if fits else ("p-axis p-end", x - 3)
                parts.append(element("text", label, x=beside, y=top + 5, class_=class_))
        if at is not None and self.scale.first < at < self.scale.last:
            parts.append(path("M", self.x(at), top, "V", height, class_="p-now"))
        return Markup("").join(parts)
