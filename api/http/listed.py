"""Deadlines, votes, incidents and briefs, as of the basis."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.openapi import route_docs
from api.http.query_params import BasisParams, DeadlinesQuery, NegotiationPath, PagedQuery
from api.http.responses import answer_from_view, answer_page
from api.models.answers import Deadline
from api.models.base import ListAnswer
from api.models.events import Brief, Incident, Vote
from projections import answers
from projections.answers.listed_kinds import DEADLINES, INCIDENTS, VOTES

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


@router.get("/votes", **route_docs("votes", "Votes, newest first", ListAnswer[Vote]))
def list_votes(
    request: Request, negotiation: NegotiationPath, query: Annotated[PagedQuery, Query()]
) -> Response:
    """Votes, newest first, with the result, the counts and who voted how."""
    return answer_page(request, negotiation, query, VOTES.select)


@router.get(
    "/incidents", **route_docs("incidents", "Incidents, newest first", ListAnswer[Incident])
)
def list_incidents(
    request: Request, negotiation: NegotiationPath, query: Annotated[PagedQuery, Query()]
) -> Response:
    """What happened away from the table and bears on it, newest first."""
    return answer_page(request, negotiation, query, INCIDENTS.select)


@router.get("/briefs", **route_docs("briefs", "Briefs, newest first", ListAnswer[Brief]))
def list_briefs(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """An editor's own words: of each brief the last that was written, none with source filters."""
    return answer_from_view(request, negotiation, query, answers.select_briefs)
