"""Meetings: announced, overdue, held, concluded, cancelled or possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.cells import Item, Placed
from domain.instants import Instant
from domain.spans import parse

PLANNED = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")
TOOK_PLACE = ("meeting-held", "meeting-concluded")
FIELDS = ("title", "place", "format", "level", "invitees", "announced_by", "outcome", "summary")


@dataclass(frozen=True, slots=True)
class Meeting:
    status: str
    ongoing: bool
    occurred: str | None
    expected: str | None
    fields: dict[str, Any]


def resolve(newest_first: Sequence[Placed], valid_at: Instant, zone: str) -> Meeting | None:
    """Resolve one meeting from its happened and possible placements at a moment in the world."""
    rows = list(reversed(newest_first))
    if _status(rows) != "possible":
        rows = [row for row in rows if not row.possible]
    items = [row.load() for row in rows]
    plan = [item for row, item in zip(rows, items, strict=True)
            if row.mark in PLANNED and not row.possible]  # fmt: skip
    held = [item for row, item in zip(rows, items, strict=True) if row.mark in TOOK_PLACE]
    status = _status(rows) or _planned_status(plan, valid_at, zone)
    if status is None:
        return None
    return Meeting(
        status,
        status == "held" and _ongoing(held[-1], valid_at, zone),
        _last_of(held, "occurred"),
        _last_of(plan, "expected"),
        _fields(items),
    )


def _status(rows: Sequence[Placed]) -> str | None:
    happened = {row.mark for row in rows if not row.possible}
    if "meeting-concluded" in happened:
        return "concluded"
    if "meeting-held" in happened:
        return "held"
    return "possible" if any(row.mark in TOOK_PLACE for row in rows) else None


def _planned_status(plan: Sequence[Item], valid_at: Instant, zone: str) -> str | None:
    if not plan:
        return None
    if plan[-1]["type"] == "meeting-cancelled":
        return "cancelled"
    latest = plan[-1]
    span = parse(latest["value"].get("expected"), latest["value"].get("tz", zone))
    return "overdue" if span.start.past(valid_at) else "announced"


def _ongoing(item: Item, valid_at: Instant, zone: str) -> bool:
    span = parse(item["value"].get("occurred"), item["value"].get("tz", zone))
    return span.kind in ("duration", "ongoing") and span.lo <= valid_at < span.hi


def _last_of(items: Sequence[Item], name: str) -> str | None:
    """Return the last value given; null where the last that gives one is disputed."""
    for item in reversed(items):
        if name in _disputed(item):
            return None
        if item["value"].get(name):
            return str(item["value"][name])
    return None


def _disputed(item: Item) -> set[str]:
    return {rival["field"] for rival in item["rivals"]}


def _fields(items: Sequence[Item]) -> dict[str, Any]:
    """Merge field by field in tie order; participants add up."""
    merged: dict[str, Any] = {}
    people: dict[tuple[Any, Any], Any] = {}
    for item in items:
        value = item["value"]
        merged.update({name: value[name] for name in FIELDS if name in value})
        merged.update({name: None for name in _disputed(item) if name in FIELDS})
        for each in value.get("participants", ()):
            people[each.get("party"), each.get("person")] = each
    return merged | {"participants": list(people.values())}
