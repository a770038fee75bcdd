"""What the pages remember between requests: nothing that cannot be computed again.

Most of a page is the same on the next day. What a macro draws of plain values is kept by these
values. A page names by ``data-have`` the fragments that it has; a request that repeats it in the
header ``Have`` is given each fragment that stayed in its place as an empty element marked
``data-same``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

import orjson
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from api.session import Session
from api.stance_words import position_word
from domain.basis import Basis
from domain.cells import CellKey, ResolvedPosition
from domain.instants import DAY, EARLIEST, Instant
from projections.answers.positions import resolve_positions
from projections.view import KnownDay, View

if TYPE_CHECKING:
    from api.pages.shared.page_context import PageContext

_MAX_ENTRIES = 64


class RailCache:
    """The days of rails, counted once for as long as they stay: until something is recorded, or an
    embargo ends."""

    def __init__(self) -> None:
        self.entries: dict[tuple[object, ...], tuple[Instant, Instant, list[KnownDay]]] = {}

    def read_days(self, negotiation: str, now: View, known_at: Instant, seq: int) -> list[KnownDay]:
        """Return the days of a view as ``known_days`` gives them."""
        basis = now.basis
        key = (negotiation, basis.audience, basis.seq, known_at % DAY, min(seq, basis.seq))
        since, until, known_days = self.entries.get(key, (EARLIEST, EARLIEST, []))
        if basis.is_filtered or not since <= basis.known_at < until:
            known_days = now.known_days(known_at, seq)
            if len(self.entries) >= _MAX_ENTRIES:
                self.entries.clear()
            if not basis.is_filtered:
                self.entries[key] = basis.known_at, now.steady_until(), known_days
        return known_days


StanceWords = dict[CellKey, str | None]
MAX_DAYS = 64
"""Days kept, some 30 kB each where 300 cells are held."""


class StanceCache:
    """Who held what on the days that were looked at, in words and without any text of an event:
    a reader who drags along compares with a day that was shown a while ago."""

    def __init__(self) -> None:
        self.entries: OrderedDict[tuple[object, ...], StanceWords] = OrderedDict()

    def read_words(self, session: Session, basis: Basis) -> StanceWords:
        """Return the word of each cell under a basis."""
        if (cached_words := self.entries.get(_cache_key(session, basis))) is not None:
            return cached_words
        return self.remember_words(session, basis, resolve_positions(session.open_view(basis)))

    def remember_words(
        self, session: Session, basis: Basis, positions: Mapping[CellKey, ResolvedPosition]
    ) -> StanceWords:
        """Keep the words of what was read; the oldest go first."""
        words = {key: position_word(each) for key, each in positions.items()}
        self.entries[_cache_key(session, basis)] = words
        while len(self.entries) > MAX_DAYS:
            self.entries.popitem(last=False)
        return words


def _cache_key(session: Session, basis: Basis) -> tuple[object, ...]:
    """Return all that an answer follows from; what is erased later is a later head too."""
    return (
        session.negotiation,
        session.last_seq,
        basis.known_at,
        basis.valid_at,
        basis.seq,
        basis.audience,
        basis.exclude_source,
        basis.min_sources,
    )


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


@dataclass(frozen=True, slots=True)
class PageState:
    """The caches of one application.

    ``verify_lock`` lets one reader at a time have the log verified, as that takes a processor.
    """

    rail_days: RailCache = field(default_factory=RailCache)
    stances: StanceCache = field(default_factory=StanceCache)
    fragments: FragmentCache = field(default_factory=FragmentCache)
    verify_lock: Lock = field(default_factory=Lock)
