"""Proposals over HTTP: put aside by one key, and accepted or returned by a second one."""

from __future__ import annotations

from typing import Annotated

import orjson
from anyio import to_thread
from fastapi import Header, Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from starlette.responses import Response

from api import proposals as batches
from api.access.caller import Caller
from api.access.route_scope import caller_of
from api.http.bodies import read_body, read_content_type
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, StrictQuery
from api.http.record import parse_if_match
from api.http.responses import build_address, json_response
from api.limits import server_limits
from api.models.proposals import AcceptedProposal, ProposalDetail, ProposalList
from api.services import services_of
from domain.events import check_text
from domain.instants import to_rfc3339
from domain.model import Json
from ledger import log, proposals
from ledger.database import ReadableLedger
from ledger.deadline import time_limit
from ledger.proposals import MAX_WORD, Proposal, ProposalStatus

PROPOSALS = "/v1/negotiations/{negotiation}/proposals"
NEVER_STORED = {"Cache-Control": "no-store"}
ProposalPath = Annotated[
    str,
    Path(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="Id of the proposal."),
]
IfMatchHeader = Annotated[
    str | None,
    Header(max_length=40, description="last_seq of what was looked at: 412 where it moved."),
]
router = interface_router(tags=["recording"])


def _require_words(value: str) -> str:
    if not value:
        raise ValueError("must not be empty; add a value")
    return value


Word = Annotated[
    str, Field(max_length=MAX_WORD), AfterValidator(check_text), AfterValidator(str.strip)
]


class Remark(BaseModel):
    """What is said of a decision."""

    model_config = ConfigDict(extra="forbid")

    word: Annotated[Word | None, AfterValidator(lambda word: word or None)] = None


class ReturnRemark(BaseModel):
    """Why a proposal is returned."""

    model_config = ConfigDict(extra="forbid")

    word: Annotated[Word, AfterValidator(_require_words), Field(json_schema_extra={"minLength": 1})]


class ProposalsQuery(StrictQuery):
    status: ProposalStatus | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[str | None, Field(max_length=36, description="Taken from the next link.")] = (
        None
    )


@router.post(
    PROPOSALS,
    **route_docs(
        "propose",
        "propose",
        "Put a batch aside for a second person",
        ProposalDetail,
        status=201,
        nothing_made="The same body of the same caller, which waits already",
    ),
)
async def propose(request: Request, negotiation: NegotiationPath) -> Response:
    """Check a batch like a recording, and put it aside until somebody else accepts it.

    The body is that of a recording. The answer says what it would change, and its Location where it
    waits; 200 where the same body of the same caller waits already.
    """
    body, media_type = await read_body(request), read_content_type(request.headers)
    ledger, caller = services_of(request).ledger, caller_of(request)

    def put_aside() -> Response:
        proposal, is_known = batches.put_aside(ledger, caller, negotiation, body, media_type)
        then = orjson.loads(proposal.preview)
        answer = describe(proposal, batches.describe_body(proposal), then, None, 0)
        with ledger.open_snapshot() as c:
            answer["last_seq"] = log.read_last_seq(c, negotiation)
        headers = NEVER_STORED | {"Location": f"{request.url.path}/{proposal.id}"}
        response = json_response(answer, headers)
        response.status_code = 200 if is_known else 201
        return response

    with time_limit(server_limits.COSTLY_SECONDS, services_of(request).ending.is_set):
        return await to_thread.run_sync(put_aside, limiter=batches.CHECKERS)


@router.get(PROPOSALS, **route_docs("proposals", "propose", "List proposals", ProposalList))
def list_proposals(
    request: Request, negotiation: NegotiationPath, query: Annotated[ProposalsQuery, Query()]
) -> Response:
    """The proposals that the caller may see, the newest first: with the scope append all of the
    negotiation, else its own."""
    name = batches.visible_name(caller_of(request), negotiation)
    with services_of(request).ledger.open_snapshot() as c:
        batches.require_some(c, negotiation)
        found = proposals.list_proposals(
            c,
            negotiation,
            status=query.status,
            proposed_by=name,
            before=query.cursor,
            limit=query.limit + 1,
        )
    headers = dict(NEVER_STORED)
    if len(found) > query.limit:
        pairs = {"status": query.status, "limit": query.limit, "cursor": found[-2].id}
        given = [(key, str(value)) for key, value in pairs.items() if value is not None]
        headers["Link"] = f'<{build_address(request.url.path, given)}>; rel="next"'
    shown = [describe_short(each) for each in found[: query.limit]]
    return json_response({"proposals": shown}, headers)


@router.get(
    f"{PROPOSALS}/{{proposal}}",
    **route_docs("proposal", "propose", "One proposal, checked anew", ProposalDetail),
)
def get_proposal(
    request: Request, negotiation: NegotiationPath, proposal: ProposalPath
) -> Response:
    """A proposal with its events, what they would have changed then, and what they would now."""
    ledger = services_of(request).ledger
    return json_response(
        read_detail(ledger, caller_of(request), negotiation, proposal), NEVER_STORED
    )


@router.post(
    f"{PROPOSALS}/{{proposal}}/accept",
    **route_docs("accept-proposal", "append", "Accept a proposal", AcceptedProposal),
)
def accept_proposal(
    request: Request,
    negotiation: NegotiationPath,
    proposal: ProposalPath,
    remark: Remark | None = None,
    if_match: IfMatchHeader = None,
) -> Response:
    """Record what somebody else proposed: recorded_by is who proposed it, approved_by who accepts.

    It is checked anew. Sent again by the same caller it gives the same answer and records nothing.
    """
    ledger, caller = services_of(request).ledger, caller_of(request)
    found = _open(ledger, caller, negotiation, proposal)
    word = remark.word if remark else None
    answer = batches.accept(ledger, found, caller, word, parse_if_match(if_match))
    decided = _open(ledger, caller, negotiation, proposal)
    return json_response({"proposal": describe_short(decided), **answer}, NEVER_STORED)


@router.post(
    f"{PROPOSALS}/{{proposal}}/return",
    **route_docs("return-proposal", "append", "Return a proposal", ProposalDetail),
)
def return_proposal(
    request: Request, negotiation: NegotiationPath, proposal: ProposalPath, remark: ReturnRemark
) -> Response:
    """Give a proposal of somebody else back, with a word that says why."""
    return _decide(request, negotiation, proposal, "returned", remark.word)


@router.post(
    f"{PROPOSALS}/{{proposal}}/withdraw",
    **route_docs("withdraw-proposal", "propose", "Withdraw a proposal", ProposalDetail),
)
def withdraw_proposal(
    request: Request,
    negotiation: NegotiationPath,
    proposal: ProposalPath,
    remark: Remark | None = None,
) -> Response:
    """Take a proposal of one's own back."""
    word = remark.word if remark else None
    return _decide(request, negotiation, proposal, "withdrawn", word)


def _decide(
    request: Request, negotiation: str, proposal: str, status: ProposalStatus, word: str | None
) -> Response:
    ledger, caller = services_of(request).ledger, caller_of(request)
    found = _open(ledger, caller, negotiation, proposal)
    batches.decide_unrecorded(ledger, found, caller, status, word)
    return json_response(read_detail(ledger, caller, negotiation, proposal), NEVER_STORED)


def _open(ledger: ReadableLedger, caller: Caller, negotiation: str, proposal: str) -> Proposal:
    with ledger.open_snapshot() as c:
        return batches.open_proposal(c, caller, negotiation, proposal)


def read_detail(ledger: ReadableLedger, caller: Caller, negotiation: str, proposal_id: str) -> Json:
    """Return all that is told of a proposal. Raises NotFoundError."""
    with ledger.open_snapshot() as c:
        proposal = batches.open_proposal(c, caller, negotiation, proposal_id)
        last_seq = log.read_last_seq(c, negotiation)
    then = orjson.loads(proposal.preview) if proposal.preview else None
    check = batches.check_again(ledger, proposal, caller)
    body = batches.describe_body(proposal)
    return describe(proposal, body, then, check and check.told, last_seq)


def describe(
    proposal: Proposal,
    body: list[JsonValue] | None,
    then: Json | None,
    now: Json | None,
    last_seq: int,
) -> Json:
    return {
        **describe_short(proposal),
        "body": body,
        "then": then,
        "now": now,
        "differs": batches.differ(then, now),
        "last_seq": last_seq,
    }


def describe_short(proposal: Proposal) -> Json:
    """Return what a list tells of a proposal."""
    decided_at = proposal.decided_at
    return {
        "proposal": proposal.id,
        "negotiation": proposal.negotiation,
        "status": proposal.status,
        "proposed_by": proposal.proposed_by,
        "proposed_at": to_rfc3339(proposal.proposed_at),
        "media_type": proposal.media_type,
        "bytes": proposal.size,
        "events": proposal.events,
        "decided_by": proposal.decided_by,
        "decided_at": None if decided_at is None else to_rfc3339(decided_at),
        "word": proposal.word,
        "recorded": proposal.recorded,
    }
