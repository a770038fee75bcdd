"""A page in one form; what is refused is told on a page, or as a problem."""

from __future__ import annotations

import logging
from typing import Any, Literal

from fastapi import Request
from starlette.responses import Response

from api.http.problems import STATUS_BY_ERROR
from api.http.responses import answer_response
from api.pages.shared.i18n import request_translations
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.page_params import parse_params
from api.pages.shared.render import csv_response, render_page, render_template
from api.session import Session, services_of
from domain.errors import InvalidQuestionError, MinutebookError, NotFoundError, Reason

LOGGER = logging.getLogger("minutebook")
PageFormat = Literal["html", "json", "csv", "ics"]


def respond_with_page(request: Request, page: PageDefinition, form: PageFormat) -> Response:
    """Answer with a page in one form; what is refused is told on a page, or as a problem."""
    if form != "html":
        return _respond_as_data(request, page, form)
    try:
        return _respond_as_html(request, page)
    except MinutebookError as error:
        return render_refusal(request, error)
    except Exception:
        LOGGER.exception("a page could not be drawn")
        return render_template(
            request, "shared/apart.html", request_translations(request), 500, error=None
        )


def _build_context(
    request: Request, page: PageDefinition, session: Session, *, strict: bool = False
) -> PageContext:
    parsed = parse_params(page.params_model, request.query_params.multi_items())
    if strict and parsed.faults:
        raise _combine_faults(parsed.faults)
    return PageContext(request, page, session, parsed, strict=strict)


def _combine_faults(faults: list[Reason]) -> InvalidQuestionError:
    first = faults[0]
    return InvalidQuestionError(f"{first.pointer}: {first.detail}", hint=first.hint, reasons=faults)


def _open_session(request: Request) -> Any:
    return services_of(request).reads.open_session(request.path_params["negotiation"])


def _respond_as_html(request: Request, page: PageDefinition) -> Response:
    with _open_session(request) as session:
        frame = _build_context(request, page, session)
        try:
            data = page.load_data(frame)
        except NotFoundError as error:
            return render_page(frame, "shared/unknown.html", {"error": error}, 404)
        return render_page(frame, f"{page.name}/page.html", data, 422 if frame.faults else 200)


def _respond_as_data(request: Request, page: PageDefinition, form: PageFormat) -> Response:
    with _open_session(request) as session:
        frame = _build_context(request, page, session, strict=True)
        data = page.load_data(frame)
        if form == "csv" and page.rows:
            return csv_response(page.columns, page.rows(data), f"{session.negotiation}-{page.name}")
        if form == "ics" and page.render_calendar:
            return page.render_calendar(frame, data)
        return answer_response(
            request, frame.basis, data, pinned_params=frame.basis.pinned_params()
        )


def render_refusal(request: Request, error: MinutebookError) -> Response:
    """Answer with a page that stands outside of any negotiation and says what was refused."""
    return render_template(
        request,
        "shared/apart.html",
        request_translations(request),
        STATUS_BY_ERROR[type(error)],
        error=error,
    )
