"""The first page: leads to the one negotiation, or lists all."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of, reader_of
from api.pages.shared.i18n import request_translations
from api.pages.shared.page import PageParams, parse_params
from api.pages.shared.render import render_template
from api.services import services_of
from api.session import find_negotiations
from domain.basis import Question


def show_home(request: Request) -> Response:
    """Lead to the one negotiation, or list those that there are."""
    params = parse_params(PageParams, request.query_params.multi_items()).params
    ledger, audience = services_of(request).ledger, params.audience
    session = services_of(request).gate.find_session(request.scope)
    if session and "audience" not in request.query_params:
        audience = session.caller.audience
    _, negotiations = find_negotiations(ledger, lambda _: Question(), reader_of(request, audience))
    if not negotiations:  # as before anything is reported
        audience = caller_of(request).audience
        reader = reader_of(request, audience)
        _, negotiations = find_negotiations(ledger, lambda _: Question(), reader)
    asked = {"audience": audience} if audience != "public" else {}
    pairs = asked | ({"lang": params.lang} if params.lang else {})
    query = f"?{urlencode(pairs)}" if pairs else ""
    if len(negotiations) == 1:
        return RedirectResponse(f"/desk/{negotiations[0]['negotiation']}{query}", 303)
    return render_template(
        request,
        "home/page.html",
        request_translations(request, params.lang),
        negotiations=negotiations,
        query=query,
    )
