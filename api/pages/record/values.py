"""Events made from what a form sends, and what a form shows of an event."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import orjson

from api.pages.record.dates import DateFields, DateReading
from api.pages.record.fields import NAMING_FIELDS, PARTS_OF, FormField, form_fields, report_fields
from api.pages.record.things import REGISTRATION_TYPES, ThingNames, UnknownNameError
from api.pages.shared.page import is_slug
from domain.catalogue import CLASS_BY_TYPE, OWN_TIME_FIELDS
from domain.events import check_text
from domain.model import Json
from domain.slugs import make_slug

NUMBERS_OR_TEXTS = ("number", "killed", "injured")
"""The fields that take a number, or what a source says in its place."""
KEY, TEXT = "key", "text"
"""The fields of a row of labels, such as names by language."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a field: in the words of the page by their key, or as the core says it.

    ``near`` are names that may be meant, ``offered`` the kinds as which the text can be registered.
    """

    word: str | None = None
    detail: str = ""
    hint: str | None = None
    kind: str | None = None
    near: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(slots=True)
class ReadForm:
    """An event that a form sent, what could not be read, and what was understood: ``taken`` are the
    names that others were taken for, ``made`` the slugs that were made.

    ``names_by_pointer`` leads from a place in the event to the field that gave it.
    """

    event: Json
    faults: dict[str, list[FieldFault]] = field(default_factory=dict)
    dates: dict[str, DateReading] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    names_by_pointer: dict[str, str] = field(default_factory=dict)

    def add_fault(self, name: str, fault: FieldFault) -> None:
        self.faults.setdefault(name, []).append(fault)

    def name_of(self, pointer: str) -> str:
        """Return the field that a place of the event came from, or the nearest one around it."""
        while pointer and pointer not in self.names_by_pointer:
            pointer = pointer.rpartition("/")[0]
        return self.names_by_pointer.get(pointer, "")


class FormReader:
    """Reads one event of a form: of fields whose names begin with a prefix."""

    def __init__(
        self, names: ThingNames, dates: DateFields, sent: Mapping[str, str], prefix: str = ""
    ) -> None:
        self.names, self.dates, self.sent, self.prefix = names, dates, sent, prefix
        self.around = list[Json]()

    def read_event(self, kind: str, whole: str | None = None) -> ReadForm:
        """Return the event of a type; ``whole`` is the plan of the parts that an act names."""
        self.kind, self.whole = kind, whole
        self.found = ReadForm({"type": kind})
        self._read_fields(form_fields(kind), self.prefix, "", self.found.event)
        for name in nullable_fields(kind):
            self.found.event.setdefault(name, None)
        self._keep_phrase()
        self._make_slugs(form_fields(kind), self.prefix, self.found.event)
        return self.found

    def read_report(self) -> ReadForm:
        """Return the report of a form as an event without anything else."""
        self.kind, self.whole, self.found = "report-added", None, ReadForm({})
        report: Json = {}
        self._read_fields(report_fields(), "reports.", "/reports/0", report)
        self.found.names_by_pointer["/reports"] = PUBLISHED
        if report:
            self.found.event["reports"] = [report]
        return self.found

    def _read_fields(
        self, fields: Iterable[FormField], prefix: str, pointer: str, target: Json
    ) -> None:
        self.around.append(target)
        for each in fields:
            name, place = f"{prefix}{each.name}", f"{pointer}/{each.name}"
            self.found.names_by_pointer[place] = name
            try:
                value = self._read_value(each, name, place)
            except ValueError as error:
                self.found.add_fault(name, FieldFault("unreadable", str(error)))
                continue
            if value is not None:
                target[each.name] = value
        self.around.pop()

    def _read_value(self, each: FormField, name: str, place: str) -> object:
        match each.input:
            case "rows":
                return self._read_rows(each, name, place) or None
            case "labels":
                return dict(self._read_labels(name)) or None
            case "parts":
                inner: Json = {}
                self._read_fields(each.fields, f"{name}.", place, inner)
                return inner or None
        text = self.sent.get(name, "").replace("\r\n", "\n").strip()
        check_text(text)
        if not text:
            return None
        match each.input:
            case "span":
                return self._read_date(name, text)
            case "name":
                return self._find_slug(each, name, text)
            case "new":
                return text if is_slug(text) else make_slug(text) or text
            case "number":
                return _parse_number(text, is_text_allowed=each.name in NUMBERS_OR_TEXTS)
            case "flag":
                return True
            case "lines":
                return [line.strip() for line in text.split("\n") if line.strip()]
            case "json":
                return _parse_json(text)
        return text

    def _read_rows(self, each: FormField, name: str, place: str) -> list[object]:
        """Return what the rows of a list hold that are not blank."""
        values: list[object] = []
        for number in row_numbers(self.sent, name):
            row, at = f"{name}.{number}", f"{place}/{len(values)}"
            if each.fields:
                inner: Json = {}
                faults = len(self.found.faults)
                self._read_fields(each.fields, f"{row}.", at, inner)
                if self.kind == "issue-defined" or each.name == "points":
                    self._name_part(each, row, inner)
                if inner or len(self.found.faults) > faults:
                    self.found.names_by_pointer[at] = row
                    values.append(inner)
            elif text := self.sent.get(row, "").strip():
                self.found.names_by_pointer[at] = row
                values.append(self._find_slug(each, row, text))
        return values

    def _name_part(self, each: FormField, row: str, inner: Json) -> None:
        """Give a new answer or point the slug that its label, number or heading makes."""
        own = next((one for one in each.fields if one.input == "new"), None)
        if own is None or not inner or own.name in inner:
            return
        number = inner.get("number")
        named = next((inner[name] for name in NAMING_FIELDS if name in inner), "")
        text = f"point {number}" if number is not None else str(named)
        if slug := make_slug(text):
            inner[own.name] = self.found.made[f"{row}.{own.name}"] = slug

    def _read_labels(self, name: str) -> Iterator[tuple[str, str]]:
        for number in row_numbers(self.sent, name):
            key = self.sent.get(f"{name}.{number}.{KEY}", "").strip()
            text = self.sent.get(f"{name}.{number}.{TEXT}", "").strip()
            if key or text:
                yield key, text

    def _read_date(self, name: str, text: str) -> str | None:
        reading = self.found.dates[name] = self.dates.read(name, text)
        if reading.expression is None:
            word = "date-several" if reading.choices else "date-unknown"
            self.found.add_fault(name, FieldFault(word, text))
        return reading.expression

    def _find_slug(self, each: FormField, name: str, text: str) -> str | None:
        whole = self._whole_of(each)
        try:
            kind, slug = self.names.find(each.kinds, text, whole)
        except UnknownNameError as error:
            return self._take_new(each, name, text, error)
        shown = self.names.shown(kind, f"{whole}/{slug}" if kind in PARTS_OF else slug, each.kinds)
        if shown != text:
            self.found.taken[name] = shown
        return f"{kind}:{slug}" if len(each.kinds) > 1 else slug

    def _whole_of(self, each: FormField) -> str | None:
        """Return the plan, or issue, of the part that a field names: the nearest one around it."""
        name = "from_plan" if each.name == "from_points" else PARTS_OF.get(each.kinds[0], "")
        named = (str(values[name]) for values in reversed(self.around) if name in values)
        return next(named, self.whole)

    def _take_new(
        self, each: FormField, name: str, text: str, error: UnknownNameError
    ) -> str | None:
        """Return the slug of what need not be known; refuse what must be, or may be several."""
        must_be_known = bool(set(each.kinds) & {*REGISTRATION_TYPES, "answer"})
        if not must_be_known and is_slug(text) and not error.is_ambiguous:
            return text
        cell = CLASS_BY_TYPE[self.kind].CELL
        own = self.prefix + (cell.fields[-1] if cell else "")
        titles = [each.name for each in form_fields(self.kind)]
        if name == own and "title" in titles and not error.is_ambiguous and not error.near:
            return self._name_new(each.kinds[0], name, text)
        word = "name-several" if error.is_ambiguous else "name-unknown"
        if each.kinds == ("answer",) and not error.is_ambiguous:
            word = "answer-unknown" if error.near else "answers-none"
        kinds = each.kinds if len(each.kinds) <= 2 else ()
        offered = tuple(kind for kind in kinds if kind in REGISTRATION_TYPES)
        kind = kinds[0] if len(kinds) == 1 else None
        fault = FieldFault(word, text, kind=kind, near=error.near, offered=offered)
        self.found.add_fault(name, fault)
        return None

    def _name_new(self, kind: str, name: str, text: str) -> str:
        """Take a name for the title of something new, such as a meeting, and for its slug."""
        self.found.event.setdefault("title", text)
        slug = make_slug(text, self.names.taken_slugs(kind)) or text
        self.found.made[name] = slug
        return slug

    def _keep_phrase(self) -> None:
        """Keep the source's own words for the time, and the day that they were read from."""
        event = self.found.event
        for name in OWN_TIME_FIELDS:
            reading = self.found.dates.get(f"{self.prefix}{name}")
            if reading and reading.is_phrase and reading.expression and "phrase" not in event:
                event["phrase"] = reading.text
                if reading.is_relative:
                    event.setdefault("phrase_anchor", str(self.dates.anchor.day))

    def _make_slugs(self, fields: Sequence[FormField], prefix: str, event: Json) -> None:
        """Give what the event introduces a slug made from its name, unless one is given."""
        for each in fields:
            if each.input == "new" and each.name not in event:
                taken = self.names.taken_slugs(each.kinds[0])
                text = self._slug_words(each.name, event)
                if slug := make_slug(text, taken) if text else "":
                    event[each.name] = self.found.made[f"{prefix}{each.name}"] = slug

    def _slug_words(self, name: str, event: Json) -> str:
        """Return the words from which a slug is made: a name, or who said something when."""
        if name == "statement":
            speaker = str(event.get("speaker") or "").rpartition(":")[2]
            return f"{speaker} {str(event.get('occurred') or '')[:10]}" if speaker else ""
        if name == "brief":
            return f"brief {event.get('occurred') or ''}"
        if name == "amendment":
            return f"amendment {event.get('plan', '')}"
        return str(next((event[each] for each in NAMING_FIELDS if event.get(each)), ""))


PUBLISHED = "reports.published"


@cache
def nullable_fields(kind: str) -> tuple[str, ...]:
    """Return the fields that an event of a type must have, and that may say that nobody knows: null
    is what a blank field of a form means there."""
    schema = CLASS_BY_TYPE[kind].model_json_schema()
    properties = schema["properties"]
    return tuple(
        name
        for name in schema.get("required", ())
        if {"type": "null"} in properties[name].get("anyOf", ())
    )


def row_numbers(sent: Mapping[str, str], name: str) -> list[int]:
    """Return the numbers of the rows that a form sent of a list, in order."""
    parts = (key[len(name) + 1 :].partition(".")[0] for key in sent if key.startswith(f"{name}."))
    return sorted({int(part) for part in parts if part.isascii() and part.isdigit()})


def _parse_number(text: str, *, is_text_allowed: bool) -> object:
    """Return a number, however its thousands are set apart, or the text where that is allowed."""
    plain = re.sub(r"[\s,](?=\d{3}(\D|$))", "", text).replace(",", ".")
    if re.fullmatch(r"[+-]?[0-9]{1,15}", plain):
        return int(plain)
    if is_text_allowed:
        return text
    if re.fullmatch(r"[+-]?[0-9]{0,15}\.?[0-9]{1,15}", plain):
        return float(plain)
    raise ValueError("number")


def _parse_json(text: str) -> object:
    try:
        value: object = json.loads(text)
        orjson.dumps(value)
    except (RecursionError, orjson.JSONEncodeError):
        raise ValueError("json") from None
    except ValueError:
        raise ValueError("json") from None
    return value
