"""What every answer is made from: cells and items as of a basis, by plain fold or by index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from domain.basis import Basis
from domain.catalogue import BOOKKEEPING, OWN_ACTS
from domain.cells import CellKey, Placed
from domain.instants import Instant
from domain.items import Item
from domain.positions import Position

T = TypeVar("T")
Resolve = Callable[[Iterable[Placed]], T]
LATER = "it may be known later, or to another audience"
OWN_SLUG = {
    "party-registered": "party",
    "person-registered": "person",
    "issue-defined": "issue",
}


class KnownDay(NamedTuple):
    """A day on which news became known, in days since 1970, with how much did.

    ``newer`` of it lies after a seq, ``later`` after that or a time of day.
    """

    day: int
    events: int
    newer: int
    later: int


class View(Protocol):
    """One negotiation as of one basis."""

    basis: Basis
    zone: str

    def cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[Placed]]:
        """Return each cell's happened placements, newest first; of meetings also possible ones."""

    def resolved(self, kind: str, *prefix: str, by: Resolve[T], most: int = 0) -> dict[CellKey, T]:
        """Return what a pure function makes of each cell, of which it reads the newest it needs;
        it rarely needs more than ``most``."""

    def stances(self, kind: str, *prefix: str, bare: bool = False) -> dict[CellKey, Position]:
        """Return where each cell of parties' words stands, if anywhere; of what it rests on the
        candidates alone have their JSON, and of bare ones nothing has."""

    def records(self, kind: str) -> list[Item]:
        """Return the bookkeeping of one type that shows under this basis, by seq."""

    def listed(self, standing: str, limit: int) -> list[Item]:
        """Return the newest items possible, scheduled, withdrawn, disputed, unrealised or ahead."""

    def log(self, *, after: int, limit: int, type: str | None, subject: str | None,
            standing: str | None) -> list[Item]:  # fmt: skip
        """Return admitted items by seq."""

    def newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        """Return the happened, standing items of one type, or those of them that name a subject,
        newest first by tie order."""

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        """Return the UTC days on which admitted news became known, in order, with how much, and how
        much of it lies after a seq, and the time of day of an instant."""

    def steady_until(self) -> Instant:
        """Return until when the same is admitted as long as nothing is recorded, as when an embargo
        ends; the clock of knowledge itself where that is not known."""

    def counted(self, kind: str) -> dict[CellKey, int]:
        """Return how many happened placements each cell has."""

    def registered(self, kind: str) -> list[Item]:
        """Return the bookkeeping of one type within both cuts, by seq, also what does not show."""

    def search(self, query: str) -> Iterable[Item]:
        """Return news that holds a word beginning with each one asked for, newest first."""

    def item(self, event: str) -> Item | None:
        """Return one admitted event."""

    def raw(self, event: str) -> Item | None:
        """Return one event within both cuts, also one that does not show."""

    def mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        """Return those of these things of one kind that any admitted news names."""

    def any_news(self) -> bool:
        """Tell whether any news is admitted."""


def showing(view: View, items: Iterable[Item]) -> list[Item]:
    """Return the items that show, of those within both cuts: bookkeeping and our own acts follow
    others."""
    found = [(item, _shows(view, item)) for item in items]
    asked: dict[str, set[str]] = {}
    for _, told in found:
        if isinstance(told, tuple):
            asked.setdefault(told[0], set()).add(told[1])
    named = {(kind, slug) for kind, slugs in asked.items() for slug in view.mentioned(kind, slugs)}
    return [item for item, told in found if told is True or told in named]


def _shows(view: View, item: Item) -> bool | tuple[str, str]:
    """Tell whether an item shows, or return kind and slug of what some news must name for that."""
    if item.standing == "erased":
        return True
    kind = item.type
    recorded = view.basis.reader.is_staff and item.recorded_at <= view.basis.known_at
    if kind in OWN_ACTS:
        target = view.raw(str(item.value.get("event")))
        return recorded or (target is not None and _shows(view, target))
    if kind not in BOOKKEEPING or recorded or item.news:
        return True
    if kind == "negotiation-opened":
        return view.any_news()
    own = OWN_SLUG.get(kind)
    return own is not None and (own, str(item.value.get(own)))
