"""Old and new of a correction, side by side in words."""

from __future__ import annotations

from api.pages.record.draft import Draft
from api.pages.record.fields import FormField
from api.pages.record.fill import fill_form
from api.pages.record.things import ThingNames
from api.pages.shared.dates import explain_span
from api.pages.shared.page_context import PageContext
from domain.model import Json


def compare_correction(frame: PageContext, names: ThingNames, draft: Draft) -> list[Json]:
    """Return the fields that a correction changes, each with what stands and what would."""
    target = draft.target
    if target is None or not target.is_corrected:
        return []
    value = draft.values[0]
    changes: Json = value.get("changes") or value.get("rival") or {}
    return [
        {
            "name": each.name,
            "is_choice": each.input == "choice",
            "before": field_in_words(frame, names, each, target.fields),
            "after": field_in_words(frame, names, each, target.fields | changes),
        }
        for each in target.form_fields
        if each.name in changes
    ]


def field_in_words(frame: PageContext, names: ThingNames, each: FormField, event: Json) -> str:
    """Return the value of a field as a form shows it, a date in words."""
    value = event.get(each.name)
    if each.input == "span" and isinstance(value, str):
        return explain_span(value, frame.dates) or value
    texts = fill_form([each], {**event, each.name: value}, names).values()
    return " · ".join(text.replace("\n", " · ") for text in texts)
