"""The page of positions: issue by party, what changed, and one cell in full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from api.desk.asked import Since
from api.desk.cell import whole
from api.desk.frame import Frame
from api.desk.matrix import changed, matrix
from api.desk.page import Data, Page
from api.questions import Given

_SLUG = "[a-z0-9][a-z0-9-]{0,62}"
COLUMNS = ("party", "issue", "plan", "point", "stance", "since", "statements", "claims",
           "changed", "before", "summary")  # fmt: skip


def _a_cell(value: str | None) -> str | None:
    if value and not re.fullmatch(f"{_SLUG}/{_SLUG}(/{_SLUG})?", value):
        raise ValueError(f"{value[:80]!r} is no cell; write party/issue or party/plan/point")
    return value


class Asked(Since):
    cell: Annotated[Given, AfterValidator(_a_cell), Field(description="Shown in full.")] = None


def data(frame: Frame) -> Data:
    """Return the matrix, what it is compared with, and the cell that is open."""
    start = frame.earlier(frame.asked.from_)
    found = matrix(frame, frame.desk.basis(start))
    return {
        "from": frame.since(start),
        **found,
        "changes": len(changed(found["rows"])),
        "cell": whole(frame, tuple(frame.asked.cell.split("/"))) if frame.asked.cell else None,
    }


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for row in data["rows"]:
        for party, cell in row["cells"].items():
            yield {"party": party, **row, **cell, "stance": cell["word"]}


PAGE = Page("positions", data, asks=Asked, columns=COLUMNS, rows=rows)
