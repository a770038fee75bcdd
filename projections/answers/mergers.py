"""What two registrations that became one, or are one no longer, mean for cells that are compared.

A cell is looked up on each side by what stands there for the party or person that it names, and
values are compared under common names, so that being shown under another name is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

import orjson

from domain.acceptance import find_references
from domain.introductions import MERGEABLE_TYPES
from domain.model import Json
from projections.answer_json import Item
from projections.answers import to_plain
from projections.answers.facets import NO_FACET, Facet, FacetKey
from projections.merges import Merges, Registered, follow
from projections.view import View

REGISTRATION_KINDS = {kind: type for type, kind in MERGEABLE_TYPES.items()}
_KINDS_IN_SUBJECTS: dict[str, tuple[str | None, ...]] = {
    "position": ("party",),
    "attributed": ("party",),
    "role": ("person", "party"),
    "endorsement": (None, "party"),
}
"""What the parts of a subject are, where parties or persons are among them."""
_PARTY_FIELDS = ("party", "parties", "on_behalf_of", "sponsors", "proposed_by", "on")
_SUBJECT_FIELDS = (
    "speaker",
    "attributed_by",
    "announced_by",
    "claimant",
    "invitees",
    "by",
    "about",
)


def find_mergers(before: View, after: View) -> frozenset[Registered]:
    """Return the registrations for which not the same stands in both views."""
    one, other = before.merges, after.merges
    if one.slugs == other.slugs:
        return frozenset()
    places = one.slugs.keys() | other.slugs.keys()
    return frozenset(place for place in places if one.slug_of(*place) != other.slug_of(*place))


def join_merges(before: Merges, after: Merges) -> Merges:
    """Return the names under which values of two views are compared."""
    same_as = {**before.slugs, **after.slugs}
    places = {(kind, each) for (kind, slug), other in same_as.items() for each in (slug, other)}
    return follow(same_as, {place: number for number, place in enumerate(sorted(places))})


def shown_key(key: FacetKey, merges: Merges) -> FacetKey:
    """Return the key of a cell under the names of what stands for those in it."""
    kinds = _KINDS_IN_SUBJECTS.get(key[0])
    if not kinds or not merges.slugs:
        return key
    parts = key[1].split("/", len(kinds))
    for number, kind in enumerate(kinds):
        slug, mark, event = parts[number].partition("#")
        if kind:
            parts[number] = f"{merges.slug_of(kind, slug)}{mark}{event}"
    return key[0], "/".join(parts)


def rename_value(value: Json, merges: Merges) -> Json:
    """Return a value with what stands for the parties and persons in it."""
    return {name: _rename(name, each, merges) for name, each in value.items()}


def _rename(name: str, value: Any, merges: Merges) -> Any:
    match value:
        case {"field": str(field), "value": claimed}:  # one of several claims
            return {**value, "value": _rename(field, claimed, merges)}
        case dict():
            return {key: _rename(key, each, merges) for key, each in value.items()}
        case list():
            renamed = [_rename(name, each, merges) for each in value]
            return list({orjson.dumps(each): each for each in renamed}.values())
        case str() if name in _PARTY_FIELDS:
            return merges.slug_of("party", value)
        case str() if name == "person":
            return merges.slug_of("person", value)
        case str() if name in _SUBJECT_FIELDS:
            return merges.subject_of(value)
    return value


def registration_facet(view: View, kind: str, slug: str) -> Facet:
    """Return a registration as it shows by itself, also where another one stands for it."""
    item = _find_registration(view, kind, slug)
    if item is None or not list(view.visible_items([item])):
        return NO_FACET
    value = to_plain(item.json_fragment)
    return Facet(value, tuple(value["events"]))


def _find_registration(view: View, kind: str, slug: str) -> Item | None:
    items = view.all_records(REGISTRATION_KINDS[kind])
    return next((item for item in items if item.own_fields.get(kind) == slug), None)


def named_mergers(
    key: FacetKey, events: Iterable[str], after: View, mergers: AbstractSet[Registered]
) -> list[Registered]:
    """Return those of the mergers that a cell or one of its events names, as recorded."""
    named = {key}
    kinds = _KINDS_IN_SUBJECTS.get(key[0], ())
    parts = key[1].split("/", len(kinds))
    named |= {
        (kind, part.partition("#")[0]) for kind, part in zip(kinds, parts, strict=False) if kind
    }
    for item in filter(None, map(after.find_item, events)):
        for _, kind, slug in find_references(item.type, item.own_fields):
            named |= {
                (each, slug) for each in (REGISTRATION_KINDS if kind == "speaker" else [kind])
            }
    return sorted(named & mergers)


def merger_events(place: Registered, before: View, after: View) -> Iterator[str]:
    """Yield the registrations, with the acts on them, by which one became or ceased to be the same
    as another, through others."""
    kind, waiting, seen = place[0], [place[1]], set[str]()
    while waiting:
        slug = waiting.pop()
        seen.add(slug)
        old, new = (_find_registration(view, kind, slug) for view in (before, after))
        others = {str(item.own_fields.get("same_as") or "") for item in (new, old) if item} - {""}
        waiting += sorted(others - seen)
        item = new or old
        if item and (others or old is None):
            yield from orjson.loads(item.provenance)["events"]
