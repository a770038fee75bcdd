"""Recording over HTTP: what a body holds is checked, and recorded whole or not at all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Literal

import orjson
from anyio import CapacityLimiter, to_thread
from fastapi import Header, Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.access.route_scope import ScopedRoute, caller_of
from api.cloud_events import point_into_data
from api.http.bodies import build_events, parse_body, read_body
from api.http.interface_router import interface_router
from api.http.likely_duplicates import find_likely_duplicates
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, StrictQuery
from api.http.responses import JSON
from api.limits import server_limits
from api.models.documents import RecordingResult
from api.preview import MAX_PREVIEWED, preview_changes
from api.services import services_of
from api.writing import OUTCOME_TIMEOUT
from domain.errors import BusyError, InvalidQuestionError, MinutebookError, Reason, TooLargeError
from domain.events import SLUG_PATTERN
from domain.model import Json
from ledger.changed_rows import ChangePolicy
from ledger.content_ids import number_contents
from ledger.database import ReadableLedger
from ledger.deadline import time_limit
from ledger.submission import Submission

SMALL_BODY = 16 * 1024
"""Bytes of a body that is parsed at once, in the event loop."""
PARSER_THREADS = CapacityLimiter(server_limits.PARSED_BODIES)
PREVIEW_THREADS = CapacityLimiter(server_limits.PREVIEWS)


def check_numbers(text: str) -> str:
    if text and re.fullmatch(r"\d{1,9}:\d{1,9}(,\d{1,9}:\d{1,9})*", text) is None:
        raise ValueError(f"{text[:40]!r} is not index:number,index:number; write 0:2,17:3")
    return text


class RecordQuery(StrictQuery):
    dry_run: Annotated[bool, Field(description="Validate only, and record nothing.")] = False
    changes: Annotated[
        bool,
        Field(
            description="Only with dry_run: tell which cells the events would change; of at most"
            f" {MAX_PREVIEWED:,} events."
        ),
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


router = interface_router(tags=["recording"], route_class=RecordRoute)


@router.post(
    "/v1/negotiations/{negotiation}/events",
    **route_docs(
        "record",
        "append",
        "Record one event or a batch",
        RecordingResult,
        status=201,
        nothing_made="What a dry run would record",
    ),
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
    if query.changes and len(submission.events) > MAX_PREVIEWED:
        raise TooLargeError(
            f"changes are told of at most {MAX_PREVIEWED} events",
            hint="leave out changes, or send fewer events",
        )
    single = submission.is_single
    with pointing_into_data(is_wrapped=is_wrapped, single=single):
        answer = await _record_submission(request, query, submission)
    if is_wrapped:
        warnings = (Reason(**warning) for warning in answer["warnings"])
        answer["warnings"] = list(map(asdict, point_into_data(warnings, single=single)))
    return Response(orjson.dumps(answer), 200 if query.dry_run else 201, media_type=JSON)


@contextmanager
def pointing_into_data(*, is_wrapped: bool, single: bool) -> Iterator[None]:
    """Let refusals of events that came in CloudEvents point to where they stood."""
    try:
        yield
    except MinutebookError as error:
        if is_wrapped:
            error.reasons = point_into_data(error.reasons, single=single)
        raise


def _build_submission(request: Request, query: RecordQuery, body: bytes) -> tuple[Submission, bool]:
    """Return what a body is to record, and whether its events came in CloudEvents."""
    values, single, is_wrapped = parse_body(body, request.headers)
    with pointing_into_data(is_wrapped=is_wrapped, single=single):
        events = build_events(values, single=single)
        contents = number_contents(events, parse_numbers(query.row_numbers)) if query.ids else {}
    caller = caller_of(request)
    submission = Submission(
        request.path_params["negotiation"],
        events,
        recorded_by=caller.recorded_by,
        idempotency_key=request.headers.get("idempotency-key"),
        body_hash=sha256(body).digest(),
        if_match=parse_if_match(request.headers.get("if-match")),
        dry_run=query.dry_run,
        is_single=single,
        is_exported=query.exported,
        contents=contents,
        changed=query.changed,
        has_own_acts=query.own_acts,
        known_negotiations=caller.negotiations,
    )
    return submission, is_wrapped


async def _record_submission(request: Request, query: RecordQuery, submission: Submission) -> Json:
    services = services_of(request)
    answer = await _await_outcome(services.ledger.submit(submission))
    if not query.dry_run:
        return answer
    preview = partial(_preview, services.ledger, submission, answer["new"], query.changes)
    with time_limit(server_limits.COSTLY_SECONDS, services.ending.is_set):
        effects = await to_thread.run_sync(preview, limiter=PREVIEW_THREADS)
    return {**answer, "dry_run": True, **effects}


def _preview(
    ledger: ReadableLedger, submission: Submission, places: Sequence[int], with_changes: bool
) -> Json:
    """Return what the events of a dry run may repeat, and if that is asked, what they would change;
    new are those at some places. Raises TookTooLongError."""
    events = submission.events
    found = find_likely_duplicates(
        ledger, submission.negotiation, [events[place] for place in places]
    )
    told = {"possible_duplicates": [{**each, "index": places[each["index"]]} for each in found]}
    return told | (preview_changes(ledger, submission) if with_changes else {})


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


def parse_if_match(header: str | None) -> int | None:
    if header is None:
        return None
    text = header.strip().strip('"')
    if not (text.isascii() and text.isdigit()):
        detail, hint = f"If-Match {header!r} is not a seq", 'send If-Match: "17"'
        raise InvalidQuestionError.for_field("If-Match", detail, hint)
    return int(text)
