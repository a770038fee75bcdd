"""A page in one form; what is refused is told on a page, or as a problem."""

from __future__ import annotations

import logging
from typing import Any, Literal

from fastapi import Request
from starlette.responses import Response

from api.archive import Desk
from api.as_of import unpinned
from api.desk.asked import read
from api.desk.drawn import drawn, framed, table
from api.desk.frame import Frame
from api.desk.page import Page
from api.desk.words import language
from api.problems import STATUS
from api.replies import reply
from domain.refusals import InvalidQuestionError, MinutebookError, NotFoundError, Reason

LOGGER = logging.getLogger("minutebook")
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
