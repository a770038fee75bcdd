"""How an answer leaves: its basis, validators, pinned address and how long it may be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from starlette.responses import Response

from domain.basis import SEMANTICS_VERSION, Basis

JSON, NDJSON = "application/json", "application/x-ndjson"
PROBLEM_JSON = "application/problem+json"
EVENT_STREAM, OCTET_STREAM = "text/event-stream", "application/octet-stream"
ParamPairs = list[tuple[str, str]]
BASIS_PARAMS = (
    "as_of",
    "known_at",
    "valid_at",
    "recorded_at",
    "seq",
    "basis",
    "audience",
    "exclude_source",
    "min_sources",
    "tz",
)


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a value as JSON."""
    return Response(orjson.dumps(value), status, headers, JSON)


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

    ``following`` holds the parameters of the next page, ``pin`` those of the pinned address where
    they are others than the basis's own, as for an answer that rests on two dates; ``lines`` gives
    the items of a list as NDJSON.
    """
    data_bytes = (
        b"".join(orjson.dumps(each) + b"\n" for each in data) if as_ndjson else orjson.dumps(data)
    )
    body = (
        data_bytes
        if as_ndjson
        else orjson.dumps(
            {"basis": basis.to_json(), **(extra_members or {}), "data": orjson.Fragment(data_bytes)}
        )
    )
    headers = {
        "ETag": _make_etag(basis, body, data_bytes),
        "Link": _link_header(
            request, basis.pinned_params() if pinned_params is None else pinned_params, next_params
        ),
        "Cache-Control": _cache_control(basis),
        "Vary": "Accept",
    }
    if caller_has_answer(request, headers["ETag"]):
        return Response(None, 304, headers)
    return Response(body, 200, headers, NDJSON if as_ndjson else JSON)


def _make_etag(basis: Basis, body: bytes, data: bytes) -> str:
    if basis.is_immutable:
        return f'"{SEMANTICS_VERSION}-{sha256(body).hexdigest()[:32]}"'
    return f'W/"{sha256(data).hexdigest()[:32]}"'


def caller_has_answer(request: Request, etag: str) -> bool:
    """Tell whether the caller holds this answer, by weak comparison (RFC 9110, 13.1.2)."""
    if_none_match = ",".join(request.headers.getlist("if-none-match"))
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in re.findall(
        '"[^"]*"', if_none_match
    )


def wants_ndjson(request: Request) -> bool:
    """Tell whether the caller would rather have NDJSON than JSON."""
    quality = {JSON: 0.0, NDJSON: 0.0}
    for part in ",".join(request.headers.getlist("accept")).lower().split(","):
        media_type, _, rest = part.partition(";")
        quality_match = re.search(r"\bq\s*=\s*([01](?:\.[0-9]*)?)", rest)
        quality[media_type.strip()] = float(quality_match[1]) if quality_match else 1.0
    return quality[NDJSON] > 0 and quality[NDJSON] >= quality[JSON]


def _cache_control(basis: Basis) -> str:
    if not basis.is_immutable:
        return "no-cache"
    cache_scope = "public" if basis.audience == "public" else "private"
    return f"{cache_scope}, max-age=31536000, immutable"


def _link_header(
    request: Request, pinned_params: ParamPairs, next_params: dict[str, Any] | None
) -> str:
    own_params = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in BASIS_PARAMS and name not in dict(pinned_params)
    ]
    links = [f'<{build_address(request.url.path, pinned_params + own_params)}>; rel="canonical"']
    if next_params:
        kept_params = [pair for pair in own_params if pair[0] not in next_params]
        address = build_address(
            request.url.path, pinned_params + kept_params + list(next_params.items())
        )
        links.append(f'<{address}>; rel="next"')
    return ", ".join(links)


def build_address(path: str, pairs: ParamPairs) -> str:
    return f"{path}?{urlencode(pairs)}"
