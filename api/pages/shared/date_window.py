"""Windows of days that a drawing can be narrowed to, and moved by."""

from __future__ import annotations

from datetime import date, timedelta

from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext

WINDOW_DAYS = (90, 30, 7)
"""Days that the drawing can be narrowed to."""


def list_windows(frame: PageContext) -> list[Data]:
    """Return the windows of the drawing: of so many days around the last that is known."""
    params, middle_day = frame.params, frame.rail.last or frame.rail.day
    if params.from_ and params.to:
        first, last = map(date.fromisoformat, (params.from_, params.to))
        middle_day = first + (last - first) // 2
    entries: list[Data] = [
        {"days": None, "from": None, "to": None, "current": not (params.from_ or params.to)}
    ]
    for days in WINDOW_DAYS:
        start, end = _window_ends(middle_day, days)
        current = (params.from_, params.to) == (start, end)
        entries.append({"days": days, "from": start, "to": end, "current": current})
    return entries


def _window_ends(middle_day: date, days: int) -> tuple[str, str]:
    lo = max(date(2, 1, 1).toordinal(), middle_day.toordinal() - days // 2)
    start = date.fromordinal(min(lo, date(9998, 1, 1).toordinal() - days))
    return str(start), str(start + timedelta(days=days - 1))


def shift_window(frame: PageContext, steps: int) -> Data | None:
    """Return the window of the same width before or after the one asked for."""
    params = frame.params
    if not (params.from_ and params.to):
        return None
    first, last = map(date.fromisoformat, (params.from_, params.to))
    days = (last - first).days + 1
    lo, hi = date(2, 1, 1).toordinal(), date(9998, 1, 1).toordinal()
    if not lo <= first.toordinal() + steps * days <= hi - days:
        return None
    start = first + timedelta(days=steps * days)
    return {"from": str(start), "to": str(start + timedelta(days=days - 1))}
