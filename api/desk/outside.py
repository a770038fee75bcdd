"""Pages outside of a negotiation: what each problem means, and the interface for programs."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from api.desk.asked import Shown, read
from api.desk.drawn import drawn
from api.desk.frame import language
from api.desk.words import Words
from api.problems import STATUS, slug_of
from domain.refusals import NotFoundError

PROBLEMS: dict[str, int] = {
    **{slug_of(error): status for error, status in STATUS.items()},
    "no-such-address": 404,
    "method-not-allowed": 405,
    "internal": 500,
}
"""Every type of problem that an answer may name, with its status."""
_METHODS = ("get", "post", "put", "patch", "delete")
_LONGEST = 1600
"""Characters of an example that are shown; the rest is in openapi.json."""
_SAMPLES = {"negotiation": "ukraine-peace-talks", "party": "russia", "issue": "territory",
            "q": "ceasefire", "from": "2025-11-23", "to": "2025-12-25", "of": "/state"}  # fmt: skip


def _words(request: Request) -> Words:
    return language(request, read(Shown, request.query_params.multi_items()).asked.lang)


def problems(request: Request) -> Response:
    """List every type of problem."""
    return drawn(request, "problems.html", _words(request), found=PROBLEMS, one=None)


def problem(request: Request) -> Response:
    """Say what one type of problem means and what to do about it."""
    slug = request.path_params["slug"]
    if slug not in PROBLEMS:
        error = NotFoundError(f"there is no problem {slug[:80]!r}", hint="/problems lists them")
        return drawn(request, "apart.html", _words(request), 404, error=error)
    return drawn(request, "problems.html", _words(request), found=PROBLEMS, one=slug)


def docs(request: Request) -> Response:
    """Show the interface for programs: every operation with an example."""
    schema = request.app.openapi()
    base = str(request.base_url).rstrip("/")
    found = [
        _operation(path, method, told, base)
        for path, methods in schema["paths"].items()
        for method, told in methods.items() if method in _METHODS
    ]  # fmt: skip
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        groups.setdefault(_group(each), []).append(each)
    return drawn(request, "docs.html", _words(request), info=schema["info"], groups=groups)


def _group(operation: dict[str, Any]) -> str:
    if operation["method"] == "POST":
        return "recording"
    path: str = operation["path"]
    if path.startswith("/v1/audit"):
        return "auditing"
    return "asking" if path.startswith("/v1/") else "serving"


def _operation(path: str, method: str, told: dict[str, Any], base: str) -> dict[str, Any]:
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
