"""Where a person goes back to after signing in: a page of this site, and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from api.access.caller import Caller
from api.access.gate import READING_METHODS

DEFAULT = "/account"
MAX_LENGTH = 2000
_OWN_ADDRESS = re.compile(r"/(?!/)[!-\[\]-~]*")
"""A path of this host and what follows, in ASCII without spaces and backslashes."""
_SIGNING = re.compile(r"/sign-(in|out)\b.*")


def read_return_address(text: str | None) -> str:
    """Return an address of this site, another one replaced by the account."""
    if not text or len(text) > MAX_LENGTH or not _OWN_ADDRESS.fullmatch(text):
        return DEFAULT
    return DEFAULT if _SIGNING.match(text) else text


def address_of(request: Request) -> str:
    """Return the address to come back to for the page that was asked for."""
    if request.method not in READING_METHODS:
        return DEFAULT
    query = request.scope["query_string"].decode("latin-1")
    raw_path = request.scope.get("raw_path") or request.url.path.encode()
    path = raw_path.partition(b"?")[0].decode("latin-1")
    return read_return_address(f"{path}?{query}" if query else path)


def show_as(address: str, caller: Caller) -> str:
    """Return the address of a page of a negotiation for the audience of who signed in, unless it
    says for whom it is."""
    path, _, query = address.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    if not path.startswith("/desk/") or caller.audience == "public" or "audience" in dict(pairs):
        return address
    return f"{path}?{urlencode([*pairs, ('audience', caller.audience)])}"


def comes_from_elsewhere(request: Request) -> bool:
    """Return whether a link of another site led here: browsers send no session along then."""
    site, mode = (request.headers.get(f"sec-fetch-{name}") for name in ("site", "mode"))
    return site in ("cross-site", "same-site") and mode == "navigate"
