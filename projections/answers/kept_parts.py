"""Parts of an answer that are kept: only what rests on something touched since is made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from domain.basis import Basis
from domain.cells import CellKey, CellRow
from domain.instants import Instant
from domain.model import Json
from projections.answer_json import Item
from projections.answers.newest import NewestLists
from projections.carried_view import LINK_KINDS, CarriedView, CellQuestion
from projections.log_query import LogQuery
from projections.merges import Merges
from projections.scope import Scope, Touched
from projections.view import CellResolver, K, P, T, V, View, Watches

ViewRead = tuple[Any, ...]
"""What was read of a view: what it is of, such as a cell or a type of events, and which."""
ANYTHING: ViewRead = ("anything",)
ENDINGS: ViewRead = ("endings",)
"""What is different only once something that was seen is seen no more."""


class MadeFromEach(NamedTuple):
    """What was made of each of some values, and of what else."""

    values: Mapping[Any, Any]
    results: Mapping[Any, Any]
    given: object


class KeptPart(NamedTuple):
    """A part of an answer, with what it was made of.

    ``more`` is what its lists leave off, and ``given`` what it depends on besides the view.
    """

    value: Any
    more: Json
    given: object
    reads: frozenset[ViewRead]
    cells: Mapping[CellQuestion, Mapping[CellKey, Any]]
    made_from_each: Mapping[str, MadeFromEach]


class KeptParts(NamedTuple):
    """The parts of an answer as of a basis, by name."""

    basis: Basis
    zone: str
    merges: Merges
    parts: Mapping[str, KeptPart]


class AnswerParts:
    """Makes the parts of an answer, or takes them from an earlier one of the same viewer where
    nothing that they were made of is touched since."""

    def __init__(self, view: View, lists: NewestLists, earlier: KeptParts | None = None) -> None:
        self.view, self.lists = view, lists
        self._earlier: Mapping[str, KeptPart] = {}
        self._touched = _find_touched(view, earlier) if earlier else None
        if earlier and self._touched:
            self._earlier = earlier.parts
        self._parts: dict[str, KeptPart] = {}

    def make(self, name: str, build: Callable[[View, NewestLists], T], given: object = None) -> T:
        """Return a part, and note what its lists leave off; ``given`` is what the part depends on
        besides the view."""
        part = self._earlier.get(name)
        if part is None or not self._stands(part, given):
            part = self._build(part, build, given)
        self._parts[name] = part
        self.lists.more |= part.more
        value: T = part.value
        return value

    def make_json(
        self, name: str, build: Callable[[View, NewestLists], object], given: object = None
    ) -> orjson.Fragment:
        """Return a part as JSON."""
        return self.make(
            name, lambda view, lists: orjson.Fragment(orjson.dumps(build(view, lists))), given
        )

    def keep(self) -> KeptParts:
        """Return the parts that were made, for a later answer."""
        view = self.view
        return KeptParts(view.basis, view.zone, view.merges, self._parts)

    def _stands(self, part: KeptPart, given: object) -> bool:
        touched = self._touched
        return (
            touched is not None
            and part.given == given
            and not any(is_touched(read, touched) for read in part.reads)
        )

    def _build(
        self, old: KeptPart | None, build: Callable[[View, NewestLists], Any], given: object
    ) -> KeptPart:
        view = NotingView(self.view, old, self._touched)
        lists = self.lists.for_part(view)
        value = build(view, lists)
        return KeptPart(
            value, lists.more, given, frozenset(view.reads), view.cells, view.made_from_each
        )


def _find_touched(view: View, earlier: KeptParts) -> Touched | None:
    """Return what is touched since an earlier answer; null where that may be anything."""
    if (view.zone, view.merges) != (earlier.zone, earlier.merges):
        return None
    return view.all_touched_since(earlier.basis)


def is_touched(read: ViewRead, touched: Touched) -> bool:
    """Return whether what was read may be different where something is touched."""
    match read:
        case "cells", kind, *_ if kind in LINK_KINDS:
            return "statement-made" in touched.types
        case "cells", kind, *prefix:
            return bool(touched.cells.keys_of(kind, tuple(prefix)))
        case "type", kind:
            return kind in touched.types
        case "standing", standing:
            return standing in touched.standings
        case "event", event:
            return event in touched.events
        case "seqs", seqs:
            return not touched.seqs.isdisjoint(seqs)
        case "first known", instant:
            return instant is None or touched.first_known_at <= instant
        case ("endings",):
            return touched.has_ended
        case _:
            return bool(touched.seqs)


class NotingView(CarriedView):
    """A view that notes what is read of it, and knows what cells were resolved to earlier."""

    def __init__(self, view: View, old: KeptPart | None, touched: Touched | None) -> None:
        self.reads = set[ViewRead]()
        if old and touched:
            super().__init__(view, old.cells, touched.cells)
        else:
            super().__init__(view, {}, Scope())
        self._old_each = old.made_from_each if old and touched else {}
        self.made_from_each: dict[str, MadeFromEach] = {}

    @property
    def view(self) -> View:
        """The other view, for questions of which no more is noted than that they may be of
        anything."""
        self.reads.add(ANYTHING)
        return self._whole

    @view.setter
    def view(self, view: View) -> None:
        self._whole = view

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        self.reads.add(("cells", kind, *prefix))
        return super().resolve_cells(
            kind, *prefix, resolver=resolver, expected_rows=expected_rows, with_json=with_json
        )

    def make_from_each(
        self,
        name: str,
        values: Mapping[K, V],
        make: Callable[[Mapping[K, V]], Mapping[K, P]],
        given: object = None,
    ) -> dict[K, P]:
        old = self._old_each.get(name)
        known, known_results = (old.values, old.results) if old and old.given == given else ({}, {})
        new = {key: value for key, value in values.items() if known.get(key) is not value}
        made = make(new) if new else {}
        results = {key: made[key] if key in new else known_results[key] for key in values}
        self.made_from_each[name] = MadeFromEach(values, results, given)
        return results

    def count_cells(self, kind: str, *prefix: str) -> dict[CellKey, int]:
        self.reads.add(("cells", kind, *prefix))
        return self._whole.count_cells(kind, *prefix)

    def read_undecided(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        self.reads.add(("cells", kind, *prefix))
        return self._whole.read_undecided(kind, *prefix)

    def within(self, scope: Scope) -> View:
        self.reads |= {("cells", kind, *key) for kind, keys in scope.cells.items() for key in keys}
        return self._whole.within(scope)

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        wanted = frozenset(seqs)
        self.reads.add(("seqs", wanted))
        return self._whole.read_json(wanted)

    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        self.reads.add(("seqs", frozenset(seqs)))
        return self._whole.items_by_seq(seqs)

    def find_item(self, event: str) -> Item | None:
        self.reads.add(("event", event))
        return self._whole.find_item(event)

    def find_items(self, events: Iterable[str]) -> dict[str, Item]:
        wanted = list(events)
        self.reads |= {("event", event) for event in wanted}
        return self._whole.find_items(wanted)

    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        self.reads.add(("type", kind))
        return self._whole.read_newest(kind, subject)

    def count_newest(self, kind: str, limit: int) -> int:
        self.reads.add(("type", kind))
        return self._whole.count_newest(kind, limit)

    def all_records(self, kind: str) -> list[Item]:
        self.reads.add(("type", kind))
        return self._whole.all_records(kind)

    def visible_records(self, kind: str) -> list[Item]:
        """Ask the other view where it shows registrations as one; nothing is kept of such parts."""
        return (
            self.view.visible_records(kind) if self.merges.slugs else super().visible_records(kind)
        )

    def read_watches(self) -> Watches:
        self.reads.add(("type", "watch-recorded"))
        return self._whole.read_watches()

    def is_opening_void(self) -> bool:
        self.reads.add(("type", "negotiation-opened"))
        return self._whole.is_opening_void()

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        self.reads.add(("standing", standing))
        return self._whole.list_by_standing(standing, limit)

    def count_by_standing(self, standing: str, limit: int) -> int:
        self.reads.add(("standing", standing))
        return self._whole.count_by_standing(standing, limit)

    def read_log(self, query: LogQuery) -> list[Item]:
        self.reads.add(("type", query.type) if query.type else ANYTHING)
        return self._whole.read_log(query)

    def first_known_at(self) -> Instant | None:
        instant = self._whole.first_known_at()
        self.reads.add(("first known", instant))
        return instant

    def has_news(self) -> bool:
        has_news = self._whole.has_news()
        self.reads.add(ENDINGS if has_news else ANYTHING)
        return has_news

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        mentioned = self._whole.filter_mentioned(kind, slugs)
        self.reads.add(ENDINGS if mentioned.issuperset(slugs) else ANYTHING)
        return mentioned
