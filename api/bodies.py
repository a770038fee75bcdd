"""Reading a body: one event, a JSON array or NDJSON, with every fault named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
from fastapi import Request

from domain import accept
from domain.events import Event
from domain.refusals import (
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
COLONS = (b":", rb"\u003a", rb"\u003A")
"""How a colon can be written in JSON."""
REASONS_TOLD = 1000
"""How many faults of one body are told before the rest of it is left unread."""
JSON, NDJSON = "application/json", "application/x-ndjson"


async def read(request: Request) -> bytes:
    """Return the whole body. Raises TooLargeError as soon as it is over 16 MiB."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            hint = "send several smaller batches"
            raise TooLargeError(f"the body is over {BODY_LIMIT} bytes", hint=hint)
        chunks.append(chunk)
    return b"".join(chunks)


def objects(body: bytes, content_type: str) -> tuple[list[Any], bool]:
    """Return the JSON values of a body, and whether it is a single event."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == NDJSON:
        return list(_lines(body)), False
    if kind != JSON:
        hint = f"send Content-Type: {JSON} or {NDJSON}"
        given = kind or "a body without a Content-Type"
        raise UnsupportedTypeError(f"{given} is not understood here", hint=hint)
    value = load(body)
    return (value, False) if isinstance(value, list) else ([value], True)


def _lines(body: bytes) -> Iterator[Any]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield load(line, f"line {number}: ")


def load(text: bytes, place: str = "") -> Any:
    """Parse JSON. Raises MalformedBodyError, or InvalidEventError for what is JSON but no event."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _unreadable(text, place, error) from None
    once(text, value, place)
    return value


def _unreadable(text: bytes, place: str, fault: Exception) -> MinutebookError:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        return _deep(place)
    except ValueError:
        hint = "send well-formed JSON in UTF-8; NaN and Infinity are not JSON"
        reasons = [Reason(place.rstrip(": "), str(fault), hint)]
        return MalformedBodyError(f"{place}{fault}", hint=hint, reasons=reasons)
    if text.count(b"[") + text.count(b"{") > 1000:
        return _deep(place)
    detail = f"{place}the text holds a lone surrogate or a number out of range"
    hint = "send well-formed Unicode and integers below 2^53"
    return InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])


def once(text: bytes, value: Any, place: str = "") -> None:
    """Refuse an object that gives a key twice, of which the parser kept the last.

    Every key has its colon, so as long as the value has all colons of its text, no key was lost.
    Raises MalformedBodyError naming each such key.
    """
    try:
        kept = orjson.dumps(value).count(b":")
    except orjson.JSONEncodeError:
        raise _deep(place) from None
    if kept == sum(map(text.count, COLONS)):
        return
    hint = "give each key of an object once"
    found = _repeated(json.loads(text, object_pairs_hook=tuple), place.rstrip(": "))
    reasons = [
        Reason(pointer, f"the key {key!r} is given twice", hint)
        for pointer, key in islice(found, REASONS_TOLD)
    ]
    if reasons:
        raise MalformedBodyError(f"{place}{reasons[0].detail}", hint=hint, reasons=reasons)


def _repeated(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of every key given twice; objects come as tuples of pairs."""
    seen: set[str | int] = set()
    members: Any = enumerate(value) if isinstance(value, list) else value
    for key, each in members if isinstance(value, list | tuple) else ():
        if key in seen:
            yield f"{pointer}/{key}", str(key)
        seen.add(key)
        yield from _repeated(each, f"{pointer}/{key}")


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _deep(place: str) -> InvalidEventError:
    detail, hint = f"{place}nested deeper than {DEPTH_LIMIT} levels", "flatten it"
    return InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])


def events(values: list[Any], *, single: bool) -> list[Event]:
    """Build the events of a batch; their faults are named together."""
    if not values:
        detail, hint = "the batch is empty", "send at least one event"
        raise InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])
    if len(values) > BATCH_LIMIT:
        detail = f"{len(values)} events in one batch, at most {BATCH_LIMIT} are taken"
        raise TooLargeError(detail, hint="send several smaller batches")
    found: list[Event] = []
    reasons: list[Reason] = []
    for index, value in enumerate(values):
        try:
            found.append(_event(value))
        except InvalidEventError as error:
            prefix = "" if single else f"/{index}"
            reasons += [reason.at(prefix) for reason in error.reasons]
        if len(reasons) >= REASONS_TOLD:
            break
    if reasons:
        first = reasons[0]
        detail = f"{first.pointer or '/'}: {first.detail}"
        raise InvalidEventError(detail, hint=first.hint, reasons=reasons)
    return found


def _event(value: Any) -> Event:
    if not isinstance(value, dict):
        detail, hint = "an event is a JSON object", 'such as {"type": "statement-made", ...}'
        raise InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])
    if _depth(value) > DEPTH_LIMIT:
        raise _deep("")
    return accept.parse(value)


def _depth(value: Any, level: int = 0) -> int:
    if level > DEPTH_LIMIT or not isinstance(value, dict | list):
        return level
    members = value.values() if isinstance(value, dict) else value
    return max((_depth(each, level + 1) for each in members), default=level + 1)
