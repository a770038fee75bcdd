"""Tables of events: rows of cells under the names of their columns, and what a cell says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import BinaryIO, cast

import orjson
from pydantic import JsonValue

from api.cli.column_maps import AS_NAMED, REPORT_COLUMNS, ColumnMap
from api.exported_table import NUMBER_FIELDS, is_exported, read_cell
from api.http.bodies import BODY_LIMIT, DEPTH_LIMIT, refuse_repeated_keys
from domain.acceptance_warnings import SPAN_FIELDS
from domain.catalogue import FIELDS_BY_TYPE
from domain.errors import InvalidEventError, MinutebookError, Reason
from domain.model import Json

NumberedRows = Iterator[tuple[int, object]]
JSON_LITERALS = {"": None, "null": None, "true": True, "false": False}
SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
SEPARATOR_LINE = re.compile(r"sep=[,;\t]\r?\n")
DIGITS_PATTERN = re.compile(r"[0-9]{1,9}")


def row_error(field: str, detail: str, hint: str) -> InvalidEventError:
    """Return the error of a row that cannot be read."""
    pointer = f"/{field}" if field else ""
    return InvalidEventError(detail, hint=hint, reasons=[Reason(pointer, detail, hint)])


def read_table(column_map: ColumnMap, stream: BinaryIO) -> NumberedRows:
    table = open_table(stream, column_map)
    kind = SEPARATOR_NAMES[table.separator]
    try:
        hint = f"quote a cell that contains a {kind}"
        yield from build_rows(table.number_rows(), column_map, hint)
    except csv.Error as error:
        hint = f'quote a cell that contains ", {kind}s or line breaks, and double each " in it'
        yield table.start_line, row_error("", str(error), hint)


class Table:
    """A table of text: what parts its cells, and the line on which its last row begins."""

    def __init__(self, lines: io.TextIOWrapper, first_line: str, skipped: int, separator: str):
        self.separator, self.skipped, self.start_line = separator, skipped, 1 + skipped
        whole = chain([first_line], lines)
        self.rows = csv.reader(whole, strict=True, delimiter=separator)

    def number_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows, each with the line on which it begins."""
        for cells in self.rows:
            yield self.start_line, cells
            self.start_line = self.rows.line_num + 1 + self.skipped


def open_table(stream: BinaryIO, column_map: ColumnMap) -> Table:
    csv.field_size_limit(BODY_LIMIT)
    lines = io.TextIOWrapper(stream, "utf-8", newline="")
    first_line, skipped = lines.readline(), 0
    if SEPARATOR_LINE.fullmatch(first_line):  # which some spreadsheets write
        first_line, skipped = lines.readline(), 1
    return Table(lines, first_line, skipped, _find_separator(first_line, column_map))


def build_rows(
    rows: Iterator[tuple[int, list[str]]], column_map: ColumnMap, remedy: str
) -> NumberedRows:
    """Yield the events of a table, of which the first row names the columns; ``remedy`` says what
    helps where a row has more cells than that."""
    start_line, names = next(rows, (1, []))
    header = [name.strip() for name in names]
    try:
        fields = column_map.find_fields(header)
    except InvalidEventError as error:
        yield start_line, error
        return
    if "type" not in (*fields, *column_map.constants):
        hint = "the first line names the fields, separated by commas, semicolons or tabs"
        if column_map is not AS_NAMED:
            hint = 'give one to every row: [constants] with type = "statement-made"'
        yield start_line, row_error("type", "there is no column 'type'", hint)
        return
    constants = list(column_map.constants.values())
    fields += column_map.constants
    for line, cells in rows:
        if any(cells):
            whole = [*cells, *[""] * (len(header) - len(cells)), *constants]
            yield line, value_or_error(_parse_row, fields, whole, remedy)


def _find_separator(first_line: str, column_map: ColumnMap) -> str:
    """Return what parts the names of the first line, of which one is ``type``, or mapped."""
    for separator in SEPARATOR_NAMES:
        names = list(map(str.strip, next(csv.reader([first_line], delimiter=separator), [])))
        if len(names) > 1 and ("type" in names or not column_map.columns.keys().isdisjoint(names)):
            return separator
    return max(SEPARATOR_NAMES, key=first_line.count) if column_map.guesses else ","


def _parse_row(header: Sequence[str | None], cells: Sequence[str], remedy: str) -> Json:
    if len(cells) > len(header):
        detail = f"{len(cells)} cells, but the first line names {len(header)} columns"
        raise row_error("", detail, remedy)
    if is_exported(list(filter(None, header))):
        cells_by_name = zip(header, cells, strict=False)
        return {
            name: _read_exported_cell(name, text) for name, text in cells_by_name if name and text
        }
    own_fields = FIELDS_BY_TYPE.get(dict(zip(header, cells, strict=False)).get("type", ""), ())
    names = [
        name if name is None or name in own_fields else REPORT_COLUMNS.get(name, name)
        for name in header
    ]
    pairs = zip(names, cells, strict=True)
    return nest_fields((name, text) for name, text in pairs if name is not None)


def _read_exported_cell(name: str, text: str) -> object:
    value = read_cell(name, text)
    if isinstance(value, dict | list):
        refuse_repeated_keys(text.encode(), cast("JsonValue", value), f"/{name}: ")
    return value


def value_or_error(read_value: Callable[..., object], *arguments: object) -> object:
    try:
        return read_value(*arguments)
    except MinutebookError as error:
        return error


def nest_fields(pairs: Iterable[tuple[str, str]], *, json_literals: bool = False) -> Json:
    """Build an object from dotted names: ``reports.0.published`` is the first report's.

    An empty text leaves its field out, but an empty ``occurred`` says that the source gives none.
    With ``json_literals`` null, true and false are JSON in every field, else null in spans only.
    Raises InvalidEventError for names that clash.
    """
    values_by_name: Json = {}
    for name, text in pairs:
        if not (text or name == "occurred"):
            continue
        if name in values_by_name:
            raise row_error(name, "this name occurs twice", "use it once")
        is_literal = text in JSON_LITERALS and (json_literals or _is_null_span(name, text))
        values_by_name[name] = JSON_LITERALS[text] if is_literal else _parse_cell(name, text)
    nested_value: Json = {}
    for name, value in values_by_name.items():
        _put_value(nested_value, name, value, values_by_name)
    return {name: _lists_from_digits(value) for name, value in nested_value.items()}


def _is_null_span(name: str, text: str) -> bool:
    return text in ("", "null") and name.rpartition(".")[2] in SPAN_FIELDS


def _put_value(target: Json, name: str, value: object, given_names: Container[str]) -> None:
    *path, last = name.split(".")
    if len(path) >= DEPTH_LIMIT:
        raise row_error(name[:40], f"more than {DEPTH_LIMIT} levels", "use fewer dots")
    for outer in accumulate(path, "{}.{}".format):
        if outer in given_names:
            detail = f"clashes with {outer!r}, which has a value of its own"
            raise row_error(name, detail, "fill in only one of the two")
    for part in path:
        target = target.setdefault(part, {})
    target[last] = value


def _lists_from_digits(value: object) -> object:
    if not isinstance(value, dict):
        return value
    members = {name: _lists_from_digits(member) for name, member in value.items()}
    if members and all(DIGITS_PATTERN.fullmatch(name) for name in members):
        return [members[name] for name in sorted(members, key=int)]
    return members


def _parse_cell(name: str, text: str) -> object:
    if name.rpartition(".")[2] in NUMBER_FIELDS and DIGITS_PATTERN.fullmatch(text):
        return int(text)
    if text[0] not in "[{":
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    refuse_repeated_keys(text.encode(), value, f"/{name}: ")
    # A set of years, such as [2024,2025], is a time expression; no field takes a list of numbers.
    years = isinstance(value, list) and bool(value) and all(isinstance(year, int) for year in value)
    return text if years else value
