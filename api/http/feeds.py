"""Feeds over HTTP: which are looked through for articles, and until when they were."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.access.route_scope import caller_of
from api.http.articles import NEVER_STORED, require_negotiation
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, StrictQuery
from api.http.responses import json_response
from api.inbox.telling import tell_feed
from api.models.inbox import FeedItem, FeedList
from api.services import services_of
from api.writing import run_in_writer
from domain.asked_dates import DateReader
from domain.events import Link, Text
from ledger import feeds
from ledger.feeds import Feed

FEEDS = "/v1/negotiations/{negotiation}/feeds"
router = interface_router(tags=["inbox"])


class NewFeed(BaseModel):
    """A feed to look through, or how far one was."""

    model_config = ConfigDict(extra="forbid")

    url: Link
    publisher: Text | None = None
    looked_at: Annotated[
        str | None, Field(max_length=60, description="Until when it was looked through.")
    ] = None


class FeedQuery(StrictQuery):
    url: Annotated[str, Field(max_length=4000, description="Its address.")]


@router.get(FEEDS, **route_docs("feeds", "propose", "List feeds", FeedList))
def list_feeds(request: Request, negotiation: NegotiationPath) -> Response:
    """The feeds that are looked through for articles, by address."""
    services = services_of(request)
    require_negotiation(services, negotiation)
    with services.ledger.open_snapshot() as c:
        found = feeds.list_feeds(c, negotiation)
    return json_response({"feeds": list(map(tell_feed, found))}, NEVER_STORED)


@router.post(
    FEEDS,
    **route_docs(
        "add-feed",
        "propose",
        "Add a feed",
        FeedItem,
        status=201,
        nothing_made="The feed was there; what is given of it stands now",
    ),
)
def add_feed(request: Request, negotiation: NegotiationPath, feed: NewFeed) -> Response:
    """Have a feed looked through, or say until when it was; minutebook watch run does so."""
    services, caller = services_of(request), caller_of(request)
    require_negotiation(services, negotiation)
    now = services.ledger.clock()
    looked_at = None
    if feed.looked_at is not None:
        looked_at = DateReader("UTC", now).read("looked_at", feed.looked_at)
    row = Feed(negotiation, feed.url, feed.publisher, caller.recorded_by, now, looked_at)
    stored, is_new = run_in_writer(services.ledger, lambda c: feeds.write_feed(c, row))
    response = json_response(tell_feed(stored), NEVER_STORED)
    response.status_code = 201 if is_new else 200
    return response


@router.delete(FEEDS, **route_docs("remove-feed", "propose", "Remove a feed", FeedList))
def remove_feed(
    request: Request, negotiation: NegotiationPath, query: Annotated[FeedQuery, Query()]
) -> Response:
    """Look through a feed no longer; its articles stay. The answer lists the others."""
    services = services_of(request)
    require_negotiation(services, negotiation)
    run_in_writer(services.ledger, lambda c: feeds.delete_feed(c, negotiation, query.url))
    return list_feeds(request, negotiation)
