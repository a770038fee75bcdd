"""The addresses of the pages, each also as JSON, and as CSV where it is a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.pages.audit import page as audit
from api.pages.compare import page as compare
from api.pages.event import page as event
from api.pages.events import page as events
from api.pages.gap import page as gap
from api.pages.help import page as help
from api.pages.meetings import page as meetings
from api.pages.overview import page as overview
from api.pages.people import page as people
from api.pages.plan import page as plan
from api.pages.plans import page as plans
from api.pages.positions import page as positions
from api.pages.record import page as record
from api.pages.record import submit
from api.pages.shared import static_files, static_pages
from api.pages.shared.handler import PageFormat, render_refusal, respond_with_page
from api.pages.shared.i18n import request_translations
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_params import PageParams, parse_params
from api.pages.shared.render import render_template
from api.session import Session, count_events, read_log_timeline
from domain import basis as rules
from domain.basis import Question
from domain.errors import NotFoundError
from ledger.writer import Ledger

router = APIRouter(include_in_schema=False)
PAGES: tuple[PageDefinition, ...] = tuple(
    each.PAGE
    for each in (
        positions,
        plans,
        plan,
        meetings,
        events,
        event,
        people,
        compare,
        gap,
        audit,
        record,
        help,
        overview,
    )
)


def show_home(request: Request) -> Response:
    """Lead to the one negotiation, or list those that there are."""
    params = parse_params(PageParams, request.query_params.multi_items()).params
    ledger: Ledger = request.app.state.ledger
    with ledger.open_snapshot() as c:
        basis = rules.resolve_basis(Question(), read_log_timeline(c, ledger.clock))
        negotiations = count_events(c, basis.seq)
        if len(negotiations) == 1:
            lang = f"?lang={params.lang}" if params.lang else ""
            return RedirectResponse(f"/desk/{negotiations[0][0]}{lang}", 303)
        entries = [
            _negotiation_entry(Session(c, slug, ledger.clock), events)
            for slug, events, _ in negotiations
        ]
    return render_template(
        request, "home.html", request_translations(request, params.lang), listed=entries
    )


def _negotiation_entry(session: Session, events: int) -> dict[str, Any]:
    openings = session.open_view(session.resolve_basis(Question())).visible_records(
        "negotiation-opened"
    )
    title = openings[0].own_fields["title"] if openings else None
    return {
        "negotiation": session.negotiation,
        "title": title or session.negotiation,
        "events": events,
    }


def show_not_found(request: Request) -> Response:
    """Say that there is no such page."""
    return render_refusal(request, NotFoundError("there is no such page"))


def _page_endpoint(page: PageDefinition, form: PageFormat) -> Callable[[Request], Response]:
    def answer_page(request: Request) -> Response:
        return respond_with_page(request, page, form)

    return answer_page


def _add_routes(page: PageDefinition) -> None:
    path = "/desk/{negotiation}" + (f"/{page.path}" if page.path else "")
    router.add_api_route(f"{path}.json", _page_endpoint(page, "json"))
    if page.rows:
        router.add_api_route(f"{path}.csv", _page_endpoint(page, "csv"))
    if page.render_calendar:
        router.add_api_route(f"{path}.ics", _page_endpoint(page, "ics"))
    router.add_api_route(path, _page_endpoint(page, "html"))


router.add_api_route("/", show_home)
router.add_api_route("/static/{digest}/{name:path}", static_files.serve_file)
for page_definition in PAGES:
    _add_routes(page_definition)
router.add_api_route("/desk/{negotiation}/record", submit.submit_event, methods=["POST"])
router.add_api_route("/problems", static_pages.list_problems)
router.add_api_route("/problems/{slug}", static_pages.show_problem)
router.add_api_route("/docs", static_pages.show_docs)
router.add_api_route("/desk", show_not_found)
router.add_api_route("/desk/{rest:path}", show_not_found)
