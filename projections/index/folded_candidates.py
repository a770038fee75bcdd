"""What rests on several sources, or is acted on, as the definition has it under filtered sources.

Only those of it are resolved that may be in what is asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter

from domain.basis import Basis
from domain.instants import EARLIEST, Instant
from domain.model import Version
from ledger.database import Cursor
from projections.answer_json import UNREALISED_STANDINGS, Item
from projections.fold import FoldView, subjects_of
from projections.full_text import Term
from projections.index.candidate_reader import READ_AT_ONCE, CandidateReader, Keys
from projections.index.families import Families, ResolvedFamilies
from projections.index.kept_sources import KeptSources
from projections.index.sourced_view import SourcedView
from projections.index.sources import ACTED_ON, BY_TIME, OF_STANDING, OF_TYPE, WITH_RIVALS
from projections.index.subjects import SUBJECT_PREFIX
from projections.log_query import LogQuery, Place

STANDING_KEYS = {
    "happened": ("actual",),
    "possible": ("actual",),
    "scheduled": ("actual",),
    "unrealised": UNREALISED_STANDINGS,
    "disputed": (WITH_RIVALS,),
}
"""In which lists the candidates of a standing are, where it is not the one of its name."""
tie_order: Callable[[Item], tuple[int, ...]] = attrgetter("last", "lo", "known_at", "seq")


class FoldedCandidates:
    """The candidates of one negotiation as of one basis, as they are asked for.

    ``kept`` has events that are treated so, though they rest on one source.
    """

    def __init__(
        self,
        c: Cursor,
        negotiation: str,
        basis: Basis,
        zone: str,
        families: Families,
        kept: KeptSources,
    ) -> None:
        self.basis, self.zone, self.kept = basis, zone, kept
        self.index = SourcedView(c, negotiation, basis, zone)
        self.candidates = CandidateReader(c, self.index.basis_params, kept.candidates)
        self.resolved = ResolvedFamilies(families, basis)
        self.items: dict[str, Item] = {}

    def fold(self, seqs: Iterable[int]) -> FoldView:
        """Return the view of some candidates, and of those that may be anywhere."""
        return self.fold_alone(self._anywhere.union(seqs))

    @cached_property
    def _anywhere(self) -> set[int]:
        return self.candidates.anywhere()

    def fold_alone(self, seqs: Collection[int]) -> FoldView:
        view = FoldView((), self.basis, self.zone, self.resolved.versions(seqs))
        view.item_cache = self.items
        return view

    def fold_all(self, kind: str, *keys: str) -> FoldView:
        """Return the view of all candidates of some cells of a kind, or of all of the kind."""
        return self.fold(self.candidates.all_of(kind, frozenset(keys) if keys else ()))

    def newest(
        self,
        steady: Iterable[Item],
        cell_kind: str,
        keys: Iterable[str],
        is_wanted: Callable[[Version], bool],
        above: Instant | None = None,
    ) -> Iterator[Item]:
        """Yield items of the index and candidates of some lists that are wanted, newest first."""
        return heapq.merge(
            steady,
            self._newest_candidates(cell_kind, keys, is_wanted, above),
            key=tie_order,
            reverse=True,
        )

    def _newest_candidates(
        self,
        cell_kind: str,
        keys: Iterable[str],
        is_wanted: Callable[[Version], bool],
        above: Instant | None,
    ) -> Iterator[Item]:
        waiting: list[Item] = []
        told = set[str]()
        bounds = () if above is None else (above,)
        for cut, seqs in self.candidates.newest(cell_kind, frozenset(keys), *bounds):
            fold = self.fold(seqs)
            fresh = [
                each
                for each in fold.versions.values()
                if each.entry.id not in told and is_wanted(each)
            ]
            told |= {each.entry.id for each in fresh}
            waiting = sorted([*waiting, *map(fold.item_of, fresh)], key=tie_order)
            while waiting and waiting[-1].last > cut:
                yield waiting.pop()

    @cached_property
    def no_fold(self) -> FoldView:
        return FoldView((), self.basis, self.zone, {})

    def with_adoptions(self, fold: FoldView) -> FoldView:
        """Return the view with all other events of the amendments that some propose."""
        slugs = {
            str(version.payload.get("amendment"))
            for version in fold.versions.values()
            if version.entry.type == "amendment-proposed"
        }
        if not slugs:
            return fold
        seqs = {version.entry.seq for version in fold.versions.values()}
        cells = frozenset(slugs)
        return self.fold(seqs | self.candidates.all_of(f"{SUBJECT_PREFIX}amendment", cells))

    def has_happened(self, version: Version, kind: str, subject: str | None = None) -> bool:
        is_named = subject is None or subject in subjects_of(version)
        return (
            version.entry.type == kind
            and is_named
            and self.no_fold.has_standing(version, "happened")
        )

    def by_time(self) -> Iterator[tuple[Version, Instant]]:
        """Yield candidates by about when they may be known first, with the earliest moment of all
        that follow."""
        kind, key = BY_TIME
        since = EARLIEST
        for cut, seqs in self.candidates.newest(kind, frozenset((key,))):
            for version in self.fold(seqs).versions.values():
                yield version, since
            since = -cut

    def in_log(self, query: LogQuery, after: Place | None) -> Iterator[Item]:
        """Yield the candidates that a query asks for after a place, in its order."""
        is_by_seq = query.order == "recorded"
        pages = self._candidates_by_seq(query) if is_by_seq else [self._candidates_of(query)]
        for seqs in pages:
            found = filter(query.lets_through, self.fold(seqs).find_in_log(query))
            for item in sorted(found, key=query.place_of, reverse=query.newest_first):
                if after is None or query.goes_on_with(item, after):
                    yield item
                    after = query.place_of(item)

    def _candidates_by_seq(self, query: LogQuery) -> Iterator[Collection[int]]:
        """Yield page by page which events a query may ask for, in order of seq."""
        if query.terms is not None or (query.known or query.happened):
            seqs = sorted(self._candidates_of(query), reverse=query.newest_first)
            for start in range(0, len(seqs), READ_AT_ONCE):
                yield seqs[start : start + READ_AT_ONCE]
            return
        first, last = query.first_seq, query.last_seq
        if query.after and query.newest_first:
            last = min(last, query.after - 1)
        elif query.after:
            first = max(first, query.after + 1)
        page = self._read_page(query, first, last)
        while page:
            yield page
            first, last = (first, page[-1] - 1) if query.newest_first else (page[-1] + 1, last)
            page = self._read_page(query, first, last)

    def _read_page(self, query: LogQuery, first: int, last: int) -> list[int]:
        seqs = set[int]()
        for kind, keys in _log_lists(query):
            newest_first = query.newest_first
            seqs.update(self.candidates.page(kind, keys, first, last, newest_first=newest_first))
        return sorted(seqs, reverse=query.newest_first)[:READ_AT_ONCE]

    def _candidates_of(self, query: LogQuery) -> set[int]:
        """Return all events that a query may ask for."""
        seqs = set[int]().union(*(self.candidates.all_of(*each) for each in _log_lists(query)))
        for window in filter(None, (query.known, query.happened)):
            seqs &= self.candidates.reaching(window.first, window.last)
        if query.terms is not None:
            seqs &= self._search_candidates(query.terms)
        return {seq for seq in seqs if query.first_seq <= seq <= query.last_seq}

    def search(self, terms: Sequence[Term]) -> Iterator[Item]:
        seqs = sorted(self._search_candidates(terms), reverse=True)
        for start in range(0, len(seqs), READ_AT_ONCE):
            yield from self.fold_alone(seqs[start : start + READ_AT_ONCE]).search_news(terms)

    def _search_candidates(self, terms: Sequence[Term]) -> set[int]:
        """Return which of what rests on several sources may hold some terms: as the index has it,
        or as its acts may leave it."""
        if not terms:
            return set()
        kind, key = ACTED_ON
        acted_on = self.candidates.all_of(kind, frozenset((key,)))
        found = (item.seq for item in self.index.search_news(terms))
        return acted_on.union(found, self.kept.few)


def _log_lists(query: LogQuery) -> list[tuple[str, Keys]]:
    """Return the lists in which the candidates of a page of the log are."""
    if query.subjects:
        named = (subject.partition(":") for subject in query.subjects)
        return [(SUBJECT_PREFIX + kind, frozenset((slug,))) for kind, _, slug in named]
    if query.type is not None:
        return [(OF_TYPE, frozenset((query.type,)))]
    if query.standing is not None:
        return [(OF_STANDING, frozenset(STANDING_KEYS.get(query.standing, (query.standing,))))]
    return [(OF_TYPE, ())]
