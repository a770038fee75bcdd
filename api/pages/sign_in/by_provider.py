"""Signing in by the identity provider: there, back with a code, and on as who the provider says."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.oidc.flow import ENDED_FLOW_COOKIE, SignInFlow
from api.access.oidc.provider import OidcProvider
from api.pages.shared.forms import form_of
from api.pages.shared.i18n import request_translations
from api.pages.shared.render import render_template
from api.pages.shared.return_address import DEFAULT, read_return_address
from api.pages.sign_in.page import begin_session, refuse_sign_in, require_private_line
from api.services import server_services
from domain.errors import KeyRequiredError, MinutebookError, NotAllowedError, NotFoundError

MAX_ANSWER = 4096
"""Characters of a code that are taken."""


def go_to_provider(request: Request) -> Response:
    """Lead to the provider, with a cookie by which its answer is known as one to this browser."""
    next_address = read_return_address(request.query_params.get("next"))
    flow = SignInFlow.begin(next_address)
    try:
        require_private_line(request)
        address = _provider_of(request).authorization_address(flow)
    except MinutebookError as error:
        return refuse_sign_in(request, error, next_address)
    response = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    response.headers.append("Set-Cookie", flow.cookie)
    return response


def show_callback(request: Request) -> Response:
    """Show a form with what the provider answered; only sending it signs in.

    A GET changes nothing, and a form of our own page brings the cookie, which the way from the
    provider does not.
    """
    params = request.query_params
    given = {name: params.get(name, "")[:MAX_ANSWER] for name in ("code", "state", "iss", "error")}
    response = render_template(
        request,
        "sign_in/callback.html",
        request_translations(request),
        given={name: value for name, value in given.items() if value},
        provider=_provider_of(request).settings.title,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def sign_in_by_provider(request: Request) -> Response:
    """Begin a session for whom the provider vouches."""
    flow = SignInFlow.read(request.scope)
    next_address = read_return_address(flow.next_address) if flow else DEFAULT
    try:
        response = _redeem(request, flow, next_address)
    except MinutebookError as error:
        response = refuse_sign_in(request, error, next_address)
    response.headers.append("Set-Cookie", ENDED_FLOW_COOKIE)
    return response


def _redeem(request: Request, flow: SignInFlow | None, next_address: str) -> Response:
    form, provider = form_of(request), _provider_of(request)
    settings = provider.settings
    if flow is None or not hmac.compare_digest(form.get("state", "").encode(), flow.state.encode()):
        detail = "this sign-in was not begun in this browser, was used already, or took too long"
        raise KeyRequiredError(detail, hint="sign in again")
    if error := form.get("error"):
        detail = f"the identity provider refused: {error[:80]}"
        raise KeyRequiredError(detail, hint="sign in again, or with a key")
    if not provider.is_own_answer(form.get("iss")):
        raise KeyRequiredError("another identity provider answered", hint="sign in again")
    claims = provider.redeem(flow, form.get("code", ""))
    name, role = settings.name_of(claims), settings.find_role(claims)
    if role is None:
        detail = f"{name} has no role that is let in here"
        raise NotAllowedError(detail, hint="ask whoever runs the server, or the identity provider")
    return begin_session(request, settings.roles[role].to_caller(name), role, next_address)


def _provider_of(request: Request) -> OidcProvider:
    provider = server_services(request.app).gate.provider
    if provider is None:
        raise NotFoundError("this server has no identity provider", hint="sign in with a key")
    return provider
