"""Compressed answers: gzip or zstd where the caller takes it, each with a validator of its own."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import partial

import zstandard
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.responses import EVENT_STREAM, accept_weights

MIN_SIZE = 1024
"""Bytes of a body below which it fits a packet as it is."""
LARGE_SIZE = 32 * 1024
"""Bytes of a body that is compressed apart from the event loop: it takes half a millisecond."""
GZIP_LEVEL, ZSTD_LEVEL = 4, 3
PAGE_LEVEL = 6
"""The level for a page, which a person waits for on a slow line: a tenth smaller, a millisecond
later."""
ENCODERS: dict[str, Callable[[bytes, bool], bytes]] = {
    "zstd": lambda body, is_page: zstandard.ZstdCompressor(
        level=PAGE_LEVEL if is_page else ZSTD_LEVEL
    ).compress(body),
    "gzip": lambda body, is_page: gzip.compress(
        body, PAGE_LEVEL if is_page else GZIP_LEVEL, mtime=0
    ),
}
"""How a body is compressed, the encoding that is preferred first."""
_TEXTUAL = re.compile(r"text/.*|application/(.*\+)?(json|xml)|application/x-ndjson|image/svg\+xml")


def wanted_encoding(headers: Headers) -> str:
    """Return the encoding that a caller wants most of those there are; empty for none."""
    weights = accept_weights(",".join(headers.getlist("accept-encoding")))
    wanted = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODERS}
    best = max(wanted, key=wanted.__getitem__)
    return best if wanted[best] > 0 and "range" not in headers else ""


class CompressedAnswers:
    """Compresses what a GET is answered in one piece; streams stay as they are.

    A strong entity tag gets the encoding as its suffix, so that no two encodings share one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        sender = _CompressingSender(Headers(scope=scope), send)
        await self.app(sender.strip_suffixes(scope), receive, sender.send_message)


class _CompressingSender:
    """Sends one answer, once it is known whether its body comes in one piece."""

    def __init__(self, headers: Headers, send: Send) -> None:
        self.send, self.encoding = send, wanted_encoding(headers)
        self.known_tags = ",".join(headers.getlist("if-none-match"))
        self.waiting_start: Message | None = None

    def strip_suffixes(self, scope: Scope) -> Scope:
        """Return a request whose entity tags are those of the answers before their compression."""
        suffix, end = f'-{self.encoding}"'.encode(), b'"'
        if not self.encoding or suffix.decode() not in self.known_tags:
            return scope
        headers = [
            (name, value.replace(suffix, end) if name == b"if-none-match" else value)
            for name, value in scope["headers"]
        ]
        return {**scope, "headers": headers}

    async def send_message(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self.waiting_start is None:
            await self.send(message)
        else:
            start, self.waiting_start = self.waiting_start, None
            body = message.get("body", b"")
            is_whole = not message.get("more_body", False)
            if self.encoding and is_whole and len(body) >= MIN_SIZE:
                message = {"type": "http.response.body", "body": await self._compress(start, body)}
            await self.send(start)
            await self.send(message)

    async def _start(self, message: Message) -> None:
        """Send how an answer starts, or let it wait for the body if that may be compressed."""
        headers = MutableHeaders(raw=list(message["headers"]))
        kind = headers.get("content-type", "").partition(";")[0]
        is_textual = bool(_TEXTUAL.fullmatch(kind)) and kind != EVENT_STREAM
        if message["status"] != 304 and (not is_textual or "content-encoding" in headers):
            await self.send(message)
            return
        if not re.search(r"\baccept-encoding\b", headers.get("vary", ""), re.IGNORECASE):
            headers.add_vary_header("Accept-Encoding")
        message = {**message, "headers": headers.raw}
        if message["status"] == 304:
            tag = headers.get("etag", "")
            if tag and self.encoding and self._with_suffix(tag) in self.known_tags:
                headers["etag"] = self._with_suffix(tag)
            await self.send(message)
        else:
            self.waiting_start = message

    async def _compress(self, start: Message, body: bytes) -> bytes:
        """Return a body compressed, and say so in how its answer starts."""
        headers = MutableHeaders(raw=start["headers"])
        is_page = headers.get("content-type", "").startswith("text/html")
        encode = partial(ENCODERS[self.encoding], body, is_page)
        encoded = encode() if len(body) < LARGE_SIZE else await to_thread.run_sync(encode)
        headers["content-encoding"], headers["content-length"] = self.encoding, str(len(encoded))
        if "etag" in headers:
            headers["etag"] = self._with_suffix(headers["etag"])
        return encoded

    def _with_suffix(self, tag: str) -> str:
        """Return the entity tag of the compressed answer; a weak one is of all encodings."""
        return tag if tag.startswith("W/") else f'{tag[:-1]}-{self.encoding}"'
