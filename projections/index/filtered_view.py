"""The view through the index where sources are filtered.

What rests on one source is read from the index as it stands, or is left out. What rests on several,
or is acted on, is resolved by the definition, family by family, and only where it may be in what is
asked for. An answer is both, put together in order.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from operator import attrgetter

from domain.basis import Basis
from domain.catalogue import BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.cells import CellKey, CellRow
from domain.coverage import watched_period
from domain.instants import EARLIEST, Instant
from domain.introductions import INTRODUCTION_FIELDS, MERGEABLE_TYPES
from domain.model import NON_NEWS_STANDINGS, Version
from domain.phantom_links import (
    CIRCULAR_STATEMENT,
    WITHOUT_STATEMENT,
    link_entries,
    link_entries_of,
    made_statement,
)
from ledger.database import Cursor
from projections.answer_json import Item
from projections.full_text import Term
from projections.index.candidate_reader import NO_CANDIDATES
from projections.index.cell_pages import JoinedRows, NotedRows, join_page
from projections.index.folded_candidates import STANDING_KEYS, FoldedCandidates, tie_order
from projections.index.indexed_cells import FIRST_PAGE_SIZE, PAGE_GROWTH
from projections.index.kept_sources import SourceFilters
from projections.index.reader import IndexView
from projections.index.scoped_view import ScopedView
from projections.index.sourced_view import SourcedView
from projections.index.sources import OF_STANDING, OF_TYPE, WITHDRAWN
from projections.index.statement_cells import RowsByCell, link_rows
from projections.index.subjects import LINKED_SUBJECT, MADE_SUBJECT, SUBJECT_PREFIX, join_key
from projections.index.touched import ClockMoves, build_scope, find_touched
from projections.log_query import LogQuery
from projections.scope import LISTED_TYPES, Scope
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

ADOPTED_KINDS = ("point", "wording")
"""The kinds of cells to which a proposal contributes by its adoption."""


class FilteredView(View):
    """One negotiation as of one basis that filters sources."""

    def __init__(
        self, c: Cursor, negotiation: str, basis: Basis, zone: str, filters: SourceFilters
    ) -> None:
        self.c, self.negotiation, self.basis, self.zone = c, negotiation, basis, zone
        self.filters, self.kept = filters, filters.keep(basis.viewer)
        place = c, negotiation, basis, zone
        self.index = IndexView(*place)
        self.steady = SourcedView(*place, self.kept.cells)
        self.has_steady_news = self.kept.have_news
        self.several = FoldedCandidates(*place, filters.families, self.kept)
        self.candidates = self.several.candidates

    # Cells.

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
        keys: Collection[CellKey] | None = None,
    ) -> dict[CellKey, T]:
        if kind in (WITHOUT_STATEMENT, CIRCULAR_STATEMENT):
            rows_by_key = self._statement_rows[kind]
            wanted = rows_by_key if keys is None else keys
            return {
                key: resolver(rows)
                for key, rows in sorted(rows_by_key.items())
                if key[: len(prefix)] == prefix and key in wanted
            }
        results: dict[CellKey, T] = {}
        page_size = expected_rows or FIRST_PAGE_SIZE
        while True:
            unfinished = set[CellKey]()
            for key, page in self._read_pages(kind, prefix, keys, page_size, with_json).items():
                if page.rows:
                    is_whole = page.is_whole
                    rows = page.rows if is_whole else NotedRows(page.rows, key, unfinished)
                    results[key] = resolver(rows)
                elif not page.is_whole:
                    unfinished.add(key)
            if not unfinished:
                return dict(sorted(results.items()))
            page_size *= PAGE_GROWTH
            keys = unfinished

    def _read_pages(
        self,
        kind: str,
        prefix: CellKey,
        keys: Collection[CellKey] | None,
        count: int,
        with_json: bool,
    ) -> dict[CellKey, JoinedRows]:
        """Return the newest rows of each cell whose key begins so, or is one of these."""
        steady: dict[CellKey, list[CellRow]] = {}
        if self.has_steady_news:
            first: CellResolver[list[CellRow]] = lambda rows: list(islice(rows, count))  # noqa: E731
            steady = self.steady.resolve_cells(
                kind, *prefix, resolver=first, expected_rows=count, with_json=with_json, keys=keys
            )
        wanted = prefix if keys is None else frozenset(map(join_key, keys))
        found = self.candidates.of_cells(kind, wanted, count)
        fold = self.several.fold(chain.from_iterable(each.seqs for each in found.values()))
        if kind in ADOPTED_KINDS:
            fold = self.several.with_adoptions(fold)
        folded = fold.cell_rows(kind, *prefix)
        return {
            key: join_page(
                steady.get(key, []), folded.get(key, []), found.get(key, NO_CANDIDATES), count
            )
            for key in {*steady, *folded, *found}
            if keys is None or key in keys
        }

    def count_cells(
        self, kind: str, *prefix: str, keys: Collection[CellKey] | None = None
    ) -> dict[CellKey, int]:
        counts = self.steady.count_cells(kind, *prefix, keys=keys) if self.has_steady_news else {}
        wanted = prefix if keys is None else frozenset(map(join_key, keys))
        fold = self.several.fold(self.candidates.all_of(kind, wanted))
        for key, rows in fold.cell_rows(kind, *prefix).items():
            if keys is None or key in keys:
                counts[key] = counts.get(key, 0) + len(rows)
        return counts

    @cached_property
    def _statement_rows(self) -> RowsByCell:
        """The rows of statements that name one that nobody made, or one another."""
        fold = self.several.fold_all(LINKED_SUBJECT)
        linking = [
            fold.item_of(version)
            for version in fold.versions.values()
            if any(link_entries(version))
        ]
        if self.has_steady_news:
            linking += self.steady.linking_statements()
        targets = {entry.key[0] for item in linking for entry in link_entries_of(item.own_fields)}
        made = self.steady.made_slugs(targets) if self.has_steady_news else set()
        if others := targets - made:
            makers = self.several.fold_all(MADE_SUBJECT, *others).versions.values()
            made |= {slug for each in makers if (slug := made_statement(each))}
        return link_rows(linking, made, self.basis.valid_at)

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        wanted = set(seqs)
        steady = self.steady.read_json(wanted) if wanted else {}
        rest = wanted - steady.keys()
        return {**steady, **(self.several.fold_alone(rest).read_json(rest) if rest else {})}

    # Items.

    def _by_seq(self, steady: Sequence[Item], folded: Iterable[Item]) -> list[Item]:
        return sorted([*steady, *folded], key=attrgetter("seq"))

    def all_records(self, kind: str) -> list[Item]:
        fold = self.several.fold_all(OF_TYPE, kind)
        return self._by_seq(self.steady.all_records(kind), fold.all_records(kind))

    def merged_records(self) -> list[Item]:
        fold = self.several.fold_all(OF_TYPE, *MERGEABLE_TYPES)
        return self._by_seq(self.steady.merged_records(), fold.merged_records())

    def read_watches(self) -> Watches:
        steady = self.steady.read_watches()
        fold = self.several.fold_all(OF_TYPE, "watch-recorded")
        folded = fold.all_records("watch-recorded")
        periods = {item: watched_period(item.own_fields, self.zone) for item in folded}
        ends = {item: period[1] for item, period in periods.items() if period}
        if steady.last and (period := watched_period(steady.last.own_fields, self.zone)):
            ends[steady.last] = period[1]
        return Watches(
            steady.recorded or bool(folded),
            [*steady.periods, *filter(None, periods.values())],
            max(ends, key=lambda item: (ends[item], item.seq), default=None),
        )

    def find_item(self, event: str) -> Item | None:
        if found := self.steady.find_item(event):
            return found
        seq = self.filters.families.seq_of(self.negotiation, event)
        return None if seq is None else self.several.fold_alone([seq]).find_item(event)

    def find_items(self, events: Iterable[str]) -> dict[str, Item]:
        wanted = list(events)
        self.steady.find_items(wanted)
        return super().find_items(wanted)

    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        steady = self.steady.items_by_seq(seqs)
        rest = set(seqs) - {item.seq for item in steady}
        return self._by_seq(steady, self.several.fold_alone(rest).items_by_seq(rest))

    def read_newest(self, kind: str, subject: str | None = None) -> Iterator[Item]:
        steady = self.steady.read_newest(kind, subject) if self.has_steady_news else ()
        named_kind, _, slug = (subject or "").partition(":")
        lists = (SUBJECT_PREFIX + named_kind, [slug]) if subject else (OF_TYPE, [kind])
        return self.several.newest(
            steady, *lists, lambda each: self.several.has_happened(each, kind, subject)
        )

    def listed_items(self, kind: str, scope: Scope) -> list[Item]:
        """Return the happened items of one type within a scope, newest first."""
        steady = self.steady.listed_items(kind, scope) if self.has_steady_news else []
        seqs, slugs = set(scope.seqs.get(kind, ())), scope.slugs.get(kind)
        if slugs and (introduced := INTRODUCTION_FIELDS.get(kind)):
            seqs |= self.candidates.all_of(SUBJECT_PREFIX + introduced[-1], slugs)
        told = {item.event for item in steady}
        fold = self.several.fold(seqs)
        folded = [
            fold.item_of(each)
            for each in fold.versions.values()
            if each.entry.id not in told and self.several.has_happened(each, kind)
        ]
        return sorted([*steady, *folded], key=tie_order, reverse=True)

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        steady = self._steady_by_standing(standing, limit)
        return list(islice(self._by_standing(steady, standing), limit))

    def count_by_standing(self, standing: str, limit: int) -> int:
        steady = self.steady.count_by_standing(standing, limit) if self.has_steady_news else 0
        folded = self._by_standing((), standing)
        return steady + sum(1 for _ in islice(folded, limit - steady))

    def _steady_by_standing(self, standing: str, limit: int) -> list[Item]:
        is_read = self.has_steady_news or standing == "erased"
        return self.steady.list_by_standing(standing, limit) if is_read else []

    def _by_standing(self, steady: Iterable[Item], standing: str) -> Iterator[Item]:
        fold = self.several.no_fold

        def is_wanted(version: Version) -> bool:
            is_listed = standing == "erased" or version.standing not in NON_NEWS_STANDINGS
            return is_listed and fold.has_standing(version, standing)

        above = self.basis.valid_at if standing in ("possible", "scheduled") else None
        keys = STANDING_KEYS.get(standing, (standing,))
        return self.several.newest(steady, OF_STANDING, keys, is_wanted, above)

    def count_newest(self, kind: str, limit: int) -> int:
        steady = self.steady.count_newest(kind, limit) if self.has_steady_news else 0
        folded = self.several.newest(
            (), OF_TYPE, [kind], lambda each: self.several.has_happened(each, kind)
        )
        return steady + sum(1 for _ in islice(folded, limit - steady))

    def read_log(self, query: LogQuery) -> list[Item]:
        after = self.place_after(query)
        steady = chain.from_iterable(self.steady.log_pages(query, after))
        in_order = heapq.merge(
            steady,
            self.several.in_log(query, after),
            key=query.place_of,
            reverse=query.newest_first,
        )
        items: list[Item] = []
        while len(items) < query.limit and (page := list(islice(in_order, query.limit))):
            items += self.visible_items(page)
        return items[: query.limit]

    def search_news(self, terms: Sequence[Term]) -> Iterator[Item]:
        steady = self.steady.search_news(terms) if self.has_steady_news else iter(())
        news = (item for item in steady if item.standing != "brief")
        return heapq.merge(news, self.several.search(terms), key=attrgetter("seq"), reverse=True)

    # What shows, and how much.

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        found = self.steady.filter_mentioned(kind, slugs) if self.has_steady_news else set()
        waiting, count = set(slugs) - found, FIRST_PAGE_SIZE
        while waiting:
            cells = self.candidates.of_cells(SUBJECT_PREFIX + kind, frozenset(waiting), count)
            fold = self.several.fold(chain.from_iterable(each.seqs for each in cells.values()))
            found |= fold.filter_mentioned(kind, waiting)
            full = {key[0] for key, each in cells.items() if each.cut is not None}
            waiting, count = full - found, count * PAGE_GROWTH
        return found

    def first_known_at(self) -> Instant | None:
        first = self.steady.first_known_at() if self.has_steady_news else None
        for version, since in self.several.by_time():
            if first is not None and since >= first:
                break
            if version.known_at > EARLIEST and version.standing not in ("act", "erased", "brief"):
                first = version.known_at if first is None else min(first, version.known_at)
        return first

    def has_news(self) -> bool:
        return (self.has_steady_news and self.steady.has_news()) or any(
            version.standing not in NON_NEWS_STANDINGS for version, _ in self.several.by_time()
        )

    def is_opening_void(self) -> bool:
        return self.index.is_opening_void()

    def count_known(self) -> tuple[int, int]:
        counts = self.steady.count_known(), self._count_folded()
        return sum(count for count, _ in counts), max(last for _, last in counts)

    def _count_folded(self) -> tuple[int, int]:
        fold = self.several.fold_all(OF_TYPE)
        items = [item for item in map(fold.item_of, fold.versions.values()) if item.has_known_at]
        visible = self.visible_items(items)
        return len(visible), max((item.seq for item in visible), default=0)

    def read_without_clock(self) -> list[Item]:
        fold = self.several.fold_all(OF_TYPE, *BOOKKEEPING_TYPES, *RECORDER_ACT_TYPES)
        return self._by_seq(self.steady.read_without_clock(), fold.read_without_clock())

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        days: dict[int, KnownDay] = {}
        fold = self.several.fold_all(OF_TYPE)
        for each in chain(self.steady.known_days(at, seq), fold.known_days(at, seq)):
            other = days.get(each.day, KnownDay(each.day, 0, 0, 0))
            sums = map(sum, zip(each[1:], other[1:], strict=True))
            days[each.day] = KnownDay(each.day, *sums)
        return [days[day] for day in sorted(days)]

    def known_types(self) -> list[KnownType]:
        counts: dict[tuple[int, str], int] = {}
        fold = self.several.fold_all(OF_TYPE)
        for day, kind, count in chain(self.steady.known_types(), fold.known_types()):
            counts[day, kind] = counts.get((day, kind), 0) + count
        return [KnownType(*place, count) for place, count in sorted(counts.items())]

    def happened_weeks(self) -> list[HappenedWeek]:
        counts: dict[int, int] = {}
        for monday, count in chain(
            self.steady.happened_weeks(), self.several.fold_all(OF_TYPE).happened_weeks()
        ):
            counts[monday] = counts.get(monday, 0) + count
        return list(map(HappenedWeek._make, sorted(counts.items())))

    def news_moments(self, kind: str | None = None) -> list[NewsMoment]:
        fold = self.several.fold_all(OF_TYPE)
        return sorted([*self.steady.news_moments(kind), *fold.news_moments(kind)])

    def items_since(self, since: Basis) -> list[Item]:
        has_told_all = since.known_at >= since.recorded_at
        lower = since.known_at if has_told_all else EARLIEST
        fold = self.several.fold(self.candidates.reaching(min(lower, since.recorded_at)))
        return self._by_seq(self.steady.items_since(since), fold.items_since(since))

    def next_embargo_end(self) -> Instant | None:
        return self.index.next_embargo_end()

    def steady_until(self) -> Instant:
        return self.basis.known_at

    # What two bases differ in.

    def within(self, scope: Scope) -> View:
        return ScopedView(self, scope)

    def touched_since(self, before: Basis) -> Scope:
        earlier = FilteredView(self.c, self.negotiation, before, self.zone, self.filters)
        moves = ClockMoves(before, self.basis)
        seqs = self._touched_candidates(moves)
        both = earlier.several, self.several
        folds = [several.with_adoptions(several.fold(seqs)) for several in both]
        cells = {
            (entry.kind, join_key(entry.key))
            for fold in folds
            for kind in fold.cell_entries.values()
            for entry, *_ in kind
        }
        events = [
            (version.entry.type, version.entry.seq, fold.item_of(version).body)
            for fold in folds
            for version in fold.versions.values()
            if version.standing == "withdrawn" or version.entry.type in LISTED_TYPES
        ]
        own = find_touched(self.c, self.index.basis_params, before, self.basis)
        return build_scope(own, (cells, events))

    def _touched_candidates(self, moves: ClockMoves) -> set[int]:
        if not moves.moved:
            return set()
        seqs = self.candidates.reaching(moves.lower, moves.upper)
        if moves.last > moves.upper and moves.moved != ["valid"]:
            withdrawn = self.candidates.all_of(OF_STANDING, frozenset((WITHDRAWN,)))
            seqs |= withdrawn & self.candidates.reaching(moves.lower, moves.last)
        return seqs
