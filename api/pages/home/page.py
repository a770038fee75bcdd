"""The first page: leads to the one negotiation, or lists all."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.pages.shared.i18n import request_translations
from api.pages.shared.page import PageParams, parse_params
from api.pages.shared.render import render_template
from api.session import find_negotiations, services_of
from domain.basis import Question


def show_home(request: Request) -> Response:
    """Lead to the one negotiation, or list those that there are."""
    params = parse_params(PageParams, request.query_params.multi_items()).params
    _, negotiations = find_negotiations(
        services_of(request).ledger, lambda _: Question(), caller_of(request).knows
    )
    if len(negotiations) == 1:
        lang = f"?lang={params.lang}" if params.lang else ""
        return RedirectResponse(f"/desk/{negotiations[0]['negotiation']}{lang}", 303)
    return render_template(
        request,
        "home/page.html",
        request_translations(request, params.lang),
        negotiations=negotiations,
    )
