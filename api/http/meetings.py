"""Meetings, statements, and who takes part, as of the basis."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import (
    BasisParams,
    MeetingsQuery,
    NegotiationPath,
    PathSlug,
    PeopleQuery,
    SearchQuery,
    StatementsQuery,
)
from api.http.responses import answer_from_view, answer_page
from api.models.answers import Meeting, PersonRoles, Role
from api.models.base import Answer, ListAnswer
from api.models.events import AnyEvent, Issue, Party, Statement
from projections import answers

router = interface_router(prefix="/v1/negotiations/{negotiation}", tags=["questions"])


@router.get(
    "/meetings", **route_docs("meetings", "read", "Meetings with their status", ListAnswer[Meeting])
)
def list_meetings(
    request: Request, negotiation: NegotiationPath, query: Annotated[MeetingsQuery, Query()]
) -> Response:
    """Meetings, with their status as of the basis."""
    return answer_from_view(
        request, negotiation, query, lambda view: answers.select_meetings(view, status=query.status)
    )


@router.get(
    "/meetings/{meeting}",
    **route_docs("meeting", "read", "One meeting with its status", Answer[Meeting]),
)
def get_meeting(
    request: Request, negotiation: NegotiationPath, meeting: PathSlug, query: BasisParams
) -> Response:
    """One meeting, with its status as of the basis."""
    return answer_from_view(request, negotiation, query, answers.find_meeting, meeting)


@router.get(
    "/statements",
    **route_docs("statements", "read", "Statements, newest first", ListAnswer[Statement]),
)
def list_statements(
    request: Request, negotiation: NegotiationPath, query: Annotated[StatementsQuery, Query()]
) -> Response:
    """Statements, newest first."""
    return answer_page(
        request,
        negotiation,
        query,
        lambda view: answers.select_statements(
            view, speaker=query.speaker, party=query.party, about=query.about, q=query.q
        ),
    )


@router.get("/search", **route_docs("search", "read", "Full text", ListAnswer[AnyEvent]))
def search_events(
    request: Request, negotiation: NegotiationPath, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Full text: every word must be there, as a word or the start of one, or in a name of whom
    the event names; each hit has the passage found."""
    return answer_page(request, negotiation, query, lambda view: answers.build_hits(view, query.q))


@router.get("/roles", **route_docs("roles", "read", "Who holds which role", ListAnswer[Role]))
def list_roles(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Who holds which role for which party."""
    return answer_from_view(request, negotiation, query, answers.select_roles)


@router.get("/people", **route_docs("people", "read", "The persons", ListAnswer[PersonRoles]))
def list_people(
    request: Request, negotiation: NegotiationPath, query: Annotated[PeopleQuery, Query()]
) -> Response:
    """The persons, each with the roles held; with ``q`` those who have such a name."""
    return answer_from_view(request, negotiation, query, answers.select_people, query.q)


@router.get("/parties", **route_docs("parties", "read", "The parties", ListAnswer[Party]))
def list_parties(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """The parties."""
    return answer_from_view(request, negotiation, query, answers.select_parties)


@router.get("/issues", **route_docs("issues", "read", "The issues", ListAnswer[Issue]))
def list_issues(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """The issues."""
    return answer_from_view(request, negotiation, query, answers.select_issues)
