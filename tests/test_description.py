"""The interface does what /openapi.json says: what a schema refuses is refused, and each status and
media type that comes back is described. `make evidence-security` asks tens of thousands more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.facts import OPENING, STANCE, statement
from tests.make_examples import NEW_EVENT
from tests.world import World

ODD_TEXTS = ("", "-1", "null", "x" * 201)
"""What a parameter may be given; ASCII only, so that an address stays short."""
ODD_VALUES = ("", None, 5, "x" * 2001, [], {})
"""What a member of a body may be given."""
NAMES = {"negotiation": "talks", "party": "north", "issue": "border", "name": "clerk", "seq": "2"}
"""What stands in an address where another part of it is odd; others are unknown there."""


class Description:
    """The described interface, and requests to each of its operations."""

    def __init__(self, world: World) -> None:
        self.client = world.client
        described = self.client.get("/openapi.json").json()
        self.components = described["components"]
        self.operations = [
            (method, path, operation)
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        ]

    def is_valid(self, schema: dict[str, Any], value: object) -> bool:
        is_referring = "$ref" in json.dumps(schema)
        whole = schema | ({"components": self.components} if is_referring else {})
        return Draft202012Validator(whole).is_valid(value)

    def takes(self, schema: dict[str, Any], text: str) -> bool:
        """Return whether a parameter of this schema may be written so."""
        readings: list[object] = [text, [text]]
        with suppress(ValueError):
            readings.append(json.loads(text))
        return any(self.is_valid(schema, value) for value in readings if value is not None)

    def ask(self, method: str, path: str, operation: Any, **given: Any) -> int:
        """Ask, and return the status, which is described as its media type is."""
        response = self.client.request(method, path, **given)
        name, status = operation["operationId"], str(response.status_code)
        assert status in operation["responses"], (name, status, response.text[:300])
        told = operation["responses"][status]
        if "$ref" in told:
            told = self.components["responses"][told["$ref"].rpartition("/")[2]]
        media = response.headers["content-type"].partition(";")[0]
        assert media in told["content"], (name, status, media)
        return response.status_code


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Description]:
    with World(tmp_path_factory.mktemp("described"), "http") as world:
        world.record("2025-12-22T09:00:00Z", [*OPENING, statement(1), STANCE])
        yield Description(world)


def fill(path: str, **odd: str) -> str:
    for name, value in (NAMES | odd).items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


def test_a_parameter_that_its_schema_refuses_is_refused(described: Description) -> None:
    """Most parameters are of many operations, so each operation is asked with another odd text."""
    texts = cycle(ODD_TEXTS)
    for method, path, operation in described.operations:
        if method != "get" or operation["operationId"] == "stream":
            continue
        queried = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
        needed = {each["name"]: "2" for each in queried if each["required"]}
        for parameter, text in zip(queried, texts, strict=False):
            params = needed | {parameter["name"]: text}
            status = described.ask(method, fill(path), operation, params=params)
            is_taken = described.takes(parameter["schema"], text)
            assert is_taken or status >= 400, (path, parameter["name"], text)


def bodies_of(described: Description, operation: Any) -> Iterator[tuple[dict[str, Any], object]]:
    """Yield the schema of a body, and bodies of which one thing is odd."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    schema = content["schema"]
    yield from ((schema, value) for value in ODD_VALUES)
    referred = schema.get("anyOf", [schema])[0].get("$ref", "").rpartition("/")[2]
    members = described.components["schemas"].get(referred, {}).get("properties", {})
    whole = content.get("example") or {"name": "clerk", "word": "So it is"}
    for name, value in product(members or NEW_EVENT, ODD_VALUES):
        yield (
            schema,
            {each: whole[each] for each in members or whole if each in whole} | {name: value},
        )


def test_a_body_that_its_schema_refuses_is_refused(described: Description) -> None:
    asked = 0
    for method, path, operation in described.operations:
        if operation["operationId"] == "create-key":  # after which this caller is nobody
            continue
        for schema, body in bodies_of(described, operation):
            status = described.ask(method, fill(path), operation, json=body)
            assert described.is_valid(schema, body) or status >= 400, (path, body)
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("form", ["jsonl", "csv", "cloudevents", "bundle"])
@pytest.mark.parametrize("negotiation", ["talks", "~ledger"])
def test_each_format_of_an_export_is_described(
    described: Description, form: str, negotiation: str
) -> None:
    (found,) = (each for each in described.operations if each[2]["operationId"] == "export")
    method, path, operation = found
    address = fill(path, negotiation=negotiation)
    status = described.ask(method, address, operation, params={"format": form})
    assert status == (404 if (negotiation, form) == ("~ledger", "bundle") else 200)
    if form == "cloudevents":
        events = described.client.get(address, params={"format": form}).json()
        assert bool(events) is (negotiation == "talks")


def test_what_makes_nothing_is_described(described: Description) -> None:
    (found,) = (each for each in described.operations if each[2]["operationId"] == "record")
    method, path, operation = found
    body = statement(2)
    given = {"json": body, "params": {"dry_run": True}}
    assert described.ask(method, fill(path), operation, **given) == 200
    trial = {"negotiation": "talks", "events": [body]}
    (found,) = (each for each in described.operations if each[2]["operationId"] == "try_events")
    method, path, operation = found
    for media, content in (("application/json", b"{}"), ("application/x-ndjson", b"{")):
        headers = {"Content-Type": media}
        status = described.ask(method, path, operation, content=content, headers=headers)
        assert status == {"application/json": 415}.get(media, 400)
    headers = {"Content-Type": "application/x-ndjson"}
    assert described.ask(method, path, operation, json=trial, headers=headers) == 200
