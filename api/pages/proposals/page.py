"""What waits for a second person, and what was decided lately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from api import proposals as batches
from api.access.route_scope import caller_of
from api.http.proposals import describe_short
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from api.services import services_of
from domain.acceptance import find_references
from domain.events import Audience
from domain.model import Json
from ledger.proposals import Proposal

MAX_WAITING, MAX_DECIDED = 50, 20
"""Proposals that a page lists."""
MAX_EVENTS = 5
"""Events of a proposal that the list shows."""
MAX_LISTED_BYTES = 64 * 1024
"""Bytes of a body that is read for the list."""
NAMED_KINDS = ("party", "person", "speaker", "issue", "plan")
"""Kinds of things that stand by name before the words of an event."""
REGISTERED_KINDS = {
    "party-registered": "party",
    "person-registered": "person",
    "issue-defined": "issue",
    "plan-introduced": "plan",
}
"""What names a thing that others of the same proposal are about."""
TEXT_FIELDS = ("summary", "title", "motion", "name", "reason", "text", "quote")
"""The field that says most of an event: the first of these that it has."""


class ProposalsParams(PageParams):
    """A proposal is for those who see as staff, and so is its page unless it is told otherwise."""

    audience: Audience = "staff"


def load_proposals(frame: PageContext) -> Json:
    """Return what waits, with what its events say, and what was decided lately."""
    caller = caller_of(frame.request)
    ledger = services_of(frame.request).ledger
    waiting = batches.read_waiting(
        ledger, caller, frame.slug, limit=MAX_WAITING, max_size=MAX_LISTED_BYTES
    )
    decided = batches.read_decided(ledger, caller, frame.slug, limit=MAX_DECIDED)
    return {
        "waiting": [_show_short(frame, each) for each in waiting],
        "decided": [describe_short(each) for each in decided],
        "may_accept": caller.may_append(frame.slug),
    }


def _show_short(frame: PageContext, proposal: Proposal) -> Json:
    values = batches.describe_body(proposal) or ()
    says = say_events(frame, values, MAX_EVENTS)
    return {**describe_short(proposal), "says": says, "more": proposal.events - len(says)}


def say_events(frame: PageContext, values: Sequence[JsonValue], limit: int) -> list[Json]:
    """Return what the first events of a body say: type, words, whom each names, and when."""
    events = [unwrap(value) for value in values]
    own_names = {
        (kind, str(event.get(kind))): str(event.get("name") or event.get("title"))
        for event in events
        for kind in [REGISTERED_KINDS.get(str(event.get("type")))]
        if kind
    }
    return [_say_event(frame, event, own_names) for event in events[:limit]]


def _say_event(
    frame: PageContext, event: Mapping[str, JsonValue], own_names: Mapping[tuple[str, str], str]
) -> Json:
    kind = str(event.get("type"))
    named = [
        own_names.get((of, slug)) or _name_thing(frame, of, slug)
        for _, of, slug in find_references(kind, dict(event))
        if of in NAMED_KINDS
    ]
    text = next((event[name] for name in TEXT_FIELDS if event.get(name)), None)
    reports = event.get("reports")
    return {
        "type": kind,
        "text": text if isinstance(text, str) else None,
        "stance": event.get("stance") if isinstance(event.get("stance"), str) else None,
        "named": list(dict.fromkeys(named))[:4],
        "occurred": event.get("occurred") if isinstance(event.get("occurred"), str) else None,
        "publishers": list(_publishers(reports if isinstance(reports, list) else [])),
        "event": event,
    }


def _name_thing(frame: PageContext, kind: str, slug: str) -> str:
    """Return the name of a thing; a speaker without a kind is a person, else a party."""
    if kind == "speaker":
        kind = next((of for of in ("person", "party") if slug in frame.names_by_slug(of)), "person")
    return frame.name_of(kind, slug)


def unwrap(value: JsonValue) -> Mapping[str, JsonValue]:
    """Return the fields of an event, also of one that came in a CloudEvent."""
    event = value if isinstance(value, dict) else {}
    data = event.get("data")
    return {**data, "type": event.get("type")} if isinstance(data, dict) else event


def _publishers(reports: Sequence[JsonValue]) -> Iterator[str]:
    for each in reports:
        if isinstance(each, dict) and each.get("publisher"):
            yield str(each["publisher"])


PAGE = PageDefinition("proposals", load_proposals, params_model=ProposalsParams, follows_date=False)
