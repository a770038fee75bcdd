"""The words in which tests tell what was recorded: events, acts on them, reports, batches."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

Event = dict[str, Any]
ADDRESS = "/v1/negotiations/talks"
"""Where the API answers about the negotiation of the tests."""
Batch = tuple[str, list[Event]]
"""When events were recorded, and which."""


def event_id(label: int | str) -> str:
    """Return the id of an event that a test numbers or names."""
    return str(UUID(int=label) if isinstance(label, int) else uuid5(NAMESPACE_OID, label))


def report(published: str, publisher: str = "herald", audience: str = "public") -> Event:
    return {"published": published, "publisher": publisher, "audience": audience}


def event(label: int | str, type_: str, /, *reports: Event, **fields: Any) -> Event:
    return {"id": event_id(label), "type": type_, "reports": list(reports), **fields}


def act(
    label: int | str, type_: str, target: int | str, /, *reports: Event, **fields: Any
) -> Event:
    return event(label, type_, *reports, event=event_id(target), **fields)


def statement(n: int, day: int = 20, **fields: Any) -> Event:
    """Return the nth statement of the envoy, made and reported on a day of December 2025."""
    return {
        "type": "statement-made",
        "id": event_id(n),
        "statement": f"s{n}",
        "speaker": "envoy",
        "summary": f"Word {n}",
        "occurred": f"2025-12-{day:02}",
        "reports": [{"published": f"2025-12-{day:02}", "publisher": "herald"}],
    } | fields


OPENING: list[Event] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "north", "name": "North"},
    {"type": "person-registered", "person": "envoy", "name": "The envoy"},
    {"type": "issue-defined", "issue": "border", "title": "The border"},
]
STANCE: Event = {
    "type": "position-stated",
    "id": event_id(100),
    "party": "north",
    "issue": "border",
    "stance": "accepts",
    "summary": "yes",
    "occurred": "2025-12-20",
    "reports": [{"published": "2025-12-20", "publisher": "herald"}],
}
