"""What one event changed, cell by cell, before and after."""

from __future__ import annotations

from api.desk.fields import NOT_FIELDS, told
from api.desk.frame import Frame
from api.desk.page import Data
from domain.items import Item
from projections import changes

MOST = 40
"""Changes of one event that are shown."""
_NOT_CHANGED = NOT_FIELDS | {"since", "last_stated", "candidates", "party", "issue", "plan",
                              "point", "person", "meeting", "statement"}  # fmt: skip


def effect(frame: Frame, item: Item) -> list[Data]:
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
