"""The page of one event: its fields, reports, acts, effect on the state, and proof."""

from __future__ import annotations

from typing import Any

from api.pages.events.event_lines import event_line
from api.pages.shared.display_names import split_speaker
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.catalogue import ACT_TYPES
from domain.errors import NotFoundError
from domain.events import parse_event_id
from domain.model import Json
from projections import answers
from projections.answer_json import Item
from projections.answers import diff


def load_event(frame: PageContext) -> Json:
    """Return everything about one event."""
    event_id = _require_event_id(frame.request.path_params["event"])
    item, acts = answers.find_event(frame.view, event_id)
    event_json = answers.to_plain(frame.session.event_with_acts(frame.view, event_id))
    target = frame.view.find_item(str(event_json["event"])) if item.type in ACT_TYPES else None
    size = frame.log_checks.head.size
    return {
        **event_line(frame, item),
        "published_later": max(0, item.recorded_at - item.known_at) if item.has_known_at else None,
        "erased": bool(event_json.get("erased")),
        "disputed": bool(event_json.get("disputed")),
        "single_source": event_json["single_source"],
        "recorded_by": event_json["recorded_by"],
        "leaf_hash": event_json["leaf_hash"],
        "fields": event_fields(frame, event_json),
        "reports": event_json["reports"],
        "target": event_line(frame, target) if target else None,
        "acts": [
            {**event_line(frame, act), "fields": event_fields(frame, act.own_fields)}
            for act in acts
        ],
        "effect": load_effect(frame, item),
        "proof": f"/v1/audit/proofs/inclusion?seq={item.seq}&size={size}",
        "proof_file": f"/v1/audit/proofs/inclusion.tlog-proof?seq={item.seq}",
        "size": size,
        "holds": frame.log_checks.is_included(item.seq),
    }


def _require_event_id(text: str) -> str:
    event_id = parse_event_id(text)
    if event_id is None:
        raise NotFoundError(f"{text[:80]!r} is not an event id")
    return event_id


MAX_CHANGES = 40
"""Changes of one event that are shown."""
HIDDEN_FIELDS = frozenset(
    {
        "event",
        "type",
        "id",
        "seq",
        "recorded_at",
        "recorded_by",
        "negotiation",
        "leaf_hash",
        "standing",
        "reports",
        "acts",
        "events",
        "known_at",
        "sources",
        "single_source",
        "erased",
        "disputed",
    }
)
_IGNORED_FIELDS = HIDDEN_FIELDS | {
    "since",
    "last_stated",
    "candidates",
    "party",
    "issue",
    "plan",
    "point",
    "person",
    "meeting",
    "statement",
}


def load_effect(frame: PageContext, item: Item) -> list[Json]:
    """Return what the event changed, cell by cell: each with the fields that differ."""
    step = next(diff.build_story(frame.session.open_view, frame.basis, item.seq - 1), None)
    if step is None or step[0].event != item.event:
        return []
    return [_describe_change(frame, each) for each in step[1][:MAX_CHANGES]]


def _describe_change(frame: PageContext, change: Json) -> Json:
    before, after = change["before"] or {}, change["after"] or {}
    names = [each for each in dict.fromkeys((*before, *after)) if each not in _IGNORED_FIELDS]
    changed_fields = [
        {
            "name": each,
            "before": replace_slugs(frame, each, before.get(each)),
            "after": replace_slugs(frame, each, after.get(each)),
        }
        for each in names
        if before.get(each) != after.get(each) and each != "mixed"
    ]
    return {
        "kind": change["kind"],
        "subject": _subject_name(frame, change),
        "new": not before,
        "gone": not after,
        "fields": changed_fields,
    }


def _subject_name(frame: PageContext, change: Json) -> str:
    value = change["after"] or change["before"]
    if change["kind"] in ("position", "attributed"):
        subject_slug = value.get("issue") or f"{value.get('plan')}/{value.get('point')}"
        issue = frame.name_of("issue", subject_slug)
        return f"{frame.name_of('party', value['party'])}: {issue}"
    if change["kind"] == "role":
        return f"{frame.name_of('person', value['person'])}: {value['title']}"
    return str(value.get("title") or value.get("heading") or change["subject"].split("#")[0])


NAME_FIELDS = frozenset(
    {"party", "person", "issue", "on_behalf_of", "speaker", "announced_by", "by", "attributed_by"}
)
_FIELD_ORDER = ("summary", "title", "name", "speaker", "party", "issue", "stance", "quote", "text")


def event_fields(frame: PageContext, value: Json) -> list[Json]:
    """Return the fields of an event, what says most first, with names in place of slugs."""
    filled_fields = {
        each for each, one in value.items() if one is not False and one not in (None, [])
    }
    names = [each for each in value if each in filled_fields - HIDDEN_FIELDS]
    names.sort(
        key=lambda each: _FIELD_ORDER.index(each) if each in _FIELD_ORDER else len(_FIELD_ORDER)
    )
    return [{"name": each, "value": replace_slugs(frame, each, value[each])} for each in names]


def replace_slugs(frame: PageContext, field: str, value: object) -> Any:
    """Return a value with names in place of the slugs of parties, persons and issues."""
    if isinstance(value, list):
        return [replace_slugs(frame, field, each) for each in value]
    if isinstance(value, dict):
        return {
            key: replace_slugs(frame, key, each) for key, each in value.items() if each is not None
        }
    if not isinstance(value, str):
        return value
    kind, slug = split_speaker(value)
    if kind in ("party", "person", "issue"):
        return frame.name_of(kind, slug)
    if field in ("party", "person", "issue"):
        return frame.name_of(field, value)
    if field in NAME_FIELDS or field in ("invitees", "endorsers"):
        people = frame.names_by_slug("person")
        return people.get(value) or frame.name_of("party", value)
    return value


PAGE = PageDefinition("event", load_event, "events/{event}", parent_page="events")
