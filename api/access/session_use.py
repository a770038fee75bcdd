"""What a session does to each request that carries it: it is used, and its answer is private."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.sessions import SessionRing, read_token
from ledger.fault_log import is_foreseen

WAITING = 16
"""Requests that wait at once for a look at the sessions that other processes began."""


class SessionUse:
    """Makes sure that a session is known which another process began, and that no cache keeps an
    answer to it."""

    def __init__(self, app: ASGIApp, sessions: SessionRing) -> None:
        self.app, self.sessions = app, sessions
        self._limiter, self._waiting = CapacityLimiter(1), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = read_token(scope) if scope["type"] == "http" else None
        if token is None:
            await self.app(scope, receive, send)
            return
        if self.sessions.lacks(token) and self._waiting < WAITING:
            await self._look_again(token)
        self.sessions.mark_used(token)

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}
                make_private(MutableHeaders(raw=message["headers"]))
            await send(message)

        await self.app(scope, receive, send_private)

    async def _look_again(self, token: str) -> None:
        def look() -> None:
            if self.sessions.lacks(token):  # nobody before it looked
                self.sessions.refresh()

        self._waiting += 1
        try:
            await to_thread.run_sync(look, limiter=self._limiter)
        except Exception as error:  # of any database
            if not is_foreseen(error):
                raise  # else it counts once it is known
        finally:
            self._waiting -= 1


def make_private(headers: MutableHeaders) -> None:
    """Keep an answer from all caches, also that of the browser, unless it is the same for all."""
    if "public" in headers.get("cache-control", ""):
        return
    headers["Cache-Control"] = "private, no-store"
    if "cookie" not in headers.get("vary", "").lower():
        headers.add_vary_header("Cookie")
