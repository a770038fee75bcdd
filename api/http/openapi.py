"""What OpenAPI says of each operation: a summary, an example answer, the problems it may give."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import orjson
from starlette.responses import Response

PROBLEM_JSON = "application/problem+json"


@cache
def _load_examples() -> dict[str, Any]:
    text = resources.files("api.http").joinpath("examples.json").read_bytes()
    examples: dict[str, Any] = orjson.loads(text)
    return examples


def route_docs(name: str) -> dict[str, Any]:
    """Return the keyword arguments of a route from examples.json."""
    entry = _load_examples()[name]
    status = "201" if name == "record" else "200"
    route_arguments: dict[str, Any] = {
        "summary": entry["summary"],
        "operation_id": name,
        "response_class": Response,
        "responses": {
            status: {
                "description": entry["summary"],
                "content": {entry.get("media", "application/json"): {"example": entry["example"]}},
            },
            "4XX": {
                "description": "Refused: the problem names field, reason and remedy.",
                "content": {PROBLEM_JSON: {"example": _load_examples()["problem"]}},
            },
        },
    }
    if "body" in entry:
        schema = {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}
        route_arguments["openapi_extra"] = {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema, "example": entry["body"]}},
            }
        }
        route_arguments["status_code"] = 201
    return route_arguments
