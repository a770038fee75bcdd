"""Forms made from the JSON schema of an event type, and events made from what a form sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from domain.catalogue import ADAPTERS, COMMON
from domain.refusals import Reason

SPANS = ("occurred", "expected", "phrase_anchor", "from", "to", "published")
LONG = ("summary", "text", "quote", "reason", "note", "question")
OWN = "payload-erased"
"""The type that only the erasing of a payload makes."""
LATER = ("tz", "phrase", "phrase_anchor", "modality", "codes", "note", "id")
"""Fields that few events need: they fold away."""
SEP = "."
Field = dict[str, Any]


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """Return the fields of a form for a type, its own first, one report last."""
    schema = ADAPTERS[kind].json_schema()
    order = sorted(schema["properties"], key=lambda name: (name in COMMON, name in LATER))
    found = [_field(schema, name, schema["properties"][name], name in schema["required"])
             for name in order if name not in ("type", "reports")]  # fmt: skip
    report = schema["$defs"]["Report"]
    for name, told in report["properties"].items():
        required = name in report["required"]
        one = _field(report, f"reports{SEP}{name}", told, required=False)
        found.append({**one, "group": "report", "wanted": required})
    return tuple(found)


def _field(schema: Any, name: str, told: Any, required: bool) -> Field:
    last = name.rpartition(SEP)[2]
    options = [each for each in told.get("anyOf", [told]) if each.get("type") != "null"]
    first = options[0] if options else {}
    given: Field = {
        "name": name, "label": last, "required": required, "choices": first.get("enum"),
        "default": told.get("default") if isinstance(told.get("default"), str) else None,
        "group": "later" if last in LATER else "own", "wanted": required,
    }  # fmt: skip
    if last == "occurred":
        given |= {"required": False, "wanted": True}
    return {**given, "input": _input(last, first, options)}


def _input(name: str, first: Field, options: list[Field]) -> str:
    if first.get("enum"):
        return "choice"
    if name in SPANS:
        return "span"
    if first.get("type") == "array":
        return "list" if first.get("items", {}).get("type") == "string" else "json"
    if first.get("type") == "object" or not first.get("type"):
        return "json"
    if [each.get("type") for each in options] == ["integer"]:
        return "number"
    return "long" if name in LONG else "text"


def made(kind: str, sent: Mapping[str, str]) -> tuple[dict[str, Any], list[Reason]]:
    """Return the event that a form sent, and what in its fields could not be read."""
    event: dict[str, Any] = {"type": kind}
    report: dict[str, Any] = {}
    wrong: list[Reason] = []
    for each in fields(kind):
        text = sent.get(each["name"], "").replace("\r\n", "\n").strip()
        if not text:
            continue
        into = report if each["group"] == "report" else event
        try:
            into[each["label"]] = _value(each["input"], text)
        except ValueError:
            pointer = f"/{each['name'].replace(SEP, '/0/')}"
            wrong.append(Reason(pointer, "it cannot be read", "write JSON, or a whole number"))
    if any(each["name"] == "occurred" for each in fields(kind)) and "occurred" in _must(kind):
        event.setdefault("occurred", None)
    if report:
        event["reports"] = [report]
    return event, wrong


@cache
def _must(kind: str) -> tuple[str, ...]:
    return tuple(ADAPTERS[kind].json_schema()["required"])


def _value(kind: str, text: str) -> Any:
    if kind == "json":
        return json.loads(text)
    if kind == "number":
        return int(text)
    if kind == "list":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text


def beside(reasons: list[Reason]) -> dict[str, list[Reason]]:
    """Return the refusals by the field that they stand beside; the rest under an empty name."""
    found: dict[str, list[Reason]] = {}
    for each in reasons:
        head, *rest = [part for part in each.pointer.split("/") if part] or [""]
        name = f"reports{SEP}{rest[1]}" if head == "reports" and len(rest) > 1 else head
        found.setdefault(name, []).append(each)
    return found
