"""The page of people."""

from __future__ import annotations

from api.desk.frame import Frame
from api.desk.page import Data, Page


def data(frame: Frame) -> Data:
    """Return what the page shows."""
    return {}


PAGE = Page("people", data)
