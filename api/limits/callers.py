"""Callers: so many requests a minute, and so many streams, for each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.caller import OWNER, Caller
from api.http.problems import refusal_response
from api.limits import server_limits
from api.limits.answers import STREAM, UNLIMITED
from api.limits.rates import CallerId, RequestRates, machine_of
from api.limits.server_limits import ServerLimits
from domain.errors import BusyError, MinutebookError, TooManyRequestsError


class CallerLimits:
    """Refuses a caller that asks too often, and streams beyond what there is room for.

    Whoever opened the ledger, and the own machine of a server without keys, asks as often as it
    likes.
    """

    def __init__(
        self, app: ASGIApp, identify: Callable[[Scope], Caller], limits: ServerLimits
    ) -> None:
        self.app, self.identify, self.limits = app, identify, limits
        self.rates = RequestRates(limits.requests_per_minute)
        self.streams = Counter[CallerId | None]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or UNLIMITED.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        caller = self._find_caller(scope)
        wait = self.rates.seconds_until_next(caller) if caller and self.rates.per_minute else 0.0
        if wait:
            await self._refuse_often(wait, scope, receive, send)
        elif STREAM.fullmatch(scope["path"]):
            await self._follow(caller, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _find_caller(self, scope: Scope) -> CallerId | None:
        """Return whose requests this one is counted among, or None where nobody counts."""
        try:
            caller = self.identify(scope)
        except BusyError:
            return None  # keys cannot be read, so nobody is answered anyway
        except MinutebookError:
            return machine_of(scope)  # also of who tries keys
        if caller is OWNER:
            return None
        return ("key", caller.name) if caller.name else machine_of(scope)

    async def _refuse_often(self, wait: float, scope: Scope, receive: Receive, send: Send) -> None:
        seconds, rate = math.ceil(wait), self.rates.per_minute
        error = TooManyRequestsError(
            f"more than {rate} requests a minute", hint=f"wait {seconds} s, then ask less often"
        )
        response = refusal_response(error)
        response.headers["Retry-After"] = str(seconds)
        await response(scope, receive, send)

    async def _follow(
        self, caller: CallerId | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        is_crowded = caller is not None and self.streams[caller] >= server_limits.CALLER_STREAMS
        if is_crowded or self.streams.total() >= self.limits.max_streams:
            whose = "yours are" if is_crowded else "there are"
            error = BusyError(f"{whose} as many streams as may be open", hint="close another one")
            await refusal_response(error)(scope, receive, send)
            return
        self.streams[caller] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.streams[caller] -= 1
            if not self.streams[caller]:
                del self.streams[caller]
