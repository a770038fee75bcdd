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

from api.http.browser_rules import BROWSER_RULES
from api.http.query_params import BasisQuery
from api.http.responses import PROBLEM_JSON
from domain import errors, validation_messages
from domain.errors import MinutebookError, Reason, problem_slug

STATUS_BY_ERROR: dict[type[MinutebookError], int] = {
    errors.MalformedBodyError: 400,
    errors.MalformedRequestError: 400,
    errors.KeyRequiredError: 401,
    errors.NotAllowedError: 403,
    errors.ForeignOriginError: 403,
    errors.UnknownNegotiationError: 404,
    errors.NotFoundError: 404,
    errors.NoProofError: 404,
    errors.SlowRequestError: 408,
    errors.ReusedIdError: 409,
    errors.AlreadyDecidedError: 409,
    errors.UnsettledDraftsError: 409,
    errors.MovedOnError: 412,
    errors.TooLargeError: 413,
    errors.LongAddressError: 414,
    errors.UnsupportedTypeError: 415,
    errors.MisdirectedError: 421,
    errors.InvalidSpanError: 422,
    errors.InvalidEventError: 422,
    errors.InvalidQuestionError: 422,
    errors.ReusedKeyError: 422,
    errors.InvalidNoteError: 422,
    errors.TooManyRequestsError: 429,
    errors.LongHeadersError: 431,
    errors.ModelFailedError: 502,
    errors.BusyError: 503,
    errors.TookTooLongError: 503,
    errors.TamperedError: 503,
    errors.ForkedLogError: 503,
    errors.ClockError: 503,
    errors.UnsafeDatabaseError: 503,
    errors.SchemaError: 503,
}

HEADERS_BY_STATUS = {
    401: {"WWW-Authenticate": 'Bearer realm="minutebook"', "Cache-Control": "no-store"},
    403: {"Cache-Control": "no-store"},
    421: {"Cache-Control": "no-store"},
    429: {"Retry-After": "1"},
}
"""What a refusal for want of a right says besides; the next one may have it."""
MAX_REASONS, MAX_WORDS = 1000, 500
"""Reasons of a problem, and characters of each text in it."""
_HTTP_HINTS = {
    400: "send one JSON object in UTF-8, as application/json",
    404: "GET /openapi.json lists every address; only / ends with a slash",
    405: "GET /openapi.json lists the methods of every address",
}


def problem_response(
    status: int,
    slug: str,
    title: str,
    detail: str,
    *,
    hint: str | None = None,
    reasons: tuple[Reason, ...] = (),
) -> Response:
    """Return a problem+json response."""
    body: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": shorten(detail),
        "errors": [
            {
                "pointer": shorten(reason.pointer),
                "detail": shorten(reason.detail),
                "hint": reason.hint and shorten(reason.hint),
            }
            for reason in reasons[:MAX_REASONS]
        ],
        "hint": hint and shorten(hint),
    }
    return Response(orjson.dumps(body), status, refusal_headers(status, slug), PROBLEM_JSON)


def refusal_headers(status: int, slug: str) -> dict[str, str]:
    """Return what a refusal says besides: when to try again, or which right it wants."""
    is_temporary = status == 503 and slug != problem_slug(errors.ForkedLogError)
    return {"Retry-After": "1"} if is_temporary else HEADERS_BY_STATUS.get(status, {})


def shorten(text: str) -> str:
    """Return a text that may repeat what was sent, within its limit."""
    return text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"


def install_handlers(app: FastAPI) -> None:
    """Answer every exception with a problem."""
    app.exception_handler(MinutebookError)(_handle_refusal)
    app.exception_handler(RequestValidationError)(_handle_invalid_query)
    app.exception_handler(HTTPException)(_handle_http_error)
    app.exception_handler(Exception)(_handle_internal_error)


async def _handle_refusal(request: Request, error: MinutebookError) -> Response:
    return refusal_response(error)


def refusal_response(error: MinutebookError) -> Response:
    """Return the problem that says what was refused."""
    error_class = type(error)
    return problem_response(
        STATUS_BY_ERROR[error_class],
        problem_slug(error_class),
        error_class.title,
        error.detail,
        hint=error.hint,
        reasons=error.reasons,
    )


async def _handle_invalid_query(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    if unreadable := _find_unreadable(found[0], request):
        return refusal_response(unreadable)
    reasons = tuple(map(parameter_reason, found))
    first = reasons[0]
    detail = f"{first.pointer}: {first.detail}"
    return problem_response(
        422, "invalid-question", "Invalid query", detail, hint=first.hint, reasons=reasons
    )


def _find_unreadable(pydantic_error: Any, request: Request) -> MinutebookError | None:
    """Return why a body cannot be read at all: it is no JSON, or says that it is none."""
    if pydantic_error["type"] == "json_invalid":
        detail = f"{pydantic_error['ctx']['error']}, at character {pydantic_error['loc'][-1] + 1}"
        return errors.MalformedBodyError.for_field("", detail, _HTTP_HINTS[400])
    if isinstance(pydantic_error.get("input"), bytes) and pydantic_error["loc"] == ("body",):
        kind = request.headers.get("content-type", "") or "a body without Content-Type"
        detail = f"{shorten(kind)} is not supported"
        return errors.UnsupportedTypeError(detail, hint=_HTTP_HINTS[400])
    return None


def parameter_reason(pydantic_error: Any) -> Reason:
    """Return what is wrong with a parameter; of an unknown one, the nearest name."""
    place, *parts = map(str, pydantic_error["loc"])
    pointer = "/".join(parts) or place
    if pydantic_error["type"] == "extra_forbidden":
        hint = "GET /openapi.json lists those of every address"
        for name in get_close_matches(pointer.lower(), BasisQuery.model_fields, 1):
            is_known = name == pointer
            hint = "this address does not take it" if is_known else f"did you mean {name}?"
        return Reason(pointer, "unknown parameter", hint)
    return validation_messages.describe_fault(pointer, pydantic_error)


async def _handle_http_error(request: Request, error: HTTPException) -> Response:
    status = error.status_code
    slug = {404: "no-such-address", 405: "method-not-allowed"}.get(status, f"http-{status}")
    response = problem_response(
        status,
        slug,
        str(error.detail),
        f"{request.method} {request.url.path}: {error.detail}",
        hint=_HTTP_HINTS.get(status),
    )
    response.headers.update(error.headers or {})
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(_allowed_methods(request)))
    return response


def _allowed_methods(request: Request) -> set[str]:
    """Return every method of an address; the router itself names those of one route only."""
    methods = {
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return methods | ({"HEAD"} if "GET" in methods else set())


async def _handle_internal_error(request: Request, error: Exception) -> Response:
    response = problem_response(
        500,
        "internal",
        "Internal error",
        "internal error; nothing was partially written",
        hint="report it with the time of the request",
    )
    response.raw_headers.extend(BROWSER_RULES)  # it passes none of what other answers pass
    return response
