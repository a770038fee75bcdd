"""Files of events: the rows of JSON lines, JSON and CSV, each with the line that it starts on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import BinaryIO, cast

import orjson
from pydantic import JsonValue

from api.cloud_events import is_cloud_event, unwrap_row
from api.exported_table import NUMBER_FIELDS, is_exported, read_cell
from api.http.record import BODY_LIMIT, DEPTH_LIMIT, load_json, refuse_repeated_keys
from domain.acceptance_warnings import SPAN_FIELDS
from domain.catalogue import FIELDS_BY_TYPE
from domain.errors import InvalidEventError, InvalidQuestionError, MinutebookError, Reason
from domain.model import Json

NumberedRows = Iterator[tuple[int, object]]
REPORT_COLUMNS = {
    "published": "reports.0.published",
    "publisher": "reports.0.publisher",
    "url": "reports.0.url",
    "origin": "reports.0.origin",
    "audience": "reports.0.audience",
    "quote_of_report": "reports.0.quote",
}
"""Columns of a table that are of the first report, unless the type has such a field of its own."""
JSON_LITERALS = {"": None, "null": None, "true": True, "false": False}
DIGITS_PATTERN = re.compile(r"[0-9]{1,9}")


def read_rows(file: Path, stream: BinaryIO) -> NumberedRows:
    """Yield each row's line and value, or the error in its place.

    Lines and tables are read row by row, a .json file as a whole.
    """
    read_format = READER_BY_SUFFIX.get(file.suffix.lower())
    if read_format is None:
        known_suffixes = "supported suffixes: " + ", ".join(READER_BY_SUFFIX)
        ending = file.suffix or "a file without a suffix"
        raise InvalidQuestionError(f"{file}: {ending} is not supported", hint=known_suffixes)
    if line := find_garbled_line(stream):
        yield line, row_error("", "the file is not UTF-8", "save it as UTF-8 and import it again")
        return
    stream.seek(len(codecs.BOM_UTF8) if stream.read(3) == codecs.BOM_UTF8 else 0)
    yield from read_format(stream)


def find_garbled_line(stream: BinaryIO) -> int:
    """Return the first line that is not UTF-8, or 0; rewind the stream."""
    stream.seek(0)
    for line_number, line in enumerate(stream, 1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return line_number
    stream.seek(0)
    return 0


def mentions(line: bytes, words: Iterable[str]) -> bool:
    """Return whether a line holds one of these words of ASCII, in any encoding that is read."""
    text = line.replace(b"\0", b"")
    return any(word.encode() in text for word in words)


def row_error(field: str, detail: str, hint: str) -> InvalidEventError:
    """Return the error of a row that cannot be read."""
    pointer = f"/{field}" if field else ""
    return InvalidEventError(detail, hint=hint, reasons=[Reason(pointer, detail, hint)])


def _read_json_lines(stream: BinaryIO) -> NumberedRows:
    for line_number, line in enumerate(stream, 1):
        if line.strip():
            yield line_number, _value_or_error(_load_row, line)


def _read_json(stream: BinaryIO) -> NumberedRows:
    value = _value_or_error(load_json, stream.read())
    for number, row in enumerate(value if isinstance(value, list) else [value], 1):
        yield number, _value_or_error(_unwrap, row)


def _load_row(line: bytes) -> object:
    return _unwrap(load_json(line))


def _unwrap(value: object) -> object:
    """Return the event of a row, also of a CloudEvent."""
    return unwrap_row(value) if is_cloud_event(value) else value


def _read_csv(stream: BinaryIO) -> NumberedRows:
    csv.field_size_limit(BODY_LIMIT)
    csv_rows = csv.reader(io.TextIOWrapper(stream, "utf-8", newline=""), strict=True)
    start_line = 1
    try:
        header = [name.strip() for name in next(csv_rows, [])]
        if "type" not in header:
            hint = "the first line names the fields, separated by commas"
            yield 1, row_error("type", "there is no column 'type'", hint)
            return
        start_line = csv_rows.line_num + 1
        for cells in csv_rows:
            if any(cells):
                yield start_line, _value_or_error(_parse_row, header, cells)
            start_line = csv_rows.line_num + 1
    except csv.Error as error:
        hint = 'quote a cell that contains ", commas or line breaks, and double each " in it'
        yield start_line, row_error("", str(error), hint)


def _parse_row(header: Sequence[str], cells: Sequence[str]) -> Json:
    if len(cells) > len(header):
        detail = f"{len(cells)} cells, but the first line names {len(header)} columns"
        raise row_error("", detail, "quote a cell that contains a comma")
    if is_exported(header):
        pairs = zip(header, cells, strict=False)
        return {name: _read_exported_cell(name, text) for name, text in pairs if text}
    own_fields = FIELDS_BY_TYPE.get(dict(zip(header, cells, strict=False)).get("type", ""), ())
    names = [name if name in own_fields else REPORT_COLUMNS.get(name, name) for name in header]
    return nest_fields(zip_longest(names, cells, fillvalue=""))


def _read_exported_cell(name: str, text: str) -> object:
    value = read_cell(name, text)
    if isinstance(value, dict | list):
        refuse_repeated_keys(text.encode(), cast("JsonValue", value), f"/{name}: ")
    return value


def _value_or_error(read_value: Callable[..., object], *arguments: object) -> object:
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


READER_BY_SUFFIX: dict[str, Callable[[BinaryIO], NumberedRows]] = {
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json,
    ".csv": _read_csv,
}
