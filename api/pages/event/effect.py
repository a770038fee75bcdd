"""What one event changed, cell by cell, before and after."""

from __future__ import annotations

from api.pages.event.event_fields import HIDDEN_FIELDS, replace_slugs
from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from projections.answer_json import Item
from projections.answers import diff

MAX_CHANGES = 40
"""Changes of one event that are shown."""
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


def load_effect(frame: PageContext, item: Item) -> list[Data]:
    """Return what the event changed, cell by cell: each with the fields that differ."""
    step = next(diff.build_story(frame.session.open_view, frame.basis, item.seq - 1), None)
    if step is None or step[0].event != item.event:
        return []
    return [_describe_change(frame, each) for each in step[1][:MAX_CHANGES]]


def _describe_change(frame: PageContext, change: Data) -> Data:
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


def _subject_name(frame: PageContext, change: Data) -> str:
    value = change["after"] or change["before"]
    if change["kind"] in ("position", "attributed"):
        subject_slug = value.get("issue") or f"{value.get('plan')}/{value.get('point')}"
        issue = frame.names_by_slug("issue").get(subject_slug, subject_slug)
        return f"{frame.names_by_slug('party').get(value['party'], value['party'])}: {issue}"
    if change["kind"] == "role":
        person = frame.names_by_slug("person").get(value["person"], value["person"])
        return f"{person}: {value['title']}"
    return str(value.get("title") or value.get("heading") or change["subject"].split("#")[0])
