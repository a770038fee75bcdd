"""Deadlines, votes, incidents and briefs, as of the basis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.openapi import route_docs
from api.http.query_params import BasisParams, DeadlinesQuery, NegotiationPath, PagedQuery
from api.http.responses import answer_from_view, answer_page
from api.models.answers import Deadline, State
from api.models.base import Answer, ListAnswer
from api.models.events import Brief
from projections import answers
from projections.answers.listed_kinds import DEADLINES, TOLD_ONCE
from projections.answers.listing import ToldOnce

router = APIRouter(prefix="/v1/negotiations/{negotiation}", tags=["questions"])


@router.get(
    "/deadlines", **route_docs("deadlines", "Deadlines with their status", ListAnswer[Deadline])
)
def list_deadlines(
    request: Request, negotiation: NegotiationPath, query: Annotated[DeadlinesQuery, Query()]
) -> Response:
    """Deadlines, each open, passed, met or withdrawn as of the basis."""
    return answer_from_view(
        request, negotiation, query, lambda view: list(DEADLINES.select(view, status=query.status))
    )


@router.get("/briefs", **route_docs("briefs", "Briefs, newest first", ListAnswer[Brief]))
def list_briefs(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """An editor's own words: of each brief the last that was written, none with source filters."""
    return answer_from_view(request, negotiation, query, answers.select_briefs)


LISTS: dict[str, Callable[..., Response]] = {}
"""What answers each list of what is told once, by its name."""


def _add_list(kind: ToldOnce) -> None:
    """Add the operation that lists what is told once, newest first."""

    def list_newest(
        request: Request, negotiation: NegotiationPath, query: Annotated[PagedQuery, Query()]
    ) -> Response:
        return answer_page(request, negotiation, query, kind.select)

    list_type: Any = State.model_fields[kind.list_name].annotation
    list_newest.__doc__ = str(get_args(list_type)[0].__doc__)
    summary = f"{kind.list_name.capitalize()}, newest first"
    docs = route_docs(kind.list_name, summary, Answer[list_type])
    router.get(f"/{kind.list_name}", **docs)(list_newest)
    LISTS[kind.list_name] = list_newest


for told_once in TOLD_ONCE:
    _add_list(told_once)
