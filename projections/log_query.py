"""What is asked of the log: limited to what, by which clock in order, and after which event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal, NamedTuple

import orjson

from domain.instants import EARLIEST, LATEST, Instant
from domain.sources import publisher_key
from projections.answer_json import Item
from projections.full_text import Term

LogOrder = Literal["recorded", "known", "happened"]
"""The clocks that put the log in order: by seq, by known time, or in tie order."""
Place = tuple[int, ...]
"""Where an event stands in an order."""


FIRST_SEQ, LAST_SEQ = 0, 2**62


class Window(NamedTuple):
    """The time from one instant to another, both included."""

    first: Instant = EARLIEST
    last: Instant = LATEST

    def has_known(self, item: Item) -> bool:
        """Return whether an event became known in this time; without a known time it did not."""
        return item.has_known_at and self.first <= item.known_at <= self.last

    def may_have_seen(self, item: Item) -> bool:
        """Return whether an event may have happened, or begun, in this time.

        An act on another event is no such event, nor is one of which an end is not known.
        """
        is_overlapping = item.lo <= self.last and item.last >= self.first
        return is_overlapping and item.has_known_dates and item.standing != "act"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What is asked of the log of one view.

    The list goes on after the event with the seq ``after``, in its order. With ``subjects`` each
    event names one of these, with ``others`` also one of those. ``publisher`` is the key of one
    that reports it. ``first_seq`` and ``last_seq`` bound what was recorded. ``terms`` are what news
    must hold, null where nothing is searched for.
    """

    limit: int
    _: KW_ONLY
    after: int = 0
    order: LogOrder = "recorded"
    newest_first: bool = False
    type: str | None = None
    subjects: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    publisher: str | None = None
    standing: str | None = None
    first_seq: int = FIRST_SEQ
    last_seq: int = LAST_SEQ
    known: Window | None = None
    happened: Window | None = None
    terms: Sequence[Term] | None = None

    @property
    def is_plain_search(self) -> bool:
        """Whether this is what a search gives, in its order, or the part of it in some seqs."""
        bounds = replace(self, type=None, subjects=(), others=(), publisher=None, standing=None)
        searched = replace(bounds, order="recorded", newest_first=True, known=None, happened=None)
        return bool(self.terms) and self == searched

    def place_of(self, item: Item) -> Place:
        """Return where an event stands in the order asked for."""
        return PLACES[self.order](item)

    def goes_on_with(self, item: Item, after: Place) -> bool:
        """Return whether an event stands after a place in the order asked for."""
        place = self.place_of(item)
        return place < after if self.newest_first else place > after

    def lets_through(self, item: Item) -> bool:
        """Return whether an event was recorded, became known and happened when it is asked for, and
        was reported by whom."""
        return (
            self.names_publisher(item)
            and self.first_seq <= item.seq <= self.last_seq
            and (self.known is None or self.known.has_known(item))
            and (self.happened is None or self.happened.may_have_seen(item))
        )

    def names_publisher(self, item: Item) -> bool:
        """Return whether an event rests on a report of the publisher that is asked for."""
        if self.publisher is None:
            return True
        sources = orjson.loads(item.provenance)["sources"]
        return any(publisher_key(each.get("publisher") or "") == self.publisher for each in sources)


PLACES: dict[LogOrder, Callable[[Item], Place]] = {
    "recorded": lambda item: (item.seq,),
    "known": lambda item: (item.known_at, item.seq),
    "happened": lambda item: (item.last, item.lo, item.known_at, item.seq),
}
