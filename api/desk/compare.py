"""Two dates as a written brief: one sentence a change, with its cause and its sources."""

from __future__ import annotations

from api.desk import told
from api.desk.asked import Since
from api.desk.frame import Frame
from api.desk.page import Data, Page
from projections import changes


def data(frame: Frame) -> Data:
    """Return the brief of what changed from one date to the date shown."""
    to = str(frame.rail.day)
    start = frame.earlier(frame.asked.from_)
    if frame.since(start) > to:
        frame.refuse("from", "the first date lies after the second", f"name a day before {to}")
        start = frame.earlier(None)
    found = changes.diff(frame.desk.view, frame.desk.basis(start), frame.basis)
    brief = told.Telling(frame, frame.view).brief(found)
    return {"from": frame.since(start), "to": to, **brief}


PAGE = Page("compare", data, asks=Since, columns=told.COLUMNS, rows=told.rows)
