"""The HTTP interface asked within a process: no socket, and bodies come as they are made."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import httpx
from anyio import EndOfStream, create_memory_object_stream
from anyio.from_thread import BlockingPortal
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.types import ASGIApp, Message

WAITING_CHUNKS = 4
"""How many parts of a body are made before they are read."""


class InProcessTransport(httpx.BaseTransport):
    """Hands each request to an application that runs in the event loop of a portal.

    What goes wrong inside the application is raised to the caller.
    """

    def __init__(self, app: ASGIApp, portal: BlockingPortal) -> None:
        self.app, self.portal = app, portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        sender, receiver = create_memory_object_stream[Message](WAITING_CHUNKS)
        exchange = self.portal.start_task_soon(self._run_app, request, request.read(), sender)
        chunks = _Chunks(self.portal, exchange, receiver)
        start = chunks.next_message()
        if start is None or start["status"] == 500:
            exchange.result()
            raise RuntimeError("the application sent no answer")
        return httpx.Response(start["status"], headers=start["headers"], stream=chunks)

    async def _run_app(
        self, request: httpx.Request, body: bytes, sender: MemoryObjectSendStream[Message]
    ) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port),
            "client": None,
        }
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            return next(messages, {"type": "http.disconnect"})

        async with sender:
            await self.app(scope, receive, sender.send)


class _Chunks(httpx.SyncByteStream):
    """The body of an answer, part by part."""

    def __init__(
        self,
        portal: BlockingPortal,
        exchange: Future[None],
        receiver: MemoryObjectReceiveStream[Message],
    ) -> None:
        self.portal, self.exchange, self.receiver = portal, exchange, receiver

    def next_message(self) -> Message | None:
        """Return what the application sends next, or None after its last message."""
        try:
            return self.portal.call(self.receiver.receive)
        except EndOfStream:
            self.exchange.result()
            return None

    def __iter__(self) -> Iterator[bytes]:
        while message := self.next_message():
            yield message.get("body", b"")

    def close(self) -> None:
        self.portal.call(self.receiver.aclose)
