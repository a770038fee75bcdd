"""Acts that find nothing in the event that they name: accepted, since it may follow, with a word
of warning."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import Reason
from domain.introductions import FindIntroducer, FindTarget, Introduction, effective_value
from domain.model import Json
from domain.validation_messages import nearest_name_hint

TEXT_LISTS = ("points", "operations")
"""The fields of an event in which its points stand."""
OBJECT_KINDS = {"event-disputed": "dispute", "event-retracted": "retraction"}
"""What an act on an event gives another one to act upon."""
ACTS_ON_OBJECTS = ("dispute-resolved", "retraction-reversed", "text-published")
CORRECTED_TEXTS = "corrected-texts"
PHANTOM_KINDS = (*OBJECT_KINDS.values(), CORRECTED_TEXTS)
_MISTYPED = "if the id is mistyped, mend it with record-corrected"


def introduce_objects(
    kind: str, value: Json, event: str, find_target: FindTarget
) -> Iterator[Introduction]:
    """Yield that an event is disputed or retracted by this one, or that its points are another
    list."""
    subject_type, subject = effective_value(kind, value, find_target)
    if subject_type in OBJECT_KINDS and subject.get("event"):
        yield Introduction(OBJECT_KINDS[subject_type], str(subject["event"]), event)
    changes = value.get("changes") or {}
    root = str(value.get("event"))
    while changes:
        if not changes.keys().isdisjoint(TEXT_LISTS):
            yield Introduction(CORRECTED_TEXTS, root, event)
        target = find_target(root)
        changes = changes.get("changes") or {}
        root = str(target.payload.get("event")) if target else ""


def find_phantoms(
    value: Json, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Reason]:
    """Yield what an act does to an event in which nothing recorded so far lets it."""
    target = find_target(str(value.get("event")))
    if target is None:
        return
    match value["type"]:
        case "dispute-resolved" if find_introducer("dispute", target.id) is None:
            detail = f"event {target.id} is not disputed, so nothing is resolved"
            hint = f"{_MISTYPED}; if event-disputed follows, do nothing"
            yield Reason("/event", detail, hint)
        case "retraction-reversed" if find_introducer("retraction", target.id) is None:
            detail = f"event {target.id} is not retracted, so nothing stands again"
            hint = f"{_MISTYPED}; if event-retracted follows, do nothing"
            if target.type == "event-retracted":
                retracted = target.payload.get("event")
                hint = f"name the event that it retracted, {retracted}, by record-corrected"
            yield Reason("/event", detail, hint)
        case "text-published" if find_introducer(CORRECTED_TEXTS, target.id) is None:
            yield from _find_missing_points(value, target.type, target.payload)


def _find_missing_points(value: Json, target_type: str, payload: Json) -> Iterator[Reason]:
    names = point_names(payload)
    if target_type == "plan-introduced" and not names:
        return  # the texts give it its points
    for index, text in enumerate(value.get("points") or ()):
        if text["point"] not in names:
            detail = f"event {value['event']} has no point {text['point']!r}"
            hint = nearest_name_hint(text["point"], names) + _MISTYPED
            yield Reason(f"/points/{index}/point", detail, f"{hint}; else do nothing")


def point_names(value: Json) -> frozenset[str]:
    """Return the points of which an event can have the text."""
    return frozenset(_names_in(value, (*TEXT_LISTS, "into")))


def _names_in(value: Json, lists: tuple[str, ...]) -> Iterator[str]:
    for place in (place for name in lists for place in value.get(name) or ()):
        yield place["point"]
        yield from _names_in(place, lists)
