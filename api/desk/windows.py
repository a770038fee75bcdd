"""Windows of days that a drawing can be narrowed to, and moved by."""

from __future__ import annotations

from datetime import date, timedelta

from api.desk.frame import Frame
from api.desk.page import Data

WINDOWS = (90, 30, 7)
"""Days that the drawing can be narrowed to."""


def windows(frame: Frame) -> list[Data]:
    """Return the windows of the drawing: of so many days around the last that is known."""
    asked, around = frame.asked, frame.rail.last or frame.rail.day
    if asked.from_ and asked.to:
        first, last = map(date.fromisoformat, (asked.from_, asked.to))
        around = first + (last - first) // 2
    found: list[Data] = [{"days": None, "from": None, "to": None,
                          "current": not (asked.from_ or asked.to)}]  # fmt: skip
    for days in WINDOWS:
        start, end = _ends(around, days)
        current = (asked.from_, asked.to) == (start, end)
        found.append({"days": days, "from": start, "to": end, "current": current})
    return found


def _ends(around: date, days: int) -> tuple[str, str]:
    low = max(date(2, 1, 1).toordinal(), around.toordinal() - days // 2)
    start = date.fromordinal(min(low, date(9998, 1, 1).toordinal() - days))
    return str(start), str(start + timedelta(days=days - 1))


def moved(frame: Frame, by: int) -> Data | None:
    """Return the window of the same width before or after the one asked for."""
    asked = frame.asked
    if not (asked.from_ and asked.to):
        return None
    first, last = map(date.fromisoformat, (asked.from_, asked.to))
    days = (last - first).days + 1
    low, high = date(2, 1, 1).toordinal(), date(9998, 1, 1).toordinal()
    if not low <= first.toordinal() + by * days <= high - days:
        return None
    start = first + timedelta(days=by * days)
    return {"from": str(start), "to": str(start + timedelta(days=days - 1))}
