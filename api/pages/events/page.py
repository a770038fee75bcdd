"""The page of events: the log with its two times, and a drawing of it with a lane per party."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.pages.events.event_filter import (
    EventFilterParams,
    filter_items,
    is_within,
    list_facets,
    window_bounds,
)
from api.pages.events.event_lines import event_line
from api.pages.events.timeline import build_timeline, draw_item, fit_scale
from api.pages.shared.date_window import list_windows
from api.pages.shared.page import Data, PageDefinition
from api.pages.shared.page_context import PageContext

PAGE_SIZE = 50
"""Lines of one page."""
NO_LIMIT = 2**31
COLUMNS = (
    "seq",
    "event",
    "type",
    "occurred",
    "known_at",
    "recorded_at",
    "standing",
    "says",
    "parties",
    "issues",
    "publishers",
)


def load_events(frame: PageContext) -> Data:
    """Return a page of the log, newest first, and the drawing of all that was asked for."""
    all_items = frame.view.read_log(after=0, limit=NO_LIMIT, type=None, subject=None, standing=None)
    matching_items = list(filter_items(frame, all_items))
    window = window_bounds(frame)
    items_in_window = [item for item in matching_items if window is None or is_within(item, window)]
    cursor = frame.params.cursor
    older_items = [
        item for item in reversed(items_in_window) if cursor is None or item.seq < cursor
    ]
    page_items = older_items[:PAGE_SIZE]
    scale = fit_scale(page_items, None)
    return {
        "total": len(items_in_window),
        "first": len(items_in_window) - len(older_items) + 1 if page_items else 0,
        "events": [
            {**event_line(frame, item), "drawn": draw_item(scale, item)} for item in page_items
        ],
        "next": page_items[-1].seq if len(older_items) > PAGE_SIZE else None,
        "facets": list_facets(frame, all_items),
        "timeline": build_timeline(frame, items_in_window if window else matching_items, window),
        "windows": list_windows(frame),
    }


def table_rows(data: Data) -> Iterator[dict[str, Any]]:
    for each in data["events"]:
        joined_lists = {name: "; ".join(each[name]) for name in ("parties", "issues", "publishers")}
        yield {**each, **joined_lists}


PAGE = PageDefinition(
    "events", load_events, params_model=EventFilterParams, columns=COLUMNS, rows=table_rows
)
