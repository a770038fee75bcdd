"""Reading the log by the index: along its order, or from the few events that a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import isqrt

import orjson

from domain.basis import Basis
from domain.instants import EARLIEST, LATEST, Instant
from domain.sources import publisher_key
from ledger.database import Dialect, Row
from projections.answer_json import UNENDED, UNREALISED_STANDINGS, WIDTH_CLASSES, Item
from projections.index.known_blocks import KnownBlocks
from projections.index.log_statements import (
    count_source_statement,
    gather_statement,
    walk_statement,
)
from projections.index.sources import SOURCE
from projections.index.statements import STATEMENTS, dump_list
from projections.index.subjects import SUBJECT_PREFIX
from projections.log_query import FIRST_SEQ, LAST_SEQ, LogQuery, Place, Window

Ask = Callable[..., Sequence[Row]]
"""Runs a statement with parameters."""
STANDINGS = (
    "actual", *UNREALISED_STANDINGS, "withdrawn", "act", "record", "erased", "brief"
)  # fmt: skip
DATED_STANDINGS = tuple(standing for standing in STANDINGS if standing != "act")
"""The standings of what may happen in a window of time."""
NAMING = ("type", "subjects", "others", "publisher")
"""What limits a page by what an event is, names or rests on."""
_BEFORE_ALL, _AFTER_ALL = (EARLIEST - 1,) * 4, (LATEST + 1,) * 4


class LogReader:
    """Reads pages of the log as a query asks.

    ``ask`` runs a statement under a basis.
    """

    def __init__(
        self, dialect: Dialect, ask: Ask, query: LogQuery, basis: Basis, words: Mapping[str, object]
    ) -> None:
        self.dialect, self.ask, self.query, self.basis = dialect, ask, query, basis
        self.few, self.last_seq = few_of(basis.seq, query.limit), min(query.last_seq, basis.seq)
        self.filters = list(_name_filters(query))
        self.params = {**_filter_params(query, basis), **words}
        self.cells = {
            "{subjects}": self._find_cells(query.subjects),
            "{others}": self._find_cells(query.others),
            "{publisher}": self._find_sources(query.publisher),
        }

    def read_pages(self, after: Place | None) -> Iterator[list[Item]]:
        """Yield pages of items after a place, none of them empty, none longer than asked for."""
        place = after or (_AFTER_ALL if self.query.newest_first else _BEFORE_ALL)
        for statement in self._choose_statements():
            while page := self._read_page(statement, place):
                yield page
                place = self.query.place_of(page[-1])
                if len(page) < self.query.limit:
                    break

    def _read_page(self, statement: str, after: Place) -> list[Item]:
        lead = self._bound_lead(after[0])
        # No further than the bound: PostgreSQL begins to read at the place alone.
        nearest = min if self.query.newest_first else max
        edge = lead.last + 1 if self.query.newest_first else lead.first - 1
        place = nearest(after[0], edge), *after[1:]
        params = {f"after_{number}": each for number, each in enumerate(place, 1)} | {
            "lead_low": lead.first,
            "lead_high": lead.last,
            "classes": dump_list(self._list_classes(lead)),
        }
        rows = self._run(statement, limit=self.query.limit, **params)
        return list(map(Item._make, rows))

    def _run(self, statement: str, **params: object) -> Iterable[Row]:
        for place, cells in self.cells.items():
            statement = statement.replace(place, ", ".join(map(str, cells)) or "0")
        return self.ask(statement, **self.params, **params)

    def _find_cells(self, subjects: Iterable[str]) -> list[int]:
        """Return the numbers of the cells of what is to be named."""
        names = [subject.partition(":") for subject in subjects]
        cells = [[SUBJECT_PREFIX + kind, slug] for kind, _, slug in names]
        return [int(cell) for (cell,) in self._ask("subject_cells", cells=dump_list(cells))]

    def _find_sources(self, publisher: str | None) -> list[int]:
        """Return the numbers of the cells of the sources of a publisher."""
        if publisher is None:
            return []
        sources = ((key, cell) for kind, key, cell in self._ask("sources") if kind == SOURCE)
        return [int(cell) for key, cell in sources if _publisher_of(key) == publisher]

    def _ask(self, name: str, **params: object) -> Sequence[Row]:
        return self.ask(STATEMENTS[self.dialect][name], **params)

    def _bound_lead(self, place: int) -> Window:
        """Return within what the column that leads the order lies, from a place on."""
        query, basis = self.query, self.basis
        match query.order:
            case "recorded":
                first, last = query.first_seq, self.last_seq
            case "known":
                known = (
                    query.known._replace(first=max(query.known.first, EARLIEST + 1))
                    if query.known
                    else Window()
                )
                first, last = known.first, min(known.last, basis.known_at)
            case "happened":
                first, last = EARLIEST, self._latest
        if query.newest_first:
            return Window(first, min(last, place))
        return Window(max(first, place), last)

    @property
    def _latest(self) -> Instant:
        """The latest last moment of what is asked for."""
        return self.basis.valid_at if self.query.standing == "happened" else LATEST

    def _list_classes(self, lead: Window) -> list[tuple[object, ...]]:
        query = self.query
        standings = _standings_of(query.standing)
        if query.happened:
            standings = tuple(each for each in standings if each in DATED_STANDINGS)
        return [
            (standing, width, max(first, lead.first), min(last, lead.last))
            for standing, width, first, last in _classes(standings, query.happened or Window())
        ]

    def _choose_statements(self) -> Iterator[str]:
        """Gather what the narrowest filter lets through where that is little; else walk.

        From the end of the record, what little the basis knows of all that it does not know is
        gathered, and the walk begins before.
        """
        dialect, query = self.dialect, self.query
        counts = {source: self._count(source) for source in self._list_sources()}
        narrowest = min(counts, key=counts.__getitem__, default=None)
        if narrowest is not None and counts[narrowest] < self.few:
            yield gather_statement(dialect, query, self.filters, narrowest)
            return
        if query.order == "recorded" and query.newest_first:
            last_told = KnownBlocks(self._ask).last_seq()
            self.params["last_told"] = last_told
            yield gather_statement(dialect, query, self.filters, "late")
            self.last_seq = min(self.last_seq, last_told)
        yield walk_statement(dialect, query, self.filters)

    def _list_sources(self) -> Iterator[str]:
        query = self.query
        yield from (name for name in NAMING if getattr(query, name))
        if query.terms:
            yield "words"
        if query.standing in ("disputed", "ahead", "scheduled"):
            yield query.standing
        elif query.standing and query.standing != "happened":
            yield "standing"
        yield from {"known in", "recorded in"} & set(self.filters)
        if query.happened and query.order != "happened":
            yield "happened in"

    def _count(self, source: str) -> int:
        statement = count_source_statement(self.dialect, source)
        ((count,),) = self._run(statement, few=self.few)
        return int(count)


def _publisher_of(key: str) -> str:
    """Return the key of the publisher of a source."""
    return publisher_key(orjson.loads(key)[0] or "")


def few_of(events: int, limit: int) -> int:
    """Return up to how many events are read whole and put in order, where one filter lets no more
    through: as many as a walk would look at to fill a page with them."""
    return isqrt(events * limit) + 1


def _name_filters(query: LogQuery) -> Iterator[str]:
    """Yield what limits a query, but for the clock of its order where that bounds its index."""
    yield from (name for name in NAMING if getattr(query, name))
    if query.standing:
        yield query.standing
    is_part = (query.first_seq, query.last_seq) != (FIRST_SEQ, LAST_SEQ)
    if is_part and query.order != "recorded":
        yield "recorded in"
    if query.known and query.order != "known":
        yield "known in"
    if query.happened:
        yield "happened in"
    if query.terms is not None:
        yield "words"


def _filter_params(query: LogQuery, basis: Basis) -> dict[str, object]:
    known, happened = query.known or Window(), query.happened or Window()
    return {
        "type": query.type,
        "first_seq": query.first_seq,
        "last_seq": query.last_seq,
        "known_first": max(known.first, EARLIEST + 1),
        "known_last": known.last,
        "happened_first": happened.first,
        "happened_last": happened.last,
        "never": EARLIEST,
        "unended": UNENDED,
        "standing_classes": dump_list(_standing_classes(query.standing, basis)),
        "scheduled_classes": dump_list(
            _classes(("actual",), Window(basis.valid_at, basis.known_at))
        ),
        "happened_classes": dump_list(_classes(DATED_STANDINGS, happened)),
    }


def _standings_of(standing: str | None) -> tuple[str, ...]:
    """Return the standings in the index that a standing of the question may have."""
    if standing in ("happened", "possible", "scheduled", "ahead"):
        return ("actual",)
    if standing in (None, "disputed"):
        return STANDINGS
    return UNREALISED_STANDINGS if standing == "unrealised" else (standing,)


def _standing_classes(standing: str | None, basis: Basis) -> Iterable[tuple[object, ...]]:
    is_possible = standing == "possible"
    window = Window(basis.valid_at, basis.valid_at) if is_possible else Window()
    return _classes(_standings_of(standing), window)


def _classes(standings: Iterable[str], window: Window) -> list[tuple[str, int, Instant, Instant]]:
    """Return each standing and class of width with when the last moments of what may be of a
    window lie."""
    return [
        (standing, width, window.first, min(window.last + widest, LATEST))
        for standing in standings
        for width, widest in enumerate(WIDTH_CLASSES)
    ]
