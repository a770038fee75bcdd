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

from api.archive import Desk, counted, log_of
from api.documented import documented
from api.questions import (
    Asking,
    Between,
    Changes,
    Events,
    Meetings,
    Once,
    Paged,
    PlanBetween,
    Search,
    Slug,
    Statements,
)
from api.replica import Reads
from api.replies import reply, wants_lines
from domain import basis as rules
from domain.basis import Basis
from domain.events import SLUG
from domain.instants import Instant, full_text
from domain.items import Item
from ledger import log
from ledger.writing import Ledger
from projections import answers, changes, redline
from projections.view import View

router = APIRouter(prefix="/v1/negotiations", dependencies=[Once])
Name = Annotated[str, Path(pattern=SLUG)]
Ask = Annotated[Asking, Query()]


def desk_for(request: Request, negotiation: str, asking: Asking) -> AbstractContextManager[Desk]:
    """Open a desk where the question can be answered."""
    reads: Reads = request.app.state.reads
    return reads.desk(negotiation, asking.seq)


def _answer(
    request: Request, negotiation: str, asking: Asking, make: Callable[[View], Any]
) -> Response:
    with desk_for(request, negotiation, asking) as desk:
        basis = desk.basis(asking.question())
        return reply(request, basis, make(desk.view(basis)))


@router.get("", **documented("negotiations"))
def negotiations(request: Request, asking: Ask) -> Response:
    """List the negotiations with their counts and last seq; title is null until one is known."""
    ledger: Ledger = request.app.state.ledger
    with ledger.reading() as c:
        basis = rules.resolve(asking.question(), log_of(c, ledger.clock))
        found = []
        for slug, events, last_seq in counted(c, basis.seq):
            desk = Desk(c, slug, ledger.clock)
            opened = desk.view(basis).records("negotiation-opened")
            title = opened[0].value["title"] if opened else None
            found.append(
                {"negotiation": slug, "timezone": desk.zone, "events": events, "head": last_seq,
                 "title": title}
            )  # fmt: skip
        return reply(request, basis, found)


@router.get("/{negotiation}/state", **documented("state"))
def state(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """Everything as of the basis."""
    return _answer(request, negotiation, asking, answers.state)


@router.get("/{negotiation}/positions", **documented("positions"))
def positions(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """Where every party stands on every issue and plan point, and what others say of it."""
    return _answer(request, negotiation, asking, matrix)


def matrix(view: View) -> dict[str, Any]:
    return {"positions": answers.positions(view), "attributed": answers.attributed(view)}


@router.get("/{negotiation}/positions/{party}/{issue}", **documented("position"))
def position(
    request: Request, negotiation: Slug, party: Name, issue: Name,
    asking: Annotated[Paged, Query()],
) -> Response:  # fmt: skip
    """One party's position on one issue, with its history and what others say, page by page."""
    start, limit = asking.cursor or 0, asking.limit
    with desk_for(request, negotiation, asking) as desk:
        basis = desk.basis(asking.question())
        found = answers.cell(desk.view(basis), party, issue, start=start, limit=limit + 1)
        lists = [found["history"], found["attributed"]]
        more = {"cursor": start + limit} if any(len(each) > limit for each in lists) else None
        for each in lists:
            del each[limit:]
        return reply(request, basis, found, following=more)


@router.get("/{negotiation}/plans", **documented("plans"))
def plans(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """Every plan, point by point."""
    return _answer(request, negotiation, asking, answers.plans)


@router.get("/{negotiation}/plans/{plan}", **documented("plan"))
def plan(request: Request, negotiation: Slug, plan: Name, asking: Ask) -> Response:
    """One plan: text point by point, pending amendments, endorsements, agreed and open points."""
    return _answer(request, negotiation, asking, lambda view: answers.plan(view, plan))


@router.get("/{negotiation}/plans/{plan}/points/{point}", **documented("point"))
def point(request: Request, negotiation: Slug, plan: Name, point: Name, asking: Ask) -> Response:
    """One point with its history, lineage and positions."""
    return _answer(request, negotiation, asking, lambda view: answers.point(view, plan, point))


@router.get("/{negotiation}/plans/{plan}/diff", **documented("plan-diff"))
def plan_diff(
    request: Request, negotiation: Slug, plan: Name, between: Annotated[PlanBetween, Query()],
    ) -> Response:  # fmt: skip
    """Compare a plan between two dates, or with another plan, point by point."""
    with desk_for(request, negotiation, between) as desk:
        start = _dated(desk, between, "from", between.from_)
        end = _dated(desk, between, "to", between.to)
        old = answers.spelled_out(answers.plan(desk.view(start), plan))
        new = answers.spelled_out(answers.plan(desk.view(end), between.to_plan or plan))
        found, pin = redline.plan_diff(old, new), _pin_pair(start, end, desk.log.now)
        return reply(request, unpinned(end), found, pin=pin, beside=_clocks(start, end))


def unpinned(basis: Basis) -> Basis:
    """Return the basis of an answer that a later append may change."""
    return replace(basis, pinned=False, settled=False)


def _clocks(start: Basis, end: Basis) -> dict[str, dict[str, Any]]:
    """Return where the clocks stand at both ends; nothing that moves while the answer does not."""
    return {
        name: {"known_at": full_text(basis.known_at), "valid_at": full_text(basis.valid_at),
               "seq": basis.seq}
        for name, basis in (("from", start), ("to", end))
    }  # fmt: skip


def _pin_pair(start: Basis, end: Basis, now: Instant) -> list[tuple[str, str]]:
    """Return the parameters that ask for the same two dates of the same record again.

    A clock that stands alike at both ends is given as such, the others follow the dates.
    """
    shared = [pair for pair in end.pin() if pair in start.pin()]
    dates = [now if basis.as_of is None else basis.as_of for basis in (start, end)]
    return [*shared, *zip(("from", "to"), map(full_text, dates), strict=True)]


def _dated(desk: Desk, asking: Asking, name: str, value: str | None) -> Basis:
    question = asking.question()
    if value:
        question = replace(question, as_of=rules.moment(name, value, question.tz))
    return desk.basis(question)


@router.get("/{negotiation}/meetings", **documented("meetings"))
def meetings(request: Request, negotiation: Slug, asking: Annotated[Meetings, Query()]) -> Response:
    """Meetings, with their status as of the basis."""
    return _answer(
        request, negotiation, asking, lambda view: answers.meetings(view, status=asking.status)
    )


@router.get("/{negotiation}/meetings/{meeting}", **documented("meeting"))
def meeting(request: Request, negotiation: Slug, meeting: Name, asking: Ask) -> Response:
    """One meeting, with its status as of the basis."""
    return _answer(request, negotiation, asking, lambda view: answers.meeting(view, meeting))


@router.get("/{negotiation}/statements", **documented("statements"))
def statements(
    request: Request, negotiation: Slug, asking: Annotated[Statements, Query()]
) -> Response:
    """Statements, newest first."""
    return _paged(
        request, negotiation, asking,
        lambda view: answers.statements(
            view, speaker=asking.speaker, party=asking.party, about=asking.about, q=asking.q
        ),
    )  # fmt: skip


@router.get("/{negotiation}/search", **documented("search"))
def search(request: Request, negotiation: Slug, asking: Annotated[Search, Query()]) -> Response:
    """Full text: every word must be there, as a word or the start of one."""
    return _paged(
        request, negotiation, asking,
        lambda view: (answers.event_line(item, view) for item in view.search(asking.q)),
    )  # fmt: skip


def _paged(
    request: Request, negotiation: str, asking: Paged, make: Callable[[View], Any]
) -> Response:
    start = asking.cursor or 0
    with desk_for(request, negotiation, asking) as desk:
        basis = desk.basis(asking.question())
        found = list(islice(make(desk.view(basis)), start, start + asking.limit + 1))
        more = {"cursor": start + asking.limit} if len(found) > asking.limit else None
        return reply(request, basis, found[: asking.limit], following=more)


@router.get("/{negotiation}/roles", **documented("roles"))
def roles(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """Who holds which role for which party."""
    return _answer(request, negotiation, asking, answers.roles)


@router.get("/{negotiation}/parties", **documented("parties"))
def parties(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """The parties."""
    return _answer(request, negotiation, asking, answers.parties)


@router.get("/{negotiation}/issues", **documented("issues"))
def issues(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """The issues."""
    return _answer(request, negotiation, asking, answers.issues)


@router.get("/{negotiation}/people", **documented("people"))
def people(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """The persons, each with the roles held."""
    return _answer(request, negotiation, asking, answers.people)


@router.get("/{negotiation}/diff", **documented("diff"))
def diff(request: Request, negotiation: Slug, between: Annotated[Between, Query()]) -> Response:
    """What changed between two dates, each change with its cause."""
    with desk_for(request, negotiation, between) as desk:
        start = _dated(desk, between, "from", between.from_)
        end = _dated(desk, between, "to", between.to)
        found, pin = changes.diff(desk.view, start, end), _pin_pair(start, end, desk.log.now)
        return reply(request, unpinned(end), found, pin=pin, beside=_clocks(start, end))


@router.get("/{negotiation}/gap", **documented("gap"))
def gap(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """What was not yet known on a date, and what was known but missing from this ledger."""
    with desk_for(request, negotiation, asking) as desk:
        question = asking.question()
        bases = [
            desk.basis(replace(question, basis=preset))
            for preset in ("as-known", "as-recorded", "hindsight")
        ]
        found = changes.gap(desk.view, *bases)
        given = {*asking.model_fields_set, *(["seq"] if asking.recorded_at else [])}
        moving = {"basis", "known_at", "valid_at", "seq"} - given
        pin = [pair for pair in bases[0].pin() if pair[0] not in moving]
        pin += [("as_of", full_text(desk.log.now if (at := bases[0].as_of) is None else at))]
        return reply(request, unpinned(bases[0]), found, pin=pin)


@router.get("/{negotiation}/changes", **documented("changes"))
def grown(request: Request, negotiation: Slug, asking: Annotated[Changes, Query()]) -> Response:
    """What each recorded event changed, cell by cell."""
    with desk_for(request, negotiation, asking) as desk:
        basis = desk.basis(asking.question())
        told = list(islice(changes.story(desk.view, basis, asking.after), asking.limit))
        more = {"after": told[-1][0].seq} if len(told) == asking.limit else None
        found = [change for _, changed in told for change in changed]
        return reply(request, basis, found, following=more)


@router.get("/{negotiation}/rail", **documented("rail"))
def rail(request: Request, negotiation: Slug, asking: Ask) -> Response:
    """Events per week that this audience can see now; never pinned."""
    with desk_for(request, negotiation, asking) as desk:
        asked = asking.question()
        now = rules.Question(
            audience=asked.audience, exclude_source=asked.exclude_source,
            min_sources=asked.min_sources,
        )  # fmt: skip
        basis = desk.basis(now)
        clocks = ("basis", "known_at", "valid_at", "seq")
        pin = [pair for pair in basis.pin() if pair[0] not in clocks]
        return reply(request, unpinned(basis), changes.rail(desk.view(basis)), pin=pin)


@router.get("/{negotiation}/events", **documented("events"))
def events(request: Request, negotiation: Slug, asking: Annotated[Events, Query()]) -> Response:
    """The log by seq, record and knowledge cuts applied; NDJSON by Accept."""
    with desk_for(request, negotiation, asking) as desk:
        basis = desk.basis(asking.question())
        view = desk.view(basis)
        items = view.log(
            after=asking.after, limit=asking.limit, type=asking.type,
            subject=asking.subject, standing=asking.standing,
        )  # fmt: skip
        found = lines(desk, view, items)
        more = {"after": items[-1].seq} if len(items) == asking.limit else None
        return reply(request, basis, found, following=more, lines=wants_lines(request))


@router.get("/{negotiation}/events/{event}", **documented("event"))
def event(request: Request, negotiation: Slug, event: UUID, asking: Ask) -> Response:
    """One event, its reports, and what corrected, disputed or retracted it."""
    with desk_for(request, negotiation, asking) as desk:
        basis = desk.basis(asking.question())
        return reply(request, basis, whole_event(desk, desk.view(basis), str(event)))


def whole_event(desk: Desk, view: View, event: str) -> dict[str, Any]:
    """Return one event and what acted on it. Raises NotFoundError."""
    item, acts = answers.event(view, event)
    own, *others = lines(desk, view, [item, *acts])
    return {**answers.spelled_out(own), "acts": others}


def lines(desk: Desk, view: View, items: list[Item]) -> list[Any]:
    """Return events with what the server set: by whom, for which negotiation, the leaf hash."""
    marks = log.marks(desk.c, [item.event for item in items])
    own = {"negotiation": desk.negotiation}
    return [answers.event_line(item, view, **own, **marks[item.event]) for item in items]
