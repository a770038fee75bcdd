"""Files of events: the rows of JSON lines, JSON and tables, each with the line it starts on."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from api.cli.column_maps import AS_NAMED, ColumnMap
from api.cli.event_tables import (
    NumberedRows,
    build_rows,
    open_table,
    read_table,
    row_error,
    value_or_error,
)
from api.cloud_events import is_cloud_event, unwrap_row
from api.http.bodies import load_json
from domain.errors import InvalidEventError, InvalidQuestionError

CHUNK_SIZE = 2**20
"""Bytes of a file in UTF-16 that are read at once, and kept in memory before it goes to disk."""


def read_rows(file: Path, stream: BinaryIO, column_map: ColumnMap = AS_NAMED) -> NumberedRows:
    """Yield each row's line and value, or the error in its place.

    Lines and tables are read row by row, a .json file as a whole. Columns of tables are the fields
    that the map says.
    """
    suffix = file.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        if suffix == WORKBOOK_SUFFIX:
            yield from _read_workbook(column_map, stream)
        else:
            yield from read_text(stream, partial(read_table, column_map))
        return
    read_format = READER_BY_SUFFIX.get(suffix)
    if read_format is None:
        suffixes = (*READER_BY_SUFFIX, *TABLE_SUFFIXES, CALENDAR_SUFFIX)
        known_suffixes = f"supported suffixes: {', '.join(suffixes)}"
        hint = f"{HINT_BY_SUFFIX.get(file.suffix.lower(), '')}{known_suffixes}"
        ending = file.suffix or "a file without a suffix"
        raise InvalidQuestionError(f"{file}: {ending} is not supported", hint=hint)
    if column_map is not AS_NAMED:
        hint = f"map the columns of a table: {', '.join(TABLE_SUFFIXES)}"
        raise InvalidQuestionError(f"{file} has no columns to map", hint=hint)
    yield from read_text(stream, read_format)


def read_text(stream: BinaryIO, read_format: Callable[[BinaryIO], NumberedRows]) -> NumberedRows:
    """Yield the rows of a text in any encoding that is read, or the error in their place."""
    with _open_as_utf8(stream) as utf8_stream:
        if line := find_garbled_line(utf8_stream):
            hint = "save it as UTF-8 and import it again"
            yield line, row_error("", "the file is not UTF-8", hint)
            return
        _skip_mark(utf8_stream)
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


def has_types(file: Path, stream: BinaryIO, types: Iterable[str]) -> bool:
    """Return whether a file names one of these types of events, in any encoding that is read."""
    if file.suffix.lower() == WORKBOOK_SUFFIX:
        with suppress(InvalidEventError):  # which is told where its rows are read
            return any(not set(types).isdisjoint(cells) for _, cells in _read_sheet(stream))
        return False
    words = [word.encode() for word in types]
    return any(word in line.replace(b"\0", b"") for line in stream for word in words)


def _read_json_lines(stream: BinaryIO) -> NumberedRows:
    for line_number, line in enumerate(stream, 1):
        if line.strip():
            yield line_number, value_or_error(_load_row, line)


def _read_json(stream: BinaryIO) -> NumberedRows:
    value = value_or_error(load_json, stream.read())
    for number, row in enumerate(value if isinstance(value, list) else [value], 1):
        yield number, value_or_error(_unwrap, row)


def _load_row(line: bytes) -> object:
    return _unwrap(load_json(line))


def _unwrap(value: object) -> object:
    """Return the event of a row, also of a CloudEvent."""
    return unwrap_row(value) if is_cloud_event(value) else value


def read_header(file: Path, stream: BinaryIO, column_map: ColumnMap) -> list[str]:
    """Return the names of the columns of a table; none of a file that is no table."""
    suffix = file.suffix.lower()
    if suffix == WORKBOOK_SUFFIX:
        return _strip_names(_read_sheet(stream))
    if suffix not in TABLE_SUFFIXES:
        return []
    with _open_as_utf8(stream) as utf8_stream:
        _skip_mark(utf8_stream)
        return _strip_names(open_table(utf8_stream, column_map).number_rows())


def _strip_names(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    _, names = next(rows, (1, []))
    return list(map(str.strip, names))


def _skip_mark(stream: BinaryIO) -> None:
    """Pass a byte order mark at the start of a stream."""
    has_mark = stream.read(3) == codecs.BOM_UTF8
    stream.seek(len(codecs.BOM_UTF8) if has_mark else 0)


def _read_workbook(column_map: ColumnMap, stream: BinaryIO) -> NumberedRows:
    try:
        hint = "name each column in the first row"
        yield from build_rows(_read_sheet(stream), column_map, hint)
    except InvalidEventError as error:
        yield 1, error


def _read_sheet(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    from api.cli.workbooks import read_sheet

    return read_sheet(stream)


READER_BY_SUFFIX: dict[str, Callable[[BinaryIO], NumberedRows]] = {
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json,
}
WORKBOOK_SUFFIX = ".xlsx"
CALENDAR_SUFFIX = ".ics"
"""Of files whose rows depend on what the ledger was told: ``import_calendars`` reads them."""
TABLE_SUFFIXES = (".csv", ".tsv", WORKBOOK_SUFFIX)
HINT_BY_SUFFIX = {
    **dict.fromkeys(
        (".xls", ".ods"),
        "save the sheet as CSV, with the names of fields in its first line, and import that; ",
    )
}
