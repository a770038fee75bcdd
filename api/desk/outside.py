"""Pages outside of a negotiation: what each problem means, and the interface for programs."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from api.desk.asked import Shown, read
from api.desk.drawn import drawn
from api.desk.operations import METHODS, group, operation
from api.desk.words import Words, language
from api.problems import STATUS, slug_of
from domain.refusals import NotFoundError

PROBLEMS: dict[str, int] = {
    **{slug_of(error): status for error, status in STATUS.items()},
    "no-such-address": 404,
    "method-not-allowed": 405,
    "internal": 500,
}
"""Every type of problem that an answer may name, with its status."""


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
        operation(path, method, told, base)
        for path, methods in schema["paths"].items()
        for method, told in methods.items() if method in METHODS
    ]  # fmt: skip
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        groups.setdefault(group(each), []).append(each)
    return drawn(request, "docs.html", _words(request), info=schema["info"], groups=groups)
