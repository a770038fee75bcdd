"""The first page: leads to the one negotiation, or lists all."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.pages.shared.i18n import request_translations
from api.pages.shared.page_params import PageParams, parse_params
from api.pages.shared.render import render_template
from api.session import Session, read_log_timeline, services_of
from domain import basis as rules
from domain.basis import Question
from domain.model import Json
from ledger import log


def show_home(request: Request) -> Response:
    """Lead to the one negotiation, or list those that there are."""
    params = parse_params(PageParams, request.query_params.multi_items()).params
    ledger = services_of(request).ledger
    with ledger.open_snapshot() as c:
        basis = rules.resolve_basis(Question(), read_log_timeline(c, ledger.clock))
        negotiations = log.count_events(c, upto=basis.seq)
        if len(negotiations) == 1:
            lang = f"?lang={params.lang}" if params.lang else ""
            return RedirectResponse(f"/desk/{negotiations[0][0]}{lang}", 303)
        entries = [
            _negotiation_entry(Session(c, slug, ledger.clock), events)
            for slug, events, _ in negotiations
        ]
    return render_template(
        request, "home/page.html", request_translations(request, params.lang), listed=entries
    )


def _negotiation_entry(session: Session, events: int) -> Json:
    openings = session.open_view(session.resolve_basis(Question())).visible_records(
        "negotiation-opened"
    )
    title = openings[0].own_fields["title"] if openings else None
    return {
        "negotiation": session.negotiation,
        "title": title or session.negotiation,
        "events": events,
    }
