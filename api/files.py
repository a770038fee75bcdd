"""Files of events: the rows of JSON lines, JSON and CSV, each with the line that it starts on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from api import bodies
from domain.refusals import InvalidEventError, InvalidQuestionError, MinutebookError, Reason

Rows = Iterator[tuple[int, Any]]
WHOLE = ("claimed_points", "number")
"""Fields whose digits in a cell are a number."""
DIGITS = re.compile(r"[0-9]{1,9}")
BLOCK = 1 << 20
"""Bytes that are read at a time."""


def rows(file: Path, stream: BinaryIO) -> Rows:
    """Yield each row's line and value, or the refusal that stands in its place.

    Lines and tables are read row by row; a .json file is held whole.
    """
    read = READERS.get(file.suffix.lower())
    if read is None:
        known = "files end in " + ", ".join(READERS)
        ending = file.suffix or "a name without an ending"
        raise InvalidQuestionError(f"{file}: {ending} is unknown", hint=known)
    if line := garbled(stream):
        yield line, refusal("", "the file is not UTF-8", "save it as UTF-8 and import it again")
        return
    stream.seek(len(codecs.BOM_UTF8) if stream.read(3) == codecs.BOM_UTF8 else 0)
    yield from read(stream)


def garbled(stream: BinaryIO) -> int:
    """Return the line of the first byte that is not UTF-8, 0 where all are; start at the front."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    stream.seek(0)
    while True:
        block = stream.read(BLOCK)
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return line + error.object.count(b"\n", 0, error.start)
        if not block:
            stream.seek(0)
            return 0
        line += block.count(b"\n")


def refusal(field: str, detail: str, hint: str) -> InvalidEventError:
    """Return why a row cannot be read."""
    pointer = f"/{field}" if field else ""
    return InvalidEventError(detail, hint=hint, reasons=[Reason(pointer, detail, hint)])


def _json_lines(stream: BinaryIO) -> Rows:
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield number, _or_refusal(bodies.load, line)


def _json(stream: BinaryIO) -> Rows:
    value = _or_refusal(bodies.load, stream.read())
    yield from enumerate(value if isinstance(value, list) else [value], 1)


def _csv(stream: BinaryIO) -> Rows:
    table = csv.reader(io.TextIOWrapper(stream, "utf-8", newline=""), strict=True)
    start = 1
    try:
        header = [name.strip() for name in next(table, [])]
        if "type" not in header:
            hint = "the first line names the fields, separated by commas"
            yield 1, refusal("type", "no column is named 'type'", hint)
            return
        start = table.line_num + 1
        for cells in table:
            if any(cells):
                yield start, _or_refusal(_row, header, cells)
            start = table.line_num + 1
    except csv.Error as error:
        hint = 'put a cell that holds ", commas or lines in quotes, and write each " in it twice'
        yield start, refusal("", str(error), hint)


def _row(header: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    if len(cells) > len(header):
        detail = f"{len(cells)} cells, but the first line names {len(header)} columns"
        raise refusal("", detail, "put a cell that holds a comma in quotes")
    return nested(zip_longest(header, cells, fillvalue=""))


def _or_refusal(read: Callable[..., Any], *given: Any) -> Any:
    try:
        return read(*given)
    except MinutebookError as error:
        return error


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Build an object from dotted names: ``reports.0.published`` is the first report's.

    An empty text leaves its field out, but an empty ``occurred`` says that the source gives none.
    Raises InvalidEventError for names that clash.
    """
    given: dict[str, Any] = {}
    for name, text in pairs:
        if not (text or name == "occurred"):
            continue
        if name in given:
            raise refusal(name, "this name is given twice", "give it once")
        given[name] = _value(name, text) if text else None
    found: dict[str, Any] = {}
    for name, value in given.items():
        _put(found, name, value, given)
    return {name: _listed(value) for name, value in found.items()}


def _put(found: dict[str, Any], name: str, value: Any, given: Container[str]) -> None:
    *path, last = name.split(".")
    if len(path) >= bodies.DEPTH_LIMIT:
        raise refusal(name[:40], f"more than {bodies.DEPTH_LIMIT} levels", "use fewer dots")
    for outer in accumulate(path, "{}.{}".format):
        if outer in given:
            detail = f"clashes with {outer!r}, which has a value of its own"
            raise refusal(name, detail, "fill in only one of the two")
    for part in path:
        found = found.setdefault(part, {})
    found[last] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    members = {name: _listed(each) for name, each in value.items()}
    if members and all(DIGITS.fullmatch(name) for name in members):
        return [members[name] for name in sorted(members, key=int)]
    return members


def _value(name: str, text: str) -> Any:
    if name.rpartition(".")[2] in WHOLE and DIGITS.fullmatch(text):
        return int(text)
    if text[0] not in "[{":
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    bodies.once(text.encode(), value, f"/{name}: ")
    # A set of years, such as [2024,2025], is a time expression; no field takes a list of numbers.
    years = isinstance(value, list) and bool(value) and all(isinstance(each, int) for each in value)
    return text if years else value


READERS: dict[str, Callable[[BinaryIO], Rows]] = {
    ".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json, ".csv": _csv
}  # fmt: skip
