"""Times along a list of events: what a line draws, and the windows that a list can be moved in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.pages.shared.marks import SPAN_FROM
from api.pages.shared.page_context import PageContext
from api.pages.shared.rail import TimeScale
from domain.instants import DAY
from domain.model import Json
from projections.answer_json import Item


def fit_scale(items: Sequence[Item]) -> TimeScale:
    """Return a scale that holds items."""
    dated_items = [item for item in items if item.has_known_at and item.has_known_dates]
    narrow_items = [item for item in dated_items if item.last - item.lo < 400 * DAY] or dated_items
    lo = min((item.lo for item in narrow_items), default=0)
    last = max((max(item.last, item.known_at) for item in narrow_items), default=DAY)
    return TimeScale(min(lo, last), last)


def draw_item(scale: TimeScale, item: Item) -> Json | None:
    """Return where a line draws when it happened and when it became known."""
    if not item.has_known_at:
        return None
    known_at = scale.percent_at(item.known_at)
    if not item.has_known_dates:
        return {"known": known_at, "x": None}
    start, width = scale.span_extent(item.lo, item.last)
    vague = item.last - item.lo > SPAN_FROM
    middle = round(start + width / 2, 2)
    ends = sorted((start + width if vague else middle, known_at))
    return {
        "x": start if vague else middle,
        "width": width,
        "mark": "disputed" if item.disputed else "vague" if vague else None,
        "is_span": vague,
        "known": known_at,
        "lag": [round(end, 2) for end in ends],
    }


WINDOW_DAYS = (90, 30, 7)
"""Days that the drawing can be narrowed to."""
_FIRST_ORDINAL, _END_ORDINAL = date(2, 1, 1).toordinal(), date(9998, 1, 1).toordinal()
"""Between which a window lies."""


def list_windows(frame: PageContext) -> list[Json]:
    """Return the windows of the drawing: of a number of days around the last that is known."""
    params, middle = frame.params, (frame.rail.last or frame.rail.day).toordinal()
    if params.from_ and params.to:
        first, last = _window_ordinals(frame)
        middle = first + (last - first) // 2
    entries: list[Json] = [
        {"days": None, "from": None, "to": None, "current": not (params.from_ or params.to)}
    ]
    for days in WINDOW_DAYS:
        window = _window_from(
            min(max(_FIRST_ORDINAL, middle - days // 2), _END_ORDINAL - days), days
        )
        current = (params.from_, params.to) == (window["from"], window["to"])
        entries.append({"days": days, **window, "current": current})
    return entries


def shift_window(frame: PageContext, steps: int) -> Json | None:
    """Return the window of the same width before or after the one asked for."""
    if not (frame.params.from_ and frame.params.to):
        return None
    first, last = _window_ordinals(frame)
    days = last - first + 1
    first += steps * days
    return _window_from(first, days) if _FIRST_ORDINAL <= first <= _END_ORDINAL - days else None


def _window_ordinals(frame: PageContext) -> tuple[int, int]:
    first, last = frame.params.from_, frame.params.to
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def _window_from(first: int, days: int) -> dict[str, str]:
    return {"from": str(date.fromordinal(first)), "to": str(date.fromordinal(first + days - 1))}
