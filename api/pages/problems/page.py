"""What each problem means and what to do about it."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.http.problems import STATUS_BY_ERROR
from api.pages.shared.i18n import request_words
from api.pages.shared.render import render_refusal, render_template
from domain.errors import NotFoundError, problem_slug

PROBLEM_STATUSES: dict[str, int] = {
    **{problem_slug(error): status for error, status in STATUS_BY_ERROR.items()},
    "no-such-address": 404,
    "method-not-allowed": 405,
    "internal": 500,
}
"""Every type of problem that an answer may name, with its status."""


def list_problems(request: Request) -> Response:
    """List every type of problem."""
    return render_template(
        request, "problems/page.html", request_words(request), found=PROBLEM_STATUSES, one=None
    )


def show_problem(request: Request) -> Response:
    """Say what one type of problem means and what to do about it."""
    slug = request.path_params["slug"]
    if slug not in PROBLEM_STATUSES:
        error = NotFoundError(f"there is no problem {slug[:80]!r}", hint="/problems lists them")
        return render_refusal(request, error, words=request_words(request))
    return render_template(
        request, "problems/page.html", request_words(request), found=PROBLEM_STATUSES, one=slug
    )
