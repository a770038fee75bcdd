"""Which hosts a server is known by, and from which pages it may be changed.

A page of another name that resolves to this machine (DNS rebinding) has its own name in Host, and a
page of another site is named in Origin and Sec-Fetch-Site: browsers let no script set these.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send

from api.access.gate import READING_METHODS, Connection
from api.access.host_names import HOST_REGEX, LOOPBACK_NAMES
from api.http.problems import refusal_response
from domain.errors import ForeignOriginError, MinutebookError, MisdirectedError

OWN_SITES = ("same-origin", "none")
"""What browsers call our own pages, and their user's own doing."""
_HOST_HEADER = re.compile(rf"({HOST_REGEX})\.?(:\d{{1,5}})?", re.IGNORECASE)


class HostGuard:
    """Answers only requests to known hosts, and of those that change something only our own."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app, self.hosts = app, LOOPBACK_NAMES | frozenset(hosts)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                self._check(scope)
            except MinutebookError as error:
                await refusal_response(error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _check(self, scope: Connection) -> None:
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1 or read_host(given[0]) not in self.hosts:
            shown = b", ".join(given).decode("latin-1")[:80] or "no host"
            raise MisdirectedError(
                f"this server is not known as {shown}",
                hint="use a name of its own machine, as 127.0.0.1; who runs it adds others to the"
                " setting hosts",
            )
        if scope["method"] not in READING_METHODS and is_foreign(Headers(scope=scope)):
            raise ForeignOriginError(
                "a page of another site sent this", hint="open the page here and send it again"
            )


@lru_cache(maxsize=64)
def read_host(header: bytes) -> str | None:
    """Return the name in a Host header without its port, or None where it is none."""
    match = _HOST_HEADER.fullmatch(header.decode("latin-1"))
    return match and match[1].lower()


def is_foreign(headers: Headers) -> bool:
    """Return whether a browser says that a page of another site sent a request."""
    return _names_own_site(headers) is False


def is_own_form(headers: Headers) -> bool:
    """Return whether a form came from one of our own pages, as the browser must say of it."""
    return _names_own_site(headers) is True and headers.get("sec-fetch-site") != "none"


def _names_own_site(headers: Headers) -> bool | None:
    """Return what a browser says of the page that sent a request, None where it says nothing.

    Sec-Fetch-Site goes first: Origin is null where a page sends no referrer.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in OWN_SITES
    return None if origin is None else urlsplit(origin).netloc == headers.get("host")
