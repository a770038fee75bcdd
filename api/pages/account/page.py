"""The account: who somebody is here, and what they may see and do."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.access.caller import SCOPES
from api.access.route_scope import caller_of
from api.pages.shared.i18n import request_translations
from api.pages.shared.render import render_template
from api.services import server_services
from api.session import find_negotiations
from domain.basis import Question
from domain.model import Json


def show_account(request: Request) -> Response:
    """Show what whoever asks may see and do, and for how long."""
    caller = caller_of(request)
    services = server_services(request.app)
    gate = services.gate
    session = gate.find_session(request.scope)
    negotiations: list[Json] = []
    if caller.may("read"):
        reader = caller.read_as(caller.audience)
        _, negotiations = find_negotiations(services.ledger, lambda _: Question(), reader)
    return render_template(
        request,
        "account/page.html",
        request_translations(request),
        scopes=[scope for scope in SCOPES if caller.may(scope)],
        negotiations=negotiations,
        query="" if caller.audience == "public" else f"?audience={caller.audience}",
        sessions=gate.sessions.read_held(session.caller.recorded_by) if session else [],
        terms=gate.sessions.terms,
    )
