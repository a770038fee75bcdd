"""Two dates as a written brief: one sentence a change, with its cause and its sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.desk import told
from api.desk.asked import Between
from api.desk.frame import Frame
from api.desk.page import Data, Page
from projections import changes

_FIRST = date(2, 1, 9)
"""No earlier date has one a week before it that can be asked for."""


def data(frame: Frame) -> Data:
    """Return the brief between the two dates."""
    asked = frame.asked
    later = frame.earlier(asked.to) if asked.to else None
    to = frame.since(later) if later else str(frame.rail.day)
    start = frame.earlier(asked.from_ or _week_before(to))
    if frame.since(start) > to:
        frame.refuse("from", "the first date lies after the second", f"name a day before {to}")
        start = frame.earlier(_week_before(to))
    end = frame.desk.basis(later) if later else frame.basis
    found = changes.diff(frame.desk.view, frame.desk.basis(start), end)
    brief = told.Telling(frame, frame.desk.view(end)).brief(found)
    return {"from": frame.since(start), "to": to, **brief}


def _week_before(day: str) -> str:
    return str(max(date.fromisoformat(day), _FIRST) - timedelta(days=7))


def rows(data: Data) -> Iterator[dict[str, Any]]:
    return told.rows(data)


PAGE = Page("compare", data, asks=Between, columns=told.COLUMNS, rows=rows)
