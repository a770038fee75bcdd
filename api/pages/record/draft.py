"""What a form stands for: events of one source, or what corrects one that is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from api.pages.record.correction import CORRECTION_TYPES, Target, write_correction
from api.pages.record.dates import DateFields
from api.pages.record.fields import FORM_TYPES, NAMING_FIELDS, FormField, form_fields
from api.pages.record.things import REGISTRATION_TYPES, ThingNames
from api.pages.record.values import FieldFault, FormReader, ReadForm
from domain.errors import Reason
from domain.introductions import INTRODUCTION_FIELDS
from domain.model import Json

TYPE_FIELD = "type"
MAX_EVENTS = 40
"""The most events of one form."""


class DraftPart(NamedTuple):
    """One event of a form, whose fields begin with a prefix: none, ``1.``, ``2.`` …"""

    prefix: str
    kind: str
    fields: tuple[FormField, ...]
    found: ReadForm


@dataclass(slots=True)
class Draft:
    """The events of one form with what was understood of them and what was not."""

    sent: dict[str, str]
    dates: DateFields
    names: ThingNames
    parts: list[DraftPart]
    report: ReadForm
    target: Target | None = None
    values: list[Json] = field(default_factory=list)
    faults: dict[str, list[FieldFault]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells whether a form still says what was previewed."""
        return sha256(json.dumps(self.values, sort_keys=True).encode()).hexdigest()[:32]

    def add_reasons(self, reasons: list[Reason]) -> None:
        """Show refusals at the fields that they are about."""
        for reason in reasons:
            name = self._field_of(reason.pointer)
            self.faults.setdefault(name, []).append(
                FieldFault(detail=reason.detail, hint=reason.hint)
            )

    def _field_of(self, pointer: str) -> str:
        part, place = self.parts[0] if self.parts else None, pointer
        if len(self.values) > 1:
            index, _, rest = pointer[1:].partition("/")
            part, place = self.parts[int(index)], f"/{rest}"
        if place.startswith("/reports"):
            return self.report.name_of(place)
        if self.target:
            head, _, rest = place[1:].partition("/")
            place = f"/{rest}" if head in ("changes", "rival") else place
        return part.found.name_of(place) if part else ""


def prefixes_in(sent: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the prefix and the type of each event that a form sends."""
    if sent.get(TYPE_FIELD):
        yield "", sent[TYPE_FIELD]
    for number in range(1, MAX_EVENTS):
        if kind := sent.get(f"{number}.{TYPE_FIELD}"):
            yield f"{number}.", kind


def read_draft(
    sent: dict[str, str], names: ThingNames, dates: DateFields, target: Target | None
) -> Draft:
    """Return what a form stands for."""
    report = FormReader(names, dates, sent).read_report()
    draft = Draft(sent, dates, names, [], report, target)
    kinds = [(prefix, kind) for prefix, kind in prefixes_in(sent) if kind in FORM_TYPES]
    kinds.sort(key=lambda part: part[1] not in REGISTRATION_TYPES.values())  # before they are named
    for prefix, kind in kinds:
        whole = target.plan if target else None
        found = FormReader(names, dates, sent, prefix).read_event(kind, whole)
        draft.parts.append(DraftPart(prefix, kind, form_fields(kind), found))
        _introduce(names, kind, found.event)
    for found in (report, *(part.found for part in draft.parts)):
        for name, faults in found.faults.items():
            draft.faults.setdefault(name, []).extend(faults)
    draft.values = [_with_report(part.found.event, report.event) for part in draft.parts]
    if target and target.is_corrected:
        _write_corrections(draft, target)
    return draft


def _introduce(names: ThingNames, kind: str, event: Json) -> None:
    fields = INTRODUCTION_FIELDS.get(kind, ())
    if len(fields) == 1 and event.get(fields[0]):
        name = next((event[each] for each in NAMING_FIELDS if event.get(each)), event[fields[0]])
        names.add_new(fields[0], event[fields[0]], str(name))


def _with_report(event: Json, report: Json) -> Json:
    return {**event, **report}


def _write_corrections(draft: Draft, target: Target) -> None:
    """Replace the event of the form by what corrects the one that is recorded."""
    kind = CORRECTION_TYPES.get(draft.sent.get("correction", ""))
    changes = target.changes_to(draft.parts[0].found.event)
    if kind is None:
        draft.faults.setdefault("correction", []).append(FieldFault("correction-kind"))
    if not changes:
        draft.faults.setdefault("", []).append(FieldFault("correction-none"))
    reports = draft.report.event.get("reports") if kind != "record-corrected" else None
    reason = draft.sent.get("correction-reason", "").strip()
    draft.values = [
        write_correction(kind or "record-corrected", target.event, changes, reason, reports)
    ]
