"""Drafts over HTTP: they are listed, tried, changed, accepted and discarded."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from starlette.responses import Response

from api.access.route_scope import caller_of
from api.http.articles import NEVER_STORED, UUID_PATTERN, next_link, require_negotiation
from api.http.interface_router import interface_router
from api.http.likely_duplicates import find_likely_duplicates
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, StrictQuery
from api.http.responses import json_response
from api.inbox import deciding, recording, reporting, trying
from api.inbox.telling import tell_draft
from api.models.inbox import DraftDetail, DraftList, InboxDraft
from api.services import Services, services_of
from domain.model import Json
from ledger import drafts
from ledger.drafts import DraftStatus

DRAFTS = "/v1/negotiations/{negotiation}/drafts"
DraftPath = Annotated[str, Path(pattern=UUID_PATTERN, description="Id of the draft.")]
DraftVersionHeader = Annotated[
    str | None, Header(max_length=60, description="Its ETag, or version, as it was seen.")
]
router = interface_router(tags=["inbox"])


class DraftsQuery(StrictQuery):
    status: DraftStatus | None = None
    article: Annotated[str | None, Field(pattern=UUID_PATTERN, description="Only those of it.")] = (
        None
    )
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[
        str | None,
        Field(
            pattern=f"{UUID_PATTERN[:-1]}:[0-9]{{1,9}}$", description="Taken from the next link."
        ),
    ] = None


@router.get(DRAFTS, **route_docs("drafts", "propose", "List drafts", DraftList))
def list_drafts(
    request: Request, negotiation: NegotiationPath, query: Annotated[DraftsQuery, Query()]
) -> Response:
    """Drafts by article, the oldest first, and in the order of the text."""
    services = services_of(request)
    require_negotiation(services, negotiation)
    after, _, place = (query.cursor or ":-1").rpartition(":")
    with services.ledger.open_snapshot() as c:
        found = drafts.list_drafts(
            c,
            negotiation,
            status=query.status,
            article=query.article,
            after=(after, int(place)),
            limit=query.limit + 1,
        )
    last = found[query.limit - 1].row if len(found) > query.limit else None
    headers = next_link(request, query, last and f"{last.article}:{last.place}")
    shown = list(map(tell_draft, found[: query.limit]))
    return json_response({"drafts": shown}, headers)


@router.get(
    f"{DRAFTS}/{{draft}}", **route_docs("draft", "propose", "One draft, tried", DraftDetail)
)
def get_draft(request: Request, negotiation: NegotiationPath, draft: DraftPath) -> Response:
    """A draft with what recording it would change now, after those of its article that are
    accepted, and what is recorded already and may be the same."""
    ledger, caller = services_of(request).ledger, caller_of(request)
    found = deciding.open_draft(ledger, negotiation, draft)
    with ledger.open_snapshot() as c:
        accepted = drafts.list_drafts(c, negotiation, article=found.row.article, status="accepted")
    preview = trying.preview_draft(ledger, caller, found, accepted)
    twins: list[Json] = []
    if not (found.is_erased or found.is_recorded) and deciding.is_valid(found):
        twins = find_likely_duplicates(ledger, negotiation, recording.build_batch([found]).events)
    told = tell_draft(found) | {"preview": preview | {"possible_duplicates": twins}}
    return json_response(told, NEVER_STORED | {"ETag": f'"{found.version}"'})


@router.patch(
    f"{DRAFTS}/{{draft}}", **route_docs("change-draft", "propose", "Change a draft", InboxDraft)
)
def change_draft(
    request: Request,
    negotiation: NegotiationPath,
    draft: DraftPath,
    patch: Annotated[
        dict[str, JsonValue],
        Body(description="What is otherwise of its event (RFC 7396): null takes a field away."),
    ],
    if_match: DraftVersionHeader = None,
) -> Response:
    """Correct the event of a draft; as it was read it is kept too.

    With If-Match, its ETag as it was seen, what somebody else made of it meanwhile is not
    overwritten: the answer is 412 and tells both. A time that is changed takes its phrase along.
    """
    ledger, caller = services_of(request).ledger, caller_of(request)
    found = deciding.open_draft(ledger, negotiation, draft)
    deciding.require_seen(found, _read_version(if_match), patch)
    deciding.correct_event(ledger, caller, found, patch)
    return _told(services_of(request), negotiation, draft)


class ReportedEvent(BaseModel):
    """The recorded event that a draft repeats."""

    model_config = ConfigDict(extra="forbid")

    event: Annotated[str, Field(pattern=UUID_PATTERN, description="Its id.")]


@router.post(
    f"{DRAFTS}/{{draft}}/report",
    **route_docs("report-draft", "propose", "Make a draft a further report", InboxDraft),
)
def report_draft(
    request: Request,
    negotiation: NegotiationPath,
    draft: DraftPath,
    reported: ReportedEvent,
    if_match: DraftVersionHeader = None,
) -> Response:
    """Add the article as a source to an event that is recorded already, in place of a second event:
    the draft becomes a report-added with publisher, address, quote and hash of the article."""
    ledger = services_of(request).ledger
    found = deciding.open_draft(ledger, negotiation, draft)
    deciding.require_seen(found, _read_version(if_match), {})
    reporting.report_instead(ledger, caller_of(request), found, reported.event)
    return _told(services_of(request), negotiation, draft)


def _decide(
    request: Request, negotiation: str, draft: str, status: DraftStatus, if_match: str | None
) -> Response:
    ledger = services_of(request).ledger
    found = deciding.open_draft(ledger, negotiation, draft)
    deciding.require_seen(found, _read_version(if_match), {})
    deciding.decide(ledger, caller_of(request), found, status)
    return _told(services_of(request), negotiation, draft)


@router.post(
    f"{DRAFTS}/{{draft}}/accept",
    **route_docs("accept-draft", "propose", "Accept a draft", InboxDraft),
)
def accept_draft(
    request: Request,
    negotiation: NegotiationPath,
    draft: DraftPath,
    if_match: DraftVersionHeader = None,
) -> Response:
    """Accept a draft, which is recorded with the others of its article."""
    return _decide(request, negotiation, draft, "accepted", if_match)


@router.post(
    f"{DRAFTS}/{{draft}}/discard",
    **route_docs("discard-draft", "propose", "Discard a draft", InboxDraft),
)
def discard_draft(
    request: Request,
    negotiation: NegotiationPath,
    draft: DraftPath,
    if_match: DraftVersionHeader = None,
) -> Response:
    """Discard a draft."""
    return _decide(request, negotiation, draft, "discarded", if_match)


@router.post(
    f"{DRAFTS}/{{draft}}/reopen",
    **route_docs("reopen-draft", "propose", "Open a draft again", InboxDraft),
)
def reopen_draft(
    request: Request,
    negotiation: NegotiationPath,
    draft: DraftPath,
    if_match: DraftVersionHeader = None,
) -> Response:
    """Undo that a draft was accepted or discarded, until it is recorded."""
    return _decide(request, negotiation, draft, "open", if_match)


def _told(services: Services, negotiation: str, draft: str) -> Response:
    found = deciding.open_draft(services.ledger, negotiation, draft)
    return json_response(tell_draft(found), NEVER_STORED | {"ETag": f'"{found.version}"'})


def _read_version(if_match: str | None) -> str | None:
    """Return the version that a header names, None for any."""
    if if_match is None or if_match.strip() == "*":
        return None
    return if_match.strip().removeprefix("W/").strip('"').partition("-")[0]
