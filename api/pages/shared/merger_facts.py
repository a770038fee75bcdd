"""What a page says of changes by which two registrations became one, or two again."""

from __future__ import annotations

from api.models.changes import AnyChange
from domain.instants import to_rfc3339
from domain.introductions import MERGEABLE_TYPES
from projections.answer_json import Item
from projections.view import View


def is_by_merger(change: AnyChange, end: View) -> bool:
    """Return whether a change rests on which registrations are of one party or person."""
    if change.kind not in ("position", *MERGEABLE_TYPES.values()):
        return False
    items = filter(None, map(end.find_item, change.events))
    return any(item.type in MERGEABLE_TYPES for item in items)


def merged_since(item: Item) -> str:
    """Return since when an event counts that made two registrations one, or two again."""
    return to_rfc3339(item.known_at if item.has_known_at else item.recorded_at)


def own_name(end: View, party: str) -> str:
    """Return the name of a party's own registration, also where another one stands for it."""
    for item in end.all_records("party-registered"):
        if item.own_fields.get("party") == party:
            return str(item.own_fields.get("name") or party)
    return party
