"""The addresses of the pages: each also as JSON, as CSV where it is a table, as a calendar, or as
a picture."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import ScopedRoute, needs_scope
from api.http.responses import answer_response
from api.pages.account import page as account
from api.pages.anomalies import page as anomalies
from api.pages.audit import page as audit
from api.pages.compare import page as compare
from api.pages.docs import page as docs
from api.pages.event import page as event
from api.pages.events import page as events
from api.pages.gap import page as gap
from api.pages.help import page as help
from api.pages.home import page as home
from api.pages.inbox import article as inbox_article
from api.pages.inbox import bring as inbox_bring
from api.pages.inbox import decide as inbox_decide
from api.pages.inbox import page as inbox
from api.pages.inbox import quality as inbox_quality
from api.pages.issue import page as issue
from api.pages.meetings import page as meetings
from api.pages.opening import page as opening
from api.pages.overview import page as overview
from api.pages.party import page as party
from api.pages.people import page as people
from api.pages.person import page as person
from api.pages.pictures import page as pictures
from api.pages.pictures.embedding import embed_response
from api.pages.pictures.picture_files import png_response, svg_response
from api.pages.plan import page as plan
from api.pages.plans import page as plans
from api.pages.positions import page as positions
from api.pages.problems import page as problems
from api.pages.proposal import decide
from api.pages.proposal import page as proposal
from api.pages.proposals import page as proposals
from api.pages.record import page as record
from api.pages.record import submit
from api.pages.shared import forms, short_links, static_files
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import open_page
from api.pages.shared.render import csv_response, render_page, render_refusal
from api.pages.sign_in import by_provider
from api.pages.sign_in import page as sign_in
from domain.errors import MinutebookError, NotFoundError

LOGGER = logging.getLogger("minutebook")
PageFormat = Literal["html", "json", "csv", "ics", "svg", "png", "embed"]
DATA_ENDINGS = (".json", ".csv", ".ics", ".svg", ".png")


class PageRoute(ScopedRoute):
    """A route of the pages, which tells a reader on a page why there is no answer."""

    def check_parameters(self, request: Request) -> None:
        """Leave this to the page, which leaves out what is wrong and says so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_or_refuse(request: Request) -> Response:
            try:
                if request.method == "POST":
                    await forms.take_form(request)
                return await answer(request)
            except MinutebookError as error:
                return render_refusal(request, error)

        return answer if self.path.endswith(DATA_ENDINGS) else answer_or_refuse


READERS, PROPOSERS, EVERYONE = needs_scope("read"), needs_scope("propose"), needs_scope(None)
RECORDERS = needs_scope("append")
router = APIRouter(include_in_schema=False, route_class=PageRoute)
PICTURE_FILES = {"svg": svg_response, "png": png_response}
PAGES: tuple[PageDefinition, ...] = (
    tuple(
        module.PAGE
        for module in (
            positions,
            plans,
            plan,
            meetings,
            events,
            event,
            anomalies,
            people,
            person,
            party,
            issue,
            compare,
            gap,
            audit,
            proposals,
            proposal,
            inbox,
            inbox_quality,
            inbox_article,
            record,
            help,
            pictures,
            overview,
        )
    )
    + pictures.PICTURES
)
PROPOSERS_PAGES = (
    record.PAGE,
    proposals.PAGE,
    proposal.PAGE,
    inbox.PAGE,
    inbox_article.PAGE,
    inbox_quality.PAGE,
)


def respond_with_page(request: Request, page: PageDefinition, form: PageFormat) -> Response:
    """Answer with a page in one form; what is refused is told on a page, or as a problem."""
    if form not in ("html", "embed"):
        return _respond_as_data(request, page, form)
    try:
        if form == "embed":
            with open_page(request, page) as frame:
                return embed_response(frame, page.load_data(frame))
        return _respond_as_html(request, page)
    except MinutebookError as error:
        return render_refusal(request, error)
    except Exception:
        LOGGER.exception("a page could not be drawn")
        return render_refusal(request, None)


def _respond_as_html(request: Request, page: PageDefinition) -> Response:
    with open_page(request, page) as frame:
        try:
            data = page.load_data(frame)
        except NotFoundError as error:
            return render_page(frame, "shared/unknown.html", {"error": error}, 404)
        return render_page(frame, page.template, data, 422 if frame.faults else 200)


def _respond_as_data(request: Request, page: PageDefinition, form: PageFormat) -> Response:
    with open_page(request, page, strict=True) as frame:
        data = page.load_data(frame)
        if form == "csv" and page.rows:
            return csv_response(page.columns, page.rows(data), frame.file_name)
        if form == "ics" and page.render_calendar:
            return page.render_calendar(frame, data)
        if form in PICTURE_FILES:
            return PICTURE_FILES[form](frame, data)
        return answer_response(
            request, frame.basis, data, pinned_params=frame.basis.pinned_params()
        )


def show_not_found(request: Request) -> Response:
    """Say that there is no such page; where a slash too many ends its address, lead to it."""
    address = request.url.path.rstrip("/")
    if address != request.url.path:
        return RedirectResponse(f"{address}?{request.url.query}".rstrip("?"), 308)
    return render_refusal(request, NotFoundError("there is no such page"))


def _page_endpoint(page: PageDefinition, form: PageFormat) -> Callable[[Request], Response]:
    def answer_page(request: Request) -> Response:
        return respond_with_page(request, page, form)

    return answer_page


def _add_routes(page: PageDefinition) -> None:
    path = "/desk/{negotiation}" + (f"/{page.path}" if page.path else "")
    forms: list[PageFormat] = ["json"]
    forms += ["csv"] if page.rows else []
    forms += ["ics"] if page.render_calendar else []
    forms += ["svg", "png"] if page.draw else []
    needed = PROPOSERS if page in PROPOSERS_PAGES else READERS
    for form in forms:
        router.add_api_route(f"{path}.{form}", _page_endpoint(page, form), openapi_extra=needed)
    if page.draw:
        embed = _page_endpoint(page, "embed")
        router.add_api_route(f"{path}/embed", embed, openapi_extra=needed)
    router.add_api_route(path, _page_endpoint(page, "html"), openapi_extra=needed)


router.add_api_route("/", home.show_home, openapi_extra=READERS)
router.add_api_route("/open", opening.show_opening, openapi_extra=RECORDERS)
router.add_api_route("/open", opening.submit_opening, methods=["POST"], openapi_extra=RECORDERS)
router.routes.append(static_files.static_mount())
for page_definition in PAGES:
    _add_routes(page_definition)
for _path, _submit in (
    ("/desk/{negotiation}/record", submit.submit_form),
    ("/desk/{negotiation}/proposals/{proposal}", decide.submit_decision),
    ("/desk/{negotiation}/inbox", inbox_bring.submit_article),
    ("/desk/{negotiation}/inbox/by-model", inbox_bring.submit_to_model),
    ("/desk/{negotiation}/inbox/{article}", inbox_decide.submit_decision),
    ("/desk/{negotiation}/inbox/{article}/by-model", inbox_decide.submit_to_model),
):
    router.add_api_route(_path, _submit, methods=["POST"], openapi_extra=PROPOSERS)
for _path, _endpoint in (
    ("/sign-in", sign_in.sign_in),
    ("/sign-out", sign_in.sign_out),
    ("/sign-in/oidc/callback", by_provider.sign_in_by_provider),
):
    router.add_api_route(_path, _endpoint, methods=["POST"], openapi_extra=EVERYONE)
for _path, _endpoint in (
    ("/sign-in", sign_in.show_sign_in),
    ("/sign-in/oidc", by_provider.go_to_provider),
    ("/sign-in/oidc/callback", by_provider.show_callback),
    ("/account", account.show_account),
    ("/problems", problems.list_problems),
    ("/problems/{slug}", problems.show_problem),
    ("/docs", docs.show_docs),
    ("/k/{negotiation}/{pin}", short_links.follow_short_link),
    ("/k/{negotiation}/{pin}/{page:path}", short_links.follow_short_link),
    ("/desk", show_not_found),
    ("/desk/{rest:path}", show_not_found),
    *((f"/{_name}/", show_not_found) for _name in ("open", "sign-in", "account", "docs")),
    ("/problems/{rest:path}", show_not_found),
):
    router.add_api_route(_path, _endpoint, openapi_extra=EVERYONE)
