"""The events of a few views of one viewer: what any of them shows is read once for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from domain.basis import Basis
from domain.introductions import INTRODUCTION_FIELDS
from projections.answer_json import Item
from projections.index.statements import STATEMENTS, dump_list, hull_statement, listed_params
from projections.scope import Scope

if TYPE_CHECKING:
    from projections.index.indexed_cells import IndexedCells

K = TypeVar("K", str, int)
R = TypeVar("R")


class Shown(NamedTuple, Generic[R]):
    """What a row tells, and under which bases it shows."""

    told: R
    known_from: int
    known_to: int
    recorded_from: int
    recorded_to: int

    def shows_under(self, basis: Basis) -> bool:
        is_known = self.known_from <= basis.known_at < self.known_to
        return is_known and self.recorded_from <= basis.seq < self.recorded_to


class Hull:
    """Reads what shows under any of the bases of a viewer that lie between some of them."""

    def __init__(self, view: IndexedCells, bases: Collection[Basis]) -> None:
        known_times, seqs = [basis.known_at for basis in bases], [basis.seq for basis in bases]
        self.view = view
        self.params = {
            **view.basis_params,
            "low_known": min(known_times),
            "known": max(known_times),
            "low_seq": min(seqs),
            "seq": max(seqs),
            "valid": max(basis.valid_at for basis in bases),
        }

    def read(self, statement: str, table: str, params: Mapping[str, object]) -> list[Shown[Any]]:
        """Return the rows of a statement, those of a table with the bases under which they show."""
        self.view.c.execute(hull_statement(statement, table), {**self.params, **params})
        return [Shown(row[:-4], *row[-4:]) for row in map(tuple, self.view.c.fetchall())]


class SharedItems:
    """The events that views within a hull look for; of those that are listed, what a scope has."""

    def __init__(self, hull: Hull, scope: Scope) -> None:
        self._hull, self._scope = hull, scope
        self._by_event: dict[str, list[Shown[Any]]] = {}
        self._by_seq: dict[int, list[Shown[Any]]] = {}
        self._json: dict[int, list[Shown[Any]]] = {}
        self._listed: dict[str, list[tuple[Item, str | None, Shown[Any]]]] = {}

    def by_event(self, events: Iterable[str], basis: Basis) -> dict[str, Item]:
        """Return the events with these ids that are within both cuts, by id."""
        found = self._find(self._by_event, list(events), "items_by_event", "events", 0)
        return {row.told[0]: Item._make(row.told) for row in found if row.shows_under(basis)}

    def by_seq(self, seqs: Iterable[int], basis: Basis) -> list[Item]:
        """Return the events with these seqs, by seq."""
        if not self._by_seq:
            touched = frozenset[int]().union(*self._scope.seqs.values())
            self._find(self._by_seq, sorted(touched), "items_by_seq", "seqs", 1)
        found = self._find(self._by_seq, sorted(seqs), "items_by_seq", "seqs", 1)
        return [Item._make(row.told) for row in found if row.shows_under(basis)]

    def read_json(self, seqs: Iterable[int], basis: Basis) -> dict[int, tuple[bytes, bytes]]:
        """Return body and provenance of the events with these seqs, by seq."""
        found = self._find(self._json, list(seqs), "version_json", "seqs", 0)
        return {row.told[0]: row.told[1:] for row in found if row.shows_under(basis)}

    def _find(
        self, cache: dict[K, list[Shown[Any]]], keys: Sequence[K], name: str, param: str, place: int
    ) -> Iterator[Shown[Any]]:
        """Yield what a statement tells of some keys, which stand at a place of its rows."""
        if unread := [key for key in keys if key not in cache]:
            cache |= {key: [] for key in unread}
            for row in self._read(name, {param: dump_list(unread)}):
                cache[row.told[place]].append(row)
        return chain.from_iterable(map(cache.__getitem__, keys))

    def _read(self, name: str, params: Mapping[str, object]) -> list[Shown[Any]]:
        return self._hull.read(STATEMENTS[self._hull.view.dialect][name], "v", params)

    def listed(self, kind: str, scope: Scope, basis: Basis) -> list[Item]:
        """Return the happened events of one type within a scope, newest first."""
        if kind not in self._listed:
            field = INTRODUCTION_FIELDS.get(kind, ("",))[-1]
            rows = self._read("listed_items", listed_params(kind, self._scope))
            items = (Item._make(row.told) for row in rows)
            self._listed[kind] = [
                (item, item.own_fields.get(field), row)
                for item, row in zip(items, rows, strict=True)
            ]
        seqs, slugs = scope.seqs.get(kind, ()), scope.slugs.get(kind, ())
        return [
            item
            for item, slug, row in self._listed[kind]
            if item.last <= basis.valid_at
            and row.shows_under(basis)
            and (item.seq in seqs or slug in slugs or (slug is None and item.disputed))
        ]
