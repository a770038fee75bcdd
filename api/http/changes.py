"""What changed: between two dates, not yet known on a date, event by event, and the log itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import replace
from itertools import takewhile
from typing import Annotated, Any, TypeGuard
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import (
    BasisParams,
    ChangesQuery,
    DiffQuery,
    EventsQuery,
    NegotiationPath,
    PathSlug,
    PlanDiffQuery,
    ReplayQuery,
)
from api.http.responses import answer_response, open_read_session, wants_ndjson
from api.models.answers import RailWeek
from api.models.base import Answer, ComparisonAnswer, ListAnswer
from api.models.changes import AnyChange, AnyStoryChange, Gap, ReplayStep
from api.models.events import AnyEvent
from api.models.plans import PointComparison
from api.services import services_of
from api.session import Session
from domain.basis import CLOCK_PARAMS, Basis, Preset
from domain.catalogue import ACT_TYPES
from domain.instants import EARLIEST, LATEST, to_rfc3339
from domain.model import Json
from projections.answer_json import Item
from projections.answers import build_event_line, diff, redline
from projections.answers.story import build_story
from projections.log_query import FIRST_SEQ, LAST_SEQ, LogQuery, Window
from projections.names import read_terms
from projections.view import View

router = interface_router(prefix="/v1/negotiations/{negotiation}", tags=["changes and feeds"])


@router.get(
    "/diff",
    **route_docs(
        "diff",
        "read",
        "What changed between two dates and why",
        ComparisonAnswer[tuple[AnyChange, ...]],
    ),
)
def get_diff(
    request: Request, negotiation: NegotiationPath, query: Annotated[DiffQuery, Query()]
) -> Response:
    """What changed between two dates, each change with its cause."""
    with open_read_session(request, negotiation, query) as session:
        start, end = _resolve_ends(session, query)
        first, last = query.cursor or 0, (query.cursor or 0) + query.limit
        page = diff.diff_bases(session.open_view, start, end, skip=first, limit=query.limit + 1)
        next_page = {"cursor": last} if len(page) > query.limit else None
        return _comparison_response(request, session, start, end, page[: query.limit], next_page)


@router.get(
    "/plans/{plan}/diff",
    **route_docs(
        "plan-diff",
        "read",
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
        start, end = _resolve_ends(session, query)
        points = redline.diff_plans(
            session.open_view(start), plan, session.open_view(end), query.to_plan or plan
        )
    # Whoever waits here for other comparisons has no connection that others need.
    redline.add_operations(points, services_of(request).comparer)
    return _comparison_response(request, session, start, end, points)


def _resolve_ends(session: Session, query: DiffQuery | PlanDiffQuery) -> tuple[Basis, Basis]:
    """Return the bases at both dates of a comparison."""
    question, dates = (
        query.to_question(session.log_timeline),
        query.date_reader(session.log_timeline),
    )

    def resolve_end(name: str, date: str | None) -> Basis:
        as_of = dates.read(name, date) if date else question.as_of
        return session.resolve_basis(replace(question, as_of=as_of))

    return resolve_end("from", query.from_), resolve_end("to", query.to)


def _comparison_response(
    request: Request,
    session: Session,
    start: Basis,
    end: Basis,
    data: object,
    next_params: dict[str, Any] | None = None,
) -> Response:
    """Answer with where the clocks stand at both ends.

    In the pinned address, a clock that is the same at both ends has its own parameter; the others
    follow the dates.
    """
    pinned_params = [pair for pair in end.pinned_params() if pair in start.pinned_params()]
    clocks_by_end: Json = {}
    for name, basis in (("from", start), ("to", end)):
        pinned_params.append((name, _as_of_text(session, basis)))
        clocks_by_end[name] = {
            "known_at": to_rfc3339(basis.known_at),
            "valid_at": to_rfc3339(basis.valid_at),
            "seq": basis.seq,
        }
    return answer_response(
        request,
        end,
        data,
        next_params=next_params,
        pinned_params=pinned_params,
        extra_members=clocks_by_end,
    )


def _as_of_text(session: Session, basis: Basis) -> str:
    return to_rfc3339(session.log_timeline.now if basis.as_of is None else basis.as_of)


@router.get(
    "/gap", **route_docs("gap", "read", "What was not yet known, and what was missed", Answer[Gap])
)
def get_gap(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """What was not yet known on a date, and what was known but missing from this ledger."""
    presets: tuple[Preset, ...] = ("as-known", "as-recorded", "hindsight")
    with open_read_session(request, negotiation, query) as session:
        question = query.to_question(session.log_timeline)
        bases = [session.resolve_basis(replace(question, basis=preset)) for preset in presets]
        given_params = {*query.model_fields_set, *(["seq"] if query.recorded_at else [])}
        pinned_params = [
            *_params_without(bases[0], {"basis", *CLOCK_PARAMS} - given_params),
            ("as_of", _as_of_text(session, bases[0])),
        ]
        gap = diff.find_gap(session.open_view, *bases)
        return answer_response(request, bases[0], gap, pinned_params=pinned_params)


def _params_without(basis: Basis, omitted: Container[str]) -> list[tuple[str, str]]:
    return [pair for pair in basis.pinned_params() if pair[0] not in omitted]


@router.get(
    "/changes",
    **route_docs("changes", "read", "What changed as the ledger grew", ListAnswer[AnyStoryChange]),
)
def list_changes(
    request: Request, negotiation: NegotiationPath, query: Annotated[ChangesQuery, Query()]
) -> Response:
    """What each recorded event changed, cell by cell."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        steps = list(build_story(session.open_view, basis, query.after, limit=query.limit))
        next_page = {"after": steps[-1][0].seq} if len(steps) == query.limit else None
        changes = [change for _, step_changes in steps for change in step_changes]
        return answer_response(request, basis, changes, next_params=next_page)


@router.get(
    "/replay",
    **route_docs(
        "replay", "read", "The story, event by event and its changes", ListAnswer[ReplayStep]
    ),
)
def list_replay_steps(
    request: Request, negotiation: NegotiationPath, query: Annotated[ReplayQuery, Query()]
) -> Response:
    """Each recorded event by seq, also one that changed nothing, with what it changed."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        (first_seq, last_seq), view = _seq_range(session, query), session.open_view(basis)
        is_wanted = _is_between(session, query)
        story = build_story(
            session.open_view, basis, first_seq - 1, limit=query.limit, is_wanted=is_wanted
        )
        seqs, steps = list[int](), list[Json]()
        for item, changes in takewhile(lambda step: step[0].seq <= last_seq, story):
            seqs.append(item.seq)
            target = _target_of(view, item)
            steps.append(
                {
                    "event": build_event_line(item, view),
                    "target": target and build_event_line(target, view),
                    "changes": changes,
                }
            )
        next_page = {"after": seqs[-1]} if len(seqs) == query.limit else None
        is_dated = any(date and not _is_seq(date) for date in (query.from_, query.until))
        return answer_response(
            request,
            basis,
            steps,
            next_params=next_page,
            # A date such as yesterday means another seq tomorrow.
            pinned_params=basis.pinned_params() if is_dated else None,
        )


def _target_of(view: View, item: Item) -> Item | None:
    """Return the event that an act bears on, where it shows."""
    if item.type not in ACT_TYPES:
        return None
    return view.find_visible_item(str(item.own_fields.get("event")))


def _seq_range(session: Session, query: ReplayQuery) -> tuple[int, int]:
    """Return the first and the last seq of a replay."""
    log_timeline, is_recording = session.log_timeline, query.clock == "recorded"
    dates, first, last = query.date_reader(log_timeline), query.after + 1, log_timeline.head
    if _is_seq(query.from_):
        first = max(first, int(query.from_))
    elif query.from_ is not None and is_recording:
        first = max(first, log_timeline.seq_at(dates.read_start("from", query.from_) - 1) + 1)
    if _is_seq(query.until):
        last = min(last, int(query.until))
    elif query.until is not None and is_recording:
        last = min(last, log_timeline.seq_at(dates.read("until", query.until)))
    return first, last


def _is_seq(text: str | None) -> TypeGuard[str]:
    """Return whether a text is a seq and no date; no log has a seq of more digits."""
    return text is not None and re.fullmatch(r"\d{1,15}", text, re.ASCII) is not None


def _is_between(session: Session, query: ReplayQuery) -> Callable[[Item], bool]:
    """Return what tells whether an event became known, or happened, between the dates."""
    dates = query.date_reader(session.log_timeline)
    first, last = EARLIEST, LATEST
    if query.from_ is not None and not _is_seq(query.from_):
        first = dates.read_start("from", query.from_)
    if query.until is not None and not _is_seq(query.until):
        last = dates.read("until", query.until)
    match query.clock:
        case "known":
            return lambda item: item.has_known_at and first <= item.known_at <= last
        case "happened":
            return lambda item: (
                item.type not in ACT_TYPES
                and item.has_known_at
                and item.lo <= last
                and item.last >= first
            )
    return lambda item: True


@router.get("/rail", **route_docs("rail", "read", "Events per week", ListAnswer[RailWeek]))
def get_rail(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """Events per week that this audience can see now; never pinned."""
    with open_read_session(request, negotiation, query) as session:
        query.to_question(session.log_timeline)  # refuses what cannot be read
        basis = session.resolve_basis(query.to_viewer_question())
        weeks = diff.events_per_week(session.open_view(basis))
        pinned_params = _params_without(basis, ("basis", *CLOCK_PARAMS))
        return answer_response(request, basis, weeks, pinned_params=pinned_params)


@router.get("/events", **route_docs("events", "read", "The log", ListAnswer[AnyEvent]))
def list_events(
    request: Request, negotiation: NegotiationPath, query: Annotated[EventsQuery, Query()]
) -> Response:
    """The log by seq, or by when its events became known or happened, record and knowledge cuts
    applied; NDJSON by Accept. What happened at a vague time belongs to each window that it may lie
    in, a duration to that in which it may have begun."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        view = session.open_view(basis)
        items = view.read_log(_read_log_query(session, view, query))
        answer_lines = session.event_lines(view, items)
        next_page = {"after": items[-1].seq} if len(items) == query.limit else None
        return answer_response(
            request,
            basis,
            answer_lines,
            next_params=next_page,
            pinned_params=basis.pinned_params() if query.has_relative_dates else None,
            as_ndjson=wants_ndjson(request),
        )


def _read_log_query(session: Session, view: View, query: EventsQuery) -> LogQuery:
    log_timeline = session.log_timeline
    recorded = query.read_window("recorded", log_timeline) or Window()
    return LogQuery(
        query.limit,
        after=query.after,
        order=query.order,
        type=query.type,
        subjects=(query.subject,) if query.subject else (),
        standing=query.standing,
        first_seq=FIRST_SEQ
        if recorded.first == EARLIEST
        else log_timeline.seq_at(recorded.first - 1) + 1,
        last_seq=LAST_SEQ if recorded.last == LATEST else log_timeline.seq_at(recorded.last),
        known=query.read_window("known", log_timeline),
        happened=query.read_window("happened", log_timeline),
        terms=read_terms(view, query.q) if query.q else None,
    )


@router.get("/events/{event}", **route_docs("event", "read", "One event", Answer[AnyEvent]))
def get_event(
    request: Request, negotiation: NegotiationPath, event: UUID, query: BasisParams
) -> Response:
    """One event, its reports, and what corrected, disputed or retracted it."""
    with open_read_session(request, negotiation, query) as session:
        basis = session.resolve_basis(query.to_question(session.log_timeline))
        return answer_response(
            request, basis, session.event_with_acts(session.open_view(basis), str(event))
        )
