"""Every request as it is seen from outside: its id, route, status, duration and size."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.route_scope import ANSWERED_AUDIENCE
from api.http.responses import PROBLEM_JSON

REQUEST_LOG = logging.getLogger("minutebook.requests")
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a caller may send as X-Request-ID; anything else is replaced by one made here."""
CANONICAL = re.compile(r'<([^>]*)>; rel="canonical"')
KNOWN_PATHS = 1000
"""Paths of pinned answers of which the route is remembered."""
NO_ROUTE = "none"
"""What stands for the route of an address that does not exist."""


@dataclass(slots=True)
class ObservedRequest:
    """A request and its answer, without anything that was recorded or answered.

    ``route`` is the template of the address, ``key`` the name of the caller's key. ``pinned``,
    ``asked_address`` and ``audience`` are for the access record alone: they have what was asked.
    """

    request_id: str
    method: str
    route: str = NO_ROUTE
    key: str | None = None
    status: int = 500
    seconds: float = 0.0
    size: int = 0
    refusal: str | None = None
    is_cached: bool = False
    pinned: str | None = None
    asked_address: str = ""
    audience: str = "public"
    _began_at: float = field(default_factory=time.monotonic)

    def end(self) -> None:
        self.seconds = time.monotonic() - self._began_at


Observe = Callable[[ObservedRequest], None]


def log_request(request: ObservedRequest) -> None:
    """Write the line of a request, where such lines are wanted."""
    REQUEST_LOG.info(
        "request",
        extra={
            "fields": {
                "request_id": request.request_id,
                "method": request.method,
                "route": request.route,
                "key": request.key,
                "status": request.status,
                "duration_ms": round(request.seconds * 1000, 2),
                "bytes": request.size,
            }
        },
    )


class RequestObserver:
    """Gives each request an id, and tells each listener of it once it is answered."""

    def __init__(
        self, app: ASGIApp, routes: Sequence[BaseRoute], listeners: Iterable[Observe]
    ) -> None:
        self.app, self._routes, self.listeners = app, routes, tuple(listeners)
        self._find_route = lru_cache(KNOWN_PATHS)(self._match_route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        is_given = REQUEST_ID.fullmatch(given)
        request_id = given if is_given else secrets.token_hex(16)
        request = ObservedRequest(request_id, scope.get("asked_method", scope["method"]))
        is_problem = False

        async def observe_and_send(message: Message) -> None:
            nonlocal is_problem
            if message["type"] == "http.response.start":
                request.status = message["status"]
                message = {**message, "headers": list(message["headers"])}
                headers = MutableHeaders(raw=message["headers"])
                headers["X-Request-ID"] = request_id
                canonical = CANONICAL.search(headers.get("link", ""))
                request.pinned = canonical and canonical[1]
                is_problem = headers.get("content-type") == PROBLEM_JSON
            elif message["type"] == "http.response.body":
                body = message.get("body", b"")
                request.size += 0 if request.method == "HEAD" else len(body)
                if is_problem and body:
                    request.refusal = read_kind(body)
            await send(message)

        try:
            await self.app(scope, receive, observe_and_send)
        finally:
            self._describe(request, scope)
            for listener in self.listeners:
                listener(request)

    def _describe(self, request: ObservedRequest, scope: Scope) -> None:
        request.end()
        query = scope["query_string"].decode("latin-1")
        request.asked_address = f"{scope['path']}?{query}"
        request.audience = scope.get(ANSWERED_AUDIENCE) or read_audience(
            request.pinned or request.asked_address
        )
        route = scope.get("route")
        request.is_cached = route is None and request.status in (200, 304)
        if request.is_cached:
            route = self._find_route(scope["path"])
        request.route = getattr(route, "path", NO_ROUTE)
        caller = scope.get("caller")
        request.key = caller.name if caller else None

    def _match_route(self, path: str) -> BaseRoute | None:
        """Return the route of an answer that came from memory, before any route was asked."""
        scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
        return next((each for each in self._routes if each.matches(scope)[0] is Match.FULL), None)


def read_audience(address: str) -> str:
    """Return for which audience an address asks."""
    return parse_qs(urlsplit(address).query).get("audience", ["public"])[0]


def read_kind(problem: bytes) -> str | None:
    """Return the last part of a problem's type."""
    try:
        return str(orjson.loads(problem)["type"]).rpartition("/")[2]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
