"""Answers that never change, kept in this process and given again in front of all routing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.responses import caller_has_answer

CACHE_SIZE = 64 * 2**20
"""Bodies kept at most, the least lately asked for going first."""
LARGEST_BODY = 4 * 2**20
RequestKey = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A whole answer, as it was sent."""

    start_message: Message
    body: bytes
    etag: str


class ResponseCache:
    """Gives an immutable answer again as it was first given.

    Erasure is the one thing that may change such an answer, so all of them go when ``erasures``
    tells another number, and none is kept or given while it tells None.
    What the caller may see is part of the address.
    """

    def __init__(self, app: ASGIApp, erasures: Callable[[], int | None]) -> None:
        self.app, self.count_erasures = app, erasures
        self.total_size, self.seen_erasures = 0, erasures()
        self.responses: OrderedDict[RequestKey, CachedResponse] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["query_string"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = (scope["path"], scope["query_string"], headers.get("accept", ""))
        seen_erasures = self._check_erasures()
        response = None if seen_erasures is None else self.responses.get(key)
        if response is None or "range" in headers:
            await self.app(scope, receive, _CachingSend(self, key, seen_erasures, send))
            return
        self.responses.move_to_end(key)
        await _send_cached(response, caller_has_answer(Request(scope), response.etag), send)

    def _check_erasures(self) -> int | None:
        """Tell how many erasures are known of, and forget everything at one more."""
        seen_erasures = self.count_erasures()
        if seen_erasures is not None and seen_erasures != self.seen_erasures:
            self.responses.clear()
            self.total_size, self.seen_erasures = 0, seen_erasures
        return seen_erasures

    def store_response(
        self, key: RequestKey, seen_erasures: int | None, response: CachedResponse
    ) -> None:
        """Keep an answer that was asked for when so many erasures were known of."""
        if (
            seen_erasures is None
            or seen_erasures != self._check_erasures()
            or key in self.responses
        ):
            return  # it may be older than the last erasure, or two asked at once
        self.responses[key] = response
        self.total_size += len(response.body)
        while self.total_size > CACHE_SIZE:
            _, dropped_response = self.responses.popitem(last=False)
            self.total_size -= len(dropped_response.body)


async def _send_cached(response: CachedResponse, is_unchanged: bool, send: Send) -> None:
    """Send an answer, or that the caller has it already."""
    if is_unchanged:
        kept_headers = [
            pair
            for pair in response.start_message["headers"]
            if pair[0] not in (b"content-length", b"content-type")
        ]
        await send({**response.start_message, "status": 304, "headers": kept_headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send(response.start_message)
    await send({"type": "http.response.body", "body": response.body})


class _CachingSend:
    """Passes an answer on, and keeps it if it is whole and immutable."""

    def __init__(
        self, response_cache: ResponseCache, key: RequestKey, seen_erasures: int | None, send: Send
    ) -> None:
        self.response_cache, self.key, self.seen_erasures, self.send = (
            response_cache,
            key,
            seen_erasures,
            send,
        )
        self.start_message: Message | None = None

    async def __call__(self, message: Message) -> None:
        await self.send(message)
        if message["type"] == "http.response.start":
            self.start_message = message
        elif self.start_message and not message.get("more_body"):
            self._store_if_immutable(self.start_message, message.get("body", b""))
        else:
            self.start_message = None  # it came in parts

    def _store_if_immutable(self, start_message: Message, body: bytes) -> None:
        headers = Headers(raw=start_message["headers"])
        is_immutable = "immutable" in headers.get("cache-control", "")
        if (
            start_message["status"] == 200
            and is_immutable
            and len(body) <= LARGEST_BODY
            and "etag" in headers
        ):
            self.response_cache.store_response(
                self.key, self.seen_erasures, CachedResponse(start_message, body, headers["etag"])
            )
