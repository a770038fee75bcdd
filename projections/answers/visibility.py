"""What became visible from one basis to a later one, by the record or by knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import orjson

from domain.acceptance import REGISTRATION_TYPES, find_references
from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, EDITORIAL_TYPES
from domain.introductions import INTRODUCTION_FIELDS, MERGEABLE_TYPES
from projections.answer_json import Item
from projections.view import View

_REGISTRATION_BY_KIND = {INTRODUCTION_FIELDS[type][-1]: type for type in REGISTRATION_TYPES}


def find_newly_visible(before: View, after: View) -> list[Item]:
    """Return the items, by seq, that are visible after and were not before.

    The second basis moves no clock of record or knowledge back. Only what was recorded, revised or
    came out in between is read, and what that brings with it: the bookkeeping that is named for the
    first time, and the acts of the recorder on what became visible.
    """
    candidates = {item.event: item for item in after.items_since(before.basis)}
    waiting = after.visible_items(candidates.values())
    fresh_items = _without_visible(before, waiting)
    while waiting:
        brought = {item.event: item for item in _items_brought_by(waiting, before, after)}
        fresh = [item for event, item in brought.items() if event not in candidates]
        candidates |= brought
        waiting = _without_visible(before, after.visible_items(fresh))
        fresh_items += waiting
    return sorted(fresh_items, key=lambda item: item.seq)


def _without_visible(before: View, items: Iterable[Item]) -> list[Item]:
    """Leave out the items that were visible before."""
    all_items = list(items)
    earlier_items = before.find_items(
        item.event for item in all_items if item.seq <= before.basis.seq
    )
    visible_ids = {item.event for item in before.visible_items(earlier_items.values())}
    return [item for item in all_items if item.event not in visible_ids]


def _items_brought_by(items: Iterable[Item], before: View, after: View) -> Iterator[Item]:
    """Yield what may be visible because items became visible."""
    slugs_by_kind: dict[str, set[str]] = {}
    has_news = False
    items = list(items)
    acts = (orjson.loads(item.provenance)["events"][1:] for item in items)
    yield from after.find_items(chain.from_iterable(acts)).values()
    for item in items:
        if item.type in MERGEABLE_TYPES and (other := item.own_fields.get("same_as")):
            for record in after.all_records(item.type):
                if record.own_fields.get(MERGEABLE_TYPES[item.type]) == other:
                    yield record
        if item.type in ACT_TYPES | BOOKKEEPING_TYPES | EDITORIAL_TYPES:
            continue
        has_news = True
        for _, kind, slug in find_references(item.type, item.own_fields):
            slugs_by_kind.setdefault(kind, set()).add(slug)
    if has_news and not before.has_news():
        yield from after.all_records("negotiation-opened")
    for kind, slugs in slugs_by_kind.items():
        registration = _REGISTRATION_BY_KIND.get(kind)
        first_named = slugs - before.filter_mentioned(kind, slugs) if registration else set()
        if registration and first_named:
            for record in after.all_records(registration):
                if record.own_fields.get(kind) in first_named:
                    yield record
