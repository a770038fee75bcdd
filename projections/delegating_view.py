"""A view that asks another one, for those that change a part of its answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from domain.basis import Basis
from domain.cells import CellKey, CellRow
from domain.instants import Instant
from projections.answer_json import Item
from projections.full_text import Term
from projections.log_query import LogQuery
from projections.scope import Scope, Touched
from projections.view import (
    CellResolver,
    HappenedWeek,
    KnownDay,
    KnownType,
    NewsMoment,
    T,
    View,
    Watches,
)


class DelegatingView(View):
    """Another view, as it is."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.basis: Basis = view.basis
        self.zone = view.zone
        self.merges = view.merges

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        return self.view.resolve_cells(
            kind, *prefix, resolver=resolver, expected_rows=expected_rows, with_json=with_json
        )

    def touched_since(self, before: Basis) -> Scope | None:
        return self.view.touched_since(before)

    def all_touched_since(self, before: Basis) -> Touched | None:
        return self.view.all_touched_since(before)

    def within(self, scope: Scope) -> View:
        return self.view.within(scope)

    def read_undecided(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        return self.view.read_undecided(kind, *prefix)

    def show_item(self, item: Item) -> Item:
        return self.view.show_item(item)

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        return self.view.read_json(seqs)

    def count_cells(self, kind: str, *prefix: str) -> dict[CellKey, int]:
        return self.view.count_cells(kind, *prefix)

    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        return self.view.read_newest(kind, subject)

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        return self.view.list_by_standing(standing, limit)

    def read_log(self, query: LogQuery) -> list[Item]:
        return self.view.read_log(query)

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        return self.view.filter_mentioned(kind, slugs)

    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        return self.view.items_by_seq(seqs)

    def all_records(self, kind: str) -> list[Item]:
        return self.view.all_records(kind)

    def read_watches(self) -> Watches:
        return self.view.read_watches()

    def merged_records(self) -> list[Item]:
        return self.view.merged_records()

    def count_by_standing(self, standing: str, limit: int) -> int:
        return self.view.count_by_standing(standing, limit)

    def count_newest(self, kind: str, limit: int) -> int:
        return self.view.count_newest(kind, limit)

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        return self.view.known_days(at, seq)

    def known_types(self) -> list[KnownType]:
        return self.view.known_types()

    def happened_weeks(self) -> list[HappenedWeek]:
        return self.view.happened_weeks()

    def news_moments(self, kind: str | None = None) -> list[NewsMoment]:
        return self.view.news_moments(kind)

    def moments_after(self, instant: Instant) -> list[NewsMoment]:
        return self.view.moments_after(instant)

    def items_since(self, since: Basis) -> list[Item]:
        return self.view.items_since(since)

    def next_embargo_end(self) -> Instant | None:
        return self.view.next_embargo_end()

    def steady_until(self) -> Instant:
        return self.view.steady_until()

    def first_known_at(self) -> Instant | None:
        return self.view.first_known_at()

    def is_opening_void(self) -> bool:
        return self.view.is_opening_void()

    def has_news(self) -> bool:
        return self.view.has_news()

    def count_known(self) -> tuple[int, int]:
        return self.view.count_known()

    def read_without_clock(self) -> list[Item]:
        return self.view.read_without_clock()

    def find_item(self, event: str) -> Item | None:
        return self.view.find_item(event)

    def find_items(self, events: Iterable[str]) -> dict[str, Item]:
        return self.view.find_items(events)

    def search_news(self, terms: Sequence[Term]) -> Iterable[Item]:
        return self.view.search_news(terms)
