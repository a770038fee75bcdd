"""Pieces of a page that are drawn once and kept, and sent once where the reader has them still.

Most of a page is the same on the next day. What a macro draws of plain values is kept by these
values. A page tells by ``data-have`` which pieces it has; a request that repeats it in the header
``Have`` is given each piece that stayed in its place as an empty element marked ``data-same``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256

import orjson
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from api.pages.shared.page_context import PageContext

MAX_FRAGMENTS = 2**13
"""Pieces kept, some 500 bytes each; all go when there are more."""
MAX_PAGES = 256
"""Pages whose pieces are remembered, some 10 kB each; the oldest go first."""
LINK_PLACEHOLDER = Markup("\0")
"""Stands in a piece for what differs from page to page; it is put in when the piece is sent."""


class FragmentCache:
    """Pieces by what they are drawn from, and the digests of the pieces of each page sent."""

    def __init__(self) -> None:
        self.fragments: dict[tuple[str, str, str, bytes], tuple[str, bytes]] = {}
        self.page_digests: OrderedDict[str, tuple[bytes, list[bytes]]] = OrderedDict()


class PageFragments:
    """The pieces of one page, in order. ``shape`` says how many there are and of what."""

    def __init__(self, frame: PageContext, shape: object) -> None:
        self.frame, self.shape = frame, sha256(orjson.dumps(shape)).digest()
        self.digests: list[bytes] = []
        self.cache = frame.page_state.fragments
        previous_shape, previous_digests = self.cache.page_digests.get(
            frame.request.headers.get("have", ""), (b"", [])
        )
        self.previous_digests = previous_digests if previous_shape == self.shape else []

    def draw(
        self,
        macro: Macro,
        values: Mapping[str, object],
        placeholder_text: str,
        unchanged_element: str,
    ) -> str:
        """Return what a macro draws of plain values, which must follow from these, language and
        zone alone; or the element that says that the reader has it."""
        text, digest = self._draw_fragment(macro, values)
        index = len(self.digests)
        self.digests.append(digest)
        if self.previous_digests and self.previous_digests[index] == digest:
            return Markup(unchanged_element)  # noqa: S704  # a constant of the template
        return Markup(text.replace(LINK_PLACEHOLDER, escape(placeholder_text)))  # noqa: S704  # drawn by a template

    @property
    def have(self) -> str:
        """The name of these pieces, remembered for the next request."""
        name = sha256(self.shape + b"".join(self.digests)).hexdigest()[:24]
        page_digests = self.cache.page_digests
        page_digests.pop(name, None)
        page_digests[name] = self.shape, self.digests
        while len(page_digests) > MAX_PAGES:
            page_digests.popitem(last=False)
        return name

    def _draw_fragment(self, macro: Macro, values: Mapping[str, object]) -> tuple[str, bytes]:
        values_digest = sha256(orjson.dumps(values)).digest()
        key = (macro.name, self.frame.words.lang, self.frame.dates.zone, values_digest)
        fragments = self.cache.fragments
        if (fragment := fragments.get(key)) is None:
            if len(fragments) >= MAX_FRAGMENTS:
                fragments.clear()
            text = str(macro(values))
            fragment = fragments[key] = text, sha256(text.encode()).digest()[:12]
        return fragment
