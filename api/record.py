"""Recording over HTTP."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Header, Query, Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from api import bodies
from api.archive import at_desk
from api.documented import documented
from api.questions import Once, Parameters, Slug
from domain import accept
from domain.basis import Question
from domain.events import SLUG, Event
from domain.refusals import (
    InvalidQuestionError,
    Reason,
    UnknownNegotiationError,
    UnsupportedTypeError,
)
from domain.spans import parse
from ledger.intake import Submission, body_digest
from ledger.writing import Ledger

router = APIRouter(dependencies=[Once])


class Recording(Parameters):
    dry_run: bool = False


@router.post("/v1/negotiations/{negotiation}/events", **documented("record"))
async def record(
    request: Request,
    negotiation: Slug,
    parameters: Annotated[Recording, Query()],
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
    if_match: Annotated[str | None, Header(max_length=40)] = None,
) -> Response:
    """Record one event, a JSON array or NDJSON; a batch is recorded whole or not at all."""
    given = Given(negotiation, idempotency_key, if_match, parameters.dry_run)
    return await _recorded(request, given)


class Given(NamedTuple):
    """What a request to record says besides its body."""

    negotiation: str
    key: str | None
    if_match: str | None
    dry_run: bool = False


class _Bare(Route):
    """The way in for requests that leave nothing to check but their body.

    FastAPI reads parameters by models, which takes longer than recording an event. Every other
    request is left to its route, which refuses it or answers alike.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, more = super().matches(scope)
        if match is not Match.FULL or scope["query_string"]:
            return Match.NONE, {}
        headers = Headers(scope=scope)
        slug = re.fullmatch(SLUG, more["path_params"]["negotiation"])
        short = all(len(headers.get(name, "")) < 40 for name in ("idempotency-key", "if-match"))
        return (match, more) if slug and short else (Match.NONE, {})


async def _bare(request: Request) -> Response:
    headers, slug = request.headers, request.path_params["negotiation"]
    given = Given(slug, headers.get("idempotency-key"), headers.get("if-match"))
    return await _recorded(request, given)


BARE = _Bare(
    "/v1/negotiations/{negotiation}/events", _bare, methods=["POST"], include_in_schema=False
)


async def _recorded(request: Request, given: Given) -> Response:
    ledger: Ledger = request.app.state.ledger
    body = await bodies.read(request)
    _uncompressed(request.headers.get("content-encoding", ""))
    values, single = bodies.objects(body, request.headers.get("content-type", ""))
    events = bodies.events(values, single=single)
    submission = Submission(
        given.negotiation, events, key=given.key, body_hash=body_digest(body),
        if_match=_expected(given.if_match), dry_run=given.dry_run, single=single,
    )  # fmt: skip
    answer = await asyncio.wrap_future(ledger.submit(submission))
    if given.dry_run:
        found = await asyncio.to_thread(possible_duplicates, ledger, given.negotiation, events)
        answer = {**answer, "dry_run": True, "possible_duplicates": found}
        return Response(orjson.dumps(answer), 200, media_type="application/json")
    return Response(orjson.dumps(answer), 201, media_type="application/json")


def _uncompressed(encoding: str) -> None:
    if encoding.strip().lower() not in ("", "identity"):
        hint = "send the body as it is, without Content-Encoding"
        raise UnsupportedTypeError(f"a body in {encoding} is not understood here", hint=hint)


def _expected(header: str | None) -> int | None:
    if header is None:
        return None
    text = header.strip().strip('"')
    if not (text.isascii() and text.isdigit()):
        detail, hint = f"If-Match {header!r} is no seq", 'send If-Match: "17"'
        raise InvalidQuestionError(detail, hint=hint, reasons=[Reason("If-Match", detail, hint)])
    return int(text)


def possible_duplicates(
    ledger: Ledger, negotiation: str, events: list[Event]
) -> list[dict[str, Any]]:
    """Return recorded events of the same type and subject at an overlapping time."""
    try:
        with at_desk(ledger, negotiation) as desk:
            view = desk.view(desk.basis(Question(audience="staff")))
            found = []
            for index, event in enumerate(events):
                value = accept.payload(event)
                subjects = list(accept.references(value["type"], value))
                if not subjects:
                    continue
                _, kind, slug = subjects[0]
                mine = parse(value.get("occurred"), value.get("tz", desk.zone))
                for item in view.log(
                    after=0, limit=1000, type=value["type"], subject=f"{kind}:{slug}", standing=None
                ):
                    other = item.value
                    theirs = parse(other.get("occurred"), other.get("tz") or desk.zone)
                    if mine.lo <= theirs.hi and theirs.lo <= mine.hi:
                        found.append({"index": index, "event": item.event, "seq": item.seq})
            return found
    except UnknownNegotiationError:
        return []
