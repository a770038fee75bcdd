"""The messages for invalid values: a sentence and a remedy for each kind of fault."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from domain.errors import FieldValueError, Reason
from domain.events import (
    DIGEST_PATTERN,
    LABEL_KEY_PATTERN,
    LINK_PATTERN,
    SLUG_PATTERN,
    SPEAKER_PATTERN,
    SUBJECT_PATTERN,
    Event,
)
from domain.introductions import Introduction

SLUG_HINT = "use 1 to 63 characters: a-z, 0-9 and -, not starting with -"
MESSAGES_BY_PATTERN = {
    SLUG_PATTERN: ("not a valid slug", SLUG_HINT),
    SPEAKER_PATTERN: ("not a valid speaker", f"use person:slug or party:slug; slug: {SLUG_HINT}"),
    SUBJECT_PATTERN: (
        "not a valid subject",
        f"use kind:slug, such as meeting:geneva; slug: {SLUG_HINT}",
    ),
    LINK_PATTERN: ("not a valid link", "use a URL that starts with http:// or https://"),
    DIGEST_PATTERN: ("not a valid SHA-256 digest", "use 64 lower-case hexadecimal digits"),
    LABEL_KEY_PATTERN: (
        "not a valid key",
        "use 1 to 63 of A-Z, a-z, 0-9, space and . _ : / -, starting with a letter or digit",
    ),
}
"""Detail and remedy for each pattern that a string must match."""

MAX_REASONS = 100
"""The most faults reported for one event."""
_INTEGER_HINT, _NUMBER_HINT = "use an integer, such as 20", "use a number, such as 20 or 2.5"
_BOOLEAN_HINT = "use true or false, without quotes"
_UUID_HINT = "use 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12"
MESSAGES_BY_KIND = {
    "missing": ("this field is required", "add it"),
    "string_type": ("expected a string, got {given}", "use a string in double quotes"),
    "string_too_long": ("longer than {max_length} characters", "shorten it"),
    "too_long": ("more than {max_length} items", "remove some"),
    "string_too_short": ("must not be empty", "add a value"),
    "literal_error": ("not one of the allowed values", "use one of: {expected}"),
    "uuid_type": ("expected a UUID, got {given}", _UUID_HINT),
    "uuid_parsing": ("not a valid UUID", _UUID_HINT),
    "int_type": ("expected an integer, got {given}", _INTEGER_HINT),
    "int_from_float": ("not an integer", _INTEGER_HINT),
    "int_parsing": ("not an integer", _INTEGER_HINT),
    "int_parsing_size": ("the number has too many digits", _INTEGER_HINT),
    "greater_than_equal": ("less than {ge}", "use {ge} or more"),
    "less_than_equal": ("greater than {le}", "use {le} or less"),
    "float_type": ("expected a number, got {given}", _NUMBER_HINT),
    "finite_number": ("not a finite number", _NUMBER_HINT),
    "bool_type": ("expected a boolean, got {given}", _BOOLEAN_HINT),
    "bool_parsing": ("not a boolean", "use true or false"),
    "string_unicode": ("contains a lone surrogate", "use well-formed Unicode"),
    "tuple_type": ("expected a list, got {given}", "use a list, even for one value"),
    "dict_type": ("expected an object, got {given}", "use {{...}} with keys and values"),
    "model_type": ("expected an object, got {given}", "use {{...}} with its fields"),
    "model_attributes_type": ("expected an object, got {given}", "use {{...}} with its fields"),
    "json_invalid": ("not valid JSON", "send one JSON object, as application/json"),
    "too_short": ("must not be empty", "add at least {min_length}"),
}
"""Detail and remedy for the types of errors that Pydantic reports."""
_OTHER_HINT = "GET /openapi.json says what is taken"

_JSON_KIND_NAMES: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def describe_fault(pointer: str, fault: ErrorDetails) -> Reason:
    """Return an error of Pydantic as a reason in plain words."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "string_pattern_mismatch":
            unnamed = "not of the form that is taken", f"use what matches {context['pattern']}"
            return Reason(pointer, *MESSAGES_BY_PATTERN.get(context["pattern"], unnamed))
        case "value_error":
            detail, _, remedy = str(context["error"]).partition("; ")
            return Reason(pointer, detail, remedy)
        case "too_long" if isinstance(fault["input"], str):  # a bound on an optional text
            return Reason(pointer, f"longer than {context['max_length']} characters", "shorten it")
        case kind if kind not in MESSAGES_BY_KIND:
            return Reason(pointer, fault["msg"], _OTHER_HINT)
        case kind:
            given_kind = _JSON_KIND_NAMES.get(type(fault["input"]), "another type")
            detail, remedy = (
                text.format_map({**context, "given": given_kind}) for text in MESSAGES_BY_KIND[kind]
            )
            return Reason(pointer, detail, remedy.removesuffix(" or None"))


def describe_faults(
    model: type[BaseModel], body: object, faults: Sequence[ErrorDetails]
) -> list[Reason]:
    """Return the faults of the JSON value of a model, at most one for each place in it.

    ``faults`` are Pydantic's, of a union whose tag comes first in each location.
    """
    reasons_by_pointer: dict[str, Reason] = {}
    for fault in faults[:MAX_REASONS]:
        path = _fault_path(fault, body)
        pointer = "".join(f"/{part}" for part in path)
        reasons_by_pointer.setdefault(pointer, _describe_in_field(model, path, pointer, fault))
    return list(reasons_by_pointer.values())


def _fault_path(fault: ErrorDetails, value: object) -> list[str | int]:
    """Return where in a JSON value an error is, without the union branches in its location."""
    path: list[str | int] = []
    for part in fault["loc"][1:]:
        if isinstance(value, dict) and part in value:  # noqa: SIM114  # mypy narrows each branch
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
        elif fault["type"] != "missing":
            continue
        path.append(part)
    error = fault.get("ctx", {}).get("error")
    return [*path, error.field] if isinstance(error, FieldValueError) else path


def _describe_in_field(
    model: type[BaseModel], path: Sequence[str | int], pointer: str, fault: ErrorDetails
) -> Reason:
    if fault["type"] == "extra_forbidden":
        return unknown_field(pointer, str(path[-1]), _field_names(model, path[:-1]))
    if pointer == "/occurred" and fault["type"] == "missing":
        return Reason(
            pointer, MESSAGES_BY_KIND["missing"][0], "add it, or use null if no source gives it"
        )
    return describe_fault(pointer, fault)


def unknown_field(pointer: str, name: str, fields: Sequence[str]) -> Reason:
    """Return the reason for an unknown field, with the nearest name and all valid ones."""
    hint = f"{nearest_name_hint(name, fields)}valid fields: {', '.join(fields)}"
    return Reason(pointer, "unknown field", hint)


def second_introduction(introduction: Introduction, first: str) -> Reason:
    """Return the reason for introducing again what the event ``first`` introduced."""
    by_first = f" by event {first}" if first else " by an event that was erased"
    wording = (
        ", text-published for wordings seen later"
        if introduction.kind in ("plan", "amendment")
        else ""
    )
    hint = (
        f"use another slug for another {introduction.kind}; for the same one record an act on that "
        f"event: report-added for a further report{wording}, record-corrected for your own mistake,"
        " correction-published or event-disputed for what a source says"
    )
    detail = f"{introduction.words} is already introduced{by_first}"
    return Reason(f"/{introduction.kind}", detail, hint)


def nearest_name_hint(name: str, known_names: Iterable[str]) -> str:
    """Return a hint with the nearest known name, to be followed by another; empty if none."""
    nearest = get_close_matches(name[:63], list(known_names), 1)
    return f"did you mean {nearest[0]}? " if nearest else ""


def _field_names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the fields of the object at a place in a model, its own before the common ones."""
    for part in path:
        if isinstance(part, str):
            field_info = next(f for n, f in model.model_fields.items() if part in (n, f.alias))
            model = next(nested_models(field_info.annotation))
    own_fields_first = sorted(
        model.model_fields.items(), key=lambda field: field[0] in Event.model_fields
    )
    return [field.alias or name for name, field in own_fields_first]


def nested_models(hint: object) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for argument in typing.get_args(hint):
        yield from nested_models(argument)
