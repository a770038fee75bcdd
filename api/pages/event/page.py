"""The page of one event: its fields, reports, acts, effect on the state, and proof."""

from __future__ import annotations

from dataclasses import replace

import orjson

from api.listed_words import SHORT_FORMS
from api.pages.events.event_lines import event_line
from api.pages.shared.display_names import NAMED_KINDS
from api.pages.shared.disputes import disputed_names, rival_values, show_disputes, title_of
from api.pages.shared.field_text import replace_slugs
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.basis import Basis
from domain.catalogue import ACT_TYPES
from domain.errors import NotFoundError
from domain.events import parse_event_id
from domain.introductions import INTRODUCTION_FIELDS
from domain.model import Json
from projections import answers
from projections.answer_json import Item, own_recorded_fields
from projections.answers.story import build_story


def load_event(frame: PageContext) -> Json:
    """Return everything about one event."""
    event_id = _require_event_id(frame.request.path_params["event"])
    item, acts = answers.find_event(frame.view, event_id)
    event, own_fields = frame.answers.event(event_id), item.own_fields
    (payload,) = frame.session.as_recorded([item], frame.basis)
    recorded = {} if event.erased else own_recorded_fields(payload)
    target = frame.view.find_item(str(own_fields["event"])) if item.type in ACT_TYPES else None
    size = frame.log_checks.head.size
    return {
        **event_line(frame, item),
        "erased": event.erased,
        "disputed": event.disputed,
        "disputes": show_disputes(frame, event),
        "taken_back": _is_taken_back(frame, item),
        "single_source": event.single_source,
        "recorded_by": event.recorded_by,
        "approved_by": event.approved_by,
        "leaf_hash": event.leaf_hash,
        "fields": event_fields(frame, item.type, recorded),
        "stands": _changed_since(frame, recorded, own_fields),
        "reports": orjson.loads(item.reports),
        "target": event_line(frame, target) if target else None,
        "acts": [
            {**event_line(frame, act), "fields": event_fields(frame, act.type, act.own_fields)}
            for act in acts
        ],
        "effect": (effect := load_effect(frame, item, frame.basis)),
        "effect_then": [] if effect else _effect_on_its_date(frame, item),
        "proof": f"/v1/audit/proofs/inclusion?seq={item.seq}&size={size}",
        "proof_file": f"/v1/audit/proofs/inclusion.tlog-proof?seq={item.seq}",
        "size": size,
        "holds": frame.log_checks.is_included(item.seq),
    }


def _is_taken_back(frame: PageContext, item: Item) -> bool:
    """Return whether an event is a statement that its speaker withdrew."""
    slug = item.own_fields.get("statement") if item.type == "statement-made" else None
    return slug is not None and bool(frame.view.read_cells("statement", slug))


def _require_event_id(text: str) -> str:
    event_id = parse_event_id(text)
    if event_id is None:
        raise NotFoundError(f"{text[:80]!r} is not an event id")
    return event_id


MAX_CHANGES = 40
"""Changes of one event that are shown."""
HIDDEN_FIELDS = frozenset(("event", "type", "erased", "disputed"))
"""Fields of an event that the page shows elsewhere."""
_UNCHANGED_FIELDS = HIDDEN_FIELDS.union(("rivals", "sources"))
"""Fields that no act on an event changes, or that are shown with what they are of."""
_PROVENANCE_FIELDS = ("events", "known_at", "sources", "single_source")
_CELL_FIELDS = ("party", "issue", "plan", "point", "person", "meeting", "statement", *SHORT_FORMS)
_UNCOMPARED_FIELDS = HIDDEN_FIELDS.union(
    _PROVENANCE_FIELDS, _CELL_FIELDS, ("since", "last_stated", "candidates", "mixed", "acts")
)
"""Fields of a cell that a change leaves out: where it is, what it rests on, what follows."""


def _changed_since(frame: PageContext, recorded: Json, own_fields: Json) -> list[Json]:
    """Return the fields that stand otherwise than recorded, and which of them are disputed."""
    names = [name for name in {**recorded, **own_fields} if name not in _UNCHANGED_FIELDS]
    disputed_names = {rival["field"] for rival in own_fields.get("rivals") or ()}
    return [
        {
            "name": name,
            "value": _field_in_words(frame, name, own_fields),
            "disputed": name in disputed_names,
        }
        for name in names
        if (recorded.get(name) or None) != (own_fields.get(name) or None)
    ]


def _effect_on_its_date(frame: PageContext, item: Item) -> list[Json]:
    """Return what an event changed as of its own date, where later news covers it by now."""
    if not item.has_known_at or not item.has_known_dates or item.last >= frame.basis.valid_at:
        return []
    return load_effect(frame, item, replace(frame.basis, preset="hindsight", valid_at=item.last))


def load_effect(frame: PageContext, item: Item, basis: Basis) -> list[Json]:
    """Return what the event changed, cell by cell: each with the fields that differ."""
    step = next(build_story(frame.session.open_view, basis, item.seq - 1, limit=1), None)
    if step is None or step[0].event != item.event:
        return []
    return [_describe_change(frame, change) for change in step[1][:MAX_CHANGES]]


def _describe_change(frame: PageContext, change: Json) -> Json:
    before, after = change["before"] or {}, change["after"] or {}
    names = [name for name in {**before, **after} if name not in _UNCOMPARED_FIELDS]
    changed_fields = [
        {
            "name": name,
            "before": _field_in_words(frame, name, before),
            "after": _field_in_words(frame, name, after),
            "disputed_before": bool(rival_values(before, name)),
            "disputed_after": bool(rival_values(after, name)),
        }
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
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
        names = {
            name: disputed_names(frame.display_names, value, name)
            for name in ("party", "issue", "plan", "point")
        }
        is_of_point = value.get("plan") and not value.get("issue")
        subject = f"{names['plan']}/{names['point']}" if is_of_point else names["issue"]
        return f"{names['party']}: {subject}"
    if change["kind"] == "role":
        return f"{frame.name_of('person', value['person'])}: {value['title']}"
    title = title_of(frame.words, value) or value.get("heading")
    return str(title or change["subject"].partition("#")[0])


_FIELD_ORDER = (
    "summary",
    "title",
    "motion",
    "name",
    "speaker",
    "party",
    "issue",
    "stance",
    "answer",
    "quote",
    "text",
)


def event_fields(frame: PageContext, kind: str, value: Json) -> list[Json]:
    """Return the fields of an event, what says most first, with names in place of slugs.

    A slug is left out where the title is its name, and so is that of what the event introduces.
    """
    introduced = INTRODUCTION_FIELDS.get(kind, ("",))[-1]
    titles = value.get("title"), title_of(frame.words, value)
    named = {name: _field_in_words(frame, name, value) for name in value}
    names = [
        name
        for name, content in value.items()
        if name not in (*HIDDEN_FIELDS, introduced)
        and content is not False
        and content not in (None, [])
        and not (name in NAMED_KINDS and named[name] in titles)
    ]
    names.sort(
        key=lambda name: _FIELD_ORDER.index(name) if name in _FIELD_ORDER else len(_FIELD_ORDER)
    )
    return [{"name": name, "value": named[name]} for name in names]


def _field_in_words(frame: PageContext, name: str, fields: Json) -> object:
    """Return the value of a field with names in place of slugs, also that of an answer."""
    if name == "answer":
        return frame.display_names.given_answer(fields.get("issue"), fields.get("answer"))
    return replace_slugs(frame, name, fields.get(name, [] if name == "rivals" else None))


PAGE = PageDefinition("event", load_event, "events/{event}", parent_page="events")
