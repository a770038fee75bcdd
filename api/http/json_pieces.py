"""A long JSON array in pieces: each member is parsed by itself, so that none holds up the others.

The parser of JSON lets nothing else run, for as long as one call of it takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecoder, decoder, scanner
from typing import Any

from domain.errors import MalformedBodyError, TooLargeError

MAX_VALUES, MAX_BODY_VALUES = 100_000, 1_000_000
"""Commas and openings of what is parsed in one call, and of a body."""
MAX_DIGITS = 2**17
"""Digits after which no text and no number is accepted; of up to twice as many it may be seen."""
VALUE_SIGNS, COUNTED_BYTES = (b",", b"{", b"["), 2**18
_OUTSIDE = re.compile(rb'["\[\]{},]')
_IN_TEXT = re.compile(rb'"|(?:\\.){1,1000}', re.DOTALL)
_BLANKS = b" \t\r\n"
_ESCAPE = 0x5C
IN_PYTHON: Any = decoder
"""What parses where there is no parser in C; its types are not declared."""
_HINT = "send valid JSON in UTF-8"


def count_values(text: bytes, limit: int = MAX_BODY_VALUES) -> int:
    """Return how many values a text of JSON has at most, or a number over a limit: what comes
    after it is not counted. Others run between two pieces."""
    count = 0
    for start in range(0, len(text), COUNTED_BYTES):
        count += sum(text.count(sign, start, start + COUNTED_BYTES) for sign in VALUE_SIGNS)
        if count > limit:
            break
    return count


def require_few_values(text: bytes, prefix: str = "", limit: int = MAX_VALUES) -> None:
    """Raise TooLargeError for what would take too long to parse, or too much memory."""
    if count_values(text, limit) > limit:
        raise TooLargeError(
            f"{prefix}more than {limit} values at once", hint="send less in one event and batch"
        )


def require_short_numbers(text: bytes, prefix: str = "") -> None:
    """Raise TooLargeError for a number that takes long to parse, or a text that is as long."""
    for start in range(0, len(text) - MAX_DIGITS + 1, MAX_DIGITS):
        if text[start : start + MAX_DIGITS].isdigit():
            raise TooLargeError(
                f"{prefix}more than {MAX_DIGITS} digits in a row", hint="send integers below 2^53"
            )


def is_array(text: bytes) -> bool:
    return text.lstrip(_BLANKS)[:1] == b"["


def split_array(text: bytes) -> Iterator[bytes]:
    """Yield each member of an array as text. Raises MalformedBodyError where it does not end."""
    body = text.strip(_BLANKS)
    depth, place, start = 0, 0, 1
    while found := _OUTSIDE.search(body, place):
        place, sign = found.end(), found[0]
        if sign == b'"':
            place = _end_of_text(body, place)
        elif sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
            if depth == 0:
                if place < len(body) or sign != b"]":
                    break
                last = body[start : place - 1]
                if last.strip(_BLANKS) or start > 1:
                    yield last
                return
        elif depth == 1:
            yield body[start : place - 1]
            start = place
    raise MalformedBodyError("the array does not end where the body does", hint=_HINT)


def read_in_steps(text: bytes, **options: Any) -> Any:
    """Parse JSON as ``json.loads`` does with these options, but in Python, so that others run
    between two values: for what is told of a body that was not accepted.

    Raises ValueError, RecursionError.
    """
    reader: Any = JSONDecoder(**options)
    reader.parse_object, reader.parse_array = IN_PYTHON.JSONObject, IN_PYTHON.JSONArray
    reader.scan_once = scanner.py_make_scanner(reader)  # type: ignore[attr-defined]  # as above
    return reader.decode(text.decode("utf-8", "surrogatepass"))


def _end_of_text(body: bytes, place: int) -> int:
    while found := _IN_TEXT.search(body, place):
        place = found.end()
        if body[found.start()] != _ESCAPE:
            return place
    raise MalformedBodyError("a text does not end", hint=_HINT)
