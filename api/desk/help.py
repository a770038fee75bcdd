"""The page of help: keys, words, how to cite."""

from __future__ import annotations

from api.desk.frame import Frame
from api.desk.page import Data, Page

TERMS = ("event", "report", "position", "stance", "mixed", "disputed", "third-party", "point",
         "claimed", "seen", "agreed", "overdue", "happened", "withdrawn", "audience", "seq",
         "permalink", "receipt", "root", "watch")  # fmt: skip


def data(frame: Frame) -> Data:
    """Return the terms that are explained, in order."""
    return {"terms": list(TERMS)}


PAGE = Page("help", data)
