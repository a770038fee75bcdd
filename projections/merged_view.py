"""A view in which a party or person that was registered twice is one.

What was recorded stays; only what answers are made of is shown under the slug that stands for both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, product

from domain.basis import Basis
from domain.cells import CellKey, CellRow
from domain.held_json import dump_held
from domain.introductions import MERGEABLE_TYPES
from domain.model import Json
from projections.answer_json import Item, merge_newest, merge_provenance
from projections.delegating_view import DelegatingView
from projections.log_query import LogQuery
from projections.merges import Merges, Registered, follow
from projections.scope import Scope
from projections.view import CellResolver, NewsMoment, T, View

CLAIMANT = "claimant"
"""A part that is a slug of something else, or who makes a claim, as kind and name."""
KINDS_IN_KEYS: dict[str, tuple[str | None, ...]] = {
    "position": ("party", None),
    "attributed": ("party", CLAIMANT, CLAIMANT, CLAIMANT),
    "verdict": (None, None, "party"),
    "stance": (None, None, "party"),
    "role": ("person", "party", None),
}
"""What the parts of a cell's key are, where parties or persons are among them."""


def merge_registrations(view: View) -> View:
    """Return a view in which second registrations count as what they are the same as."""
    merges = _find_merges(view)
    return MergedView(view, merges) if merges.slugs else view


def _find_merges(view: View) -> Merges:
    """Return what is the same as of the basis: a registration that shows names the other one, which
    must be known too."""
    items: dict[Registered, Item] = {}
    for item in view.merged_records():
        if not item.withdrawn:
            items.setdefault(_registered(item), item)
    same_as = {place: str(item.own_fields["same_as"]) for place, item in items.items()}
    waiting = [_registered(item) for item in view.visible_items(items.values())]
    visible = set(waiting)
    while waiting:
        kind, slug = waiting.pop()
        other = (kind, same_as.get((kind, slug), ""))
        if other in items and other not in visible:
            visible.add(other)
            waiting.append(other)
    known = {_registered(item) for kind in MERGEABLE_TYPES for item in view.all_records(kind)}
    counted = {
        place: other
        for place, other in same_as.items()
        if place in visible and (place[0], other) in known
    }
    return follow(counted, {place: item.seq for place, item in items.items()})


def _registered(item: Item) -> Registered:
    kind = MERGEABLE_TYPES[item.type]
    return kind, str(item.own_fields.get(kind))


class _ShownRows:
    """Rows as they are shown, made as they are read."""

    def __init__(self, rows: Iterable[CellRow], show: Callable[[CellRow], CellRow]) -> None:
        self.rows, self.show = rows, show

    def __iter__(self) -> Iterator[CellRow]:
        return map(self.show, self.rows)


class MergedView(DelegatingView):
    """Another view, with what was registered twice as one."""

    def __init__(self, view: View, merges: Merges) -> None:
        super().__init__(view)
        self.merges = merges
        view.merges = merges  # by which it tells what shows

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        def resolve_shown(rows: Iterable[CellRow]) -> T:
            return resolver(_ShownRows(rows, partial(self._show_row, kind)))

        resolved: dict[CellKey, T] = {}
        for stored_prefix in self._stored_prefixes(kind, prefix):
            resolved |= self.view.resolve_cells(
                kind,
                *stored_prefix,
                resolver=resolve_shown,
                expected_rows=expected_rows,
                with_json=with_json,
            )
        stored_keys: dict[CellKey, list[CellKey]] = {}
        for key in resolved:
            stored_keys.setdefault(self._shown_key(kind, key), []).append(key)
        return {
            key: resolved[stored[0]]
            if len(stored) == 1
            else resolve_shown(self._read_merged_rows(kind, stored))
            for key, stored in sorted(stored_keys.items())
        }

    def _stored_prefixes(self, kind: str, prefix: CellKey) -> Iterable[CellKey]:
        """Return the prefixes under which what a prefix means was recorded."""
        return product(*(self._stored_parts(*part) for part in _named_parts(kind, prefix)))

    def _stored_parts(self, named: str | None, part: str) -> Sequence[str]:
        if named == CLAIMANT and ":" in part:
            return self.merges.subjects_for(part)
        return [part] if named in (None, CLAIMANT) else self.merges.slugs_for(named, part)

    def _shown_key(self, kind: str, key: CellKey) -> CellKey:
        return tuple(self._shown_part(*part) for part in _named_parts(kind, key))

    def _shown_part(self, named: str | None, part: str) -> str:
        if named == CLAIMANT and ":" in part:
            return self.merges.subject_of(part)
        return part if named in (None, CLAIMANT) else self.merges.slug_of(named, part)

    def _read_merged_rows(self, kind: str, stored_keys: Iterable[CellKey]) -> list[CellRow]:
        """Return the rows of several cells in tie order, newest first."""
        rows = [row for key in stored_keys for row in self.view.read_cells(kind, *key)[key]]
        return sorted(rows, key=lambda row: row.tie_order, reverse=True)

    def _show_row(self, kind: str, row: CellRow) -> CellRow:
        if row.body:
            row = row._replace(body=self.merges.rename(row.body))
        if kind == "attributed" and row.claimant:
            claimant = self.merges.subject_of(row.claimant)
            row = row._replace(detail=dump_held(claimant))
        return row

    def all_touched_since(self, before: Basis) -> None:
        """Return null: what is touched is shown under other slugs, too."""

    def within(self, scope: Scope) -> View:
        """Return a view of a few cells, each with those that are shown as one with it."""
        cells = {
            kind: frozenset(
                stored
                for key in keys
                for stored in self._stored_prefixes(kind, self._shown_key(kind, key))
            )
            for kind, keys in scope.cells.items()
        }
        return MergedView(self.view.within(replace(scope, cells=cells)), self.merges)

    def show_item(self, item: Item) -> Item:
        return item._replace(body=self.merges.rename(item.body))

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        return {
            seq: (self.merges.rename(body), provenance)
            for seq, (body, provenance) in self.view.read_json(seqs).items()
        }

    def count_cells(self, kind: str, *prefix: str) -> dict[CellKey, int]:
        counts: dict[CellKey, int] = {}
        for stored_prefix in self._stored_prefixes(kind, prefix):
            for key, count in self.view.count_cells(kind, *stored_prefix).items():
                shown_key = self._shown_key(kind, key)
                counts[shown_key] = counts.get(shown_key, 0) + count
        return counts

    def visible_records(self, kind: str) -> list[Item]:
        items = super().visible_records(kind)
        if kind not in MERGEABLE_TYPES:
            return items
        groups: dict[str, list[Item]] = {}
        for item in items:
            named, slug = _registered(item)
            groups.setdefault(self.merges.slug_of(named, slug), []).append(item)
        return [
            _join_registrations(item, groups[slug])
            for item in items
            for _, slug in [_registered(item)]
            if slug in groups
        ]

    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        subjects: list[str | None] = [*self.merges.subjects_for(subject)] if subject else [None]
        newest_first = merge_newest(self.view.read_newest(kind, each) for each in subjects)
        return map(self.show_item, newest_first)

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        return list(map(self.show_item, self.view.list_by_standing(standing, limit)))

    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        return list(map(self.show_item, self.view.items_by_seq(seqs)))

    def read_log(self, query: LogQuery) -> list[Item]:
        subjects, others = (
            tuple(chain.from_iterable(map(self.merges.subjects_for, each)))
            for each in (query.subjects, query.others)
        )
        return self.view.read_log(replace(query, subjects=subjects, others=others))

    def news_moments(self, kind: str | None = None) -> list[NewsMoment]:
        moments = self.view.news_moments(kind)
        if kind is None:
            return moments
        shown = (m._replace(slug=self.merges.slug_of(kind, m.slug or "")) for m in moments)
        return sorted(set(shown))

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        stored = {slug: self.merges.slugs_for(kind, slug) for slug in slugs}
        asked = {each for group in stored.values() for each in group}
        found = self.view.filter_mentioned(kind, asked)
        return {slug for slug, group in stored.items() if not found.isdisjoint(group)}


def _named_parts(kind: str, key: CellKey) -> Iterable[tuple[str | None, str]]:
    """Return the parts of a key, each with what it names."""
    return zip(KINDS_IN_KEYS.get(kind, (None,) * len(key)), key, strict=False)


def _join_registrations(first: Item, group: list[Item]) -> Item:
    """Return a registration with the names and ids of others of the same; its own ones stand."""
    others = [item for item in group if item is not first]
    if not others:
        return first
    kind, value = MERGEABLE_TYPES[first.type], first.own_fields
    names: Json = dict(value.get("names") or {})
    ids: Json = dict(value.get("ids") or {})
    for other in (item.own_fields for item in others):
        slug = other[kind]
        for labels, told in ((ids, other.get("ids") or {}), (names, other.get("names") or {})):
            for key, text in told.items():
                if labels.setdefault(key, text) != text:
                    labels[_free_key(labels, f"{key}-{slug}")] = text
        if other.get("name") not in (None, value.get("name"), *names.values()):
            names[_free_key(names, slug)] = other["name"]
    joined = value | {name: each for name, each in (("names", names), ("ids", ids)) if each}
    joined["also"] = [item.own_fields[kind] for item in others]
    provenance = merge_provenance([first.provenance, *(item.provenance for item in others)])
    return first._replace(body=dump_held(joined), provenance=provenance)


def _free_key(labels: Json, key: str) -> str:
    """Return a key that has no label yet: as given, or numbered; a slug may be a language too."""
    free_key, number = key, 2
    while free_key in labels:
        free_key, number = f"{key}-{number}", number + 1
    return free_key
