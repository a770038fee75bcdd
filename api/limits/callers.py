"""Callers: so many requests a minute, and so many streams, for each."""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.caller import OWNER, Caller
from api.http.problems import refusal_response
from api.limits import server_limits
from api.limits.answers import STREAM, UNLIMITED
from api.limits.server_limits import ServerLimits
from domain.errors import BusyError, MinutebookError, TooManyRequestsError

KNOWN_CALLERS = 20_000
"""Callers whose requests are counted; of more, those that asked least lately are forgotten."""
CallerId = tuple[str, str]
"""A key by its name, or a machine by its address."""


class RequestRates:
    """A bucket for each caller, which a request takes from and time fills."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self.clock = per_minute, clock
        self._buckets: OrderedDict[CallerId, tuple[float, float]] = OrderedDict()

    def seconds_until_next(self, caller: CallerId) -> float:
        """Count a request and return 0, or how many seconds later it would be answered."""
        now, rate = self.clock(), self.per_minute / 60
        left, counted_at = self._buckets.pop(caller, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - counted_at) * rate)
        wait = 0.0 if left >= 1 else (1 - left) / rate
        self._buckets[caller] = (left if wait else left - 1, now)
        if len(self._buckets) > KNOWN_CALLERS:
            self._buckets.popitem(last=False)
        return wait


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
            return _machine_of(scope)  # also of who tries keys
        if caller is OWNER:
            return None
        return ("key", caller.name) if caller.name else _machine_of(scope)

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


def _machine_of(scope: Scope) -> CallerId:
    """Return the machine that a request came from; of IPv6 its network, which is one owner's."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return "machine", host
    if isinstance(address, IPv6Address):
        return "machine", str(IPv6Network((address, 64), strict=False))
    return "machine", host
