"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from domain.basis import Basis
from domain.cells import CellKey, CellRow, is_past_candidates, resolve_position
from domain.events import AUDIENCES, Audience
from domain.instants import EARLIEST, Instant
from domain.zones import ZoneUse
from ledger.database import Cursor, database_dialect
from projections.answer_json import UNREALISED_STANDINGS, WIDTH_CLASSES, Item
from projections.full_text import Term
from projections.index.cell_pages import NotedRows, make_row
from projections.index.log_reader import LogReader
from projections.index.news_days import NewsDays
from projections.index.news_search import NewsSearch
from projections.index.reach import dump_windows
from projections.index.scoped_view import ScopedView
from projections.index.seq_span import SeqSpan
from projections.index.statements import (
    STATEMENTS,
    cells_statement,
    count_statement,
    dump_list,
    listed_params,
)
from projections.index.subjects import KEY_SEPARATOR, SUBJECT_PREFIX, join_key
from projections.index.touched import build_scope, find_all_touched, find_touched
from projections.log_query import LogQuery, Place
from projections.scope import Scope, Touched
from projections.search import surely_holds
from projections.view import (
    ALL_ROWS,
    CellResolver,
    HappenedWeek,
    KnownDay,
    KnownType,
    NewsMoment,
    SeqViews,
    T,
    View,
    Watches,
)

MAX_INTEGER = 2**62
"""More than any instant or seq."""
BEFORE_ALL = EARLIEST - 1
BEFORE_ROWS = (BEFORE_ALL,) * 5
FIRST_PAGE_SIZE, PAGE_GROWTH = 2, 2
"""Placements read of every cell at first, and how many times more of one that needs more."""
NEXT_ROWS = 64
"""Placements read at least of cells that need more, together: a few are soon read far enough."""

SqlRow = Any
RowsByKey = Mapping[str, list[CellRow]]
"""Rows of cells, newest first, by the key of the cell as it is stored."""


class SnapshotStart(NamedTuple):
    """Where the log, one negotiation of it and the index stand in a snapshot.

    ``zone`` and ``last_seq`` are null for a negotiation that nobody opened.
    """

    zone: str | None
    last_seq: int | None
    size: int
    last_recorded_at: Instant
    indexed_seq: int
    has_merges: bool
    is_seen: bool


def read_start(c: Cursor, negotiation: str, audience: Audience, now: Instant) -> SnapshotStart:
    """Read where a snapshot stands; ``is_seen`` tells whether an audience can see
    anything now, or could: what was answered under a pinned address stays."""
    params = {"negotiation": negotiation, **_audience_params(audience, now)}
    c.execute(STATEMENTS[database_dialect(c)]["start"], params)
    return SnapshotStart(*c.fetchone())


def read_seen(c: Cursor, audience: Audience, now: Instant) -> list[str]:
    """Return the negotiations of which an audience sees anything now, in alphabetical order."""
    c.execute(STATEMENTS[database_dialect(c)]["seen"], _audience_params(audience, now))
    return [slug for (slug,) in c.fetchall()]


def _audience_params(audience: Audience, now: Instant) -> dict[str, object]:
    return {"audience": _audience_bit(audience), "now": now, "never": EARLIEST}


def _audience_bit(audience: str) -> int:
    return 1 << AUDIENCES.index(audience)


def read_zone_uses(c: Cursor, negotiation: str) -> list[ZoneUse]:
    """Return the zones and years of a negotiation's dates, each with the seq that used it first."""
    c.execute(
        "SELECT zone, year, first_seq, offsets FROM zone_use WHERE negotiation = :negotiation",
        {"negotiation": negotiation},
    )
    return list(map(ZoneUse._make, c.fetchall()))


def basis_params(negotiation: str, basis: Basis) -> dict[str, object]:
    return {
        "negotiation": negotiation,
        "known": basis.known_at,
        "valid": basis.valid_at,
        "seq": basis.seq,
        "audience": _audience_bit(basis.audience),
    }


class IndexView(View):
    """One negotiation as of one basis, read from the index within one snapshot."""

    def __init__(
        self, c: Cursor, negotiation: str, basis: Basis, zone: str, span: SeqSpan | None = None
    ) -> None:
        self.c, self.negotiation, self.basis, self.zone = c, negotiation, basis, zone
        self.dialect = database_dialect(c)
        self.basis_params = basis_params(negotiation, basis)
        self._span = span
        self._found_items: dict[str, Item | None] = {}
        self._first_pages: dict[tuple[object, ...], RowsByKey] = {}

    def _fetch(self, name: str, **params: object) -> list[SqlRow]:
        return self._fetch_rows(STATEMENTS[self.dialect][name], **params)

    def _fetch_rows(self, statement: str, **params: object) -> list[SqlRow]:
        self.c.execute(statement, {**self.basis_params, **params})
        return self.c.fetchall()

    def _fetch_items(self, name: str, **params: object) -> list[Item]:
        return list(map(Item._make, self._fetch(name, **params)))

    def _count(self, statement: str, limit: int, **params: object) -> int:
        """Return what a statement counts, which looks no further than the limit."""
        ((count,),) = self._fetch_rows(statement, limit=limit, **params)
        return min(int(count), limit)

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
        keys: Collection[CellKey] | None = None,
    ) -> dict[CellKey, T]:
        results: dict[CellKey, T] = {}
        page_size = expected_rows or FIRST_PAGE_SIZE
        wanted = prefix if keys is None else frozenset(map(join_key, keys))
        pages = self._read_first_pages(kind, wanted, page_size, with_json)
        while True:
            exhausted = set[str]()
            for key, page in pages.items():
                rows = page if len(page) < page_size else NotedRows(page, key, exhausted)
                results[tuple(key.split(KEY_SEPARATOR))] = resolver(rows)
            if resolver is resolve_position and not with_json:
                long_runs = {key: pages[key] for key in exhausted if is_past_candidates(pages[key])}
                results |= self._follow_runs(kind, long_runs, resolver)
                exhausted -= long_runs.keys()
            if not exhausted:
                return dict(sorted(results.items()))
            page_size = max(page_size * PAGE_GROWTH, NEXT_ROWS // len(exhausted))
            pages = self._read_cell_rows(kind, frozenset(exhausted), page_size, with_json)

    def _follow_runs(
        self, kind: str, rows_by_key: RowsByKey, resolver: CellResolver[T]
    ) -> dict[CellKey, T]:
        """Return what a function makes of cells whose first rows are read, and of older ones the
        first and the last of each run of rows with one mark and answer."""
        results: dict[CellKey, T] = {}
        while rows_by_key:
            last_rows = {key: rows[-1] for key, rows in rows_by_key.items()}
            others = self._read_at_places("runs_before", kind, last_rows)
            ends = self._read_at_places(
                "oldest_after", kind, {key: others.get(key) for key in rows_by_key}
            )
            exhausted = set[str]()
            joined_by_key = {}
            for key, rows in rows_by_key.items():
                end = [] if ends[key].tie_order == rows[-1].tie_order else [ends[key]]
                other = [others[key]] if key in others else []
                joined = joined_by_key[key] = [*rows, *end, *other]
                read = NotedRows(joined, key, exhausted) if other else joined
                results[tuple(key.split(KEY_SEPARATOR))] = resolver(read)
            rows_by_key = {key: joined_by_key[key] for key in exhausted}
        return results

    def _read_at_places(
        self, name: str, kind: str, places: Mapping[str, CellRow | None]
    ) -> dict[str, CellRow]:
        """Return a row of each cell, next to a row of it, or to none."""
        lists = [
            [key, *(row.tie_order if row else BEFORE_ROWS), row and row.label, row and row.answer]
            for key, row in places.items()
        ]
        rows = self._fetch(name, kind=kind, places=dump_list(lists))
        return {row[0]: make_row(row[1:]) for row in rows}

    def _read_first_pages(
        self, kind: str, wanted: CellKey | frozenset[str], page_size: int, with_json: bool
    ) -> RowsByKey:
        """Return the newest rows of each cell, which one answer may ask for more than once."""
        question = (kind, wanted, page_size, with_json)
        if question not in self._first_pages:
            self._first_pages[question] = self._read_cell_rows(*question)
        return self._first_pages[question]

    def _read_cell_rows(
        self, kind: str, wanted: CellKey | frozenset[str], page_size: int, with_json: bool
    ) -> RowsByKey:
        """Return the newest rows of each cell whose key begins so, or is one of these."""
        found: RowsByKey = {}
        if self._span and isinstance(wanted, frozenset):
            found = self._span.find_cells(kind, wanted, self.basis.seq, page_size)
            wanted = wanted.difference(found)
            found = {key: page for key, page in found.items() if page}
        if not wanted and isinstance(wanted, frozenset):
            return found
        rows = self._ask_cells("cell_rows", wanted, **self.page_params(kind, page_size, with_json))
        rows_by_key = defaultdict[str, list[CellRow]](list, found)
        for key, *columns in rows:
            rows_by_key[key].append(make_row(columns))
        for cell_rows in rows_by_key.values():
            if len(cell_rows) > 1:
                cell_rows.sort(key=_tie_order, reverse=True)
        return rows_by_key

    def page_params(self, kind: str, page_size: int, with_json: bool) -> dict[str, object]:
        """Return the parameters of the newest rows of cells of a kind, so many of each."""
        latest = MAX_INTEGER if kind == "meeting" else self.basis.valid_at
        return {"kind": kind, "latest": latest, "page_size": page_size, "with_json": with_json}

    def read_undecided(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        moment = min(self.basis.known_at, self.basis.valid_at)
        found = self._fetch(
            "undecided", kind=kind, moment=moment, windows=dump_windows(moment), **key_range(prefix)
        )
        keys = [tuple(key.split(KEY_SEPARATOR)) for (key,) in found]
        rows: CellResolver[list[CellRow]] = list
        return self.resolve_cells(
            kind, resolver=rows, expected_rows=ALL_ROWS, with_json=False, keys=keys
        )

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        wanted = set(seqs)
        found = self._span.find_json(wanted, self.basis.seq) if self._span else {}
        wanted -= found.keys()
        rows = self._fetch("version_json", seqs=dump_list(wanted)) if wanted else ()
        return found | {seq: (body, provenance) for seq, body, provenance in rows}

    def _ask_cells(
        self,
        name: Literal["cell_rows", "cell_counts"],
        wanted: CellKey | frozenset[str],
        **params: object,
    ) -> list[SqlRow]:
        """Ask about each cell whose key begins so, or is one of these."""
        listed = isinstance(wanted, frozenset)
        keys = {"keys": dump_list(sorted(wanted))} if listed else key_range(tuple(wanted))
        return self._fetch_rows(
            cells_statement(self.dialect, name, listed=listed), **keys, **params
        )

    def count_cells(
        self, kind: str, *prefix: str, keys: Collection[CellKey] | None = None
    ) -> dict[CellKey, int]:
        wanted = prefix if keys is None else frozenset(map(join_key, keys))
        rows = self._ask_cells("cell_counts", wanted, kind=kind)
        return {tuple(key.split(KEY_SEPARATOR)): count for key, count in rows}

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
        found = self._span and self._span.find_items(seqs, self.basis.seq)
        if found is not None or not seqs:
            return found or []
        return self._fetch_items("items_by_seq", seqs=dump_list(seqs))

    def listed_items(self, kind: str, scope: Scope) -> list[Item]:
        """Return the happened items of one type within a scope, newest first."""
        if not (scope.seqs.get(kind) or scope.slugs.get(kind)):
            return []
        if self._span:
            return self._span.find_listed(kind, scope, self.basis.seq)
        return self._fetch_items("listed_items", **listed_params(kind, scope))

    def within(self, scope: Scope) -> View:
        return ScopedView(self, scope)

    def touched_since(self, before: Basis) -> Scope:
        known = self._span and self._span.find_touched(before, self.basis)
        return known or build_scope(find_touched(self.c, self.basis_params, before, self.basis))

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


_tie_order = itemgetter(slice(5))
"""The tie order of a row, as ``CellRow.tie_order`` gives it."""


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


def key_range(prefix: CellKey) -> dict[str, str]:
    """Return the key, and the range of keys, that begin with these parts."""
    start = "".join(part + KEY_SEPARATOR for part in prefix)
    end = start[:-1] + chr(ord(KEY_SEPARATOR) + 1) if start else "\U0010ffff"
    return {"key": KEY_SEPARATOR.join(prefix), "key_start": start, "key_end": end}


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
