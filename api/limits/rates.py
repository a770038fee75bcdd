"""Rates: so many requests a minute, of a key or a machine."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

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


def machine_of(scope: Scope) -> CallerId:
    """Return the machine that a request came from; of IPv6 its network, which is one owner's."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return "machine", host
    if isinstance(address, IPv6Address):
        return "machine", str(IPv6Network((address, 64), strict=False))
    return "machine", host
