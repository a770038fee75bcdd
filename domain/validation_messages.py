"""What is wrong with a value, in plain words: a sentence and a remedy for each kind of fault."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from domain.errors import Reason
from domain.events import (
    DIGEST_PATTERN,
    LABEL_KEY_PATTERN,
    LINK_PATTERN,
    SLUG_PATTERN,
    SPEAKER_PATTERN,
    SUBJECT_PATTERN,
    Event,
)

_SLUG_HINT = "a slug has at most 63 of a-z, 0-9 and -, the first no -"
MESSAGES_BY_PATTERN = {
    SLUG_PATTERN: ("this is no slug", _SLUG_HINT),
    SPEAKER_PATTERN: ("this is no speaker", f"write person:slug or party:slug; {_SLUG_HINT}"),
    SUBJECT_PATTERN: (
        "this names no subject",
        f"write kind:slug, such as meeting:geneva; {_SLUG_HINT}",
    ),
    LINK_PATTERN: ("this is no link", "write an address that starts with http:// or https://"),
    DIGEST_PATTERN: ("this is no SHA-256", "write 64 hexadecimal digits in lower case"),
    LABEL_KEY_PATTERN: (
        "this is no key of a map",
        "a key has 1 to 63 of A-Z, a-z, 0-9, space and . _ : / -, the first a letter or digit",
    ),
}
"""What a text is not, and how one is written, for each pattern that texts must match."""

MAX_REASONS = 100
"""How many faults of one event are told; it is bad enough by then."""
_INTEGER_HINT = "write a whole number, such as 20"
_UUID_HINT = "a UUID has 32 hexadecimal digits, in groups of 8, 4, 4, 4 and 12"
MESSAGES_BY_KIND = {
    "missing": ("this is required", "add it"),
    "string_type": ("{given} stands where a text belongs", "write a text in double quotes"),
    "string_too_long": ("this is longer than {max_length} characters", "shorten it"),
    "too_long": ("this is longer than {max_length}", "shorten it"),
    "string_too_short": ("this has fewer characters than {min_length}", "write something"),
    "literal_error": ("this is none of the choices", "write one of: {expected}"),
    "uuid_type": ("{given} stands where a UUID belongs", _UUID_HINT),
    "uuid_parsing": ("this is no UUID", _UUID_HINT),
    "int_type": ("{given} stands where a whole number belongs", _INTEGER_HINT),
    "int_from_float": ("this is no whole number", _INTEGER_HINT),
    "int_parsing": ("this is no whole number", _INTEGER_HINT),
    "int_parsing_size": ("this number is too long", _INTEGER_HINT),
    "greater_than_equal": ("this is less than {ge}", "write {ge} or more"),
    "less_than_equal": ("this is more than {le}", "write {le} or less"),
    "bool_parsing": ("this is neither true nor false", "write true or false"),
    "tuple_type": ("{given} stands where a list belongs", "write [...], also around one alone"),
    "dict_type": ("{given} stands where a map belongs", "write {{...}} with its keys and values"),
    "model_type": ("{given} stands where an object belongs", "write {{...}} with its fields"),
    "too_short": ("this is empty", "give at least {min_length}"),
}
"""Detail and remedy for each kind of fault that Pydantic tells of."""

_JSON_KIND_NAMES: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def describe_fault(pointer: str, fault: Mapping[str, Any]) -> Reason:
    """Return a fault that Pydantic found, in our words."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "string_pattern_mismatch":
            return Reason(pointer, *MESSAGES_BY_PATTERN[context["pattern"]])
        case "value_error":
            detail, _, remedy = str(context["error"]).partition("; ")
            return Reason(pointer, detail, remedy)
        case kind:
            given_kind = _JSON_KIND_NAMES.get(type(fault["input"]), "something else")
            detail, remedy = (
                each.format_map({**context, "given": given_kind}) for each in MESSAGES_BY_KIND[kind]
            )
            return Reason(pointer, detail, remedy.removesuffix(" or None"))


def describe_faults(model: type[BaseModel], body: Any, faults: Sequence[Any]) -> list[Reason]:
    """Return the faults of the JSON value of a model, at most one for each place in it.

    ``faults`` are Pydantic's, of a union whose tag comes first in each location.
    """
    reasons_by_pointer: dict[str, Reason] = {}
    for fault in faults[:MAX_REASONS]:
        path = _fault_path(fault, body)
        pointer = "".join(f"/{part}" for part in path)
        reasons_by_pointer.setdefault(pointer, _describe_in_field(model, path, pointer, fault))
    return list(reasons_by_pointer.values())


def _fault_path(fault: Any, value: Any) -> list[str | int]:
    """Return where in a JSON value a fault is; Pydantic also names the branches it tried."""
    path: list[str | int] = []
    for part in fault["loc"][1:]:
        is_member = isinstance(value, dict) and part in value
        if is_member or isinstance(part, int):
            value = value[part]
        elif fault["type"] != "missing":
            continue
        path.append(part)
    return path


def _describe_in_field(
    model: type[BaseModel], path: Sequence[str | int], pointer: str, fault: Any
) -> Reason:
    if fault["type"] == "extra_forbidden":
        return unknown_field(pointer, str(path[-1]), _field_names(model, path[:-1]))
    if pointer == "/occurred" and fault["type"] == "missing":
        return Reason(
            pointer, MESSAGES_BY_KIND["missing"][0], "add it, or null where no source gives it"
        )
    return describe_fault(pointer, fault)


def unknown_field(pointer: str, name: str, fields: Sequence[str]) -> Reason:
    """Return that there is no field of that name, with the nearest and all there are."""
    hint = f"{nearest_name_hint(name, fields)}it takes {', '.join(fields)}"
    return Reason(pointer, "there is no such field", hint)


def nearest_name_hint(name: str, known_names: Iterable[str]) -> str:
    """Return a remedy with the nearest name there is, ready to be followed by another."""
    return "".join(f"write {each}; " for each in get_close_matches(name[:63], list(known_names), 1))


def _field_names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the fields of the object at a place in a model, its own before the common ones."""
    for part in path:
        if isinstance(part, str):
            field_info = next(f for n, f in model.model_fields.items() if part in (n, f.alias))
            model = next(_nested_models(field_info.annotation))
    own_fields_first = sorted(
        model.model_fields.items(), key=lambda each: each[0] in Event.model_fields
    )
    return [field.alias or name for name, field in own_fields_first]


def _nested_models(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for argument in typing.get_args(hint):
        yield from _nested_models(argument)
