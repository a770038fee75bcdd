"""The page of positions: issue by party, what changed, and one cell in full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from api.http.query_params import OptionalText
from api.pages.cell.page import load_cell
from api.pages.positions.matrix import build_matrix, changed_cells
from api.pages.shared.page import Data, PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.page_params import SinceParams

_SLUG_PATTERN = "[a-z0-9][a-z0-9-]{0,62}"
COLUMNS = (
    "party",
    "issue",
    "plan",
    "point",
    "stance",
    "since",
    "statements",
    "claims",
    "changed",
    "before",
    "summary",
)


def _check_cell(value: str | None) -> str | None:
    if value and not re.fullmatch(f"{_SLUG_PATTERN}/{_SLUG_PATTERN}(/{_SLUG_PATTERN})?", value):
        raise ValueError(f"{value[:80]!r} is no cell; write party/issue or party/plan/point")
    return value


class PositionsParams(SinceParams):
    cell: Annotated[
        OptionalText, AfterValidator(_check_cell), Field(description="Shown in full.")
    ] = None


def load_positions(frame: PageContext) -> Data:
    """Return the matrix, what it is compared with, and the cell that is open."""
    start = frame.earlier_question(frame.params.from_)
    matrix_data = build_matrix(frame, frame.session.resolve_basis(start))
    return {
        "from": frame.question_day(start),
        **matrix_data,
        "changes": len(changed_cells(matrix_data["rows"])),
        "cell": load_cell(frame, tuple(frame.params.cell.split("/")))
        if frame.params.cell
        else None,
    }


def table_rows(data: Data) -> Iterator[dict[str, Any]]:
    for row in data["rows"]:
        for party, cell in row["cells"].items():
            yield {"party": party, **row, **cell, "stance": cell["word"]}


PAGE = PageDefinition(
    "positions", load_positions, params_model=PositionsParams, columns=COLUMNS, rows=table_rows
)
