"""What a body holds: JSON of one event, of an array or of lines, and the events that these are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from typing import Never, cast

import orjson
from fastapi import Request
from pydantic import JsonValue
from starlette.datastructures import Headers

from api.cloud_events import CLOUD_EVENT, CLOUD_EVENTS, unwrap_events
from api.http.json_pieces import (
    MAX_BODY_VALUES,
    MAX_VALUES,
    count_values,
    is_array,
    read_in_steps,
    require_few_values,
    require_short_numbers,
    split_array,
)
from api.http.responses import JSON, NDJSON
from api.models.documents import BATCH_LIMIT
from domain import acceptance
from domain.catalogue import CatalogueEvent
from domain.errors import (
    InvalidEventError,
    MalformedBodyError,
    MinutebookError,
    Reason,
    TooLargeError,
    UnsupportedTypeError,
)

BODY_LIMIT = 16 * 1024 * 1024
DEPTH_LIMIT = 16
COLON_SPELLINGS = (b":", rb"\u003a", rb"\u003A")
"""How a colon can be written in JSON."""
OTHER_ENCODINGS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a body begins that is not in plain UTF-8."""
REASON_LIMIT = 1000
"""The most faults collected from one body; what comes after them is not checked."""
MAX_POINTER = 1000
"""Characters of a pointer to a repeated key, of which a body chooses each part."""


async def read_body(request: Request) -> bytes:
    """Return the whole body. Raises TooLargeError as soon as it is over 16 MiB."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            hint = "send several smaller batches"
            raise TooLargeError(f"the body is over {BODY_LIMIT} bytes", hint=hint)
        chunks.append(chunk)
    return b"".join(chunks)


def read_content_type(headers: Headers) -> str:
    """Return the media type of a body, without its parameters.

    Raises UnsupportedTypeError for a body that is encoded.
    """
    encoding = headers.get("content-encoding", "")
    if encoding.strip().lower() not in ("", "identity"):
        hint = "send the body without Content-Encoding"
        raise UnsupportedTypeError(f"Content-Encoding {encoding} is not supported", hint=hint)
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def parse_body(body: bytes, headers: Headers) -> tuple[list[JsonValue], bool, bool]:
    """Return the JSON values of a body, whether it is a single event, and whether the events came
    in CloudEvents."""
    kind = read_content_type(headers)
    if kind == NDJSON:
        return list(_load_lines(body)), False, False
    if kind not in (JSON, CLOUD_EVENT, CLOUD_EVENTS):
        hint = f"send Content-Type: {JSON} or {NDJSON}, or {CLOUD_EVENT} or {CLOUD_EVENTS}"
        shown_type = kind or "a missing Content-Type"
        raise UnsupportedTypeError(f"{shown_type} is not supported", hint=hint)
    is_wrapped = kind != JSON
    if is_array(body):
        single, values = False, _load_array(body)
    else:
        require_few_values(body)
        single, values = True, [load_json(body)]
    if is_wrapped:
        values = unwrap_events(values, single=single)
    return values, single, is_wrapped


def _load_lines(body: bytes) -> Iterator[JsonValue]:
    require_few_values(body, limit=MAX_BODY_VALUES)
    count = 0
    for number, found in enumerate(re.finditer(rb"[^\n]*(?:\n|\Z)", body), 1):
        line = found[0].strip()
        if not line:
            continue
        count += 1
        _require_batch_size(count)
        require_few_values(line, f"line {number}: ")
        yield load_json(line, f"line {number}: ")


def _load_array(body: bytes) -> list[JsonValue]:
    """Return the members of an array, which are parsed one by one where they are many."""
    values: list[JsonValue] = []
    if count_values(body, MAX_VALUES) <= MAX_VALUES:
        values = cast("list[JsonValue]", load_json(body))
        _require_batch_size(len(values))
        return values
    require_few_values(body, limit=MAX_BODY_VALUES)
    for index, text in enumerate(split_array(body)):
        _require_batch_size(index + 1)
        require_few_values(text, f"/{index}: ")
        values.append(load_json(text, f"/{index}: "))
    return values


def _require_batch_size(count: int) -> None:
    if count > BATCH_LIMIT:
        detail = f"more than {BATCH_LIMIT} events in one batch"
        raise TooLargeError(detail, hint="send several smaller batches")


def load_json(text: bytes, prefix: str = "") -> JsonValue:
    """Parse JSON. Raises MalformedBodyError, InvalidEventError for what is JSON but no event,
    or TooLargeError."""
    require_short_numbers(text, prefix)
    try:
        value: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _explain_unreadable(text, prefix, error) from None
    refuse_repeated_keys(text, value, prefix)
    return value


def _explain_unreadable(text: bytes, prefix: str, error: Exception) -> MinutebookError:
    if text.startswith(OTHER_ENCODINGS) or b"\0" in text[:4]:
        detail, hint = f"{prefix}not UTF-8 without a byte order mark", "send JSON in plain UTF-8"
        return MalformedBodyError(detail, hint=hint)
    try:
        read_in_steps(text, parse_constant=_refuse_constant)
    except RecursionError:
        return _too_deep_error(prefix)
    except ValueError:
        hint = "send valid JSON in UTF-8; NaN and Infinity are not JSON"
        reasons = [Reason(prefix.rstrip(": "), str(error), hint)]
        return MalformedBodyError(f"{prefix}{error}", hint=hint, reasons=reasons)
    if text.count(b"[") + text.count(b"{") > 1000:
        return _too_deep_error(prefix)
    return InvalidEventError.for_field(
        "",
        f"{prefix}contains a lone surrogate or a number out of range",
        "use well-formed Unicode and integers below 2^53",
    )


def refuse_repeated_keys(text: bytes, value: JsonValue, prefix: str = "") -> None:
    """Refuse an object with a repeated key, of which the parser returns only the last value.

    Every key has its colon, so a value that has all colons of its text has lost no key.
    Raises MalformedBodyError naming each such key.
    """
    try:
        kept_colons = orjson.dumps(value).count(b":")
    except orjson.JSONEncodeError:
        raise _too_deep_error(prefix) from None
    if kept_colons == sum(map(text.count, COLON_SPELLINGS)):
        return
    hint = "use each key of an object once"
    pairs = read_in_steps(text, object_pairs_hook=tuple)
    reasons = [
        Reason(pointer, f"the key {key[:80]!r} is repeated", hint)
        for pointer, key in islice(_find_repeated_keys(pairs, prefix.rstrip(": ")), REASON_LIMIT)
    ]
    if reasons:
        raise MalformedBodyError(f"{prefix}{reasons[0].detail}", hint=hint, reasons=reasons)


def _find_repeated_keys(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of every repeated key; objects are tuples of pairs."""
    if not isinstance(value, list | tuple):
        return
    seen_keys = set()
    for key, member in enumerate(value) if isinstance(value, list) else value:
        if key in seen_keys:
            yield f"{pointer}/{key}"[:MAX_POINTER], str(key)
        seen_keys.add(key)
        yield from _find_repeated_keys(member, f"{pointer}/{key}"[:MAX_POINTER])


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _too_deep_error(prefix: str) -> InvalidEventError:
    return InvalidEventError.for_field(
        "", f"{prefix}nested deeper than {DEPTH_LIMIT} levels", "use less nesting"
    )


def build_events(values: list[JsonValue], *, single: bool) -> list[CatalogueEvent]:
    """Build the events of a batch. Raises InvalidEventError with the faults of all of them."""
    if not values:
        raise InvalidEventError.for_field("", "the batch is empty", "send at least one event")
    _require_batch_size(len(values))
    events: list[CatalogueEvent] = []
    reasons: list[Reason] = []
    for index, value in enumerate(values):
        try:
            events.append(_build_event(value))
        except InvalidEventError as error:
            prefix = "" if single else f"/{index}"
            reasons += [reason.with_prefix(prefix) for reason in error.reasons]
        if len(reasons) >= REASON_LIMIT:
            break
    if reasons:
        first = reasons[0]
        detail = f"{first.pointer or '/'}: {first.detail}"
        raise InvalidEventError(detail, hint=first.hint, reasons=reasons)
    return events


def _build_event(value: JsonValue) -> CatalogueEvent:
    if not isinstance(value, dict):
        raise InvalidEventError.for_field(
            "", "expected a JSON object", 'use {"type": "statement-made", ...}'
        )
    if _is_too_deep(value):
        raise _too_deep_error("")
    return acceptance.parse_event(value)


def _is_too_deep(value: JsonValue) -> bool:
    """Return whether more objects and arrays lie in each other than are read."""
    level: list[JsonValue] = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            member
            for outer in level
            for member in (
                outer.values() if isinstance(outer, dict) else cast("list[JsonValue]", outer)
            )
            if isinstance(member, dict | list)
        ]
        if not level:
            return False
    return True
