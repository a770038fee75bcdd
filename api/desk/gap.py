"""What was not yet known on a date, and what was known then but missing from this ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.desk import told
from api.desk.frame import Frame
from api.desk.page import Data, Page
from projections import changes

PARTS = ("not_yet_known", "missed")


def data(frame: Frame) -> Data:
    """Return both gaps of the date as briefs."""
    as_known, as_recorded, hindsight = (
        frame.desk.basis(replace(frame.question, basis=preset))
        for preset in ("as-known", "as-recorded", "hindsight")
    )
    found = changes.gap(frame.desk.view, as_known, as_recorded, hindsight)
    telling = told.Telling(frame, frame.desk.view(hindsight))
    return {name: telling.brief(found[name]) for name in PARTS}


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for name in PARTS:
        for row in told.rows(data[name]):
            yield {"gap": name, **row}


PAGE = Page("gap", data, columns=("gap", *told.COLUMNS), rows=rows, under="compare")
