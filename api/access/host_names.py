"""The names of hosts, as a setting and a request write them."""

from __future__ import annotations

import re

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
HOST_REGEX = r"\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?"
"""A name, an IPv4 address, or an IPv6 address in brackets, in lower case."""


def check_host(name: object) -> str:
    """Return a configured host in lower case. Raises ValueError where it is none."""
    host = str(name).strip().lower()
    bare = host if host.count(":") < 2 or host.startswith("[") else f"[{host}]"
    if re.fullmatch(HOST_REGEX, bare) is None:
        raise ValueError(f"{host!r} is no host")
    return bare
