"""Events of an export as rows of a table, such that reading them back gives equal events.

A column is a field. A cell is the plain text of a string and the digits of a number; all else is
JSON, and so is a string that would be read as something else or that a spreadsheet would take for a
formula: ``"=1+1"`` with its quotes. An empty cell leaves its field out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import orjson

from domain.catalogue import FIELDS_BY_TYPE
from domain.ledger_events import (
    ClockAccepted,
    LedgerRecovered,
    LogAccepted,
    LogKeyExposed,
    LogKeyStolen,
)
from domain.model import Json

SERVER_FIELDS = ("seq", "recorded_at", "recorded_by", "negotiation", "leaf_hash")
"""What stands in every row of an export, and in no other: the ledger that recorded it set them."""
PROOF_FIELDS = ("approved_by", "salt", "payload_hash")
"""What an export has of an approved event, of each, and of an erased one: all prove leaf hashes."""
NUMBER_FIELDS = ("claimed_points", "number")
"""Fields whose digits in a cell are a number."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula."""
LEDGER_FIELDS = [
    name
    for cls in (LedgerRecovered, LogAccepted, ClockAccepted, LogKeyStolen, LogKeyExposed)
    for name in cls.model_fields
]
"""The fields of what a ledger records of itself."""
NUMBER = re.compile(r"0|-?[1-9][0-9]{0,15}")
JSON_WORDS = ("null", "true", "false")


def write_table(types: Iterable[str], pages: Iterable[Sequence[Json]]) -> Iterator[bytes]:
    """Yield the lines of a table (RFC 4180) page by page; the columns are the fields of types."""
    columns = dict.fromkeys(("id", "type"))
    for kind in types:
        columns |= dict.fromkeys(FIELDS_BY_TYPE.get(kind, LEDGER_FIELDS))
    columns |= dict.fromkeys((*SERVER_FIELDS, *PROOF_FIELDS, "erased"))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns))
    writer.writeheader()
    for page in pages:
        writer.writerows(
            {name: write_cell(name, value) for name, value in row.items()} for row in page
        )
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def write_cell(name: str, value: object) -> str:
    """Return the text from which a value of a field is read back."""
    if isinstance(value, str):
        is_plain = value and not value.startswith(FORMULA_STARTS)
        if is_plain and value == read_cell(name, value):
            return value
    return orjson.dumps(value).decode()


def read_cell(name: str, text: str) -> object:
    """Return the value of a cell that is not empty."""
    if name in NUMBER_FIELDS and NUMBER.fullmatch(text):
        return int(text)
    if text[0] in '"[{' or text in JSON_WORDS:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
    return text


def is_exported(header: Sequence[str]) -> bool:
    """Return whether a table with these columns is an export."""
    return set(SERVER_FIELDS) <= set(header)
