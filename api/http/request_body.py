"""Reads a body (one event, a JSON array or NDJSON) and names every fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Never

import orjson
from fastapi import Request
from pydantic import JsonValue

from api.http.responses import JSON, NDJSON
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
BATCH_LIMIT = 10_000
DEPTH_LIMIT = 16
COLON_SPELLINGS = (b":", rb"\u003a", rb"\u003A")
"""How a colon can be written in JSON."""
REASON_LIMIT = 1000
"""The most faults collected from one body; the rest of it is not read."""


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


def parse_body(body: bytes, content_type: str) -> tuple[list[JsonValue], bool]:
    """Return the JSON values of a body, and whether it is a single event."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == NDJSON:
        return list(_parse_lines(body)), False
    if kind != JSON:
        hint = f"send Content-Type: {JSON} or {NDJSON}"
        shown_type = kind or "a missing Content-Type"
        raise UnsupportedTypeError(f"{shown_type} is not supported", hint=hint)
    value = load_json(body)
    return (value, False) if isinstance(value, list) else ([value], True)


def _parse_lines(body: bytes) -> Iterator[JsonValue]:
    for line_number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield load_json(line, f"line {line_number}: ")


def load_json(text: bytes, prefix: str = "") -> JsonValue:
    """Parse JSON. Raises MalformedBodyError, or InvalidEventError for what is JSON but no event."""
    try:
        value: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _explain_unreadable(text, prefix, error) from None
    refuse_repeated_keys(text, value, prefix)
    return value


def _explain_unreadable(text: bytes, prefix: str, error: Exception) -> MinutebookError:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        return _too_deep_error(prefix)
    except ValueError:
        hint = "send valid JSON in UTF-8; NaN and Infinity are not JSON"
        reasons = [Reason(prefix.rstrip(": "), str(error), hint)]
        return MalformedBodyError(f"{prefix}{error}", hint=hint, reasons=reasons)
    if text.count(b"[") + text.count(b"{") > 1000:
        return _too_deep_error(prefix)
    detail = f"{prefix}contains a lone surrogate or a number out of range"
    hint = "use well-formed Unicode and integers below 2^53"
    return InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])


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
    repeated_keys = _find_repeated_keys(
        json.loads(text, object_pairs_hook=tuple), prefix.rstrip(": ")
    )
    reasons = [
        Reason(pointer, f"the key {key!r} is repeated", hint)
        for pointer, key in islice(repeated_keys, REASON_LIMIT)
    ]
    if reasons:
        raise MalformedBodyError(f"{prefix}{reasons[0].detail}", hint=hint, reasons=reasons)


def _find_repeated_keys(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of every repeated key; objects are tuples of pairs."""
    seen: set[str | int] = set()
    pairs: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, list | tuple):
        pairs = enumerate(value) if isinstance(value, list) else value
    for key, member in pairs:
        if key in seen:
            yield f"{pointer}/{key}", str(key)
        seen.add(key)
        yield from _find_repeated_keys(member, f"{pointer}/{key}")


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _too_deep_error(prefix: str) -> InvalidEventError:
    detail, hint = f"{prefix}nested deeper than {DEPTH_LIMIT} levels", "use less nesting"
    return InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])


def build_events(values: list[JsonValue], *, single: bool) -> list[CatalogueEvent]:
    """Build the events of a batch. Raises InvalidEventError with the faults of all of them."""
    if not values:
        detail, hint = "the batch is empty", "send at least one event"
        raise InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])
    if len(values) > BATCH_LIMIT:
        detail = f"{len(values)} events in one batch; the limit is {BATCH_LIMIT}"
        raise TooLargeError(detail, hint="send several smaller batches")
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
        detail, hint = "expected a JSON object", 'use {"type": "statement-made", ...}'
        raise InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])
    if _measure_depth(value) > DEPTH_LIMIT:
        raise _too_deep_error("")
    return acceptance.parse_event(value)


def _measure_depth(value: JsonValue, level: int = 0) -> int:
    if level > DEPTH_LIMIT or not isinstance(value, dict | list):
        return level
    members = value.values() if isinstance(value, dict) else value
    return max((_measure_depth(member, level + 1) for member in members), default=level + 1)
