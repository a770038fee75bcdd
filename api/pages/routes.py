"""The addresses of the pages, each also as JSON, and as CSV where it is a table."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.pages.audit import page as audit
from api.pages.compare import page as compare
from api.pages.docs import page as docs
from api.pages.event import page as event
from api.pages.events import page as events
from api.pages.gap import page as gap
from api.pages.help import page as help
from api.pages.home import page as home
from api.pages.meetings import page as meetings
from api.pages.overview import page as overview
from api.pages.people import page as people
from api.pages.plan import page as plan
from api.pages.plans import page as plans
from api.pages.positions import page as positions
from api.pages.problems import page as problems
from api.pages.record import page as record
from api.pages.record import submit
from api.pages.shared import static_files
from api.pages.shared.handler import PageFormat, render_refusal, respond_with_page
from api.pages.shared.page import PageDefinition
from domain.errors import NotFoundError

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


router.add_api_route("/", home.show_home)
router.add_api_route("/static/{digest}/{name:path}", static_files.serve_file)
for page_definition in PAGES:
    _add_routes(page_definition)
router.add_api_route("/desk/{negotiation}/record", submit.submit_event, methods=["POST"])
router.add_api_route("/problems", problems.list_problems)
router.add_api_route("/problems/{slug}", problems.show_problem)
router.add_api_route("/docs", docs.show_docs)
router.add_api_route("/desk", show_not_found)
router.add_api_route("/desk/{rest:path}", show_not_found)
