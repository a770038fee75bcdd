"""Asking over HTTP: every question takes a basis and answers with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.http.openapi import route_docs
from api.http.query_params import (
    BasisQuery,
    ChangesQuery,
    DiffQuery,
    EventsQuery,
    MeetingsQuery,
    NegotiationPath,
    NoRepeatedParams,
    PagedQuery,
    PlanDiffQuery,
    SearchQuery,
    StatementsQuery,
)
from api.http.responses import answer_response, wants_ndjson
from api.models.answers import (
    Change,
    Gap,
    Meeting,
    NegotiationSummary,
    PersonRoles,
    RailWeek,
    Role,
    State,
    StoryChange,
)
from api.models.base import Answer, ComparisonAnswer
from api.models.events import AnyEvent, Issue, Party, Statement
from api.models.plans import Plan, PointComparison, PointDetail
from api.models.positions import PositionDetail, Positions
from api.session import Session, find_negotiations, services_of
from domain import basis as rules
from domain.basis import Basis
from domain.events import SLUG_PATTERN
from domain.instants import Instant, to_rfc3339
from projections import answers
from projections.answers import diff, redline
from projections.view import View

router = APIRouter(prefix="/v1/negotiations", dependencies=[NoRepeatedParams])
PathSlug = Annotated[str, Path(pattern=SLUG_PATTERN)]
BasisParams = Annotated[BasisQuery, Query()]


def open_read_session(
    request: Request, negotiation: str, query: BasisQuery
) -> AbstractContextManager[Session]:
    """Open a session where the question can be answered."""
    read_router = services_of(request).reads
    return read_router.open_session(negotiation, query.seq)


def _respond_with(
    request: Request, negotiation: str, query: BasisQuery, build_answer: Callable[[View], Any]
) -> Response:
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question())
        return answer_response(request, basis, build_answer(session.open_view(basis)))


@router.get(
    "",
    **route_docs("negotiations", "List the negotiations", Answer[tuple[NegotiationSummary, ...]]),
)
def list_negotiations(request: Request, query: BasisParams) -> Response:
    """List the negotiations with their counts and last seq; title is null until one is known."""
    basis, negotiations = find_negotiations(services_of(request).ledger, query.to_question())
    return answer_response(request, basis, negotiations)


@router.get(
    "/{negotiation}/state", **route_docs("state", "Everything as of the basis", Answer[State])
)
def get_state(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Everything as of the basis."""
    return _respond_with(request, negotiation, query, answers.build_state)


@router.get(
    "/{negotiation}/positions",
    **route_docs("positions", "The matrix of positions", Answer[Positions]),
)
def list_positions(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Where every party stands on every issue and plan point, and what others say of it."""
    return _respond_with(request, negotiation, query, positions_answer)


def positions_answer(view: View) -> dict[str, Any]:
    return {
        "positions": answers.select_positions(view),
        "attributed": answers.select_attributed(view),
    }


@router.get(
    "/{negotiation}/positions/{party}/{issue}",
    **route_docs("position", "One position with its history", Answer[PositionDetail]),
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
        basis = session.resolve_basis(query.to_question())
        answer = answers.find_cell(
            session.open_view(basis), party, issue, start=start, limit=limit + 1
        )
        lists = [answer["history"], answer["attributed"]]
        next_page = {"cursor": start + limit} if any(len(each) > limit for each in lists) else None
        for each in lists:
            del each[limit:]
        return answer_response(request, basis, answer, next_params=next_page)


@router.get("/{negotiation}/plans", **route_docs("plans", "Every plan", Answer[tuple[Plan, ...]]))
def list_plans(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Every plan, point by point."""
    return _respond_with(request, negotiation, query, answers.select_plans)


@router.get("/{negotiation}/plans/{plan}", **route_docs("plan", "One plan", Answer[Plan]))
def get_plan(
    request: Request, negotiation: NegotiationPath, plan: PathSlug, query: BasisParams
) -> Response:
    """One plan: text point by point, pending amendments, endorsements, agreed and open points."""
    return _respond_with(request, negotiation, query, lambda view: answers.find_plan(view, plan))


@router.get(
    "/{negotiation}/plans/{plan}/points/{point}",
    **route_docs("point", "One point of a plan", Answer[PointDetail]),
)
def get_point(
    request: Request,
    negotiation: NegotiationPath,
    plan: PathSlug,
    point: PathSlug,
    query: BasisParams,
) -> Response:
    """One point with its history, lineage and positions."""
    return _respond_with(
        request, negotiation, query, lambda view: answers.find_point(view, plan, point)
    )


@router.get(
    "/{negotiation}/plans/{plan}/diff",
    **route_docs(
        "plan-diff",
        "Compare a plan between dates or with another plan",
        ComparisonAnswer[tuple[PointComparison, ...]],
    ),
)
def get_plan_diff(
    request: Request,
    negotiation: NegotiationPath,
    plan: PathSlug,
    query: Annotated[PlanDiffQuery, Query()],
) -> Response:
    """Compare a plan between two dates, or with another plan, point by point."""
    with open_read_session(request, negotiation, query) as session:
        start_basis = _basis_as_of(session, query, "from", query.from_)
        end_basis = _basis_as_of(session, query, "to", query.to)
        old_plan = answers.to_plain(answers.find_plan(session.open_view(start_basis), plan))
        new_plan = answers.to_plain(
            answers.find_plan(session.open_view(end_basis), query.to_plan or plan)
        )
        answer, pinned_pairs = (
            redline.diff_plans(old_plan, new_plan),
            _pinned_date_params(start_basis, end_basis, session.log_timeline.now),
        )
        return answer_response(
            request,
            unpin_basis(end_basis),
            answer,
            pinned_params=pinned_pairs,
            extra_members=_clocks_by_end(start_basis, end_basis),
        )


def unpin_basis(basis: Basis) -> Basis:
    """Return the basis of an answer that a later append may change."""
    return replace(basis, pinned=False, settled=False)


def _clocks_by_end(start_basis: Basis, end_basis: Basis) -> dict[str, dict[str, Any]]:
    """Return where the clocks stand at both ends; nothing that moves while the answer does not."""
    return {
        name: {
            "known_at": to_rfc3339(basis.known_at),
            "valid_at": to_rfc3339(basis.valid_at),
            "seq": basis.seq,
        }
        for name, basis in (("from", start_basis), ("to", end_basis))
    }


def _pinned_date_params(
    start_basis: Basis, end_basis: Basis, now: Instant
) -> list[tuple[str, str]]:
    """Return the parameters that ask for the same two dates of the same record again.

    A clock that stands alike at both ends is given as such, the others follow the dates.
    """
    shared_pairs = [
        pair for pair in end_basis.pinned_params() if pair in start_basis.pinned_params()
    ]
    dates = [now if basis.as_of is None else basis.as_of for basis in (start_basis, end_basis)]
    return [*shared_pairs, *zip(("from", "to"), map(to_rfc3339, dates), strict=True)]


def _basis_as_of(session: Session, query: BasisQuery, name: str, value: str | None) -> Basis:
    question = query.to_question()
    if value:
        question = replace(question, as_of=rules.parse_moment(name, value, question.tz))
    return session.resolve_basis(question)


@router.get(
    "/{negotiation}/meetings",
    **route_docs("meetings", "Meetings with their status", Answer[tuple[Meeting, ...]]),
)
def list_meetings(
    request: Request, negotiation: NegotiationPath, query: Annotated[MeetingsQuery, Query()]
) -> Response:
    """Meetings, with their status as of the basis."""
    return _respond_with(
        request, negotiation, query, lambda view: answers.select_meetings(view, status=query.status)
    )


@router.get(
    "/{negotiation}/meetings/{meeting}",
    **route_docs("meeting", "One meeting with its status", Answer[Meeting]),
)
def get_meeting(
    request: Request, negotiation: NegotiationPath, meeting: PathSlug, query: BasisParams
) -> Response:
    """One meeting, with its status as of the basis."""
    return _respond_with(
        request, negotiation, query, lambda view: answers.find_meeting(view, meeting)
    )


@router.get(
    "/{negotiation}/statements",
    **route_docs("statements", "Statements, newest first", Answer[tuple[Statement, ...]]),
)
def list_statements(
    request: Request, negotiation: NegotiationPath, query: Annotated[StatementsQuery, Query()]
) -> Response:
    """Statements, newest first."""
    return _respond_paged(
        request,
        negotiation,
        query,
        lambda view: answers.select_statements(
            view, speaker=query.speaker, party=query.party, about=query.about, q=query.q
        ),
    )


@router.get(
    "/{negotiation}/search", **route_docs("search", "Full text", Answer[tuple[AnyEvent, ...]])
)
def search_events(
    request: Request, negotiation: NegotiationPath, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Full text: every word must be there, as a word or the start of one."""
    return _respond_paged(
        request,
        negotiation,
        query,
        lambda view: (answers.build_event_line(item, view) for item in view.search_news(query.q)),
    )


def _respond_paged(
    request: Request, negotiation: str, query: PagedQuery, build_items: Callable[[View], Any]
) -> Response:
    start = query.cursor or 0
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question())
        items = list(islice(build_items(session.open_view(basis)), start, start + query.limit + 1))
        next_page = {"cursor": start + query.limit} if len(items) > query.limit else None
        return answer_response(request, basis, items[: query.limit], next_params=next_page)


@router.get(
    "/{negotiation}/roles", **route_docs("roles", "Who holds which role", Answer[tuple[Role, ...]])
)
def list_roles(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Who holds which role for which party."""
    return _respond_with(request, negotiation, query, answers.select_roles)


@router.get(
    "/{negotiation}/parties", **route_docs("parties", "The parties", Answer[tuple[Party, ...]])
)
def list_parties(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """The parties."""
    return _respond_with(request, negotiation, query, answers.select_parties)


@router.get(
    "/{negotiation}/issues", **route_docs("issues", "The issues", Answer[tuple[Issue, ...]])
)
def list_issues(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """The issues."""
    return _respond_with(request, negotiation, query, answers.select_issues)


@router.get(
    "/{negotiation}/people", **route_docs("people", "The persons", Answer[tuple[PersonRoles, ...]])
)
def list_people(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """The persons, each with the roles held."""
    return _respond_with(request, negotiation, query, answers.select_people)


@router.get(
    "/{negotiation}/diff",
    **route_docs(
        "diff", "What changed between two dates and why", ComparisonAnswer[tuple[Change, ...]]
    ),
)
def get_diff(
    request: Request, negotiation: NegotiationPath, query: Annotated[DiffQuery, Query()]
) -> Response:
    """What changed between two dates, each change with its cause."""
    with open_read_session(request, negotiation, query) as session:
        start_basis = _basis_as_of(session, query, "from", query.from_)
        end_basis = _basis_as_of(session, query, "to", query.to)
        answer, pinned_pairs = (
            diff.diff_bases(session.open_view, start_basis, end_basis),
            _pinned_date_params(start_basis, end_basis, session.log_timeline.now),
        )
        return answer_response(
            request,
            unpin_basis(end_basis),
            answer,
            pinned_params=pinned_pairs,
            extra_members=_clocks_by_end(start_basis, end_basis),
        )


@router.get(
    "/{negotiation}/gap",
    **route_docs("gap", "What was not yet known, and what was missed", Answer[Gap]),
)
def get_gap(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """What was not yet known on a date, and what was known but missing from this ledger."""
    with open_read_session(request, negotiation, query) as session:
        question = query.to_question()
        bases = [
            session.resolve_basis(replace(question, basis=preset))
            for preset in ("as-known", "as-recorded", "hindsight")
        ]
        answer = diff.find_gap(session.open_view, *bases)
        given_names = {*query.model_fields_set, *(["seq"] if query.recorded_at else [])}
        moving_clocks = {"basis", "known_at", "valid_at", "seq"} - given_names
        pinned_pairs = [pair for pair in bases[0].pinned_params() if pair[0] not in moving_clocks]
        pinned_pairs += [
            (
                "as_of",
                to_rfc3339(session.log_timeline.now if (at := bases[0].as_of) is None else at),
            )
        ]
        return answer_response(request, unpin_basis(bases[0]), answer, pinned_params=pinned_pairs)


@router.get(
    "/{negotiation}/changes",
    **route_docs("changes", "What changed as the ledger grew", Answer[tuple[StoryChange, ...]]),
)
def list_changes(
    request: Request, negotiation: NegotiationPath, query: Annotated[ChangesQuery, Query()]
) -> Response:
    """What each recorded event changed, cell by cell."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question())
        steps = list(islice(diff.build_story(session.open_view, basis, query.after), query.limit))
        next_page = {"after": steps[-1][0].seq} if len(steps) == query.limit else None
        found_changes = [change for _, changed in steps for change in changed]
        return answer_response(request, basis, found_changes, next_params=next_page)


@router.get(
    "/{negotiation}/rail", **route_docs("rail", "Events per week", Answer[tuple[RailWeek, ...]])
)
def get_rail(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Events per week that this audience can see now; never pinned."""
    with open_read_session(request, negotiation, query) as session:
        question = query.to_question()
        question_now = rules.Question(
            audience=question.audience,
            exclude_source=question.exclude_source,
            min_sources=question.min_sources,
        )
        basis = session.resolve_basis(question_now)
        clocks = ("basis", "known_at", "valid_at", "seq")
        pinned_pairs = [pair for pair in basis.pinned_params() if pair[0] not in clocks]
        return answer_response(
            request,
            unpin_basis(basis),
            diff.events_per_week(session.open_view(basis)),
            pinned_params=pinned_pairs,
        )


@router.get(
    "/{negotiation}/events", **route_docs("events", "The log by seq", Answer[tuple[AnyEvent, ...]])
)
def list_events(
    request: Request, negotiation: NegotiationPath, query: Annotated[EventsQuery, Query()]
) -> Response:
    """The log by seq, record and knowledge cuts applied; NDJSON by Accept."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question())
        view = session.open_view(basis)
        items = view.read_log(
            after=query.after,
            limit=query.limit,
            type=query.type,
            subject=query.subject,
            standing=query.standing,
        )
        answer_lines = session.event_lines(view, items)
        next_page = {"after": items[-1].seq} if len(items) == query.limit else None
        return answer_response(
            request, basis, answer_lines, next_params=next_page, as_ndjson=wants_ndjson(request)
        )


@router.get("/{negotiation}/events/{event}", **route_docs("event", "One event", Answer[AnyEvent]))
def get_event(
    request: Request, negotiation: NegotiationPath, event: UUID, query: BasisParams
) -> Response:
    """One event, its reports, and what corrected, disputed or retracted it."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question())
        return answer_response(
            request, basis, session.event_with_acts(session.open_view(basis), str(event))
        )
