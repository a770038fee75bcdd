"""Recording by a form: tried first, with what it would change, and only then written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from api.http.query_params import OptionalText
from api.pages.record import event_form
from api.pages.shared.dates import explain_span, span_error
from api.pages.shared.display_names import DisplayNames
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from domain.catalogue import CLASS_BY_TYPE
from domain.event_type_hints import hint_for_type
from domain.events import parse_event_id
from domain.model import Json

SLUG_FIELDS = {
    "party": "party",
    "on_behalf_of": "party",
    "person": "person",
    "issue": "issue",
    "plan": "plan",
    "meeting": "meeting",
}
"""Fields that name one thing, and of which kind it is."""
SPEAKER_FIELDS = ("speaker", "attributed_by", "announced_by")
"""Fields that name a person or a party."""
ACT_TYPES = {"correct": "record-corrected", "retract": "event-retracted", "report": "report-added"}
"""What a reader does with an event, and the type that records it."""


def _check_type(value: str | None) -> str | None:
    if value and value not in event_form.FORM_TYPES:
        raise ValueError(f"there is no event type {value[:63]!r}; {hint_for_type(value[:63])}")
    return value


def _check_event_id(value: str | None) -> str | None:
    if value and parse_event_id(value) is None:
        raise ValueError(f"{value[:80]!r} is not an event id")
    return value


class RecordParams(PageParams):
    type: Annotated[OptionalText, AfterValidator(_check_type)] = None
    event: Annotated[OptionalText, AfterValidator(_check_event_id)] = None
    act: Literal["correct", "retract", "report", None] = None
    when: OptionalText = None


def load_record(frame: PageContext) -> Json:
    """Return the types there are, and an empty form for the one that was chosen."""
    params = frame.params
    kind = params.type or (ACT_TYPES[params.act] if params.act else None)
    form_values = {"event": params.event} if params.event else {}
    form = build_form(frame, kind, form_values)
    if text := params.when:
        form |= {
            "when_text": text,
            "when_told": explain_span(text, frame.dates),
            "when_wrong": span_error(text),
        }
    return form


def build_form(
    frame: PageContext, kind: str | None, form_values: dict[str, str], **extra: object
) -> Json:
    """Return what the form of a type shows."""
    fields = event_form.form_fields(kind) if kind else ()
    spans = [field["name"] for field in fields if field["input"] == "span"]
    return {
        "types": [
            {"type": name, "means": (CLASS_BY_TYPE[name].__doc__ or "").strip()}
            for name in event_form.FORM_TYPES
        ],
        "kind": kind,
        "means": (CLASS_BY_TYPE[kind].__doc__ or "").strip() if kind else None,
        "fields": fields,
        "slugs": _known_slugs(frame, kind) if kind else {},
        "sent": form_values,
        "understood": {
            name: explain_span(text, frame.dates)
            for name in spans
            if (text := form_values.get(name))
        },
        "target": _target_event(frame, form_values.get("event")),
        "wrong": {},
        "preview": None,
        "when_text": None,
        "when_told": None,
        "when_wrong": None,
        **extra,
    }


def _known_slugs(frame: PageContext, kind: str) -> Json:
    """Return what is known now that a field of the form may name: slugs with all their names."""
    names = DisplayNames(frame.now, frame.words)
    labels = {field["label"] for field in event_form.form_fields(kind) if field["input"] == "text"}
    slugs: Json = {
        name: names.spellings_by_slug(of) for name, of in SLUG_FIELDS.items() if name in labels
    }
    speakers = {
        f"{of}:{slug}": speaker_name
        for of in ("person", "party")
        for slug, speaker_name in names.spellings_by_slug(of).items()
    }
    return slugs | {name: speakers for name in SPEAKER_FIELDS if name in labels}


def _target_event(frame: PageContext, event: str | None) -> Json | None:
    """Return in short the event that an act is about."""
    item = frame.now.find_visible_item(event) if event else None
    if item is None:
        return None
    value = item.own_fields
    return {
        "event": item.event,
        "type": item.type,
        "summary": value.get("summary") or value.get("title") or value.get("name"),
    }


PAGE = PageDefinition("record", load_record, params_model=RecordParams, follows_date=False)
