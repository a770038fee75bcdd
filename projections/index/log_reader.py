"""Reading the log by the index: along its order, or from the few events that a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import orjson

from domain.instants import EARLIEST, LATEST, Instant
from ledger.database import Dialect, Row
from projections.answer_json import UNENDED, UNREALISED_STANDINGS, WIDTH_CLASSES, Item
from projections.index.log_statements import (
    count_source_statement,
    gather_statement,
    walk_statement,
)
from projections.index.rows import SUBJECT_PREFIX
from projections.log_query import FIRST_SEQ, LAST_SEQ, LogOrder, LogQuery, Place, Window

Ask = Callable[..., Iterable[Row]]
"""Runs a statement with parameters."""
FEW = 10_000
"""Up to how many events are read whole and put in order, where one filter lets no more through."""
STANDINGS = (
    "actual", *UNREALISED_STANDINGS, "withdrawn", "act", "record", "erased", "brief"
)  # fmt: skip
_BEFORE_ALL: dict[LogOrder, Place] = {
    "recorded": (0,),
    "known": (EARLIEST - 1,) * 2,
    "happened": (EARLIEST - 1,) * 4,
}


class LogReader:
    """Reads pages of the log as a query asks, of a view with a clock of the world.

    ``ask`` runs a statement under the basis of the view.
    """

    def __init__(
        self,
        dialect: Dialect,
        ask: Ask,
        query: LogQuery,
        valid_at: Instant,
        words: Mapping[str, object],
    ) -> None:
        self.dialect, self.ask, self.query, self.valid_at = dialect, ask, query, valid_at
        self.filters = list(_name_filters(query))
        self.params = {**_filter_params(query, valid_at), **words}

    def read_pages(self, after: Place | None) -> Iterator[list[Item]]:
        """Yield pages of items after a place, none of them empty; each has as many as asked for,
        or is the last."""
        order, limit = self.query.order, self.query.limit
        place, statement = after or _BEFORE_ALL[order], self._choose_statement()
        while page := self._read_page(statement, place):
            yield page
            if len(page) < limit:
                return
            place = self.query.place_of(page[-1])

    def _read_page(self, statement: str, after: Place) -> list[Item]:
        places = {f"after_{number}": each for number, each in enumerate(after, 1)}
        rows = self.ask(statement, limit=self.query.limit, **self.params, **places)
        return list(map(Item._make, rows))

    def _choose_statement(self) -> str:
        """Gather what the narrowest filter lets through where that is little; else walk."""
        dialect, order = self.dialect, self.query.order
        counts = {source: self._count(source) for source in self._list_sources()}
        narrowest = min(counts, key=counts.__getitem__, default=None)
        if narrowest is not None and counts[narrowest] < FEW:
            return gather_statement(dialect, order, self.filters, narrowest)
        return walk_statement(dialect, order, self.filters)

    def _list_sources(self) -> Iterator[str]:
        query = self.query
        yield from (name for name in ("type", "subject") if getattr(query, name))
        if query.terms:
            yield "words"
        if query.standing in ("disputed", "ahead"):
            yield query.standing
        elif query.standing and query.standing != "happened":
            yield "standing"
        if query.known and query.order != "known":
            yield "known in"
        if query.happened and query.order != "happened":
            yield "happened"
        if query.order != "recorded" and "recorded in" in self.filters:
            yield "recorded in"

    def _count(self, source: str) -> int:
        ((count,),) = self.ask(count_source_statement(self.dialect, source), few=FEW, **self.params)
        return int(count)


def _name_filters(query: LogQuery) -> Iterator[str]:
    yield from (name for name in ("type", "subject") if getattr(query, name))
    if query.standing:
        yield query.standing
    if (query.first_seq, query.last_seq) != (FIRST_SEQ, LAST_SEQ):
        yield "recorded in"
    if query.known:
        yield "known in"
    if query.happened:
        yield "happened in"
    if query.terms is not None:
        yield "words"


def _filter_params(query: LogQuery, valid_at: Instant) -> dict[str, object]:
    kind, _, slug = (query.subject or "").partition(":")
    known, happened = query.known or Window(), query.happened or Window()
    return {
        "type": query.type,
        "subject_kind": SUBJECT_PREFIX + kind,
        "subject_slug": slug,
        "first_seq": query.first_seq,
        "last_seq": query.last_seq,
        "known_first": max(known.first, EARLIEST + 1),
        "known_last": known.last,
        "happened_first": happened.first,
        "happened_last": happened.last,
        "never": EARLIEST,
        "unended": UNENDED,
        "standing_classes": _dump(_standing_classes(query.standing, valid_at)),
        "happened_classes": _dump(_classes(STANDINGS, happened)),
        "classes": _dump(_classes(_standings_of(query.standing), happened)),
    }


def _standings_of(standing: str | None) -> tuple[str, ...]:
    """Return the standings in the index that a standing of the question may have."""
    if standing in ("happened", "possible", "scheduled", "ahead"):
        return ("actual",)
    if standing in (None, "disputed"):
        return STANDINGS
    return UNREALISED_STANDINGS if standing == "unrealised" else (standing,)


def _standing_classes(standing: str | None, valid_at: Instant) -> Iterable[tuple[object, ...]]:
    if standing == "possible":
        return _classes(("actual",), Window(valid_at, valid_at))
    first = valid_at if standing == "scheduled" else EARLIEST
    return _classes(_standings_of(standing), Window(first, LATEST))


def _classes(standings: Iterable[str], window: Window) -> list[tuple[object, ...]]:
    """Return each standing and class of width with when the last moments of what may be of a
    window lie."""
    return [
        (standing, width, window.first, min(window.last + widest, LATEST))
        for standing in standings
        for width, widest in enumerate(WIDTH_CLASSES)
    ]


def _dump(values: Iterable[object]) -> str:
    return orjson.dumps(list(values)).decode()
