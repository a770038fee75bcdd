"""The page of one event: its fields, reports, acts, effect on the state, and proof."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api.as_of import whole_event
from api.desk.frame import Frame
from api.desk.lines import line, name
from api.desk.page import Data, Page
from domain.catalogue import ACTS
from domain.items import Item
from domain.refusals import NotFoundError
from projections import answers, changes

SPANS = frozenset({"occurred", "expected", "published", "from", "to"})
NAMED = frozenset({"party", "person", "issue", "on_behalf_of", "speaker", "announced_by", "by",
                   "attributed_by"})  # fmt: skip
_NOT_FIELDS = frozenset({
    "event", "type", "id", "seq", "recorded_at", "recorded_by", "negotiation", "leaf_hash",
    "standing", "reports", "acts", "events", "known_at", "sources", "single_source", "erased",
    "disputed",
})  # fmt: skip
_NOT_CHANGED = _NOT_FIELDS | {"since", "last_stated", "candidates", "party", "issue", "plan",
                              "point", "person", "meeting", "statement"}  # fmt: skip
_FIRST = ("summary", "title", "name", "speaker", "party", "issue", "stance", "quote", "text")
MOST = 40
"""Changes of one event that are shown."""


def data(frame: Frame) -> Data:
    """Return everything about one event."""
    identity = _identity(frame.request.path_params["event"])
    item, acts = answers.event(frame.view, identity)
    whole = answers.spelled_out(whole_event(frame.desk, frame.view, identity))
    target = frame.view.raw(str(whole["event"])) if item.type in ACTS else None
    size = frame.foot.size
    return {
        **line(frame, item),
        "published_later": max(0, item.recorded_at - item.known_at) if item.news else None,
        "erased": bool(whole.get("erased")),
        "disputed": bool(whole.get("disputed")),
        "single_source": whole["single_source"],
        "recorded_by": whole["recorded_by"],
        "leaf_hash": whole["leaf_hash"],
        "fields": fields(frame, whole),
        "reports": whole["reports"],
        "target": line(frame, target) if target else None,
        "acts": [{**line(frame, act), "fields": fields(frame, act.value)} for act in acts],
        "effect": _effect(frame, item),
        "proof": f"/v1/audit/proofs/inclusion?seq={item.seq}&size={size}",
        "proof_file": f"/v1/audit/proofs/inclusion.tlog-proof?seq={item.seq}",
        "size": size,
    }


def _identity(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError:
        raise NotFoundError(f"{given[:80]!r} is no id of an event") from None


def fields(frame: Frame, value: Data) -> list[Data]:
    """Return the fields of an event, what says most first, with names in place of slugs."""
    names = [each for each in value if each not in _NOT_FIELDS and value[each] not in (None, [])]
    names.sort(key=lambda each: _FIRST.index(each) if each in _FIRST else len(_FIRST))
    return [{"name": each, "value": told(frame, each, value[each])} for each in names]


def told(frame: Frame, field: str, value: Any) -> Any:
    """Return a value with names in place of the slugs of parties, persons and issues."""
    if isinstance(value, list):
        return [told(frame, field, each) for each in value]
    if isinstance(value, dict):
        return {key: told(frame, key, each) for key, each in value.items() if each is not None}
    if not isinstance(value, str):
        return value
    kind, colon, slug = value.partition(":")
    if colon and kind in ("party", "person", "issue"):
        return name(frame, kind, slug)
    if field in ("party", "person", "issue"):
        return name(frame, field, value)
    if field in NAMED or field in ("invitees", "endorsers"):
        people = frame.names("person")
        return people.get(value) or frame.names("party").get(value, value)
    return value


def _effect(frame: Frame, item: Item) -> list[Data]:
    """Return what the event changed, cell by cell: each with the fields that differ."""
    found = next(changes.story(frame.desk.view, frame.basis, item.seq - 1), None)
    if found is None or found[0].event != item.event:
        return []
    return [_change(frame, each) for each in found[1][:MOST]]


def _change(frame: Frame, change: Data) -> Data:
    before, after = change["before"] or {}, change["after"] or {}
    names = [each for each in dict.fromkeys((*before, *after)) if each not in _NOT_CHANGED]
    differ = [
        {"name": each, "before": told(frame, each, before.get(each)),
         "after": told(frame, each, after.get(each))}
        for each in names
        if before.get(each) != after.get(each) and each != "mixed"
    ]  # fmt: skip
    return {
        "kind": change["kind"],
        "subject": _subject(frame, change),
        "new": not before,
        "gone": not after,
        "fields": differ,
    }


def _subject(frame: Frame, change: Data) -> str:
    value = change["after"] or change["before"]
    if change["kind"] in ("position", "attributed"):
        on = value.get("issue") or f"{value.get('plan')}/{value.get('point')}"
        issue = frame.names("issue").get(on, on)
        return f"{frame.names('party').get(value['party'], value['party'])}: {issue}"
    if change["kind"] == "role":
        person = frame.names("person").get(value["person"], value["person"])
        return f"{person}: {value['title']}"
    return str(value.get("title") or value.get("heading") or change["subject"].split("#")[0])


PAGE = Page("event", data, "events/{event}", under="events")
