"""Deadlines, votes, incidents and briefs as pages show them."""

from __future__ import annotations

from datetime import date

from api.models.answers import Deadline
from api.models.base import Disputable
from api.pages.shared.disputes import rival_values
from api.pages.shared.page_context import PageContext
from domain.edtf import parse_span
from domain.instants import LATEST
from domain.model import Json

MAX_SHOWN = 20
"""Votes and incidents that a page shows; the log has the rest."""


def show_deadlines(frame: PageContext) -> list[Json]:
    """Return the deadlines, the one that ends last first; one without an end comes before all."""
    deadlines = [_deadline_entry(frame, deadline) for deadline in frame.answers.deadlines()]
    return sorted(
        deadlines, key=lambda each: (each["last_day"] or "9999", each["deadline"]), reverse=True
    )


def _deadline_entry(frame: PageContext, deadline: Deadline) -> Json:
    last_day = _last_day(frame, deadline)
    return {
        **_entry(deadline),
        "title": deadline.title or deadline.deadline,
        "by": frame.display_names.claimant_name(deadline.by),
        "on": [frame.name_of("party", slug) for slug in deadline.on],
        "dues": [deadline.due] if deadline.due else rival_values(deadline.to_json(), "due"),
        "last_day": str(last_day) if last_day else None,
    }


def _last_day(frame: PageContext, deadline: Deadline) -> date | None:
    """Return the day on which a deadline ends, as it was written; null where it has none."""
    span = parse_span(deadline.due, frame.view.zone)
    if deadline.due is None or span.hi >= LATEST:
        return None
    return frame.dates.to_local((span.end or span.start).last).date()


def show_votes(frame: PageContext) -> list[Json]:
    """Return the newest votes, with the names of the parties that voted each way."""
    entries = []
    for vote in frame.answers.votes(MAX_SHOWN):
        names_by_vote: dict[str, list[str]] = {}
        for each in vote.votes or ():
            names_by_vote.setdefault(each.vote, []).append(frame.name_of("party", each.party))
        counts = vote.counts.model_dump(by_alias=True, exclude_none=True) if vote.counts else {}
        entries.append({**_entry(vote), "voted": names_by_vote, "counts": counts})
    return entries


def show_incidents(frame: PageContext) -> list[Json]:
    """Return the newest incidents."""
    return [
        {
            **_entry(incident),
            "parties": [frame.name_of("party", slug) for slug in incident.parties or ()],
            "casualties": incident.casualties.model_dump(exclude_none=True)
            if incident.casualties
            else {},
        }
        for incident in frame.answers.incidents(MAX_SHOWN)
    ]


def show_briefs(frame: PageContext) -> list[Json]:
    """Return the briefs, newest first."""
    return [_entry(brief) for brief in frame.answers.briefs()]


def _entry(item: Disputable) -> Json:
    value = item.model_dump(mode="json", by_alias=True)
    sources = [source.to_json() for source in item.sources]
    return {**value, "sources": sources, "event": item.events[0]}
