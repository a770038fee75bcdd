"""Fetching pages and feeds that people name: in bounds, and never from inside a network."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from domain.errors import InvalidQuestionError

MAX_BYTES = 4 * 2**20
"""Bytes of a page or feed."""
MAX_REDIRECTS = 5
STEP_SECONDS, WHOLE_SECONDS = 10.0, 20.0
"""Seconds for a connection or a piece of an answer, and for all of it."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that stand for one of the older kind, which may be a private one."""
REDIRECTS = (301, 302, 303, 307, 308)
NO_TEXT = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip")
REPLACED = "\N{REPLACEMENT CHARACTER}"
CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
OF_THE_WEB = re.compile(
    r"utf-?16|iso-|iso8859|latin|windows-|cp\d|koi8|mac|gb|big5|euc|shift|ks_c|tis", re.IGNORECASE
)
"""How the names of character sets begin in which pages are written. Python knows other encodings
too, one of which takes minutes for a page."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What an address answered: ``url`` is where that was found in the end."""

    url: str
    body: bytes
    content_type: str

    def require_text(self) -> None:
        """Raise InvalidQuestionError where the body is no text, such as a PDF or a picture."""
        kind = self.content_type.partition(";")[0].strip().casefold()
        if self.body[:5] == b"%PDF-" or kind.startswith(NO_TEXT):
            kind = kind if kind.startswith(NO_TEXT) else "application/pdf"
            detail = f"{_host(self.url)} answers {kind}, which is no page"
            raise InvalidQuestionError.for_field("url", detail, "paste the text instead")

    @property
    def text(self) -> str:
        """The body as text: in UTF-8 where it is that, whatever is said of it, else by the
        character set of its header or of itself, else as browsers read what says nothing."""
        read = self.body.decode("utf-8", "replace")
        beyond_ascii = len(read) - len(read.encode("ascii", "ignore"))
        if beyond_ascii > 2 * read.count(REPLACED):
            return read
        named = (
            *CHARSET.findall(self.content_type),
            *CHARSET.findall(self.body[:2048].decode("ascii", "ignore")),
        )
        for name in filter(OF_THE_WEB.match, named):
            with suppress(LookupError):
                return self.body.decode(name, "replace")
        return self.body.decode("cp1252", "replace") if beyond_ascii else read


class Fetcher:
    """Fetches what is public; private addresses too where the settings allow it."""

    def __init__(self, *, allows_private: bool = False) -> None:
        self.backend = GuardedBackend(allows_private=allows_private)

    def fetch(self, url: str) -> FetchedPage:
        """Return what an address answers. Raises InvalidQuestionError saying why there is none."""
        try:
            return self._fetch(url)
        except _UnreachableError as error:
            raise InvalidQuestionError.for_field("url", str(error), error.hint) from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            detail = f"{_host(url)} does not answer: {type(error).__name__}"
            raise InvalidQuestionError.for_field(
                "url", detail, "look whether the address opens in a browser"
            ) from None

    def _fetch(self, url: str) -> FetchedPage:
        end = time.monotonic() + WHOLE_SECONDS
        with httpcore.ConnectionPool(network_backend=self.backend, retries=0) as pool:
            for _ in range(MAX_REDIRECTS + 1):
                _require_web(url)
                answer = _ask(pool, url, end)
                if isinstance(answer, FetchedPage):
                    return answer
                url = urljoin(url, answer)
        raise _UnreachableError(f"it redirects more than {MAX_REDIRECTS} times")


class _UnreachableError(Exception):
    hint = "paste the text instead"


def _ask(pool: httpcore.ConnectionPool, url: str, end: float) -> FetchedPage | str:
    """Return what an address answers, or where it redirects to."""
    headers = [("User-Agent", "Minutebook"), ("Accept-Encoding", "identity"), ("Accept", "*/*")]
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)
    extensions: Any = {"timeout": timeouts}
    with pool.stream("GET", _ascii(url), headers=headers, extensions=extensions) as answer:
        fields = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
        if answer.status in REDIRECTS and b"location" in fields:
            return fields[b"location"]
        if answer.status != 200:
            raise _UnreachableError(f"{_host(url)} answers {answer.status}")
        parts, size = [], 0
        for part in answer.iter_stream():
            size += len(part)
            if size > MAX_BYTES:
                raise _UnreachableError(f"the answer is over {MAX_BYTES} bytes")
            if time.monotonic() > end:
                raise _UnreachableError(f"the answer takes over {WHOLE_SECONDS:.0f} seconds")
            parts.append(part)
        return FetchedPage(url, b"".join(parts), fields.get(b"content-type", ""))


def _require_web(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise _UnreachableError(f"{url[:80]!r} is not an address of the web")


def _ascii(url: str) -> str:
    """Return an address as it is sent: its host in IDNA, the rest escaped."""
    import httpx  # which knows both

    return str(httpx.URL(url))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url)[:80]


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the very address that was looked at, so that no name leads elsewhere later."""

    def __init__(self, *, allows_private: bool) -> None:
        self.allows_private = allows_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise _UnreachableError(f"there is no host {host[:80]!r}") from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self.allows_private and not all(map(is_public, addresses)):
            error = _UnreachableError(f"{host[:80]} is inside a network, not public")
            error.hint = "the setting fetch_private allows such addresses"
            raise error
        return self._plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def is_public(text: str) -> bool:
    """Return whether an IP address is one of the public internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if address in NAT64 or address.teredo:
            return False
    return address.is_global and not address.is_multicast
