"""The operations of the interface for programs, each with an example."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import urlencode

from api.desk.asked import Shown

METHODS = ("get", "post", "put", "patch", "delete")
_LONGEST = 1600
"""Characters of an example that are shown; the rest is in openapi.json."""
_SAMPLES = {"negotiation": "ukraine-peace-talks", "party": "russia", "issue": "territory",
            "q": "ceasefire", "from": "2025-11-23", "to": "2025-12-25", "of": "/state"}  # fmt: skip


def group(operation: dict[str, Any]) -> str:
    """Return which part of the page an operation belongs to."""
    if operation["method"] == "POST":
        return "recording"
    path: str = operation["path"]
    if path.startswith("/v1/audit"):
        return "auditing"
    return "asking" if path.startswith("/v1/") else "serving"


def operation(path: str, method: str, told: dict[str, Any], base: str) -> dict[str, Any]:
    """Return what the page tells of one operation, with an example."""
    parameters = [_parameter(each) for each in told.get("parameters", ())]
    body = _example(told.get("requestBody", {}))
    answer = next((_example(given) for status, given in told.get("responses", {}).items()
                   if status.startswith("2")), None)  # fmt: skip
    return {
        "id": told.get("operationId"),
        "path": path,
        "method": method.upper(),
        "summary": told.get("summary"),
        "description": told.get("description"),
        "own": [each for each in parameters if each["name"] not in Shown.model_fields],
        "usual": [each for each in parameters if each["name"] in Shown.model_fields],
        "body": body,
        "answer": answer,
        "curl": _curl(path, method, parameters, body, base),
    }


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    schema = given.get("schema", {})
    options = schema.get("anyOf", [schema])
    types = [each.get("type", "") for each in options if each.get("type") != "null"]
    choices = [str(value) for each in options for value in each.get("enum", ()) if value]
    return {
        "name": given["name"], "in": given["in"], "required": given.get("required", False),
        "type": " | ".join(dict.fromkeys(types)), "choices": choices,
        "default": schema.get("default"), "description": given.get("description"),
        "slug": given["in"] == "path" and given["name"],
    }  # fmt: skip


def _example(given: dict[str, Any]) -> str | None:
    for media in given.get("content", {}).values():
        if "example" in media:
            value = media["example"]
            text = value if isinstance(value, str) else json.dumps(
                value, ensure_ascii=False, indent=2)  # fmt: skip
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(chr(10))[0]}\n…"
    return None


def _curl(
    path: str, method: str, parameters: list[dict[str, Any]], body: str | None, base: str
) -> str:
    for name, value in _SAMPLES.items():
        path = path.replace(f"{{{name}}}", value)
    query = {each["name"]: _SAMPLES.get(each["name"], "1") for each in parameters
             if each["in"] == "query" and each["required"]}  # fmt: skip
    address = f"{base}{path}" + (f"?{urlencode(query, safe='/:')}" if query else "")
    if method == "get":
        return f"curl {shlex.quote(address)}"
    line = f"curl -X {method.upper()} {shlex.quote(address)}"
    if body is None:
        return line
    return f"{line} \\\n  -H 'Content-Type: application/json' \\\n  -d @event.json"
