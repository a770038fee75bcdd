"""Pieces of a page that are drawn once and kept, and sent once where the reader has them still.

Most of a page is the same on the next day. What a macro draws of plain values is kept by these
values. A page tells by ``data-have`` which pieces it has; a request that repeats it in the header
``Have`` is given each piece that stayed in its place as an empty element marked ``data-same``.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import Any

import orjson
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from api.desk.frame import Frame

KEPT = 2**13
"""Pieces kept, some 500 bytes each; all go when there are more."""
PAGES = 256
"""Pages whose pieces are remembered, some 10 kB each; the oldest go first."""
LATER = Markup("\0")
"""Stands in a piece for what differs from page to page; it is put in when the piece is sent."""
_kept: dict[tuple[str, str, str, bytes], tuple[str, bytes]] = {}
_pages: OrderedDict[str, tuple[bytes, list[bytes]]] = OrderedDict()


class Pieces:
    """The pieces of one page, in order. ``shape`` says how many there are and of what."""

    def __init__(self, frame: Frame, shape: Any) -> None:
        self.frame, self.shape = frame, sha256(orjson.dumps(shape)).digest()
        self.drawn: list[bytes] = []
        before, had = _pages.get(frame.request.headers.get("have", ""), (b"", []))
        self.had = had if before == self.shape else []

    def draw(self, macro: Macro, given: dict[str, Any], later: str, same: str) -> str:
        """Return what a macro draws of plain values, which must follow from these, language and
        zone alone; or the element that says that the reader has it."""
        found, digest = _drawn(self.frame, macro, given)
        place = len(self.drawn)
        self.drawn.append(digest)
        if self.had and self.had[place] == digest:
            return Markup(same)  # noqa: S704  # a constant of the template
        return Markup(found.replace(LATER, escape(later)))  # noqa: S704  # drawn by a template

    @property
    def have(self) -> str:
        """The name of these pieces, remembered for the next request."""
        name = sha256(self.shape + b"".join(self.drawn)).hexdigest()[:24]
        _pages.pop(name, None)
        _pages[name] = self.shape, self.drawn
        while len(_pages) > PAGES:
            _pages.popitem(last=False)
        return name


def _drawn(frame: Frame, macro: Macro, given: dict[str, Any]) -> tuple[str, bytes]:
    told = sha256(orjson.dumps(given)).digest()
    key = (macro.name, frame.words.lang, frame.dates.zone, told)
    if (found := _kept.get(key)) is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        text = str(macro(given))
        found = _kept[key] = text, sha256(text.encode()).digest()[:12]
    return found
