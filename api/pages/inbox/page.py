"""The inbox: articles that were brought in, and forms that bring in more."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.http.query_params import OptionalText
from api.inbox import listing
from api.pages.proposals.page import ProposalsParams
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.services import services_of
from domain.model import Json

MAX_LISTED = 30
"""Articles that the page lists."""


class InboxParams(ProposalsParams):
    """What a bookmarklet fills in: address, title and publisher of a page."""

    url: Annotated[str | None, Field(max_length=4000)] = None
    title: OptionalText = None
    publisher: OptionalText = None
    cursor: Annotated[OptionalText, Field(pattern="^[0-9a-f-]{36}$")] = None


def load_inbox(frame: PageContext) -> Json:
    """Return the newest articles with how far their drafts are, and the feeds."""
    params, services = frame.params, services_of(frame.request)
    ledger = services.ledger
    shown, has_older = listing.list_articles(ledger, frame.slug, params.cursor, MAX_LISTED)
    return {
        "articles": shown,
        "older": shown[-1]["article"] if has_older else None,
        "open": frame.open_drafts,
        "feeds": listing.list_feeds(ledger, frame.slug),
        "sent": {name: getattr(params, name) or "" for name in ("url", "title", "publisher")},
        "model": services.model and services.model.endpoint.model,
        "refused": None,
    }


PAGE = PageDefinition("inbox", load_inbox, params_model=InboxParams, follows_date=False)
