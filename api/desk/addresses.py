"""Addresses that keep what was asked: of this page, of another, of this very answer for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from api.desk.asked import Pair, Shown
from domain.basis import Basis

STATE = frozenset(Shown.model_fields)
"""The parameters that stay when a reader goes to another page."""
CLOCKS = ("known_at", "valid_at", "recorded_at", "seq")
"""What gives way when another date is chosen."""


class Addresses:
    """The addresses of one reader before one page, from the pairs that were understood."""

    request: Request
    kept: list[Pair]
    basis: Basis
    slug: str

    @property
    def base(self) -> str:
        return f"/desk/{self.slug}"

    @property
    def state(self) -> list[Pair]:
        """What was asked that every page takes."""
        return [pair for pair in self.kept if pair[0] in STATE]

    def link(self, path: str = "", **changes: Any) -> str:
        """Return the address of another page with the same state, some of it changed."""
        whole = f"{self.base}/{path}" if path and path != "overview" else self.base
        return _address(whole, self.state, changes)

    def here(self, **changes: Any) -> str:
        """Return the address of this page with parameters changed; None leaves one out."""
        return _address(self.request.url.path, self.kept, changes)

    def opening_of(self, name: str) -> str:
        """Return the address of this page up to the value of a parameter, for many links alike.

        What follows must need no escaping, as slugs and slashes do not.
        """
        return f"{self.here(**{name: 0})[:-1]}"

    def dated(self, day: Any) -> str:
        """Return the address of this page as of another date, or live for None."""
        return self.here(as_of=day, **dict.fromkeys(CLOCKS))

    def beside(self, form: str) -> str:
        """Return the address of the same page in another form, such as json."""
        return _address(f"{self.request.url.path}.{form}", self.kept, {})

    @property
    def permalink(self) -> str:
        """The address that shows this very answer for ever."""
        pin = self.basis.pin()
        own = [pair for pair in self.kept if pair[0] not in STATE]
        return _address(self.request.url.path, [*pin, *own], {})

    def absolute(self, address: str) -> str:
        """Return an address with the host that the reader asked."""
        return f"{str(self.request.base_url).rstrip('/')}{address}"

    def receipt(self, of: str) -> str:
        """Return the address of a citation receipt of an answer, pinned."""
        path = f"/v1/negotiations/{self.slug}/receipt"
        return _address(path, [*self.basis.pin(), ("of", of)], {})

    def hidden(self, *but: str) -> list[Pair]:
        """Return what a form must carry along besides its own fields."""
        return [pair for pair in self.kept if pair[0] not in but]


def _address(path: str, pairs: Sequence[Pair], changes: dict[str, Any]) -> str:
    found = [pair for pair in pairs if pair[0] not in changes]
    for name, value in changes.items():
        if value not in (None, ""):
            found.append((name, str(value)))
    query = urlencode(found)
    return f"{path}?{query}" if query else path
