"""How an answer leaves: its basis, validators, pinned address and how long it may be kept."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from starlette.responses import Response

from domain.basis import SEMANTICS, Basis

JSON, NDJSON = "application/json", "application/x-ndjson"
Pairs = list[tuple[str, str]]
CLOCKS = ("as_of", "known_at", "valid_at", "recorded_at", "seq", "basis", "audience",
                 "exclude_source", "min_sources", "tz")  # fmt: skip


def reply(
    request: Request,
    basis: Basis,
    data: Any,
    *,
    following: dict[str, Any] | None = None,
    pin: Pairs | None = None,
    lines: bool = False,
    beside: dict[str, Any] | None = None,
) -> Response:
    """Answer a question.

    ``following`` holds the parameters of the next page, ``pin`` those of the pinned address where
    they are others than the basis's own, as for an answer that rests on two dates; ``lines`` gives
    the items of a list as NDJSON.
    """
    dumped = b"".join(orjson.dumps(each) + b"\n" for each in data) if lines else orjson.dumps(data)
    body = (
        dumped
        if lines
        else orjson.dumps(
            {"basis": basis.echo(), **(beside or {}), "data": orjson.Fragment(dumped)}
        )
    )
    headers = {
        "ETag": _etag(basis, body, dumped),
        "Link": _links(request, basis.pin() if pin is None else pin, following),
        "Cache-Control": _lifetime(basis),
        "Vary": "Accept",
    }
    if held(request, headers["ETag"]):
        return Response(None, 304, headers)
    return Response(body, 200, headers, NDJSON if lines else JSON)


def _etag(basis: Basis, body: bytes, data: bytes) -> str:
    if basis.immutable:
        return f'"{SEMANTICS}-{sha256(body).hexdigest()[:32]}"'
    return f'W/"{sha256(data).hexdigest()[:32]}"'


def held(request: Request, tag: str) -> bool:
    """Tell whether the caller holds this answer, by weak comparison (RFC 9110, 13.1.2)."""
    given = ",".join(request.headers.getlist("if-none-match"))
    return given.strip() == "*" or tag.removeprefix("W/") in re.findall('"[^"]*"', given)


def wants_lines(request: Request) -> bool:
    """Tell whether the caller would rather have NDJSON than JSON."""
    quality = {JSON: 0.0, NDJSON: 0.0}
    for part in ",".join(request.headers.getlist("accept")).lower().split(","):
        kind, _, rest = part.partition(";")
        given = re.search(r"\bq\s*=\s*([01](?:\.[0-9]*)?)", rest)
        quality[kind.strip()] = float(given[1]) if given else 1.0
    return quality[NDJSON] > 0 and quality[NDJSON] >= quality[JSON]


def _lifetime(basis: Basis) -> str:
    if not basis.immutable:
        return "no-cache"
    who = "public" if basis.audience == "public" else "private"
    return f"{who}, max-age=31536000, immutable"


def _links(request: Request, pin: Pairs, following: dict[str, Any] | None) -> str:
    own = [(name, value) for name, value in request.query_params.multi_items()
           if name not in CLOCKS and name not in dict(pin)]  # fmt: skip
    links = [f'<{address_of(request.url.path, pin + own)}>; rel="canonical"']
    if following:
        kept = [pair for pair in own if pair[0] not in following]
        address = address_of(request.url.path, pin + kept + list(following.items()))
        links.append(f'<{address}>; rel="next"')
    return ", ".join(links)


def address_of(path: str, pairs: Pairs) -> str:
    return f"{path}?{urlencode(pairs)}"
