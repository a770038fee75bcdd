"""Recording over HTTP: a body (one event, a JSON array or NDJSON) is read, checked and recorded."""

from __future__ import annotations

import asyncio
import codecs
import json
import re
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Annotated, Any, Literal, Never, cast

import orjson
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Header, Query, Request
from pydantic import AfterValidator, Field, JsonValue
from starlette.datastructures import Headers
from starlette.responses import Response

from api.access.route_scope import ScopedRoute, caller_of
from api.cloud_events import CLOUD_EVENT, CLOUD_EVENTS, point_into_data, unwrap_events
from api.http.json_pieces import (
    MAX_BODY_VALUES,
    MAX_VALUES,
    count_values,
    is_array,
    require_few_values,
    split_array,
)
from api.http.likely_duplicates import find_likely_duplicates, preview_changes
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, StrictQuery
from api.http.responses import JSON, NDJSON
from api.limits import server_limits
from api.models.documents import BATCH_LIMIT, RecordingResult
from api.session import services_of
from domain import acceptance
from domain.catalogue import CatalogueEvent
from domain.errors import (
    BusyError,
    InvalidEventError,
    InvalidQuestionError,
    MalformedBodyError,
    MinutebookError,
    Reason,
    TooLargeError,
    UnsupportedTypeError,
)
from domain.events import SLUG_PATTERN
from domain.model import Json
from ledger.changed_rows import ChangePolicy
from ledger.content_ids import number_contents
from ledger.submission import Submission

SMALL_BODY = 16 * 1024
"""Bytes of a body that is parsed at once, in the event loop."""
PARSER_THREADS = CapacityLimiter(server_limits.PARSED_BODIES)
BODY_LIMIT = 16 * 1024 * 1024
DEPTH_LIMIT = 16
COLON_SPELLINGS = (b":", rb"\u003a", rb"\u003A")
"""How a colon can be written in JSON."""
OTHER_ENCODINGS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a body begins that is not in plain UTF-8."""
REASON_LIMIT = 1000
"""The most faults collected from one body; what comes after them is not checked."""
OUTCOME_TIMEOUT = 30.0
"""Seconds until a caller is told that the outcome of a write is unknown."""


def check_numbers(text: str) -> str:
    if text and re.fullmatch(r"\d{1,9}:\d{1,9}(,\d{1,9}:\d{1,9})*", text) is None:
        raise ValueError(f"{text[:40]!r} is not index:number,index:number; write 0:2,17:3")
    return text


class RecordQuery(StrictQuery):
    dry_run: Annotated[bool, Field(description="Validate only, and record nothing.")] = False
    changes: Annotated[
        bool, Field(description="Only with dry_run: tell which cells the events would change.")
    ] = False
    exported: Annotated[
        bool,
        Field(
            description="The events come from an export, without the fields a ledger sets: what"
            " only older versions accepted, such as a second introduction of a slug, is accepted."
        ),
    ] = False
    ids: Annotated[
        Literal["content"] | None,
        Field(
            description="Give events without an id one that comes from their content, so that the"
            " same rows sent again, also of a file that grew, are recorded once; of equal events in"
            " one body each has an id of its own."
        ),
    ] = None
    changed: Annotated[
        ChangePolicy | None,
        Field(
            description="What becomes of an event that differs from the one that it names by its id"
            " or introduces again, after its corrections: it is refused, skipped, or its new values"
            " are recorded as a correction. The answer lists such events."
        ),
    ] = None
    own_acts: Annotated[
        bool,
        Field(
            description="Only with changed: the file of these events also corrects or voids events"
            " itself, so an event with the content it was first recorded with is no change."
        ),
    ] = False
    row_numbers: Annotated[
        str,
        AfterValidator(check_numbers),
        Field(
            description="Only with ids=content: the how-manieth equal row of its file an event is,"
            " where that is not its place among the equal events of this body, as index:number,…"
        ),
    ] = ""


PLAIN_QUERY = RecordQuery()
"""What a request without parameters asks for."""


class RecordRoute(ScopedRoute):
    """Records without FastAPI's validation what has no parameters to validate.

    Validation by models takes longer than recording an event.
    """

    def get_admitted_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        validate_and_record = super().get_admitted_handler()

        async def handle_request(request: Request) -> Response:
            is_plain = (
                not request.scope["query_string"]
                and re.fullmatch(SLUG_PATTERN, request.path_params["negotiation"])
                and len(request.headers.get("idempotency-key", "")) < 40
                and len(request.headers.get("if-match", "")) < 40
            )
            return await (
                record_body(request, PLAIN_QUERY) if is_plain else validate_and_record(request)
            )

        return handle_request


router = APIRouter(tags=["recording"], route_class=RecordRoute)


@router.post(
    "/v1/negotiations/{negotiation}/events",
    **route_docs("record", "append", "Record one event or a batch", RecordingResult, status=201),
)
async def record_events(
    request: Request,
    negotiation: NegotiationPath,
    query: Annotated[RecordQuery, Query()],
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
    if_match: Annotated[str | None, Header(max_length=40)] = None,
) -> Response:
    """Record one event, a JSON array or NDJSON; a batch is recorded whole or not at all."""
    return await record_body(request, query)


async def record_body(request: Request, query: RecordQuery) -> Response:
    """Record what a request with valid parameters and headers sends."""
    body = await read_body(request)
    if len(body) <= SMALL_BODY:
        submission, is_wrapped = _build_submission(request, query, body)
    else:  # apart from the event loop
        build = partial(_build_submission, request, query, body)
        submission, is_wrapped = await to_thread.run_sync(build, limiter=PARSER_THREADS)
    single = submission.is_single
    with _pointing_into_data(is_wrapped=is_wrapped, single=single):
        answer = await _record_submission(request, query, submission)
    if is_wrapped:
        warnings = (Reason(**warning) for warning in answer["warnings"])
        answer["warnings"] = list(map(asdict, point_into_data(warnings, single=single)))
    return Response(orjson.dumps(answer), 200 if query.dry_run else 201, media_type=JSON)


@contextmanager
def _pointing_into_data(*, is_wrapped: bool, single: bool) -> Iterator[None]:
    """Let refusals of events that came in CloudEvents point to where they stood."""
    try:
        yield
    except MinutebookError as error:
        if is_wrapped:
            error.reasons = point_into_data(error.reasons, single=single)
        raise


def _build_submission(request: Request, query: RecordQuery, body: bytes) -> tuple[Submission, bool]:
    """Return what a body is to record, and whether its events came in CloudEvents."""
    values, single, is_wrapped = _parse_body(body, request.headers)
    with _pointing_into_data(is_wrapped=is_wrapped, single=single):
        events = build_events(values, single=single)
        contents = number_contents(events, parse_numbers(query.row_numbers)) if query.ids else {}
    submission = Submission(
        request.path_params["negotiation"],
        events,
        recorded_by=caller_of(request).recorded_by,
        idempotency_key=request.headers.get("idempotency-key"),
        body_hash=sha256(body).digest(),
        if_match=_parse_if_match(request.headers.get("if-match")),
        dry_run=query.dry_run,
        is_single=single,
        is_exported=query.exported,
        contents=contents,
        changed=query.changed,
        has_own_acts=query.own_acts,
    )
    return submission, is_wrapped


async def _record_submission(request: Request, query: RecordQuery, submission: Submission) -> Json:
    ledger, negotiation = services_of(request).ledger, submission.negotiation
    events = submission.events
    answer = await _await_outcome(ledger.submit(submission))
    if query.dry_run:
        places = answer["new"]
        likely_duplicates = await asyncio.to_thread(
            find_likely_duplicates, ledger, negotiation, [events[place] for place in places]
        )
        likely_duplicates = [
            {**likely, "index": places[likely["index"]]} for likely in likely_duplicates
        ]
        answer = {**answer, "dry_run": True, "possible_duplicates": likely_duplicates}
        if query.changes:
            answer |= await asyncio.to_thread(preview_changes, ledger, negotiation, events)
    return answer


async def _await_outcome(outcome: Future[Json]) -> Json:
    """Return the answer to a submission. Raises BusyError where none comes, as while no standby
    confirms a commit; what still waits then is not recorded."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(outcome), OUTCOME_TIMEOUT)
    except TimeoutError:
        raise BusyError(
            f"the outcome of the write is unknown after {OUTCOME_TIMEOUT:.0f} seconds",
            hint="send the same events with the same ids again: nothing is recorded twice",
        ) from None


def parse_numbers(text: str) -> dict[int, int]:
    pairs = (pair.split(":") for pair in text.split(",") if pair)
    return {int(index): int(number) for index, number in pairs}


def _parse_if_match(header: str | None) -> int | None:
    if header is None:
        return None
    text = header.strip().strip('"')
    if not (text.isascii() and text.isdigit()):
        detail, hint = f"If-Match {header!r} is not a seq", 'send If-Match: "17"'
        raise InvalidQuestionError.for_field("If-Match", detail, hint)
    return int(text)


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


def _parse_body(body: bytes, headers: Headers) -> tuple[list[JsonValue], bool, bool]:
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
    """Parse JSON. Raises MalformedBodyError, or InvalidEventError for what is JSON but no event."""
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
        json.loads(text, parse_constant=_refuse_constant)
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
    pairs = json.loads(text, object_pairs_hook=tuple)
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


MAX_POINTER = 1000
"""Characters of a pointer to a repeated key, of which a body chooses each part."""


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
    if _measure_depth(value) > DEPTH_LIMIT:
        raise _too_deep_error("")
    return acceptance.parse_event(value)


def _measure_depth(value: JsonValue, level: int = 0) -> int:
    if level > DEPTH_LIMIT or not isinstance(value, dict | list):
        return level
    members = value.values() if isinstance(value, dict) else value
    return max((_measure_depth(member, level + 1) for member in members), default=level + 1)
