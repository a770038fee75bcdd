"""How a question is answered: its basis, validators, pinned address and how long it is cached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from starlette.responses import Response

from api.access.caller import PUBLIC, Caller
from api.access.route_scope import caller_of
from api.http.query_params import BasisQuery, PagedQuery
from api.monitoring.tracing import traced
from api.services import services_of
from api.session import Session
from domain.basis import SEMANTICS_VERSION, Basis
from domain.errors import UnknownNegotiationError
from projections.view import View

JSON, NDJSON = "application/json", "application/x-ndjson"
PROBLEM_JSON = "application/problem+json"
EVENT_STREAM, OCTET_STREAM = "text/event-stream", "application/octet-stream"
ParamPairs = list[tuple[str, str]]


@contextmanager
def open_read_session(request: Request, negotiation: str, query: BasisQuery) -> Iterator[Session]:
    """Yield a session for the audience of a question, where it can be answered.

    Raises UnknownNegotiationError; a caller who may see something of it as another audience is told
    so.
    """
    reads, caller = services_of(request).reads, caller_of(request)
    with ExitStack() as exit_stack:
        try:
            opened = reads.open_session(negotiation, caller.read_as(query.audience), query.seq)
            with traced("open session"):
                session = exit_stack.enter_context(opened)
        except UnknownNegotiationError as error:
            if caller.audience == query.audience:
                raise
            # What is unknown to this caller altogether is refused in the words for all it may see.
            with reads.open_session(negotiation, caller.read_as(caller.audience)):
                hint = f"the audience {caller.audience} sees something of it: ask for that one"
            raise UnknownNegotiationError(error.detail, hint=hint) from None
        with traced("build answer"):
            yield session


def answer_from_view(
    request: Request,
    negotiation: str,
    query: BasisQuery,
    build_answer: Callable[..., Any],
    *args: object,
) -> Response:
    """Answer a question from the view of its basis, and what else the answer takes."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        return answer_response(request, basis, build_answer(session.open_view(basis), *args))


def answer_page(
    request: Request,
    negotiation: str,
    query: PagedQuery,
    build_items: Callable[[View], Iterable[object]],
) -> Response:
    """Answer a question with one page of a list."""
    start = query.cursor or 0
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        items = list(islice(build_items(session.open_view(basis)), start, start + query.limit + 1))
        next_page = {"cursor": start + query.limit} if len(items) > query.limit else None
        return answer_response(request, basis, items[: query.limit], next_params=next_page)


def json_response(value: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), headers=headers, media_type=JSON)


def answer_response(
    request: Request,
    basis: Basis,
    data: Any,
    *,
    next_params: dict[str, Any] | None = None,
    pinned_params: ParamPairs | None = None,
    as_ndjson: bool = False,
    extra_members: dict[str, Any] | None = None,
) -> Response:
    """Answer a question.

    ``next_params`` are the parameters of the next page.
    ``pinned_params`` are those of the pinned address of an answer that rests on more than its
    basis, such as two dates; a later append may change such an answer.
    ``extra_members`` stand between basis and data.
    """
    if pinned_params is None:
        pinned_params = basis.pinned_params()
    else:
        basis = replace(basis, pinned=False, settled=False)
    if as_ndjson:
        body = data_bytes = b"".join(orjson.dumps(item) + b"\n" for item in data)
    else:
        data_bytes = orjson.dumps(data)
        members = {"basis": basis.to_json(), **(extra_members or {})}
        body = orjson.dumps({**members, "data": orjson.Fragment(data_bytes)})
    headers = {
        "ETag": _make_etag(basis, body, data_bytes),
        "Link": _link_header(request, pinned_params, next_params),
        "Cache-Control": cache_control(request, basis),
        "Vary": "Accept",
    }
    if caller_has_answer(request, headers["ETag"]):
        return Response(None, 304, headers)
    return Response(body, 200, headers, NDJSON if as_ndjson else JSON)


def _make_etag(basis: Basis, body: bytes, data: bytes) -> str:
    if basis.is_immutable:
        return f'"{SEMANTICS_VERSION}-{basis.zones}-{sha256(body).hexdigest()[:32]}"'
    return f'W/"{sha256(data).hexdigest()[:32]}"'


def caller_has_answer(request: Request, etag: str) -> bool:
    """Return whether the caller has this answer, by weak comparison (RFC 9110, 13.1.2)."""
    if_none_match = ",".join(request.headers.getlist("if-none-match"))
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in re.findall(
        '"[^"]*"', if_none_match
    )


def accept_weights(header: str) -> dict[str, float]:
    """Return the weight, from 0 to 1, of each value of an Accept header (RFC 9110, 12.4.2)."""
    weights = {}
    for part in header.lower().split(","):
        value, _, params = part.partition(";")
        weight = re.search(r"\bq\s*=\s*([01](?:\.[0-9]*)?)", params)
        weights[value.strip()] = float(weight[1]) if weight else 1.0
    return weights


def wants_ndjson(request: Request) -> bool:
    """Return whether the caller prefers NDJSON to JSON."""
    weights = accept_weights(",".join(request.headers.getlist("accept")))
    ndjson_weight = weights.get(NDJSON, 0.0)
    return ndjson_weight > 0 and ndjson_weight >= weights.get(JSON, 0.0)


def _is_for_everyone(request: Request, basis: Basis) -> bool:
    """Return whether an answer is the same for all, and given to all."""
    caller: Caller = request.scope.get("caller", PUBLIC)
    return (
        basis.audience == "public"
        and caller.negotiations is None
        and services_of(request).gate.answers_public
    )


def cache_control(request: Request, basis: Basis) -> str:
    """Return who may keep an answer, and for how long."""
    is_shared = _is_for_everyone(request, basis)
    if not basis.is_immutable:
        return "no-cache" if is_shared else "private, no-cache"
    return f"{'public' if is_shared else 'private'}, max-age=31536000, immutable"


def _link_header(
    request: Request, pinned_params: ParamPairs, next_params: dict[str, Any] | None
) -> str:
    own_params = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in BasisQuery.model_fields and name not in dict(pinned_params)
    ]
    path = request.url.path
    link = f'<{build_address(path, pinned_params + own_params)}>; rel="canonical"'
    if next_params:
        same_params = [pair for pair in own_params if pair[0] not in next_params]
        next_address = build_address(path, [*pinned_params, *same_params, *next_params.items()])
        link += f', <{next_address}>; rel="next"'
    return link


def build_address(path: str, pairs: ParamPairs) -> str:
    return f"{path}?{urlencode(pairs)}"
