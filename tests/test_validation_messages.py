"""The words for what is wrong with a field: plain, with a remedy, and at a place in the event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from domain import acceptance
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import InvalidEventError, Reason
from domain.validation_messages import nested_models

ODD: list[Any] = [
    None,
    True,
    -5,
    2**60,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "yes",
    "1",
    "\ud800",
    "Not A Slug",
    "x" * 300,
    "a\0",
    [],
    [1],
    [[1]],
    {},
    {"a": 1},
    {"a b;": "c"},
    [{}],
    [{"published": 5}],
    [{"published": "2025", "dat": 1}],
    [{"party": 1}],
    [{"point": "a", "number": 1.5}],
    [{"op": "split", "point": "a", "into": [{"txt": 1}]}],
]


def faults(body: dict[str, Any]) -> list[Reason]:
    try:
        acceptance.parse_event(body)
    except InvalidEventError as error:
        return list(error.reasons)
    return []


Place = Callable[[Any], dict[str, Any]]
"""Makes the fields of an event that has a value at this place."""


def places(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[Place]:
    """Yield every place of a model, and of those inside it that were not seen before."""
    for name, info in model.model_fields.items():
        key = info.alias or name
        yield lambda value, key=key: {key: value}
        for inner in set(nested_models(info.annotation)) - seen:
            seen.add(inner)
            for place in places(inner, seen):
                yield lambda value, key=key, place=place: {key: place(value)}
                yield lambda value, key=key, place=place: {key: [place(value)]}


@cache
def every() -> list[tuple[dict[str, Any], Reason]]:
    seen = set[type[BaseModel]]()
    bodies = [
        {"type": kind, **place(value)}
        for kind, model in CLASS_BY_TYPE.items()
        for place in places(model, seen)
        for value in ODD
    ]
    return [(body, reason) for body in bodies for reason in faults(body)]


def test_no_fault_is_told_in_the_words_of_a_library() -> None:
    told = {f"{reason.detail}; {reason.hint}".replace("{...}", "") for _, reason in every()}
    foreign = ("should", "Input", "String", "Tuple", "Extra", "pattern", "^", "{", "_type")

    assert len(told) > 50
    assert [each for each in told if any(word in each for word in foreign)] == []


def test_every_fault_has_a_remedy_and_a_place_of_its_own() -> None:
    for body, reason in every():
        assert reason.detail
        assert reason.hint
        assert "constrained" not in reason.pointer, body
        assert "[" not in reason.pointer.removeprefix("/codes"), body


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (
            "party",
            "The West",
            (
                "/party",
                "not a valid slug",
                "use 1 to 63 characters: a-z, 0-9 and -, not starting with -",
            ),
        ),
        (
            "occurred",
            2025,
            ("/occurred", "expected a string, got a number", "use a string in double quotes"),
        ),
        ("sumary", "x", ("/sumary", "unknown field", "did you mean summary? valid fields: ")),
        (
            "reports",
            [{"published": "2025", "titel": "x"}],
            ("/reports/0/titel", "unknown field", "did you mean title? valid fields: published, "),
        ),
        ("codes", {"a;b": "x"}, ("/codes/a;b", "not a valid key", "use 1 to 63 of")),
        (
            "stance",
            "maybe",
            ("/stance", "not one of the allowed values", "use one of: 'demands', 'proposes'"),
        ),
        ("id", "seven", ("/id", "not a valid UUID", "use 32 hexadecimal digits")),
        (
            "type",
            "position-state",
            (
                "/type",
                "unknown event type 'position-state'",
                "did you mean position-stated? valid types: negotiation-opened, ",
            ),
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_fault_names_field_reason_and_remedy(
    field: str, value: Any, told: tuple[str, str, str]
) -> None:
    body = {
        "type": "position-stated",
        "party": "west",
        "issue": "border",
        "stance": "accepts",
        "summary": "Yes.",
        "occurred": None,
    }
    (reason,) = faults({**body, field: value})

    assert (reason.pointer, reason.detail) == told[:2]
    assert reason.hint is not None
    assert reason.hint.startswith(told[2])


def test_a_number_that_is_neither_whole_nor_text_is_one_fault() -> None:
    point = {"point": "a", "number": 1.5}
    body = {
        "type": "plan-introduced",
        "plan": "p",
        "title": "P",
        "occurred": None,
        "points": [point],
    }

    assert [each.pointer for each in faults(body)] == ["/points/0/number"]


@pytest.mark.parametrize(
    ("given", "told"), [("yes", "a string"), ("true", "a string"), (1, "a number"), (None, "null")]
)
def test_a_head_that_is_no_boolean_is_one_fault(given: object, told: str) -> None:
    participant = {"party": "a", "head": given}
    body = {"type": "meeting-held", "meeting": "m", "occurred": None, "participants": [participant]}
    detail, hint = f"expected a boolean, got {told}", "use true or false, without quotes"

    assert faults(body) == [Reason("/participants/0/head", detail, hint)]


def test_a_value_of_an_answer_that_is_no_number_is_one_fault() -> None:
    answer = {"answer": "z", "label": "Z", "value": True}
    body = {"type": "issue-defined", "issue": "i", "title": "I", "answers": [answer]}

    (reason,) = faults(body)
    assert (reason.pointer, reason.detail) == (
        "/answers/0/value",
        "expected a number, got a boolean",
    )
