"""What every answer is made from: cells and items as of a basis, by plain fold or by index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from domain.basis import Basis
from domain.catalogue import BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.cells import CellKey, CellRow
from domain.instants import Instant
from domain.positions import ResolvedPosition
from projections.answer_json import Item

T = TypeVar("T")
CellResolver = Callable[[Iterable[CellRow]], T]
LATER_HINT = "it may be known later, or to another audience"
SLUG_KIND_BY_TYPE = {
    "party-registered": "party",
    "person-registered": "person",
    "issue-defined": "issue",
}


class KnownDay(NamedTuple):
    """A day on which news became known, in days since 1970, with how much did.

    ``newer`` of it lies after a seq, ``later`` after that or a time of day.
    """

    day: int
    event_count: int
    after_seq: int
    after_seq_or_time: int


class View(Protocol):
    """One negotiation as of one basis."""

    basis: Basis
    zone: str

    def read_cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[CellRow]]:
        """Return each cell's happened placements, newest first; of meetings also possible ones."""

    def resolve_cells(
        self, kind: str, *prefix: str, resolver: CellResolver[T], expected_rows: int = 0
    ) -> dict[CellKey, T]:
        """Return what a pure function makes of each cell, of which it reads the newest it needs;
        it rarely needs more than ``most``."""

    def resolve_stances(
        self, kind: str, *prefix: str, without_json: bool = False
    ) -> dict[CellKey, ResolvedPosition]:
        """Return where each cell of parties' words stands, if anywhere; of what it rests on the
        candidates alone have their JSON, and of bare ones nothing has."""

    def visible_records(self, kind: str) -> list[Item]:
        """Return the bookkeeping of one type that shows under this basis, by seq."""

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        """Return the newest items possible, scheduled, withdrawn, disputed, unrealised or ahead."""

    def read_log(
        self, *, after: int, limit: int, type: str | None, subject: str | None, standing: str | None
    ) -> list[Item]:
        """Return admitted items by seq."""

    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        """Return the happened, standing items of one type, or those of them that name a subject,
        newest first by tie order."""

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        """Return the UTC days on which admitted news became known, in order, with how much, and how
        much of it lies after a seq, and the time of day of an instant."""

    def steady_until(self) -> Instant:
        """Return until when the same is admitted as long as nothing is recorded, as when an embargo
        ends; the clock of knowledge itself where that is not known."""

    def count_cells(self, kind: str) -> dict[CellKey, int]:
        """Return how many happened placements each cell has."""

    def all_records(self, kind: str) -> list[Item]:
        """Return the bookkeeping of one type within both cuts, by seq, also what does not show."""

    def search_news(self, query: str) -> Iterable[Item]:
        """Return news that holds a word beginning with each one asked for, newest first."""

    def find_visible_item(self, event: str) -> Item | None:
        """Return one admitted event."""

    def find_item(self, event: str) -> Item | None:
        """Return one event within both cuts, also one that does not show."""

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        """Return those of these things of one kind that any admitted news names."""

    def has_news(self) -> bool:
        """Tell whether any news is admitted."""


def visible_items(view: View, items: Iterable[Item]) -> list[Item]:
    """Return the items that show, of those within both cuts: bookkeeping and our own acts follow
    others."""
    judged_items = [(item, _visible_or_subject(view, item)) for item in items]
    slugs_by_kind: dict[str, set[str]] = {}
    for _, visibility in judged_items:
        if isinstance(visibility, tuple):
            slugs_by_kind.setdefault(visibility[0], set()).add(visibility[1])
    mentioned_subjects = {
        (kind, slug)
        for kind, slugs in slugs_by_kind.items()
        for slug in view.filter_mentioned(kind, slugs)
    }
    return [
        item
        for item, visibility in judged_items
        if visibility is True or visibility in mentioned_subjects
    ]


def _visible_or_subject(view: View, item: Item) -> bool | tuple[str, str]:
    """Tell whether an item shows, or return kind and slug of what some news must name for that."""
    if item.standing == "erased":
        return True
    kind = item.type
    known_by_record = view.basis.viewer.is_staff and item.recorded_at <= view.basis.known_at
    if kind in RECORDER_ACT_TYPES:
        target = view.find_item(str(item.own_fields.get("event")))
        return known_by_record or (target is not None and _visible_or_subject(view, target))
    if kind not in BOOKKEEPING_TYPES or known_by_record or item.has_known_at:
        return True
    if kind == "negotiation-opened":
        return view.has_news()
    slug_kind = SLUG_KIND_BY_TYPE.get(kind)
    return slug_kind is not None and (slug_kind, str(item.own_fields.get(slug_kind)))
