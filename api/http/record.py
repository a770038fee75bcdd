"""Recording over HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Header, Query, Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from api.http import request_body
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, NoRepeatedParams, StrictQuery
from api.http.responses import json_response
from api.models.documents import RecordingResult
from api.session import open_session
from api.wiring import services_of
from domain import acceptance
from domain.basis import Question
from domain.edtf import parse_span
from domain.errors import (
    InvalidQuestionError,
    Reason,
    UnknownNegotiationError,
    UnsupportedTypeError,
)
from domain.events import SLUG_PATTERN, Event
from ledger.submission import Submission
from ledger.writer import Ledger

router = APIRouter(dependencies=[NoRepeatedParams])


class RecordQuery(StrictQuery):
    dry_run: bool = False


@router.post(
    "/v1/negotiations/{negotiation}/events",
    **route_docs("record", "Record one event or a batch", RecordingResult, status=201),
)
async def record_events(
    request: Request,
    negotiation: NegotiationPath,
    query: Annotated[RecordQuery, Query()],
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
    if_match: Annotated[str | None, Header(max_length=40)] = None,
) -> Response:
    """Record one event, a JSON array or NDJSON; a batch is recorded whole or not at all."""
    record_request = RecordRequest(negotiation, idempotency_key, if_match, query.dry_run)
    return await _record_body(request, record_request)


class RecordRequest(NamedTuple):
    """The parameters and headers of a request to record."""

    negotiation: str
    idempotency_key: str | None
    if_match: str | None
    dry_run: bool = False


class _PlainPostRoute(Route):
    """A fast route for requests without a query, whose headers need no validation.

    FastAPI validates parameters by models, which takes longer than recording an event. All other
    requests fall through to ``record_events``, which answers in the same way.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
            return Match.NONE, {}
        match, child_scope = super().matches(scope)
        if match is not Match.FULL:
            return Match.NONE, {}
        headers = Headers(scope=scope)
        slug = re.fullmatch(SLUG_PATTERN, child_scope["path_params"]["negotiation"])
        has_short_headers = all(
            len(headers.get(name, "")) < 40 for name in ("idempotency-key", "if-match")
        )
        return (match, child_scope) if slug and has_short_headers else (Match.NONE, {})


async def _record_plain(request: Request) -> Response:
    headers, slug = request.headers, request.path_params["negotiation"]
    record_request = RecordRequest(slug, headers.get("idempotency-key"), headers.get("if-match"))
    return await _record_body(request, record_request)


PLAIN_POST_ROUTE = _PlainPostRoute(
    "/v1/negotiations/{negotiation}/events",
    _record_plain,
    methods=["POST"],
    include_in_schema=False,
)


async def _record_body(request: Request, record_request: RecordRequest) -> Response:
    ledger = services_of(request).ledger
    body = await request_body.read_body(request)
    _refuse_encoding(request.headers.get("content-encoding", ""))
    values, single = request_body.parse_body(body, request.headers.get("content-type", ""))
    events = request_body.build_events(values, single=single)
    submission = Submission(
        record_request.negotiation,
        events,
        idempotency_key=record_request.idempotency_key,
        body_hash=sha256(body).digest(),
        if_match=_parse_if_match(record_request.if_match),
        dry_run=record_request.dry_run,
        is_single=single,
    )
    answer = await asyncio.wrap_future(ledger.submit(submission))
    if record_request.dry_run:
        likely_duplicates = await asyncio.to_thread(
            find_likely_duplicates, ledger, record_request.negotiation, events
        )
        answer = {**answer, "dry_run": True, "possible_duplicates": likely_duplicates}
        return json_response(answer)
    return json_response(answer, 201)


def _refuse_encoding(encoding: str) -> None:
    if encoding.strip().lower() not in ("", "identity"):
        hint = "send the body without Content-Encoding"
        raise UnsupportedTypeError(f"Content-Encoding {encoding} is not supported", hint=hint)


def _parse_if_match(header: str | None) -> int | None:
    if header is None:
        return None
    text = header.strip().strip('"')
    if not (text.isascii() and text.isdigit()):
        detail, hint = f"If-Match {header!r} is not a seq", 'send If-Match: "17"'
        raise InvalidQuestionError(detail, hint=hint, reasons=[Reason("If-Match", detail, hint)])
    return int(text)


def find_likely_duplicates(
    ledger: Ledger, negotiation: str, events: Sequence[Event]
) -> list[dict[str, Any]]:
    """Return recorded events of the same type and subject at an overlapping time."""
    try:
        with open_session(ledger, negotiation) as session:
            view = session.open_view(session.resolve_basis(Question(audience="staff")))
            likely_duplicates = []
            for index, event in enumerate(events):
                value = acceptance.dump_payload(event)
                subjects = list(acceptance.find_references(value["type"], value))
                if not subjects:
                    continue
                _, kind, slug = subjects[0]
                own_span = parse_span(value.get("occurred"), value.get("tz", session.zone))
                for item in view.read_log(
                    after=0, limit=1000, type=value["type"], subject=f"{kind}:{slug}", standing=None
                ):
                    other_value = item.own_fields
                    other_span = parse_span(
                        other_value.get("occurred"), other_value.get("tz") or session.zone
                    )
                    if own_span.lo <= other_span.hi and other_span.lo <= own_span.hi:
                        likely_duplicates.append(
                            {"index": index, "event": item.event, "seq": item.seq}
                        )
            return likely_duplicates
    except UnknownNegotiationError:
        return []
