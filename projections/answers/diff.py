"""What changed between two bases and why, and what was missed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import Any, Literal

import orjson

from domain.basis import Basis
from domain.catalogue import ACT_TYPES
from domain.cells import CellKey
from domain.instants import DAY, Instant, to_rfc3339
from domain.introductions import MERGEABLE_TYPES
from domain.model import Json
from ledger.deadline import check_deadline
from projections.answer_json import Item
from projections.answers import mergers
from projections.answers.facets import (
    COLLECTORS,
    NO_FACET,
    Facet,
    FacetCollector,
    FacetKey,
    Facets,
    comparable_part,
    find_ended_claims,
)
from projections.answers.visibility import find_newly_visible
from projections.carried_view import CarriedView, CellQuestion
from projections.merges import NO_MERGES, Merges, Registered
from projections.scope import Scope
from projections.view import View, group_by_week

OpenView = Callable[[Basis], View]
Cause = Literal["record", "knowledge", "world", "clock"]
CLOCKS_IN_ORDER: tuple[Literal["record", "knowledge"], ...] = ("record", "knowledge")
"""The clocks that admit events, in the order in which they move."""


class Side:
    """A view to be compared: what is visible in it, and its cells, all or those of a scope."""

    def __init__(self, view: View, scope: Scope | None = None) -> None:
        self.view, self.scope = view, scope
        self._collected: dict[FacetCollector, Facets] = {}

    def narrow_positions(self, keys: frozenset[CellKey]) -> None:
        """Look at no other positions on issues than these, unless all are looked at already."""
        if (
            self.scope
            and not self.view.merges.slugs
            and COLLECTORS["position"] not in self._collected
        ):
            cells = {
                **self.scope.cells,
                "position": self.scope.cells.get("position", frozenset()) & keys,
            }
            self.scope = replace(self.scope, cells=cells)

    def facets_of(self, kind: str) -> Facets:
        """Return the cells of a kind, perhaps among others, under their kind and subject."""
        collect = COLLECTORS[kind]
        if collect not in self._collected:
            self._collected[collect] = collect(self.view, self.scope)
        return self._collected[collect]

    def find_facet(self, key: FacetKey) -> Facet:
        """Return a cell, of what is merged here the one that stands for it."""
        if key[0] in mergers.REGISTRATION_KINDS:
            return mergers.registration_facet(self.view, *key)
        facets = self.facets_of(key[0])
        if key[0] == "attributed":
            self.read_ended_claims([key])
        return facets.get(key) or facets.get(self._shown(key), NO_FACET)

    def read_ended_claims(self, keys: Iterable[FacetKey]) -> None:
        """Read at once how those of some claims ended that are no last ones here."""
        facets = self.facets_of("attributed")
        ended = [key for key in map(self._shown, keys) if key not in facets]
        if ended:
            subjects = (subject for _, subject in ended)
            ends = find_ended_claims(self.view, self.scope, subjects)
            facets |= {("attributed", subject): end for subject, end in ends.items()}

    def _shown(self, key: FacetKey) -> FacetKey:
        return mergers.shown_key(key, self.view.merges)


class Comparison:
    """What became visible or changed between two views; differences and following rest on it."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after

    @cached_property
    def mergers(self) -> frozenset[Registered]:
        """The registrations that are the same as another on one side, and not on the other."""
        return mergers.find_mergers(self.before.view, self.after.view)

    @cached_property
    def _common_names(self) -> Merges:
        views = self.before.view, self.after.view
        return mergers.join_merges(*(v.merges for v in views)) if self.mergers else NO_MERGES

    def changed_cells(self) -> Iterator[FacetKey]:
        """Yield the cells whose value differs, kind by kind and sorted; of two that are one on the
        other side, each."""
        for kind in sorted({*COLLECTORS, *mergers.REGISTRATION_KINDS}):
            keys = set() if kind in mergers.REGISTRATION_KINDS else self.cells_of(kind)
            keys |= {
                place
                for place in self.mergers
                if place[0] == kind
                and all(side.find_facet(place).value for side in (self.before, self.after))
            }
            for side in (self.before, self.after) if kind == "attributed" else ():
                side.read_ended_claims(keys)
            yield from sorted(filter(self.is_changed, keys))

    def cells_of(self, kind: str) -> set[FacetKey]:
        """Return the cells of a kind, without those that stand on one side for others, and have no
        part of their own in what these were on the other."""
        one, other = self.before.facets_of(kind), self.after.facets_of(kind)
        keys = {key for key in chain(one, other) if key[0] == kind}
        if not self.mergers:
            return keys
        into_after, into_before = self.after.view.merges, self.before.view.merges
        joint = {mergers.shown_key(key, into_after) for key in one} - set(one)
        joint |= {mergers.shown_key(key, into_before) for key in other} - set(other)
        return keys - joint

    def is_changed(self, key: FacetKey) -> bool:
        """Return whether a cell differs, or what stands for a party or person."""
        if key[0] in mergers.REGISTRATION_KINDS:
            return key in self.mergers
        before, after = self.before.find_facet(key).value, self.after.find_facet(key).value
        if before is None or after is None:
            return before is not after
        return before != after and self._comparable(key, before) != self._comparable(key, after)

    def _comparable(self, key: FacetKey, value: Json) -> Json:
        """Return what must differ of the value of a cell for it to have changed."""
        part, names = comparable_part(key[0], value), self._common_names
        return mergers.rename_value(part, names) if names.slugs else part

    def admits(self, event: str) -> bool:
        """Return whether an event is within both cuts after, and was not before."""
        before, after = self.before.view, self.after.view
        return after.find_item(event) is not None and before.find_item(event) is None

    def newly_visible(self) -> list[Item]:
        """Return the items, by seq, that became visible."""
        return find_newly_visible(self.before.view, self.after.view)


class ChangesBetween:
    """What changed from one basis to another, told change by change.

    The record moves first, then knowledge, then the world; the cause is the last step that produced
    the change. Backwards in the world, the answer is the one forwards, exchanged.
    """

    def __init__(self, open_view: OpenView, start: Basis, end: Basis) -> None:
        self.is_backwards = end.valid_at < start.valid_at
        if self.is_backwards:
            start, end = end, start
        by_record = replace(start, seq=end.seq, recorded_at=end.recorded_at)
        by_knowledge = replace(by_record, known_at=end.known_at)
        bases = start, by_record, by_knowledge, end
        bases_by_clocks = {_clocks(basis): basis for basis in (by_record, by_knowledge, start, end)}
        views = {clocks: open_view(basis) for clocks, basis in bases_by_clocks.items()}
        scope = find_scope(views[_clocks(start)], views[_clocks(end)])
        if scope is not None:
            views[_clocks(start)].share_items(views.values(), scope)
        sides_by_clocks = dict(
            zip(views, make_sides(views.values(), scope, scope, {}), strict=True)
        )
        sides = [sides_by_clocks[_clocks(basis)] for basis in bases]
        self.steps = [Comparison(*pair) for pair in pairwise(sides)]
        self.whole = Comparison(sides[0], sides[-1])

    def changed_cells(self) -> Iterator[FacetKey]:
        """Yield the cells that changed, by kind and subject."""
        return self.whole.changed_cells()

    def changed_of(self, kind: str) -> list[FacetKey]:
        """Return the cells of a kind that changed."""
        return list(filter(self.whole.is_changed, self.whole.cells_of(kind)))

    def values_of(self, key: FacetKey) -> tuple[Json | None, Json | None]:
        """Return what a cell holds before and after."""
        before, after = (side.find_facet(key).value for side in self._ends)
        return before, after

    def known_at(self, key: FacetKey) -> str:
        """Return since when what a cell holds is known, or held; empty where that is not told."""
        sides = (self.whole.after, self.whole.before)
        values = (side.find_facet(key).value for side in sides)
        return str(next(filter(None, values), {}).get("known_at") or "")

    def build_changes(self, keys: Collection[FacetKey]) -> list[Json]:
        """Return the changes of some cells. What came between the ends is read of these alone."""
        told = frozenset(tuple(on.split("/")) for kind, on in keys if kind == "position")
        for step in self.steps[:-1]:
            if step.after not in (self.whole.before, self.whole.after):
                step.after.narrow_positions(told)
        self._read_events(keys)
        return list(map(self.build_change, keys))

    def _read_events(self, keys: Iterable[FacetKey]) -> None:
        """Read at once the events on which the causes of some changes depend."""
        before, after = self.whole.before, self.whole.after
        claims = [key for key in keys if key[0] == "attributed"]
        for step in self.steps if claims else ():
            step.after.read_ended_claims(claims)
        ended = (key for key in keys if not after.find_facet(key).events)
        after.view.find_items(event for key in ended for event in before.find_facet(key).events)
        moved = filter(self.steps[-1].is_changed, keys)
        events = {event for key in moved for event in _events_behind(key, self.whole)}
        for step in self.steps:
            step.after.view.find_items(events)

    def build_change(self, key: FacetKey) -> Json:
        """Return one change with its cause and its events."""
        check_deadline()
        before, after = self.values_of(key)
        return {
            "kind": key[0],
            "subject": key[1],
            "before": before,
            "after": after,
            "cause": _find_cause(key, self.whole, self.steps),
            "events": _events_behind(key, self.whole),
        }

    @property
    def _ends(self) -> tuple[Side, Side]:
        whole = self.whole
        return (whole.after, whole.before) if self.is_backwards else (whole.before, whole.after)


def _clocks(basis: Basis) -> tuple[Instant, Instant, Instant, int]:
    """Return what bases of one viewer have in common that show the same."""
    return basis.known_at, basis.valid_at, basis.recorded_at, basis.seq


def diff_bases(
    open_view: OpenView, start: Basis, end: Basis, *, skip: int = 0, limit: int | None = None
) -> list[Json]:
    """Return the changes from one basis to another, each with its cause and its events, by kind and
    subject: so many at most, but for the first that are to be skipped."""
    difference = ChangesBetween(open_view, start, end)
    page = islice(difference.changed_cells(), skip, None if limit is None else skip + limit)
    return difference.build_changes(list(page))


def find_scope(before: View, after: View) -> Scope | None:
    """Return what may differ between two views; null for everything, as where not the same parties
    are one in both."""
    return after.touched_since(before.basis) if before.merges == after.merges else None


def make_sides(
    views: Iterable[View],
    scope: Scope | None,
    touched: Scope | None,
    cells: dict[CellQuestion, Mapping[CellKey, Any]],
) -> list[Side]:
    """Return sides that differ in a scope at most. They take from each other, and from those that
    resolved cells before, what is not touched."""
    return [
        Side(view, scope)
        if scope is None or touched is None or view.merges.slugs
        else Side(CarriedView(view, cells, touched, cells), scope)
        for view in views
    ]


def _events_behind(key: FacetKey, whole: Comparison) -> list[str]:
    """Return the events that a cell rests on at the end, or else at the start, and then what has
    acted on these since; and by what those that they name became the same as others."""
    before, after = whole.before, whole.after
    events = _events_of(key, whole)
    if not whole.mergers:
        return events
    touching_events = [*before.find_facet(key).events, *events]
    places = mergers.named_mergers(key, touching_events, after.view, whole.mergers)
    merging = (mergers.merger_events(place, before.view, after.view) for place in places)
    return list(dict.fromkeys([*events, *chain.from_iterable(merging)]))


def _events_of(key: FacetKey, whole: Comparison) -> list[str]:
    start, end = (side.find_facet(key).events for side in (whole.before, whole.after))
    if end:
        return list(end)
    later_items = whole.after.view.find_items(start).values()
    acted_on = [event for item in later_items for event in orjson.loads(item.provenance)["events"]]
    return list(dict.fromkeys([*start, *acted_on]))


def _find_cause(key: FacetKey, whole: Comparison, steps: Sequence[Comparison]) -> Cause:
    *admitting_steps, world_step = steps
    if not world_step.is_changed(key):
        changing = [
            clock
            for clock, step in zip(CLOCKS_IN_ORDER, admitting_steps, strict=True)
            if step.is_changed(key)
        ]
        return changing[-1]
    event_ids = _events_behind(key, whole)
    if _began_between(world_step, event_ids):
        return "world"
    for clock, step in zip(CLOCKS_IN_ORDER[::-1], admitting_steps[::-1], strict=True):
        if any(step.admits(event) for event in event_ids):
            return clock
    return "clock"


def _began_between(world_step: Comparison, event_ids: Sequence[str]) -> bool:
    """Return whether one of these events, as held at the end, surely began between both ends."""
    start, end = world_step.before.view, world_step.after.view
    return any(
        start.basis.valid_at < item.lo <= end.basis.valid_at
        for item in end.find_items(event_ids).values()
        if item.type not in ACT_TYPES and item.type not in MERGEABLE_TYPES
    )


def find_gap(open_view: OpenView, as_known: Basis, as_recorded: Basis, hindsight: Basis) -> Json:
    """Return what was not yet known then, and what was known but missing from this ledger."""
    return {
        "not_yet_known": diff_bases(open_view, as_known, hindsight),
        "missed": diff_bases(open_view, as_recorded, as_known),
    }


def events_per_week(view: View) -> list[Json]:
    """Return events per week by when they became known; weeks start on Monday, in the
    zone of the negotiation."""
    weeks = group_by_week(view.known_days(view.basis.known_at, view.basis.seq))
    return [{"week": to_rfc3339(week * DAY)[:10], "events": count} for week, count in weeks.items()]
