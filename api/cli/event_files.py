"""Files of events: the rows of JSON lines, JSON and tables, each with the line it starts on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, chain, zip_longest
from pathlib import Path
from tempfile import SpooledTemporaryFile
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
SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
SEPARATOR_LINE = re.compile(r"sep=[,;\t]\r?\n")
CHUNK_SIZE = 2**20
"""Bytes of a file in UTF-16 that are read at once, and kept in memory before it goes to disk."""
DIGITS_PATTERN = re.compile(r"[0-9]{1,9}")


def read_rows(file: Path, stream: BinaryIO) -> NumberedRows:
    """Yield each row's line and value, or the error in its place.

    Lines and tables are read row by row, a .json file as a whole.
    """
    read_format = READER_BY_SUFFIX.get(file.suffix.lower())
    if read_format is None:
        known_suffixes = "supported suffixes: " + ", ".join(READER_BY_SUFFIX)
        hint = f"{HINT_BY_SUFFIX.get(file.suffix.lower(), '')}{known_suffixes}"
        ending = file.suffix or "a file without a suffix"
        raise InvalidQuestionError(f"{file}: {ending} is not supported", hint=hint)
    with _open_as_utf8(stream) as utf8_stream:
        if line := find_garbled_line(utf8_stream):
            hint = "save it as UTF-8 and import it again"
            yield line, row_error("", "the file is not UTF-8", hint)
            return
        has_mark = utf8_stream.read(3) == codecs.BOM_UTF8
        utf8_stream.seek(len(codecs.BOM_UTF8) if has_mark else 0)
        yield from read_format(utf8_stream)


@contextmanager
def _open_as_utf8(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Yield as UTF-8 what its byte order mark says is UTF-16; other files as they are."""
    is_utf16 = stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    stream.seek(0)
    if not is_utf16:
        yield stream
        return
    decode = codecs.getincrementaldecoder("utf-16")("surrogatepass").decode
    with SpooledTemporaryFile(CHUNK_SIZE) as converted:
        while chunk := stream.read(CHUNK_SIZE):
            # What is no character stays none, so that its line is named.
            converted.write(decode(chunk).encode(errors="surrogatepass"))
        converted.seek(0)
        yield cast(BinaryIO, converted)


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


def _read_table(stream: BinaryIO) -> NumberedRows:
    csv.field_size_limit(BODY_LIMIT)
    lines = io.TextIOWrapper(stream, "utf-8", newline="")
    first_line, skipped = lines.readline(), 0
    if SEPARATOR_LINE.fullmatch(first_line):  # which some spreadsheets write
        first_line, skipped = lines.readline(), 1
    separator = _find_separator(first_line)
    rows = csv.reader(chain([first_line], lines), strict=True, delimiter=separator)
    start_line = 1 + skipped
    try:
        header = [name.strip() for name in next(rows, [])]
        if "type" not in header:
            hint = "the first line names the fields, separated by commas, semicolons or tabs"
            yield start_line, row_error("type", "there is no column 'type'", hint)
            return
        start_line = rows.line_num + 1 + skipped
        for cells in rows:
            if any(cells):
                yield start_line, _value_or_error(_parse_row, header, cells, separator)
            start_line = rows.line_num + 1 + skipped
    except csv.Error as error:
        kind = SEPARATOR_NAMES[separator]
        hint = f'quote a cell that contains ", {kind}s or line breaks, and double each " in it'
        yield start_line, row_error("", str(error), hint)


def _find_separator(first_line: str) -> str:
    """Return what parts the names of the first line, of which one is ``type``."""
    for separator in SEPARATOR_NAMES:
        names = next(csv.reader([first_line], delimiter=separator), [])
        if len(names) > 1 and "type" in map(str.strip, names):
            return separator
    return ","


def _parse_row(header: Sequence[str], cells: Sequence[str], separator: str) -> Json:
    if len(cells) > len(header):
        detail = f"{len(cells)} cells, but the first line names {len(header)} columns"
        raise row_error("", detail, f"quote a cell that contains a {SEPARATOR_NAMES[separator]}")
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
    ".csv": _read_table,
    ".tsv": _read_table,
}
HINT_BY_SUFFIX = {
    **dict.fromkeys(
        (".xlsx", ".xls", ".ods"),
        "save the sheet as CSV, with the names of fields in its first line, and import that; ",
    ),
    ".ics": "write its meetings as a table, one a row, with the columns type, meeting, title and"
    " expected, and import that; ",
}
