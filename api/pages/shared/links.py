"""Addresses that keep what was asked: of this page, of another, of this very answer for ever."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request

from api.pages.shared.page_params import PageParams, QueryPair
from domain.basis import CLOCK_PARAMS, Basis
from domain.model import Json

SHARED_PARAMS = frozenset(PageParams.model_fields)
"""The parameters that stay when a reader goes to another page."""


class PageLinks:
    """The addresses of one reader before one page, from the pairs that were understood."""

    request: Request
    query_pairs: list[QueryPair]
    basis: Basis
    slug: str

    @property
    def base(self) -> str:
        return f"/desk/{self.slug}"

    @property
    def shared_pairs(self) -> list[QueryPair]:
        """What was asked that every page takes."""
        return [pair for pair in self.query_pairs if pair[0] in SHARED_PARAMS]

    def page_address(self, path: str = "", **changes: object) -> str:
        """Return the address of another page with the same state, some of it changed."""
        page_path = f"{self.base}/{path}" if path and path != "overview" else self.base
        return _build_address(page_path, self.shared_pairs, changes)

    def current_address(self, **changes: object) -> str:
        """Return the address of this page with parameters changed; None leaves one out."""
        return _build_address(self.request.url.path, self.query_pairs, changes)

    def address_prefix(self, name: str) -> str:
        """Return the address of this page up to the value of a parameter, for many links alike.

        What follows must need no escaping, as slugs and slashes do not.
        """
        return f"{self.current_address(**{name: 0})[:-1]}"

    def address_at_day(self, day: object) -> str:
        """Return the address of this page as of another date, or live for None."""
        return self.current_address(as_of=day, **dict.fromkeys(CLOCK_PARAMS))

    def address_in_form(self, form: str) -> str:
        """Return the address of the same page in another form, such as json."""
        return _build_address(f"{self.request.url.path}.{form}", self.query_pairs, {})

    @property
    def permalink(self) -> str:
        """The address that shows this very answer for ever."""
        pin = self.basis.pinned_params()
        page_pairs = [pair for pair in self.query_pairs if pair[0] not in SHARED_PARAMS]
        return _build_address(self.request.url.path, [*pin, *page_pairs], {})

    def absolute_address(self, address: str) -> str:
        """Return an address with the host that the reader asked."""
        return f"{str(self.request.base_url).rstrip('/')}{address}"

    def receipt_address(self, answer_path: str) -> str:
        """Return the address of a citation receipt of an answer, pinned."""
        path = f"/v1/negotiations/{self.slug}/receipt"
        return _build_address(path, [*self.basis.pinned_params(), ("of", answer_path)], {})

    def carried_pairs(self, *excluded: str) -> list[QueryPair]:
        """Return what a form must carry along besides its own fields."""
        return [pair for pair in self.query_pairs if pair[0] not in excluded]


def _build_address(path: str, pairs: Sequence[QueryPair], changes: Json) -> str:
    new_pairs = [pair for pair in pairs if pair[0] not in changes]
    for name, value in changes.items():
        if value not in (None, ""):
            new_pairs.append((name, str(value)))
    query = urlencode(new_pairs)
    return f"{path}?{query}" if query else path
