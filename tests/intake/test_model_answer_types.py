"""The classes and the schema of a model's answer: made from the catalogue, and strict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

from domain.catalogue import CLASS_BY_TYPE
from domain.events import Occurrence
from intake.model.answer_types import AnswerTypes, answer_types
from intake.model.vocabulary import MAX_NAMED, Vocabulary, bound_registry
from intake.registry import KnownIssue, KnownPerson, Registry
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
    persons = tuple(KnownPerson(slug=f"p{n}", name=f"P {n}") for n in range(MAX_NAMED * 3))
    issues = tuple(KnownIssue(slug=f"i{n}", title=f"I {n}") for n in range(MAX_NAMED * 3))

    schema = schema_of(Registry(persons=persons, issues=issues))

    values = sum(len(each.get("enum", ())) for each in all_schemas(schema))
    assert len(schema["$defs"]["Issue"]["enum"]) == MAX_NAMED
    assert values < 1000
