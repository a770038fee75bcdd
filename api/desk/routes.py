"""The addresses of the pages, each also as JSON, and as CSV where it is a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.archive import Desk, counted, log_of
from api.desk import (
    audit,
    compare,
    event,
    events,
    gap,
    help,
    meetings,
    outside,
    overview,
    people,
    plan,
    plans,
    positions,
    posted,
    record,
)
from api.desk import files as loaded
from api.desk.answering import Form, answer, apart
from api.desk.asked import Shown, read
from api.desk.drawn import drawn
from api.desk.page import Page
from api.desk.words import language
from domain import basis as rules
from domain.basis import Question
from domain.refusals import NotFoundError

router = APIRouter(include_in_schema=False)
PAGES: tuple[Page, ...] = tuple(
    each.PAGE
    for each in (positions, plans, plan, meetings, events, event, people, compare, gap, audit,
                 record, help, overview)
)  # fmt: skip


def home(request: Request) -> Response:
    """Lead to the one negotiation, or list those that there are."""
    asked = read(Shown, request.query_params.multi_items()).asked
    ledger = request.app.state.ledger
    with ledger.reading() as c:
        basis = rules.resolve(Question(), log_of(c, ledger.clock))
        found = counted(c, basis.seq)
        if len(found) == 1:
            lang = f"?lang={asked.lang}" if asked.lang else ""
            return RedirectResponse(f"/desk/{found[0][0]}{lang}", 303)
        listed = [_listed(Desk(c, slug, ledger.clock), events) for slug, events, _ in found]
    return drawn(request, "home.html", language(request, asked.lang), listed=listed)


def _listed(desk: Desk, events: int) -> dict[str, Any]:
    opened = desk.view(desk.basis(Question())).records("negotiation-opened")
    title = opened[0].value["title"] if opened else None
    return {"negotiation": desk.negotiation, "title": title or desk.negotiation, "events": events}


def nowhere(request: Request) -> Response:
    """Say that there is no such page."""
    return apart(request, NotFoundError("there is no such page"))


def _endpoint(page: Page, form: Form) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return answer(request, page, form)

    return endpoint


def _add(page: Page) -> None:
    path = "/desk/{negotiation}" + (f"/{page.path}" if page.path else "")
    router.add_api_route(f"{path}.json", _endpoint(page, "json"))
    if page.rows:
        router.add_api_route(f"{path}.csv", _endpoint(page, "csv"))
    if page.calendar:
        router.add_api_route(f"{path}.ics", _endpoint(page, "ics"))
    router.add_api_route(path, _endpoint(page, "html"))


router.add_api_route("/", home)
router.add_api_route("/static/{digest}/{name:path}", loaded.served)
for each in PAGES:
    _add(each)
router.add_api_route("/desk/{negotiation}/record", posted.posted, methods=["POST"])
router.add_api_route("/problems", outside.problems)
router.add_api_route("/problems/{slug}", outside.problem)
router.add_api_route("/docs", outside.docs)
router.add_api_route("/desk", nowhere)
router.add_api_route("/desk/{rest:path}", nowhere)
