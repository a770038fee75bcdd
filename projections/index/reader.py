"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from domain.basis import Basis
from domain.instants import EARLIEST, Instant
from ledger.database import Cursor
from projections.answer_json import UNREALISED_STANDINGS, WIDTH_CLASSES, Item
from projections.full_text import Term
from projections.index.indexed_cells import BEFORE_ALL, MAX_INTEGER, IndexedCells, SqlRow
from projections.index.log_reader import LogReader
from projections.index.news_days import NewsDays
from projections.index.news_search import NewsSearch
from projections.index.scoped_view import ScopedView
from projections.index.seq_span import SeqSpan
from projections.index.shared_items import Hull, SharedItems
from projections.index.statements import count_statement, dump_list, listed_params
from projections.index.subjects import SUBJECT_PREFIX
from projections.index.touched import build_scope, find_all_touched, find_touched
from projections.log_query import LogQuery, Place
from projections.scope import Scope, Touched
from projections.search import surely_holds
from projections.view import HappenedWeek, KnownDay, KnownType, NewsMoment, SeqViews, View, Watches


class IndexView(IndexedCells):
    """One negotiation as of one basis, read from the index within one snapshot."""

    def __init__(
        self, c: Cursor, negotiation: str, basis: Basis, zone: str, span: SeqSpan | None = None
    ) -> None:
        super().__init__(c, negotiation, basis, span)
        self.zone = zone
        self._found_items: dict[str, Item | None] = {}

    def _count(self, statement: str, limit: int, **params: object) -> int:
        """Return what a statement counts, which looks no further than the limit."""
        ((count,),) = self._fetch_rows(statement, limit=limit, **params)
        return min(int(count), limit)

    def all_records(self, kind: str) -> list[Item]:
        return [item for item in self._fetch_items("records", type=kind) if item.stands]

    def read_watches(self) -> Watches:
        return self._watches

    @cached_property
    def _watches(self) -> Watches:
        watches = self._fetch("watched")
        periods = [(first, last) for first, last in watches if first is not None]
        newest = self._fetch_items("last_watch") if periods else []
        is_recorded = bool(periods or (watches and self.all_records("watch-recorded")))
        return Watches(is_recorded, periods, newest[0] if newest else None)

    def merged_records(self) -> list[Item]:
        return self._fetch_items("merged_records")

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        rows = self._fetch("mentioned_slugs", kind=SUBJECT_PREFIX + kind, slugs=dump_list(slugs))
        return {slug for (slug,) in rows}

    def first_known_at(self) -> Instant | None:
        rows = self._fetch("first_known", never=EARLIEST)
        return int(rows[0][0]) if rows else None

    def is_opening_void(self) -> bool:
        ((end,),) = self._fetch("opening_end")
        return end is not None and int(end) <= self.basis.seq

    def has_news(self) -> bool:
        return bool(self._fetch("first_news"))

    def count_known(self) -> tuple[int, int]:
        if not self._news_days().is_counted():
            ((count, last),) = self._fetch("known_count", never=EARLIEST)
            return count, last
        ((count,),) = self._fetch("told_count", never=EARLIEST)
        return count, max((seq for (seq,) in self._fetch("last_told", never=EARLIEST)), default=0)

    def read_without_clock(self) -> list[Item]:
        return self._fetch_items("without_clock", never=EARLIEST)

    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        if self._shared:
            return self._shared.by_seq(seqs, self.basis)
        return self._fetch_items("items_by_seq", seqs=dump_list(seqs)) if seqs else []

    def listed_items(self, kind: str, scope: Scope) -> list[Item]:
        """Return the happened items of one type within a scope, newest first."""
        if not (scope.seqs.get(kind) or scope.slugs.get(kind)):
            return []
        if self._shared:
            return self._shared.listed(kind, scope, self.basis)
        return self._fetch_items("listed_items", **listed_params(kind, scope))

    def within(self, scope: Scope) -> View:
        return ScopedView(self, scope)

    def touched_since(self, before: Basis) -> Scope:
        known = self._span and self._span.find_touched(before, self.basis)
        return known or build_scope(find_touched(self.c, self.basis_params, before, self.basis))

    def share_items(self, others: Iterable[View], scope: Scope) -> None:
        views = [self, *(view for view in others if isinstance(view, IndexView))]
        shared = SharedItems(Hull(self, [view.basis for view in views]), scope)
        for view in views:
            view._shared = shared

    def open_each_seq(self, after: int) -> SeqViews:
        span, place = SeqSpan(self, after), (self.c, self.negotiation)
        return SeqViews(
            lambda seq: IndexView(*place, replace(self.basis, seq=seq), self.zone, span), span.scope
        )

    def all_touched_since(self, before: Basis) -> Touched | None:
        return find_all_touched(self.c, self.basis_params, before, self.basis)

    def find_item(self, event: str) -> Item | None:
        return self.find_items([event]).get(event)

    def find_items(self, events: Iterable[str]) -> dict[str, Item]:
        if self._shared:
            return self._shared.by_event(events, self.basis)
        wanted = list(dict.fromkeys(events))
        if unread := [event for event in wanted if event not in self._found_items]:
            found = self._fetch_items("items_by_event", events=dump_list(unread))
            self._found_items |= dict.fromkeys(unread) | {item.event: item for item in found}
        return {event: item for event in wanted if (item := self._found_items[event])}

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        name, params = self._standing_query(standing)
        return self._fetch_items(name, limit=limit, **params)

    def count_by_standing(self, standing: str, limit: int) -> int:
        name, params = self._standing_query(standing)
        return self._count(count_statement(self.dialect, name), limit, **params)

    def _standing_query(self, standing: str) -> tuple[str, dict[str, object]]:
        """Return the statement for the newest items of a standing, and its parameters."""
        known_at, valid_at = self.basis.known_at, self.basis.valid_at
        match standing:
            case "disputed" | "ahead":
                return f"newest_{standing}", {}
            case "possible":
                params = _class_params(("actual",), valid_at, last_after=valid_at, lo_upto=valid_at)
            case "scheduled":
                params = _class_params(
                    ("actual",), known_at, last_after=valid_at, lo_after=valid_at
                )
            case "unrealised":
                params = _class_params(UNREALISED_STANDINGS, known_at)
            case _:
                params = _class_params((standing,), known_at)
        return "newest_by_class", params

    def read_log(self, query: LogQuery) -> list[Item]:
        items: list[Item] = []
        for page in self.log_pages(query, self.place_after(query)):
            items += self.visible_items(page)
            if len(items) >= query.limit:
                break
        return items[: query.limit]

    def log_pages(self, query: LogQuery, after: Place | None) -> Iterator[list[Item]]:
        """Yield what a query asks for after a place, in order, also what is not visible."""
        terms = query.terms
        if terms is not None and not terms:
            return
        search = NewsSearch(self._fetch, self.dialect, terms) if terms else None
        if search and query.is_plain_search:
            yield from _search_pages(search, query, after)
            return
        words = search.params if search else {}
        reader = LogReader(self.dialect, self._fetch_rows, query, self.basis, words)
        for page in reader.read_pages(after):
            found = filter(query.names_publisher, page) if query.publisher else page
            yield [each for each in found if surely_holds(each, terms)] if terms else list(found)

    def read_newest(self, kind: str, subject: str | None = None) -> Iterator[Item]:
        name = "newest_of_type_naming" if subject else "newest_of_type"
        place, limit = self._newest_place(), 16
        while page := self._fetch_items(
            name, type=kind, limit=limit, **_subject_params(subject), **place
        ):
            yield from page
            last = page[-1]
            place, limit = _place_before(last.last, last.lo, last.known_at, last.seq), 512

    def _newest_place(self) -> dict[str, Instant]:
        """Return the place in tie order before which all lies that happened."""
        return _place_before(self.basis.valid_at, MAX_INTEGER, MAX_INTEGER, MAX_INTEGER)

    def count_newest(self, kind: str, limit: int) -> int:
        statement = count_statement(self.dialect, "newest_of_type")
        return self._count(statement, limit, type=kind, **self._newest_place())

    def _news_days(self) -> NewsDays:
        return NewsDays(self._fetch, self.basis, self.zone)

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        return self._news_days().list_known(at, seq)

    def known_types(self) -> list[KnownType]:
        return self._news_days().list_types()

    def happened_weeks(self) -> list[HappenedWeek]:
        return self._news_days().list_happened()

    def news_moments(self, kind: str | None = None) -> list[NewsMoment]:
        name = "news_moments" if kind is None else "named_news_moments"
        return _to_moments(self._fetch(name, kind=f"{SUBJECT_PREFIX}{kind}"))

    def moments_after(self, instant: Instant) -> list[NewsMoment]:
        return _to_moments(self._fetch("news_moments_after", after=instant))

    def items_since(self, since: Basis) -> list[Item]:
        has_told_all = since.known_at >= since.recorded_at
        after = since.seq if has_told_all else 0  # else it may lack what the index passes over
        return self._fetch_items("items_since", after=after, known_before=since.known_at)

    def next_embargo_end(self) -> Instant | None:
        ((moment,),) = self._fetch("next_embargo_end")
        return None if moment is None else int(moment)

    def steady_until(self) -> Instant:
        is_at_end = self._news_days().is_at_end()
        ((moment,),) = self._fetch("steady_until_at_end" if is_at_end else "steady_until")
        return MAX_INTEGER if moment is None else int(moment)

    def search_news(self, terms: Sequence[Term]) -> Iterator[Item]:
        return NewsSearch(self._fetch, self.dialect, terms).read_newest() if terms else iter(())


def _to_moments(rows: Iterable[SqlRow]) -> list[NewsMoment]:
    return sorted(NewsMoment._make((*row[:3], bool(row[3]), *row[4:])) for row in rows)


def _search_pages(search: NewsSearch, query: LogQuery, after: Place | None) -> Iterator[list[Item]]:
    """Yield what a search finds after a place, page by page."""
    found = (
        item
        for item in search.read_newest()
        if query.lets_through(item) and surely_holds(item, search.terms)
    )
    rest = (item for item in found if after is None or query.goes_on_with(item, after))
    while page := list(islice(rest, query.limit)):
        yield page


def _class_params(
    standings: Sequence[str],
    begun_by: Instant,
    *,
    last_after: Instant = BEFORE_ALL,
    lo_after: Instant = BEFORE_ALL,
    lo_upto: Instant = MAX_INTEGER,
) -> dict[str, object]:
    """Return what asks for items of some standings within bounds of their first and last moments.

    What had begun by the clock ends within the width of its class of that.
    """
    latest_moments = enumerate(_latest_moments(begun_by))
    classes = [(each, *width) for width in latest_moments for each in standings]
    return {
        "classes": dump_list(classes),
        "last_after": last_after,
        "lo_after": lo_after,
        "lo_upto": lo_upto,
    }


def _place_before(*place: Instant) -> dict[str, Instant]:
    names = ("before_last", "before_lo", "before_known", "before_seq")
    return dict(zip(names, place, strict=True))


def _subject_params(subject: str | None) -> dict[str, str]:
    kind, _, slug = (subject or "").partition(":")
    return {"subject_kind": SUBJECT_PREFIX + kind, "subject_slug": slug}


def _latest_moments(begun_by: Instant) -> list[Instant]:
    """Return the last moment, by class of width, of what had begun by an instant."""
    return [min(begun_by + width, MAX_INTEGER) for width in WIDTH_CLASSES]
