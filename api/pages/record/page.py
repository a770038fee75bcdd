"""Recording by a form: tried first, with what it would change, and only then written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Annotated, Literal

from pydantic import AfterValidator

from api.http.query_params import OptionalText
from api.pages.record.correction import Target, forget_phrase
from api.pages.record.dates import ANCHOR_FIELD, DateFields, DateReading
from api.pages.record.draft import Draft, DraftPart, read_draft
from api.pages.record.fields import FORM_TYPES, TYPE_GROUPS, FormField, report_fields
from api.pages.record.things import ThingNames
from api.pages.record.values import row_numbers
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from domain.basis import Question
from domain.event_type_hints import hint_for_type
from domain.events import parse_event_id
from domain.model import Json

RecordAct = Literal["correct", "retract", "void", "report", None]
ACT_TYPES = {"retract": "event-retracted", "void": "record-voided", "report": "report-added"}
"""What a reader does with an event, and the type that records it."""


def _check_type(value: str | None) -> str | None:
    if value and value not in FORM_TYPES:
        raise ValueError(f"there is no event type {value[:63]!r}; {hint_for_type(value[:63])}")
    return value


def _check_event_id(value: str | None) -> str | None:
    if value and parse_event_id(value) is None:
        raise ValueError(f"{value[:80]!r} is not an event id")
    return value


class RecordParams(PageParams):
    type: Annotated[OptionalText, AfterValidator(_check_type)] = None
    event: Annotated[OptionalText, AfterValidator(_check_event_id)] = None
    act: RecordAct = None
    when: OptionalText = None
    anchor: OptionalText = None


class RecordContext:
    """What a form of one negotiation is filled and read with, as staff see it now."""

    def __init__(self, frame: PageContext) -> None:
        self.frame = frame
        self.basis = replace(frame.derive_basis(Question()), audience="staff")
        self.now = frame.session.open_view(self.basis)
        self.names = ThingNames(self.now, frame.words)

    def dates_of(self, sent: dict[str, str]) -> DateFields:
        return DateFields(self.frame.dates, self.now.basis.known_at, sent)

    def find_target(self, event: str | None, *, is_corrected: bool) -> Target | None:
        """Return the event that a form acts on, as it stands now."""
        item = self.now.find_visible_item(event) if event else None
        if item is None:
            return None
        return Target(item.event, item.type, dict(item.own_fields), is_corrected)

    def show_twin(self, found: Json) -> Json:
        """Return a recorded event that may be the same as another, by what it says."""
        target = self.find_target(found["event"], is_corrected=False)
        return {**found, "type": target.type if target else "", "says": target and target.says}

    def read(self, sent: dict[str, str]) -> Draft:
        """Return what a form stands for."""
        is_corrected = sent.get("act") == "correct"
        target = self.find_target(sent.get("event"), is_corrected=is_corrected)
        if target and is_corrected:
            sent = forget_phrase(sent, target.fill(self.names))
        return read_draft(sent, self.names, self.dates_of(sent), target)


def load_record(frame: PageContext) -> Json:
    """Return the types there are, and an empty form for the one that was chosen."""
    params, context = frame.params, RecordContext(frame)
    sent: dict[str, str] = {}
    target = context.find_target(params.event, is_corrected=params.act == "correct")
    if target and target.is_corrected:
        sent = target.fill(context.names) | {"type": target.type, "act": "correct"}
    elif kind := params.type or ACT_TYPES.get(params.act or ""):
        sent = {"type": kind}
    if params.event:
        sent["event"] = params.event
    form = show_draft(frame, context, context.read(sent), is_new=True)
    reading = _read_date(context, params.when or "", params.anchor)
    return form | {"when_text": params.when, **reading}


def _read_date(context: RecordContext, text: str, anchor: str | None) -> Json:
    """Return how a text is read as a date, for whoever asks while it is typed."""
    if not text:
        return {"when_told": None, "when_wrong": None, "when_edtf": None, "when_choices": []}
    sent = {ANCHOR_FIELD: anchor or "", "tz": context.frame.params.tz or ""}
    reading = context.dates_of(sent).read("when", text)
    return {
        "when_told": reading.words,
        "when_edtf": reading.expression if reading.is_written_otherwise else None,
        "when_choices": reading.choices,
        "when_wrong": date_fault_text(context.frame, reading),
    }


def date_fault_text(frame: PageContext, reading: DateReading) -> str | None:
    """Return in words why a date is not taken, and what to write."""
    if reading.expression is not None:
        return None
    if reading.choices:
        options = frame.words("dates.or").join(words for _, words in reading.choices)
        return frame.words("record.fault.date-several", text=reading.text, options=options)
    examples = frame.words("record.date-examples")
    return frame.words("record.fault.date-unknown", text=reading.text, examples=examples)


def show_draft(
    frame: PageContext, context: RecordContext, draft: Draft, *, is_new: bool, **extra: object
) -> Json:
    """Return what the page shows of a form."""
    faults = {} if is_new else draft.faults
    fields = [each for part in draft.parts for each in part.fields]
    is_bookkeeping = all(part.kind in _WITHOUT_REPORT for part in draft.parts)
    return {
        "groups": _type_groups(),
        "parts_of_form": [_show_part(part, draft) for part in draft.parts],
        "main_report_fields": MAIN_REPORT_FIELDS,
        "report_fields": [asdict(each) for each in report_fields()],
        "has_report": not is_bookkeeping or any(k.startswith("reports.") for k in draft.sent),
        "sent": draft.sent,
        "readings": {
            name: asdict(reading)
            for found in (draft.report, *(part.found for part in draft.parts))
            for name, reading in found.dates.items()
        },
        "anchor": asdict(draft.dates.anchor) | {"day": str(draft.dates.anchor.day)},
        "suggestions": _suggestions(context, fields),
        "faults": {name: [asdict(each) for each in found] for name, found in faults.items()},
        "target": _show_target(context, draft.target),
        "preview": None,
        "moved": False,
        **extra,
    }


MAIN_REPORT_FIELDS = ("published", "publisher", "url", "title", "kind", "quote", "language")
"""The fields of a report that most have."""
_WITHOUT_REPORT = frozenset(("party-registered", "person-registered", "issue-defined",
    "negotiation-opened", "record-corrected", "record-voided", "watch-recorded"))  # fmt: skip
"""The types that need no report, so that its fields fold away."""


def _type_groups() -> Json:
    return {
        group: [kind for kind in FORM_TYPES if kind.startswith(beginnings)]
        for group, beginnings in TYPE_GROUPS.items()
    }


def _show_part(part: DraftPart, draft: Draft) -> Json:
    fields = draft.target.form_fields if draft.target and draft.target.is_corrected else part.fields
    names = [f"{part.prefix}{each.name}" for each in fields if each.group == "later"]
    given = (*draft.sent, *draft.faults)
    return {
        "prefix": part.prefix,
        "kind": part.kind,
        "fields": [asdict(each) for each in fields],
        "made": part.found.made,
        "taken": part.found.taken,
        "is_later_open": any(
            key == name or (key.startswith(f"{name}.") and not key.endswith(".row"))
            for name in names
            for key in given
        ),
        "rows": dict(_row_numbers(fields, part.prefix, draft.sent)),
    }


def _row_numbers(
    fields: Iterable[FormField], prefix: str, sent: dict[str, str]
) -> Iterator[tuple[str, list[int]]]:
    """Yield the numbers of the rows of each list, those within rows too."""
    for each in fields:
        name = f"{prefix}{each.name}"
        if each.input in ("rows", "labels"):
            numbers = row_numbers(sent, name)
            yield name, numbers
            for number in numbers or [0]:
                yield from _row_numbers(each.fields, f"{name}.{number}.", sent)


def _suggestions(context: RecordContext, fields: list[FormField]) -> Json:
    kinds = {each.kinds: None for each in _flatten(fields) if each.kinds and each.input != "new"}
    return {
        ".".join(each): [asdict(one) for one in context.names.suggestions(each)] for each in kinds
    }


def _flatten(fields: Iterable[FormField]) -> Iterator[FormField]:
    for each in fields:
        yield each
        yield from _flatten(each.fields)


def _show_target(context: RecordContext, target: Target | None) -> Json | None:
    if target is None:
        return None
    return {
        "event": target.event,
        "type": target.type,
        "says": target.says,
        "is_corrected": target.is_corrected,
        "stands": target.fill(context.names) if target.is_corrected else {},
    }


PAGE = PageDefinition("record", load_record, params_model=RecordParams, follows_date=False)
