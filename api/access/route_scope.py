"""The scope that each route declares: what its description says is what is required."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute

from api.access.caller import NOBODY, Caller, KeyScope, Reader
from api.services import services_of
from domain.errors import (
    BusyError,
    InvalidQuestionError,
    KeyRequiredError,
    MinutebookError,
    NotFoundError,
)
from domain.events import Audience
from domain.model import Json

ANSWERED_AUDIENCE = "answered_audience"
"""Marks a request whose answer is for one audience whatever its address says."""
TELLS_ALL: frozenset[KeyScope] = frozenset({"propose", "append", "audit"})
"""Scopes of answers that tell of all that is recorded, without naming an audience."""
SCHEME = "key"
"""The name of the security scheme in OpenAPI."""


def needs_scope(scope: KeyScope | None) -> Json:
    """Return the declaration of a route: the scope it needs, or None where all are answered.

    It is the ``openapi_extra`` of the route. Reading may do without a key.
    """
    if scope is None:
        return {"security": []}
    return {"security": [{SCHEME: [scope]}, *([{}] if scope == "read" else [])]}


def declared_scope(route: APIRoute) -> KeyScope | None:
    """Return the scope that a route needs. Raises TypeError where it declares none."""
    security = (route.openapi_extra or {}).get("security")
    if security is None:
        raise TypeError(f"{route.path} declares no scope: give it openapi_extra=needs_scope(...)")
    scope: KeyScope | None = security[0][SCHEME][0] if security else None
    return scope


class ScopedRoute(APIRoute):
    """A route that answers callers who have the scope it declares.

    Raises TypeError where it is made without one.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.scope_needed = declared_scope(self)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer, scope = self.get_admitted_handler(), declared_scope(self)

        async def admit_and_answer(request: Request) -> Response:
            self.check_parameters(request)
            admit(request, scope)
            return await answer(request)

        return admit_and_answer

    def check_parameters(self, request: Request) -> None:
        """Refuse a NUL character in a parameter. Raises InvalidQuestionError."""
        _refuse_nul_in_query(request)

    def get_admitted_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers those who are admitted."""
        return super().get_route_handler()


def admit(request: Request, scope: KeyScope | None) -> None:
    """Let a caller pass who has the scope that a request needs, and for its negotiation; the
    audience is looked at where a session is opened.

    Raises KeyRequiredError, NotAllowedError, UnknownNegotiationError or NotFoundError.
    """
    if "\0" in request.scope["path"]:  # which no text of the ledger holds
        raise NotFoundError("no address has a NUL character", hint="leave out %00")
    if scope is None:
        request.scope["caller"] = _identify_if_possible(request)
        return
    caller = services_of(request).gate.identify(request.scope)
    if scope in TELLS_ALL:
        request.scope[ANSWERED_AUDIENCE] = "staff"
    is_recording = scope == "append" and request.scope["path"].endswith("/events")
    instead = request.scope["path"].removesuffix("events") + "proposals" if is_recording else None
    caller.require_scope(scope, instead)
    if negotiation := request.path_params.get("negotiation"):
        caller.require_negotiation(negotiation)
    request.scope["caller"] = caller


def require_scope(request: Request, scope: KeyScope) -> None:
    """Let a caller pass who has a scope that only some answers of a route need.

    Raises KeyRequiredError or NotAllowedError.
    """
    caller_of(request).require_scope(scope)
    if scope in TELLS_ALL:
        request.scope[ANSWERED_AUDIENCE] = "staff"


def _refuse_nul_in_query(request: Request) -> None:
    """Refuse what no text of the ledger holds, and PostgreSQL takes for none.

    Raises InvalidQuestionError.
    """
    for name, value in request.query_params.multi_items() if _has_nul(request) else ():
        if "\0" in value:
            detail, hint = f"{name} has a NUL character", "leave out %00"
            raise InvalidQuestionError.for_field(name, detail, hint)


def _has_nul(request: Request) -> bool:
    return b"%00" in request.scope["query_string"]


def _identify_if_possible(request: Request) -> Caller:
    try:
        return services_of(request).gate.identify(request.scope)
    except (KeyRequiredError, BusyError):
        return NOBODY


def reader_of(request: Request, audience: Audience) -> Reader:
    """Return for whom a request is answered: an audience that its caller may ask as."""
    return caller_of(request).read_as(audience)


def caller_of(request: Request) -> Caller:
    """Return whom a request is from, who may do what it asks."""
    caller: Caller = request.scope["caller"]
    return caller


def is_still_allowed(request: Request) -> bool:
    """Return whether the same request would be from the same caller now."""
    try:
        return services_of(request).gate.identify(request.scope) == caller_of(request)
    except MinutebookError:
        return False


def require_declared_scopes(routes: Iterable[BaseRoute], *, open_paths: Iterable[str]) -> None:
    """Raise TypeError where a route is open without having declared it.

    ``open_paths`` are the addresses of routes of other kinds that anyone may ask.
    """
    for route in routes:
        path = getattr(route, "path", "")
        if not isinstance(route, ScopedRoute) and path not in open_paths:
            raise TypeError(f"{path or route} declares no scope")
