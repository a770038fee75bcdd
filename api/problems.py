"""Every error as RFC 9457 problem+json: one table maps what was refused to a status."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from api.questions import Asking
from domain import faults, refusals
from domain.refusals import MinutebookError, Reason

PROBLEM = "application/problem+json"

STATUS: dict[type[MinutebookError], int] = {
    refusals.MalformedBodyError: 400,
    refusals.UnknownNegotiationError: 404,
    refusals.NotFoundError: 404,
    refusals.NoProofError: 404,
    refusals.ReusedIdError: 409,
    refusals.MovedOnError: 412,
    refusals.TooLargeError: 413,
    refusals.UnsupportedTypeError: 415,
    refusals.InvalidSpanError: 422,
    refusals.InvalidEventError: 422,
    refusals.InvalidQuestionError: 422,
    refusals.ReusedKeyError: 422,
    refusals.InvalidNoteError: 422,
    refusals.BusyError: 503,
    refusals.TamperedError: 503,
}

_HTTP_HINTS = {
    404: "GET /openapi.json lists every address; none but / ends with a slash",
    405: "GET /openapi.json lists the methods of every address",
}


def slug_of(error: type[MinutebookError]) -> str:
    """Return the last part of the problem's type address: NotFoundError is not-found."""
    name = error.__name__.removesuffix("Error")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def problem(
    status: int, slug: str, title: str, detail: str, *,
    hint: str | None = None, reasons: tuple[Reason, ...] = (),
) -> Response:  # fmt: skip
    """Return a problem+json response."""
    body: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [
            {"pointer": each.pointer, "detail": each.detail, "hint": each.hint} for each in reasons
        ],
        "hint": hint,
    }
    headers = {"Retry-After": "1"} if status == 503 else {}
    return Response(orjson.dumps(body), status, headers, PROBLEM)


def of(error: MinutebookError) -> Response:
    cls = type(error)
    return problem(
        STATUS[cls], slug_of(cls), cls.title, error.detail, hint=error.hint, reasons=error.reasons
    )


def install(app: FastAPI) -> None:
    """Answer every exception with a problem."""
    app.add_exception_handler(MinutebookError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, MinutebookError)  # noqa: S101  # registered for no other
    return of(error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for no other
    reasons = tuple(reason(fault) for fault in error.errors())
    first = reasons[0]
    detail = f"{first.pointer}: {first.detail}"
    return problem(
        422, "invalid-question", "Question not understood", detail,
        hint=first.hint, reasons=reasons,
    )  # fmt: skip


def reason(fault: Any) -> Reason:
    """Return what is wrong with a parameter, and a name that is meant where one is near."""
    pointer = "/".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(pointer.lower(), Asking.model_fields, 1)
        hint = f"write {near[0]}" if near else "GET /openapi.json lists those of every address"
        return Reason(pointer, "there is no such parameter", hint)
    return faults.reason(pointer, fault)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for no other
    status = error.status_code
    slug = {404: "no-such-address", 405: "method-not-allowed"}.get(status, f"http-{status}")
    response = problem(
        status, slug, str(error.detail), f"{request.method} {request.url.path}: {error.detail}",
        hint=_HTTP_HINTS.get(status),
    )  # fmt: skip
    response.headers.update(error.headers or {})
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """Return every method of an address; the router itself names those of one route only."""
    found = {
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return found | ({"HEAD"} if "GET" in found else set())


async def _bug(request: Request, error: Exception) -> Response:
    return problem(
        500, "internal", "Internal error", "this is our fault; nothing was half-written",
        hint="report it with the time of the request",
    )  # fmt: skip
