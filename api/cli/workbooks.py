"""Workbooks (.xlsx): the rows of a sheet, each cell as the text that a table would have."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import InvalidEventError, Reason

UNREADABLE = (BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError)
MAX_UNPACKED = 512 * 2**20
"""Bytes of a workbook, which is a zip, once it is unpacked."""
NumberedCells = tuple[int, list[str]]
Sheet = Any
"""A worksheet that is only read."""


def read_sheet(stream: BinaryIO) -> Iterator[NumberedCells]:
    """Yield the rows of a workbook's first sheet that has any, with their numbers.

    Raises InvalidEventError for what is no workbook, and for a formula without a value.
    """
    with (
        closing(_open(stream, with_values=True)) as values,
        closing(_open(stream, with_values=False)) as formulas,
    ):
        for sheet, written_sheet in zip(values.worksheets, formulas.worksheets, strict=True):
            is_empty = True
            for number, cells in _read_rows(sheet, written_sheet):
                is_empty = False
                yield number, cells
            if not is_empty:
                return


def _read_rows(values: Sheet, formulas: Sheet) -> Iterator[NumberedCells]:
    """Yield the rows of a sheet that have any text."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # which some programs write wrongly
    pairs = zip(
        values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=False
    )
    for number, (shown, written) in enumerate(pairs, 1):
        cells = _read_row(number, shown, written)
        if cells:
            yield number, cells


def _open(stream: BinaryIO, *, with_values: bool) -> Workbook:
    stream.seek(0)
    try:
        with ZipFile(stream) as archive:  # which reads no more of a member than it says here
            if sum(each.file_size for each in archive.infolist()) > MAX_UNPACKED:
                detail = f"unpacked the workbook has over {MAX_UNPACKED // 2**20} MiB"
                raise _fault(detail, "save it as .csv")
        stream.seek(0)
        with warnings.catch_warnings(action="ignore"):  # of styles, which nobody reads here
            return load_workbook(stream, read_only=True, data_only=with_values, keep_links=False)
    except UNREADABLE as error:
        detail = f"the file is not an .xlsx workbook: {error}"
        raise _fault(detail, "open it in a spreadsheet and save it as .xlsx or .csv") from None


def _read_row(number: int, shown: Sequence[object], written: Sequence[object]) -> list[str]:
    cells = []
    for value, formula in zip_longest(shown, written):
        if value is None and isinstance(formula, str) and formula.startswith("="):
            detail = f"row {number}: the formula {formula[:40]} has no value in the file"
            raise _fault(detail, "open the workbook in a spreadsheet and save it again")
        cells.append(cell_text(value))
    while cells and not cells[-1]:
        del cells[-1]
    return cells


def cell_text(value: object) -> str:
    """Return a cell as a table has it: a day as ISO, a whole number without a fraction."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return str(value.date()) if value.time() == time() else value.isoformat()
        case date() | time():
            return value.isoformat()
    return str(value).strip()


def _fault(detail: str, hint: str) -> InvalidEventError:
    return InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])
