"""The page of events: the log with its two times, and a drawing of it with a lane per party."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.desk.frame import Frame
from api.desk.lines import line
from api.desk.page import Data, Page
from api.desk.sought import Asked, facets, wanted, window_of, within
from api.desk.timeline import drawn_on, scale_of, timeline
from api.desk.windows import windows

SIZE = 50
"""Lines of one page."""
MOST = 2**31
COLUMNS = ("seq", "event", "type", "occurred", "known_at", "recorded_at", "standing", "says",
           "parties", "issues", "publishers")  # fmt: skip


def data(frame: Frame) -> Data:
    """Return a page of the log, newest first, and the drawing of all that was asked for."""
    every = frame.view.log(after=0, limit=MOST, type=None, subject=None, standing=None)
    found = list(wanted(frame, every))
    window = window_of(frame)
    inside = [item for item in found if window is None or within(item, window)]
    cursor = frame.asked.cursor
    older = [item for item in reversed(inside) if cursor is None or item.seq < cursor]
    shown = older[:SIZE]
    scale = scale_of(shown, None)
    return {
        "total": len(inside),
        "first": len(inside) - len(older) + 1 if shown else 0,
        "events": [{**line(frame, item), "drawn": drawn_on(scale, item)} for item in shown],
        "next": shown[-1].seq if len(older) > SIZE else None,
        "facets": facets(frame, every),
        "timeline": timeline(frame, inside if window else found, window),
        "windows": windows(frame),
    }


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for each in data["events"]:
        lists = {name: "; ".join(each[name]) for name in ("parties", "issues", "publishers")}
        yield {**each, **lists}


PAGE = Page("events", data, asks=Asked, columns=COLUMNS, rows=rows)
