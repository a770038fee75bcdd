"""The addresses of the pages, each also as JSON, and as CSV where it is a table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.archive import Desk, counted, log_of
from api.as_of import unpinned
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
    record,
)
from api.desk import files as loaded
from api.desk.asked import Shown, read
from api.desk.drawn import drawn, framed, table
from api.desk.frame import Frame, language
from api.desk.page import Page
from api.problems import STATUS
from api.replies import reply
from domain import basis as rules
from domain.basis import Question
from domain.refusals import InvalidQuestionError, MinutebookError, NotFoundError, Reason

router = APIRouter(include_in_schema=False)
LOGGER = logging.getLogger("minutebook")
PAGES: tuple[Page, ...] = tuple(
    each.PAGE
    for each in (positions, plans, plan, meetings, events, event, people, compare, gap, audit,
                 record, help, overview)
)  # fmt: skip
Form = Literal["html", "json", "csv", "ics"]


def answer(request: Request, page: Page, form: Form) -> Response:
    """Answer with a page in one form; what is refused is told on a page, or as a problem."""
    if form != "html":
        return _told(request, page, form)
    try:
        return _page(request, page)
    except MinutebookError as error:
        return apart(request, error)
    except Exception:
        LOGGER.exception("a page could not be drawn")
        return drawn(request, "apart.html", language(request), 500, error=None)


def _frame(request: Request, page: Page, desk: Desk, *, strict: bool = False) -> Frame:
    found = read(page.asks, request.query_params.multi_items())
    if strict and found.faults:
        raise _whole(found.faults)
    return Frame(request, page, desk, found, strict=strict)


def _whole(faults: list[Reason]) -> InvalidQuestionError:
    first = faults[0]
    return InvalidQuestionError(f"{first.pointer}: {first.detail}", hint=first.hint, reasons=faults)


def _desk(request: Request) -> Any:
    return request.app.state.reads.desk(request.path_params["negotiation"])


def _page(request: Request, page: Page) -> Response:
    with _desk(request) as desk:
        frame = _frame(request, page, desk)
        try:
            data = page.data(frame)
        except NotFoundError as error:
            return framed(frame, "unknown.html", {"error": error}, 404)
        return framed(frame, f"{page.name}.html", data, 422 if frame.faults else 200)


def _told(request: Request, page: Page, form: Form) -> Response:
    with _desk(request) as desk:
        frame = _frame(request, page, desk, strict=True)
        data = page.data(frame)
        if form == "csv" and page.rows:
            return table(page.columns, page.rows(data), f"{desk.negotiation}-{page.name}")
        if form == "ics" and page.calendar:
            return page.calendar(frame, data)
        return reply(request, unpinned(frame.basis), data, pin=frame.basis.pin())


def apart(request: Request, error: MinutebookError) -> Response:
    """Answer with a page that stands outside of any negotiation and says what was refused."""
    return drawn(request, "apart.html", language(request), STATUS[type(error)], error=error)


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
router.add_api_route("/desk/{negotiation}/record", record.posted, methods=["POST"])
router.add_api_route("/problems", outside.problems)
router.add_api_route("/problems/{slug}", outside.problem)
router.add_api_route("/docs", outside.docs)
router.add_api_route("/desk", nowhere)
router.add_api_route("/desk/{rest:path}", nowhere)
