"""The operations of the interface for programs, each with an example."""

from __future__ import annotations

import json
import shlex
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from api.pages.shared.i18n import request_words
from api.pages.shared.page_params import PageParams
from api.pages.shared.render import render_template
from domain.model import Json

HTTP_METHODS = ("get", "post", "put", "patch", "delete")
_MAX_EXAMPLE_CHARS = 1600
"""Characters of an example that are shown; the rest is in openapi.json."""
_SAMPLE_VALUES = {
    "negotiation": "ukraine-peace-talks",
    "party": "russia",
    "issue": "territory",
    "q": "ceasefire",
    "from": "2025-11-23",
    "to": "2025-12-25",
    "of": "/state",
}


def show_docs(request: Request) -> Response:
    """Show the interface for programs: every operation with an example."""
    schema = request.app.openapi()
    base_url = str(request.base_url).rstrip("/")
    operations = [
        describe_operation(path, method, operation_spec, base_url)
        for path, methods in schema["paths"].items()
        for method, operation_spec in methods.items()
        if method in HTTP_METHODS
    ]
    groups: dict[str, list[Json]] = {}
    for each in operations:
        groups.setdefault(operation_group(each), []).append(each)
    return render_template(
        request, "docs/page.html", request_words(request), info=schema["info"], groups=groups
    )


def operation_group(operation: Json) -> str:
    """Return which part of the page an operation belongs to."""
    if operation["method"] == "POST":
        return "recording"
    path: str = operation["path"]
    if path.startswith("/v1/audit"):
        return "auditing"
    return "asking" if path.startswith("/v1/") else "serving"


def describe_operation(path: str, method: str, operation_spec: Json, base_url: str) -> Json:
    """Return what the page tells of one operation, with an example."""
    parameters = [_describe_parameter(each) for each in operation_spec.get("parameters", ())]
    body = _example_text(operation_spec.get("requestBody", {}))
    answer = next(
        (
            _example_text(given)
            for status, given in operation_spec.get("responses", {}).items()
            if status.startswith("2")
        ),
        None,
    )
    return {
        "id": operation_spec.get("operationId"),
        "path": path,
        "method": method.upper(),
        "summary": operation_spec.get("summary"),
        "description": operation_spec.get("description"),
        "own": [each for each in parameters if each["name"] not in PageParams.model_fields],
        "usual": [each for each in parameters if each["name"] in PageParams.model_fields],
        "body": body,
        "answer": answer,
        "curl": _curl_command(path, method, parameters, body, base_url),
    }


def _describe_parameter(parameter: Json) -> Json:
    schema = parameter.get("schema", {})
    options = schema.get("anyOf", [schema])
    types = [each.get("type", "") for each in options if each.get("type") != "null"]
    choices = [str(value) for each in options for value in each.get("enum", ()) if value]
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter.get("required", False),
        "type": " | ".join(dict.fromkeys(types)),
        "choices": choices,
        "default": schema.get("default"),
        "description": parameter.get("description"),
        "slug": parameter["in"] == "path" and parameter["name"],
    }


def _example_text(content_spec: Json) -> str | None:
    for media in content_spec.get("content", {}).values():
        if "example" in media:
            value = media["example"]
            text = (
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
            )
            return (
                text
                if len(text) <= _MAX_EXAMPLE_CHARS
                else f"{text[:_MAX_EXAMPLE_CHARS].rpartition(chr(10))[0]}\n…"
            )
    return None


def _curl_command(
    path: str, method: str, parameters: list[Json], body: str | None, base_url: str
) -> str:
    for name, value in _SAMPLE_VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    query = {
        each["name"]: _SAMPLE_VALUES.get(each["name"], "1")
        for each in parameters
        if each["in"] == "query" and each["required"]
    }
    address = f"{base_url}{path}" + (f"?{urlencode(query, safe='/:')}" if query else "")
    if method == "get":
        return f"curl {shlex.quote(address)}"
    line = f"curl -X {method.upper()} {shlex.quote(address)}"
    if body is None:
        return line
    return f"{line} \\\n  -H 'Content-Type: application/json' \\\n  -d @event.json"
