"""What every request passes before routing: answers kept in memory, rules for browsers, and HEAD as
GET."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.host_names import LOOPBACK_NAMES
from api.access.hosts import read_host
from api.http.browser_rules import BROWSER_RULES, NO_CONTENT, ONLY_TLS
from api.http.compression import wanted_encoding
from api.http.responses import caller_has_answer, wants_ndjson
from domain.held_json import fit

CACHE_SIZE = 64 * 2**20
"""Bytes of answers in memory; the least recently used go first."""
LARGEST_BODY = 4 * 2**20
"""Bytes of a body above which it is not stored."""
ENTRY_SIZE = 2048
"""Bytes that an entry takes besides its texts."""
RequestKey = tuple[str, bytes, bool, str, object]
"""Path, query string, whether NDJSON is wanted, the encoding, and the rights of the caller."""


class CachedResponse(NamedTuple):
    """A whole answer, as it was sent."""

    start_message: Message
    body: bytes
    etag: str

    def measure(self, key: RequestKey) -> int:
        """Return the bytes that this takes in memory under a key."""
        headers = sum(len(name) + len(value) for name, value in self.start_message["headers"])
        return ENTRY_SIZE + len(key[0]) + len(key[1]) + headers + len(self.body) + len(self.etag)


class ResponseCache:
    """Sends an immutable answer again as it was first sent.

    Only an erasure can change such an answer, so the cache is emptied when ``count_erasures``
    returns another number, and unused while it returns None.
    Callers whose ``find_rights`` are equal get the same; None of them means that the answer is no.
    """

    def __init__(
        self,
        app: ASGIApp,
        find_rights: Callable[[Scope], object | None],
        count_erasures: Callable[[], int | None] = lambda: 0,
    ) -> None:
        self.app, self.find_rights, self.count_erasures = app, find_rights, count_erasures
        self.total_size, self.seen_erasures = 0, count_erasures()
        self.responses: OrderedDict[RequestKey, CachedResponse] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["query_string"]:
            await self.app(scope, receive, send)
            return
        headers, rights = Headers(scope=scope), self.find_rights(scope)
        if rights is None:
            await self.app(scope, receive, send)
            return
        wants = wants_ndjson(Request(scope)), wanted_encoding(headers)
        key = (scope["path"], scope["query_string"], *wants, rights)
        erasure_count = self._check_erasures()
        response = None if erasure_count is None else self.responses.get(key)
        if response is None or "range" in headers:
            await self.app(scope, receive, self._storing_send(key, erasure_count, send))
            return
        self.responses.move_to_end(key)
        await _send_cached(response, caller_has_answer(Request(scope), response.etag), send)

    def _check_erasures(self) -> int | None:
        """Return how many erasures are known, and forget all answers if that has changed."""
        erasure_count = self.count_erasures()
        if erasure_count is not None and erasure_count != self.seen_erasures:
            self.responses.clear()
            self.total_size, self.seen_erasures = 0, erasure_count
        return erasure_count

    def _storing_send(self, key: RequestKey, erasure_count: int | None, send: Send) -> Send:
        """Return a function that sends an answer and stores it if it is whole and immutable."""
        start_message: Message | None = None

        async def send_and_store(message: Message) -> None:
            nonlocal start_message
            await send(message)
            if message["type"] == "http.response.start":
                start_message = message if _is_immutable(message) else None
                return
            body = message.get("body", b"")
            if start_message and not message.get("more_body") and len(body) <= LARGEST_BODY:
                etag = Headers(raw=start_message["headers"])["etag"]
                response = CachedResponse(start_message, fit(body), etag)
                self.store_response(key, erasure_count, response)
            start_message = None  # the rest of what comes in parts

        return send_and_store

    def store_response(
        self, key: RequestKey, erasure_count: int | None, response: CachedResponse
    ) -> None:
        """Store an answer to a request that came when this number of erasures was known."""
        if (
            erasure_count is None
            or erasure_count != self._check_erasures()
            or key in self.responses
        ):
            return  # it may be older than the last erasure, or two asked at once
        self.responses[key] = response
        self.total_size += response.measure(key)
        while self.total_size > CACHE_SIZE:
            dropped_key, dropped_response = self.responses.popitem(last=False)
            self.total_size -= dropped_response.measure(dropped_key)


def _is_immutable(start_message: Message) -> bool:
    headers = Headers(raw=start_message["headers"])
    return (
        start_message["status"] == 200
        and "immutable" in headers.get("cache-control", "")
        and "etag" in headers
    )


async def _send_cached(response: CachedResponse, is_unchanged: bool, send: Send) -> None:
    """Send an answer, or 304 where the caller has it already."""
    start_message, body = response.start_message, response.body
    if is_unchanged:
        omitted_headers = (b"content-length", b"content-type", b"content-encoding")
        headers = [pair for pair in start_message["headers"] if pair[0] not in omitted_headers]
        start_message, body = {**start_message, "status": 304, "headers": headers}, b""
    await send(start_message)
    await send({"type": "http.response.body", "body": body})


class BrowserRules:
    """Tells browsers of every answer what they may do with it, where it does not say so itself.

    What came over TLS is asked for over TLS alone from then on, unless it is on the own machine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        rules = BROWSER_RULES
        if scope["scheme"] == "https" and not _is_own_machine(scope):
            rules = (*rules, ONLY_TLS)

        async def send_with_rules(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                told = {name for name, _ in headers}
                if message["status"] == 304:
                    told.add(NO_CONTENT[0])  # the answer that the browser has keeps its own
                missing = [rule for rule in rules if rule[0] not in told]
                message = {**message, "headers": [*headers, *missing]}
            await send(message)

        await self.app(scope, receive, send_with_rules)


def _is_own_machine(scope: Scope) -> bool:
    return read_host(Headers(scope=scope).get("host", "").encode("latin-1")) in LOOPBACK_NAMES


class HeadAsGet:
    """HEAD works wherever GET does: the same answer without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        has_ended = False

        async def send_without_body(message: Message) -> None:
            nonlocal has_ended
            if message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": b""}  # the last: a stream has none
            if not has_ended:
                await send(message)
            has_ended = message["type"] == "http.response.body"

        inner_scope = {**scope, "method": "GET", "asked_method": "HEAD"}
        await self.app(inner_scope, receive, send_without_body)
