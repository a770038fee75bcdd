"""What the form that brings an article in sends: read by rules, or by the model of the settings."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.article_readers import BY_RULES, ArticleReader, find_reader
from api.http.problems import STATUS_BY_ERROR, parameter_reason
from api.inbox import bringing
from api.inbox.bodies import ArticleFacts, NewArticle, take_content
from api.inbox.reading import run_reader
from api.pages.inbox import page as list_page
from api.pages.shared.forms import form_of
from api.pages.shared.page_context import open_page
from api.pages.shared.render import render_page
from api.services import server_services
from domain.errors import InvalidQuestionError, MinutebookError

FactsT = TypeVar("FactsT", bound=ArticleFacts)


def submit_article(request: Request) -> Response:
    """Bring in the article of a form, and show it."""
    return _bring(request, BY_RULES)


async def submit_to_model(request: Request) -> Response:
    """Bring in the article of a form, have the model read it, and show it."""
    services = server_services(request.app)
    reader = find_reader("model", services.model)
    return await run_reader(partial(_bring, request, reader), reader, services)


def _bring(request: Request, reader: ArticleReader) -> Response:
    sent, services = form_of(request), server_services(request.app)
    slug: str = request.path_params["negotiation"]
    try:
        given = read_model(NewArticle, sent)
        brought = take_content(given, fetches_private=services.fetches_private)
        caller = caller_of(request)
        stored, _ = bringing.bring_article(services.ledger, caller, slug, brought, reader)
    except MinutebookError as error:
        with open_page(request, list_page.PAGE) as frame:
            data = list_page.load_inbox(frame) | {"refused": error, "sent": sent}
            return render_page(frame, "inbox/page.html", data, STATUS_BY_ERROR[type(error)])
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/desk/{slug}/inbox/{stored.id}{query}", 303)


def read_model(model: type[FactsT], sent: dict[str, str]) -> FactsT:
    """Return what a form says. Raises InvalidQuestionError naming each field."""
    values = {name: text for name in model.model_fields if (text := sent.get(name, "").strip())}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        reasons = [
            parameter_reason({**each, "loc": ("body", *each["loc"])}) for each in error.errors()
        ]
        first = reasons[0]
        raise InvalidQuestionError(first.detail, hint=first.hint, reasons=reasons) from None
