"""What the pages remember between requests: nothing that cannot be computed again.

Most of a page is the same on the next day. What a macro draws of plain values is kept by these
values. A page names by ``data-have`` the fragments that it has; a request that repeats it in the
header ``Have`` is given each fragment that stayed in its place as an empty element marked
``data-same``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import attrgetter
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import orjson
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from api.session import Session
from api.stance_words import Stand, position_stand
from domain.basis import Basis
from domain.cells import CellKey, ResolvedPosition
from domain.instants import DAY, EARLIEST, LATEST, Instant, local_day, local_microseconds
from projections.answers.positions import (
    add_json,
    key_by_party,
    resolve_positions,
    resolve_positions_at,
)
from projections.view import HappenedWeek, KnownDay, KnownType, View

if TYPE_CHECKING:
    from api.pages.shared.page_context import PageContext

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")
MAX_RAILS = 64
MAX_DAYS = 64
"""Days whose stances are kept, some 30 kB each where 300 cells are held."""
MAX_SHOWN_DAYS = 8
"""The newest of them, of which positions are kept too, some 0.9 kB a cell that was shown."""
MAX_FRAGMENTS = 2**13
"""Fragments kept, some 500 bytes each."""
MAX_PAGES = 256
"""Pages whose fragments are remembered, some 10 kB each."""
LINK_PLACEHOLDERS = Markup("\0"), Markup("\1")
"""Stand in a fragment for what differs from page to page, until it is sent."""


Stands = Mapping[CellKey, Stand]
NO_STANDS: Stands = MappingProxyType({})
NEAR = 8 * DAY
"""How far apart two bases may be for one to follow from the other: what lies between costs too."""
_answer_key = attrgetter(
    "known_at", "valid_at", "seq", "audience", "exclude_source", "only_source", "min_sources"
)


class BoundedCache(OrderedDict[KeyT, ValueT]):
    """A dictionary of limited size, from which the oldest entries go first."""

    def __init__(self, max_size: int) -> None:
        super().__init__()
        self.max_size = max_size

    def __setitem__(self, key: KeyT, value: ValueT) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self.max_size:
            self.popitem(last=False)


class RailCache(BoundedCache[tuple[object, ...], tuple[Instant, Instant, Sequence[Any]]]):
    """The days of rails, counted once for as long as they stay: until something is recorded, or an
    embargo ends."""

    def read_days(
        self, negotiation: str, now: View, known_at: Instant, seq: int
    ) -> Sequence[KnownDay]:
        """Return the days of a view as ``known_days`` gives them."""
        day, time_of_day = divmod(local_microseconds(known_at, now.zone), DAY)
        is_whole = seq >= now.basis.seq and time_of_day == DAY - 1
        key = (negotiation, min(seq, now.basis.seq), *(() if is_whole else (day, time_of_day)))
        return self._read(key, now, lambda: now.known_days(known_at, seq))

    def read_types(self, negotiation: str, now: View) -> Sequence[KnownType]:
        """Return what a view gives as ``known_types``."""
        return self._read((negotiation,), now, now.known_types)

    def read_happened(self, negotiation: str, now: View) -> Sequence[HappenedWeek]:
        """Return what a view gives as ``happened_weeks``; it may miss what happened today only."""
        return self._read(
            (negotiation, local_day(now.basis.valid_at, now.zone)), now, now.happened_weeks
        )

    def read_happened_then(self, negotiation: str, then: View) -> Sequence[HappenedWeek]:
        """Return the same of a view of a moment that has passed, where no clock changes it."""
        key = negotiation, then.basis.known_at, then.basis.valid_at
        return self._read(key, then, then.happened_weeks, is_past=True)

    def _read(
        self,
        key: tuple[object, ...],
        now: View,
        count: Callable[[], Sequence[ValueT]],
        *,
        is_past: bool = False,
    ) -> Sequence[ValueT]:
        basis = now.basis
        key = (*key, basis.audience, basis.seq)
        since, until, counted = self.get(key, (EARLIEST, EARLIEST, ()))
        if basis.is_filtered or not since <= basis.known_at < until:
            counted = count()
            if not basis.is_filtered:
                until = LATEST if is_past else now.steady_until()
                self[key] = basis.known_at, until, counted
        return counted


class KeptDay(NamedTuple):
    """Who held what under a basis: where each cell stands, and the positions that were shown."""

    basis: Basis
    stands: Stands
    positions: dict[CellKey, ResolvedPosition | None]


class StanceCache(BoundedCache[tuple[object, ...], KeptDay]):
    """Who held what on the days that were looked at, in slugs: a reader who drags along compares
    with days that were shown a while ago. Texts are kept of the newest days alone. What is erased
    later is a later head too, for which nothing is kept yet."""

    def read_stands(self, session: Session, basis: Basis) -> Stands:
        """Return where each cell stands under a basis."""
        return self._read_day(session, basis).stands

    def read_positions(
        self, session: Session, basis: Basis, keys: Collection[CellKey]
    ) -> dict[CellKey, ResolvedPosition]:
        """Return the positions in some cells under a basis, with JSON, where there are any."""
        kept = self._read_day(session, basis).positions
        positions = kept.copy()  # which other threads empty
        if unread := frozenset(keys).difference(positions):
            view = session.open_view(basis)
            found = add_json(view, resolve_positions_at(view, unread))
            positions |= {key: found.get(key) for key in unread}
            kept.update(positions)
        return {key: position for key in keys if (position := positions[key])}

    def _read_day(self, session: Session, basis: Basis) -> KeptDay:
        key = _cache_key(session, basis)
        if (kept := self.get(key)) is None:
            kept = self[key] = self._resolve_day(session, basis)
            for day in list(self.values())[:-MAX_SHOWN_DAYS]:
                day.positions.clear()
        return kept

    def _resolve_day(self, session: Session, basis: Basis) -> KeptDay:
        """Return a day, resolved again only where one nearby may differ."""
        view = session.open_view(basis)
        near = self._find_near(session, basis)
        ordered = sorted((near.basis, basis), key=_clocks)
        scope = session.open_view(ordered[1]).touched_since(ordered[0]) if near.stands else None
        if scope is None:
            return KeptDay(basis, _find_stands(view), {})
        on_points = key_by_party(dict.fromkeys(scope.keys_of("stance")))
        touched = {*scope.keys_of("position"), *on_points}
        untouched = {key: stand for key, stand in near.stands.items() if key not in touched}
        positions = {key: each for key, each in near.positions.copy().items() if key not in touched}
        return KeptDay(basis, {**untouched, **_find_stands(view.within(scope))}, positions)

    def _find_near(self, session: Session, basis: Basis) -> KeptDay:
        """Return the nearest day of the same viewer that is kept, where one is within some days and
        none of its clocks goes the other way."""
        found, least = KeptDay(basis, NO_STANDS, {}), NEAR + 1
        for (negotiation, last_seq, *_), near in list(self.items()):
            is_same = (negotiation, last_seq) == (session.negotiation, session.last_seq)
            if not is_same or near.basis.viewer != basis.viewer or session.has_merges:
                continue
            pairs = zip(_clocks(near.basis), _clocks(basis), strict=True)
            moves = [one - other for one, other in pairs]
            distance = max(map(abs, moves[:2]))
            if distance < least and (min(moves) >= 0 or max(moves) <= 0):
                found, least = near, distance
        return found


def _clocks(basis: Basis) -> tuple[Instant, Instant, int]:
    return basis.known_at, basis.valid_at, basis.seq


def _find_stands(view: View) -> Stands:
    return {key: position_stand(position) for key, position in resolve_positions(view).items()}


def _cache_key(session: Session, basis: Basis) -> tuple[object, ...]:
    return (session.negotiation, session.last_seq, *_answer_key(basis))


class PageFragments:
    """The fragments of one page, in order. ``shape`` says how many there are and of what."""

    def __init__(self, frame: PageContext, shape: object) -> None:
        self.frame, self.shape = frame, sha256(orjson.dumps(shape)).digest()
        self.digests: list[bytes] = []
        self.state = frame.page_state
        have = frame.request.headers.get("have", "")
        previous_shape, previous_digests = self.state.page_digests.get(have, (b"", []))
        self.previous_digests = previous_digests if previous_shape == self.shape else []

    def draw(
        self,
        macro: Macro,
        values: Mapping[str, object],
        texts: Sequence[str],
        unchanged_element: str,
    ) -> str:
        """Return what a macro draws of plain values, which must follow from these, language and
        zone alone, with texts in place of its placeholders; or the element that says that the
        reader has it."""
        text, digest = self._draw_fragment(macro, values)
        index = len(self.digests)
        self.digests.append(digest)
        if self.previous_digests and self.previous_digests[index] == digest:
            return Markup(unchanged_element)  # noqa: S704  # a constant of the template
        for placeholder, each in zip(LINK_PLACEHOLDERS, texts, strict=False):
            text = text.replace(placeholder, escape(each))
        return Markup(text)  # noqa: S704  # drawn by a template

    def has(self, values: object, count: int) -> bool:
        """Return whether the reader has what is drawn of plain values, as by ``draw``: then the
        next fragments, as many as are part of it, are not to be drawn."""
        place = self.frame.words.lang, self.frame.dates.zone
        digest = sha256(orjson.dumps([place, values])).digest()[:12]
        index = len(self.digests)
        is_same = self.previous_digests[index : index + 1] == [digest]
        self.digests.append(digest)
        if is_same:
            self.digests += self.previous_digests[index + 1 : index + 1 + count]
        return is_same

    @property
    def have(self) -> str:
        """The name of these fragments, remembered for the next request."""
        name = sha256(self.shape + b"".join(self.digests)).hexdigest()[:24]
        self.state.page_digests[name] = self.shape, self.digests
        return name

    def _draw_fragment(self, macro: Macro, values: Mapping[str, object]) -> tuple[str, bytes]:
        values_digest = sha256(orjson.dumps(values)).digest()
        key = (macro.name, self.frame.words.lang, self.frame.dates.zone, values_digest)
        fragment = self.state.fragments.get(key)
        if fragment is None:
            text = str(macro(values))
            fragment = self.state.fragments[key] = text, sha256(text.encode()).digest()[:12]
        return fragment


@dataclass(frozen=True, slots=True)
class PageState:
    """The caches of one application.

    ``fragments`` are texts with their digests, ``page_digests`` those of each page that was sent.
    ``verify_lock`` lets one reader at a time have the log verified, as that takes a processor.
    """

    rail_days: RailCache = field(default_factory=lambda: RailCache(MAX_RAILS))
    stances: StanceCache = field(default_factory=lambda: StanceCache(MAX_DAYS))
    fragments: BoundedCache[tuple[str, str, str, bytes], tuple[str, bytes]] = field(
        default_factory=lambda: BoundedCache(MAX_FRAGMENTS)
    )
    page_digests: BoundedCache[str, tuple[bytes, list[bytes]]] = field(
        default_factory=lambda: BoundedCache(MAX_PAGES)
    )
    verify_lock: Lock = field(default_factory=Lock)
