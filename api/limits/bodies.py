"""Bodies: so many bytes of all of them in memory, and none slower than it must be."""

from __future__ import annotations

import asyncio
import time

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import server_limits
from domain.errors import BusyError, SlowRequestError


class HeldBodies:
    """The bytes of bodies that are in memory."""

    def __init__(self, size: int = server_limits.HELD_BODIES) -> None:
        self.size, self.held = size, 0

    def add(self, size: int) -> None:
        """Raise BusyError where that is too much with the others."""
        if self.held + size > self.size:
            raise BusyError(
                "the bodies of other requests are as much as is held at once",
                hint="try again in a second",
            )
        self.held += size

    def remove(self, size: int) -> None:
        self.held -= size


class BodyLimits:
    """Counts what a body has sent until it is answered, and ends one that is too slow.

    Of a trial, which reads its body by pages, no more is counted than one page.
    """

    def __init__(self, app: ASGIApp, page_bytes: int) -> None:
        self.app, self.page_bytes, self.bodies = app, page_bytes, HeldBodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        started, received, counted, is_whole = time.monotonic(), 0, 0, False

        async def receive_in_time() -> Message:
            nonlocal received, counted, is_whole
            if is_whole:
                return await receive()  # that the client has gone
            allowed = server_limits.BODY_SECONDS + received / server_limits.BODY_RATE
            try:
                async with asyncio.timeout(max(0.0, started + allowed - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                raise SlowRequestError(
                    f"{received} bytes of the body came in {allowed:.0f} seconds",
                    hint=f"send faster than {server_limits.BODY_RATE // 1024} KiB a second",
                ) from None
            body: bytes = message.get("body", b"")
            received += len(body)
            more = max(0, min(received, self.page_bytes) - counted)
            self.bodies.add(more)
            counted += more
            is_whole = not message.get("more_body", False)
            return message

        try:
            await self.app(scope, receive_in_time, send)
        except ClientDisconnect:
            pass  # nobody waits for an answer
        finally:
            self.bodies.remove(counted)
