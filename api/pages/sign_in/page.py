"""Signing in with a key, which is exchanged for a session, and signing out."""

from __future__ import annotations

import logging
import math
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.caller import Caller
from api.access.gate import is_loopback
from api.access.host_names import LOOPBACK_NAMES
from api.access.hosts import read_host
from api.access.sessions import COOKIE, COOKIE_TERMS, read_token
from api.http.problems import STATUS_BY_ERROR, refusal_headers
from api.limits.rates import machine_of
from api.pages.shared.forms import form_of
from api.pages.shared.i18n import request_translations
from api.pages.shared.render import render_template
from api.pages.shared.return_address import read_return_address, show_as
from api.services import server_services
from api.visible_text import escape_invisible
from domain.errors import (
    ForeignOriginError,
    InvalidQuestionError,
    MinutebookError,
    TooManyRequestsError,
    problem_slug,
)

LOGGER = logging.getLogger("minutebook.sign-in")


def show_sign_in(request: Request) -> Response:
    """Show the form for a key, and the way to the identity provider where there is one."""
    return draw_sign_in(request, read_return_address(request.query_params.get("next")))


def sign_in(request: Request) -> Response:
    """Exchange a key for a session, in the place of one that there was."""
    form = form_of(request)
    next_address = read_return_address(form.get("next"))
    gate = server_services(request.app).gate
    try:
        require_private_line(request)
        caller = gate.keys.find_caller(form.get("key", "").strip())
    except MinutebookError as error:
        return refuse_sign_in(request, error, next_address)
    return begin_session(request, caller, None, next_address)


def begin_session(
    request: Request, caller: Caller, role: str | None, next_address: str
) -> Response:
    """Begin a session, in the place of the one that the browser has, and go on to a page."""
    name = caller.recorded_by
    sessions = server_services(request.app).gate.sessions
    token = sessions.begin(name, role, replaces=read_token(request.scope))
    LOGGER.info("%s signed in from %s", name, machine_of(request.scope)[1])
    return _redirect_with_cookie(show_as(next_address, caller), f"{COOKIE}={token}; {COOKIE_TERMS}")


def sign_out(request: Request) -> Response:
    """End the session, another one of the same name, or all of them."""
    gate = server_services(request.app).gate
    session = gate.find_session(request.scope)
    if session is None:
        hint = "open a page here and sign out there"
        raise ForeignOriginError("this form is of no session", hint=hint)
    name, form = session.caller.recorded_by, form_of(request)
    ended_id = form.get("session", session.id)
    gate.sessions.end(name, None if form.get("of") == "all" else ended_id)
    LOGGER.info("%s signed out from %s", name, machine_of(request.scope)[1])
    if gate.sessions.find_of_token(session.token):
        return RedirectResponse("/account#sessions", 303, {"Cache-Control": "no-store"})
    query = urlencode({"done": "1"})
    response = _redirect_with_cookie(f"/sign-in?{query}", f"{COOKIE}=; {COOKIE_TERMS}; Max-Age=0")
    response.headers["Clear-Site-Data"] = '"cache"'  # pages to go back to, too
    return response


def draw_sign_in(
    request: Request, next_address: str, error: MinutebookError | None = None
) -> Response:
    gate = server_services(request.app).gate
    status = STATUS_BY_ERROR[type(error)] if error else 200
    response = render_template(
        request,
        "sign_in/page.html",
        request_translations(request),
        status,
        error=error,
        next=next_address,
        is_done="done" in request.query_params,
        is_private_line=has_private_line(request),
        terms=gate.sessions.terms,
        provider=gate.provider.settings.title if gate.provider else None,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers.update(refusal_headers(status, problem_slug(type(error)) if error else ""))
    return response


def refuse_sign_in(request: Request, error: MinutebookError, next_address: str) -> Response:
    """Tell why somebody could not sign in, on the page and in the log, unless it is too often."""
    machine = machine_of(request.scope)
    wait = server_services(request.app).gate.failed_sign_ins.seconds_until_next(machine)
    if not wait:
        reason = escape_invisible(" ".join(error.detail.split()))  # it may repeat what was sent
        LOGGER.warning("a sign-in from %s failed: %s", machine[1], reason)
        return draw_sign_in(request, next_address, error)
    seconds = math.ceil(wait)
    often = TooManyRequestsError("too many sign-ins failed", hint=f"try again in {seconds} s")
    response = draw_sign_in(request, next_address, often)
    response.headers["Retry-After"] = str(seconds)
    return response


def require_private_line(request: Request) -> None:
    """Refuse a key that others on the network could read. Raises InvalidQuestionError."""
    if not has_private_line(request):
        raise InvalidQuestionError(
            "this page came without TLS, so others on the network could read the key, and browsers"
            " keep no session",
            hint="use the https:// address; who runs the server puts TLS in front and names the"
            " proxy in FORWARDED_ALLOW_IPS",
        )


def has_private_line(request: Request) -> bool:
    """Return whether a browser takes the cookie of a session: over TLS, or on its own machine.

    It sends Sec-Fetch-Site nowhere else, so a proxy that forwards no scheme does no harm.
    """
    is_own_machine = read_host(request.headers.get("host", "").encode()) in LOOPBACK_NAMES
    return (
        request.url.scheme == "https"
        or "sec-fetch-site" in request.headers
        or (is_own_machine and is_loopback(request.scope.get("client")))
    )


def _redirect_with_cookie(address: str, cookie: str) -> Response:
    response = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    response.headers.append("Set-Cookie", cookie)
    return response
