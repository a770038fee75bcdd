"""Answers that never change, kept in this process and given again in front of all routing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.replies import held

BYTES = 64 * 2**20
"""Bodies kept at most, the least lately asked for going first."""
LARGEST = 4 * 2**20
Key = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, as it was sent."""

    start: Message
    body: bytes
    etag: str


class Pinned:
    """Gives an immutable answer again as it was first given.

    Erasure is the one thing that may change such an answer, so all of them go when ``erasures``
    tells another number, and none is kept or given while it tells None.
    What the caller may see is part of the address.
    """

    def __init__(self, app: ASGIApp, erasures: Callable[[], int | None]) -> None:
        self.app, self.erasures = app, erasures
        self.size, self.seen = 0, erasures()
        self.kept: OrderedDict[Key, Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["query_string"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = (scope["path"], scope["query_string"], headers.get("accept", ""))
        seen = self._seen()
        answer = None if seen is None else self.kept.get(key)
        if answer is None or "range" in headers:
            await self.app(scope, receive, _Listener(self, key, seen, send))
            return
        self.kept.move_to_end(key)
        await _given(answer, held(Request(scope), answer.etag), send)

    def _seen(self) -> int | None:
        """Tell how many erasures are known of, and forget everything at one more."""
        seen = self.erasures()
        if seen is not None and seen != self.seen:
            self.kept.clear()
            self.size, self.seen = 0, seen
        return seen

    def keep(self, key: Key, seen: int | None, answer: Answer) -> None:
        """Keep an answer that was asked for when so many erasures were known of."""
        if seen is None or seen != self._seen() or key in self.kept:
            return  # it may be older than the last erasure, or two asked at once
        self.kept[key] = answer
        self.size += len(answer.body)
        while self.size > BYTES:
            _, old = self.kept.popitem(last=False)
            self.size -= len(old.body)


async def _given(answer: Answer, there: bool, send: Send) -> None:
    """Send an answer, or that the caller has it already."""
    if there:
        kept = [pair for pair in answer.start["headers"]
                if pair[0] not in (b"content-length", b"content-type")]  # fmt: skip
        await send({**answer.start, "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    await send(answer.start)
    await send({"type": "http.response.body", "body": answer.body})


class _Listener:
    """Passes an answer on, and keeps it if it is whole and immutable."""

    def __init__(self, pinned: Pinned, key: Key, seen: int | None, send: Send) -> None:
        self.pinned, self.key, self.seen, self.send = pinned, key, seen, send
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        await self.send(message)
        if message["type"] == "http.response.start":
            self.start = message
        elif self.start and not message.get("more_body"):
            self._heard(self.start, message.get("body", b""))
        else:
            self.start = None  # it came in parts

    def _heard(self, start: Message, body: bytes) -> None:
        headers = Headers(raw=start["headers"])
        immutable = "immutable" in headers.get("cache-control", "")
        if start["status"] == 200 and immutable and len(body) <= LARGEST and "etag" in headers:
            self.pinned.keep(self.key, self.seen, Answer(start, body, headers["etag"]))
