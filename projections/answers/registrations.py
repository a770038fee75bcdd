"""What changed of what was registered and opened: no cells, but what names everything."""

from __future__ import annotations

from domain.model import Json
from projections.answer_json import to_plain
from projections.view import View

KIND_BY_TYPE = {
    "negotiation-opened": "negotiation",
    "party-registered": "party",
    "person-registered": "person",
    "issue-defined": "issue",
}


def compare_registrations(before: View, after: View) -> list[Json]:
    """Return each opening and registration that differs, as it stands in both views."""
    changes: list[Json] = []
    for event_type, kind in KIND_BY_TYPE.items():
        old, new = (_read_by_slug(view, event_type, kind) for view in (before, after))
        changes += [
            {"kind": kind, "subject": slug, "before": old.get(slug), "after": new.get(slug)}
            for slug in dict.fromkeys([*old, *new])
            if _own(old.get(slug)) != _own(new.get(slug))
        ]
    return changes


def _read_by_slug(view: View, event_type: str, kind: str) -> dict[str, Json]:
    items = view.visible_records(event_type)
    return {
        str(item.own_fields.get(kind) or item.event): to_plain(item.json_fragment) for item in items
    }


def _own(value: Json | None) -> Json | None:
    """Return what is said of a thing, without what that rests on."""
    provenance = ("events", "known_at", "sources", "single_source")
    return value and {name: each for name, each in value.items() if name not in provenance}
