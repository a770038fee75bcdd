"""The classes and the schema of a model's answer: made from the catalogue, and strict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from domain.catalogue import CLASS_BY_TYPE
from domain.events import Occurrence
from intake.model.answer_types import AnswerTypes, answer_types
from intake.model.vocabulary import MAX_NAMED, Vocabulary, bound_registry
from intake.registry import (
    KnownAnswer,
    KnownDeadline,
    KnownIssue,
    KnownMeeting,
    KnownParty,
    KnownPerson,
    KnownPlan,
    Registry,
)
from tests.intake.harbour import REGISTRY, position

NEEDS_MORE = {
    "brief-written",
    "statement-withdrawn",
    "plan-amended",
    "amendment-proposed",
    "amendment-adopted",
    "amendment-rejected",
    "amendment-withdrawn",
}
"""What names statements, points or amendments, which a model is not told, or is an editor's."""
SUPPORTED = {
    *("type", "const", "enum", "anyOf", "$ref", "items", "properties", "required", "title"),
    *("additionalProperties", "description", "minItems", "maxItems", "minimum", "maximum"),
}
"""What strict structured output takes of JSON Schema."""


def types_of(registry: Registry = REGISTRY) -> AnswerTypes:
    return answer_types(Vocabulary.from_registry(bound_registry(registry)))


def schema_of(registry: Registry = REGISTRY) -> dict[str, Any]:
    return types_of(registry).schema


def all_schemas(schema: Any) -> Iterator[dict[str, Any]]:
    yield schema
    inner = [*schema.get("$defs", {}).values(), *schema.get("properties", {}).values()]
    inner += schema.get("anyOf", [])
    for each in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from all_schemas(each)


def test_everything_that_happens_may_be_drafted_but_what_needs_more() -> None:
    occurrences = {kind for kind, cls in CLASS_BY_TYPE.items() if issubclass(cls, Occurrence)}

    assert set(types_of().by_type) == occurrences - NEEDS_MORE


def test_the_schema_is_strict() -> None:
    schema = schema_of()

    jsonschema.Draft202012Validator.check_schema(schema)
    for each in all_schemas(schema):
        assert set(each) - {"$defs"} <= SUPPORTED
        assert "$ref" not in each or set(each) == {"$ref"}
        if each.get("type") == "object":
            assert each["additionalProperties"] is False
            assert set(each["required"]) == set(each["properties"])


def test_the_schema_takes_slugs_of_the_registry_and_placeholders_alone() -> None:
    validator = jsonschema.Draft202012Validator(schema_of())

    def takes(**fields: Any) -> bool:
        return bool(validator.is_valid({"actors": [], "drafts": [position([1], **fields)]}))

    assert takes()
    assert takes(party="NEW1-party", attributed_by="person:ole-berg")
    assert not takes(party="mars")
    assert not takes(attributed_by="ole-berg")
    assert not takes(issue="NEW1-issue")
    assert not takes(stance="loves")
    assert not takes(summary="They agree.")
    assert not takes(event="11111111-1111-4111-8111-111111111111")


def test_without_issues_no_position_can_be_answered() -> None:
    bare = Registry()

    fields = types_of(bare).by_type["position-stated"].model_fields

    assert "issue" not in fields
    jsonschema.Draft202012Validator.check_schema(schema_of(bare))


def test_a_large_registry_is_told_in_part() -> None:
    many = range(MAX_NAMED * 3)
    answers = tuple(KnownAnswer(answer=f"a{n}", label="A") for n in range(2))
    registry = Registry(
        parties=tuple(KnownParty(slug=f"p{n}", name=f"P {n}") for n in many),
        persons=tuple(KnownPerson(slug=f"h{n}", name=f"H {n}", party="p0") for n in many),
        issues=tuple(KnownIssue(slug=f"i{n}", title=f"I {n}", answers=answers) for n in many),
        meetings=tuple(KnownMeeting(slug=f"m{n}") for n in many),
        plans=tuple(KnownPlan(slug=f"t{n}", title=f"T {n}") for n in many),
        deadlines=tuple(KnownDeadline(slug=f"d{n}") for n in many),
    )

    schema = schema_of(registry)

    values = sum(len(each.get("enum", ())) for each in all_schemas(schema))
    stated = types_of(registry).by_type["statement-made"]
    empty = {"type": "statement-made", "sentences": [1], "context": [], "occurred": None}
    told = {**empty, "modality": "actual", "speaker": "person:h0", "channel": None}
    assert len(schema["$defs"]["Issue"]["enum"]) == MAX_NAMED
    assert values < 1000
    assert stated.model_validate({**told, "about": ["issue:i1"]})
    with pytest.raises(ValidationError, match="not a slug of the registry"):
        stated.model_validate({**told, "about": [f"issue:i{MAX_NAMED}"]})
