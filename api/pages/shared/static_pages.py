"""Pages outside of a negotiation: what each problem means, and the interface for programs."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from api.http.problems import STATUS_BY_ERROR, problem_slug
from api.pages.plan.operations import HTTP_METHODS, describe_operation, operation_group
from api.pages.shared.i18n import Translations, request_translations
from api.pages.shared.page_params import PageParams, parse_params
from api.pages.shared.render import render_template
from domain.errors import NotFoundError

PROBLEM_STATUSES: dict[str, int] = {
    **{problem_slug(error): status for error, status in STATUS_BY_ERROR.items()},
    "no-such-address": 404,
    "method-not-allowed": 405,
    "internal": 500,
}
"""Every type of problem that an answer may name, with its status."""


def _request_words(request: Request) -> Translations:
    return request_translations(
        request, parse_params(PageParams, request.query_params.multi_items()).params.lang
    )


def list_problems(request: Request) -> Response:
    """List every type of problem."""
    return render_template(
        request, "problems.html", _request_words(request), found=PROBLEM_STATUSES, one=None
    )


def show_problem(request: Request) -> Response:
    """Say what one type of problem means and what to do about it."""
    slug = request.path_params["slug"]
    if slug not in PROBLEM_STATUSES:
        error = NotFoundError(f"there is no problem {slug[:80]!r}", hint="/problems lists them")
        return render_template(request, "apart.html", _request_words(request), 404, error=error)
    return render_template(
        request, "problems.html", _request_words(request), found=PROBLEM_STATUSES, one=slug
    )


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
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in operations:
        groups.setdefault(operation_group(each), []).append(each)
    return render_template(
        request, "docs.html", _request_words(request), info=schema["info"], groups=groups
    )
