"""The state as of the basis: everything, the matrix of positions, and plans."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from api.access.route_scope import reader_of
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import BasisParams, NegotiationPath, PagedQuery, PathSlug, StateQuery
from api.http.responses import answer_from_view, answer_page, answer_response, open_read_session
from api.models.answers import Anomaly, Coverage, NegotiationSummary, State
from api.models.base import Answer, ListAnswer
from api.models.plans import Plan, PointDetail
from api.models.positions import PositionDetail, Positions
from api.services import services_of
from api.session import find_negotiations, negotiation_address
from projections import answers
from projections.answers.newest import WHOLE
from projections.view import View

router = interface_router(prefix="/v1/negotiations", tags=["questions"])


@router.get(
    "",
    **route_docs("negotiations", "read", "List the negotiations", ListAnswer[NegotiationSummary]),
)
def list_negotiations(request: Request, query: BasisParams) -> Response:
    """List the negotiations with their counts and last seq; title is null until one is known."""
    basis, negotiations = find_negotiations(
        services_of(request).ledger, query.to_question, reader_of(request, query.audience)
    )
    return answer_response(request, basis, negotiations)


@router.get(
    "/{negotiation}/state",
    **route_docs("state", "read", "Everything as of the basis", Answer[State]),
)
def get_state(
    request: Request, negotiation: NegotiationPath, query: Annotated[StateQuery, Query()]
) -> Response:
    """Everything as of the basis; of long lists the newest, unless they are asked for whole."""
    address, live_states = negotiation_address(negotiation), services_of(request).live_states
    if query.whole:
        return answer_from_view(request, negotiation, query, answers.build_state, address, WHOLE)
    return answer_from_view(
        request, negotiation, query, live_states.build_state, negotiation, address
    )


@router.get(
    "/{negotiation}/anomalies",
    **route_docs("anomalies", "read", "What does not add up", ListAnswer[Anomaly]),
)
def list_anomalies(
    request: Request, negotiation: NegotiationPath, query: Annotated[PagedQuery, Query()]
) -> Response:
    """What does not add up, page by page: first, newest first, what was published too early."""
    return answer_page(request, negotiation, query, answers.select_anomalies)


@router.get(
    "/{negotiation}/coverage",
    **route_docs("coverage", "read", "When somebody looked for news", Answer[Coverage]),
)
def get_coverage(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """The last watch, and all days up to the basis that no watch covers."""
    return answer_from_view(request, negotiation, query, answers.build_coverage)


@router.get(
    "/{negotiation}/positions",
    **route_docs("positions", "read", "The matrix of positions", Answer[Positions]),
)
def list_positions(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Where every party stands on every issue and plan point, and what others say about it."""
    return answer_from_view(request, negotiation, query, positions_answer)


def positions_answer(view: View) -> dict[str, Any]:
    return {
        "positions": answers.select_positions(view),
        "attributed": answers.select_attributed(view),
    }


@router.get(
    "/{negotiation}/positions/{party}/{issue}",
    **route_docs("position", "read", "One position with its history", Answer[PositionDetail]),
)
def get_position(
    request: Request,
    negotiation: NegotiationPath,
    party: PathSlug,
    issue: PathSlug,
    query: Annotated[PagedQuery, Query()],
) -> Response:
    """One party's position on one issue, with its history and what others say, page by page."""
    start, limit = query.cursor or 0, query.limit
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        answer = answers.find_cell(
            session.open_view(basis), party, issue, start=start, limit=limit + 1
        )
        has_more = max(len(answer["history"]), len(answer["attributed"])) > limit
        del answer["history"][limit:], answer["attributed"][limit:]
        next_page = {"cursor": start + limit} if has_more else None
        return answer_response(request, basis, answer, next_params=next_page)


@router.get("/{negotiation}/plans", **route_docs("plans", "read", "Every plan", ListAnswer[Plan]))
def list_plans(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Every plan, point by point; of pending amendments and endorsements the newest."""
    address = negotiation_address(negotiation)
    return answer_from_view(request, negotiation, query, answers.select_plans, address)


@router.get("/{negotiation}/plans/{plan}", **route_docs("plan", "read", "One plan", Answer[Plan]))
def get_plan(
    request: Request,
    negotiation: NegotiationPath,
    plan: PathSlug,
    query: Annotated[PagedQuery, Query()],
) -> Response:
    """One plan: text point by point, agreed and open points, and, page by page and newest first,
    pending amendments and endorsements."""
    start = query.cursor or 0
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        answer = answers.find_plan(
            session.open_view(basis), plan, session.address, start=start, limit=query.limit
        )
        next_page = {"cursor": start + query.limit} if answer["more"] else None
        return answer_response(request, basis, answer, next_params=next_page)


@router.get(
    "/{negotiation}/plans/{plan}/points/{point}",
    **route_docs("point", "read", "One point of a plan", Answer[PointDetail]),
)
def get_point(
    request: Request,
    negotiation: NegotiationPath,
    plan: PathSlug,
    point: PathSlug,
    query: BasisParams,
) -> Response:
    """One point with its history, lineage and positions."""
    return answer_from_view(request, negotiation, query, answers.find_point, plan, point)
