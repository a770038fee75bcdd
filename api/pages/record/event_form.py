"""Forms made from the JSON schema of an event type, and events made from what a form sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import orjson

from domain.catalogue import CLASS_BY_TYPE, COMMON_FIELDS
from domain.errors import Reason
from domain.events import check_text
from domain.model import Json

SPAN_FIELDS = ("occurred", "expected", "due", "phrase_anchor", "from", "to", "published")
LONG_TEXT_FIELDS = (
    "summary",
    "text",
    "quote",
    "reason",
    "note",
    "question",
    "motion",
    "consequence",
)
FORM_TYPES = [name for name in CLASS_BY_TYPE if name != "payload-erased"]
"""The types that a form can record; only erasing a payload makes the other."""
RARE_FIELDS = ("tz", "phrase", "phrase_anchor", "modality", "codes", "note", "id")
"""Fields that few events need: they fold away."""
NAME_SEPARATOR = "."
FormField = Json


@cache
def form_fields(kind: str) -> tuple[FormField, ...]:
    """Return the fields of a form for a type, its own first, one report last."""
    schema = CLASS_BY_TYPE[kind].model_json_schema()
    properties, report = schema["properties"], schema["$defs"]["Report"]
    order = sorted(properties, key=lambda name: (name in COMMON_FIELDS, name in RARE_FIELDS))
    fields = [
        _build_field(name, properties[name], name in schema["required"])
        for name in order
        if name not in ("type", "reports")
    ]
    for name, property_schema in report["properties"].items():
        field = _build_field(f"reports{NAME_SEPARATOR}{name}", property_schema, False)
        fields.append({**field, "group": "report", "wanted": name in report["required"]})
    return tuple(fields)


def _build_field(name: str, property_schema: Json, required: bool) -> FormField:
    last = name.rpartition(NAME_SEPARATOR)[2]
    alternatives = property_schema.get("anyOf", [property_schema])
    options = [option for option in alternatives if option.get("type") != "null"]
    first, default = options[0] if options else {}, property_schema.get("default")
    return {
        "name": name,
        "label": last,
        "required": required and last != "occurred",
        "choices": first.get("enum"),
        "default": default if isinstance(default, str) else None,
        "group": "later" if last in RARE_FIELDS else "own",
        "wanted": required or last == "occurred",
        "input": _input_kind(last, first, options),
    }


def _input_kind(name: str, first: FormField, options: list[FormField]) -> str:
    if first.get("enum"):
        return "choice"
    if name in SPAN_FIELDS:
        return "span"
    if first.get("type") == "array":
        return "list" if first.get("items", {}).get("type") == "string" else "json"
    if first.get("type") == "object" or not first.get("type"):
        return "json"
    if [option.get("type") for option in options] == ["integer"]:
        return "number"
    return "long" if name in LONG_TEXT_FIELDS else "text"


def build_event(kind: str, form_values: Mapping[str, str]) -> tuple[Json, list[Reason]]:
    """Return the event that a form sent, and what in its fields could not be read."""
    event: Json = {"type": kind}
    report: Json = {}
    reasons: list[Reason] = []
    for field in form_fields(kind):
        text = form_values.get(field["name"], "").replace("\r\n", "\n").strip()
        if not text:
            continue
        target = report if field["group"] == "report" else event
        try:
            target[field["label"]] = _parse_value(field["input"], text)
        except ValueError:
            pointer = f"/{field['name'].replace(NAME_SEPARATOR, '/0/')}"
            reasons.append(Reason(pointer, "not valid", "use JSON or an integer"))
    if "occurred" in CLASS_BY_TYPE[kind].model_json_schema()["required"]:
        event.setdefault("occurred", None)
    if report:
        event["reports"] = [report]
    return event, reasons


def _parse_value(kind: str, text: str) -> object:
    check_text(text)
    if kind == "json":
        try:
            value: object = json.loads(text)
            orjson.dumps(value)
        except (RecursionError, orjson.JSONEncodeError):
            raise ValueError("nested too deep, or not Unicode") from None
        return value
    if kind == "number":
        return int(text)
    if kind == "list":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text


def group_reasons(reasons: list[Reason]) -> dict[str, list[Reason]]:
    """Return the refusals by the field that they are shown at; the rest under an empty name."""
    reasons_by_field: dict[str, list[Reason]] = {}
    for reason in reasons:
        head, *rest = [part for part in reason.pointer.split("/") if part] or [""]
        name = f"reports{NAME_SEPARATOR}{rest[1]}" if head == "reports" and len(rest) > 1 else head
        reasons_by_field.setdefault(name, []).append(reason)
    return reasons_by_field
