"""Meetings: announced, overdue, held, concluded, cancelled or possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.cells import Placed
from domain.instants import Instant
from domain.spans import Bounds, Span, parse
from domain.versions import Json

PLANNED = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")
TOOK_PLACE = ("meeting-held", "meeting-concluded")
FIELDS = ("title", "place", "format", "level", "invitees", "announced_by", "outcome", "summary")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as far as the clock does not matter: ``due`` is of what is only announced,
    ``lasting`` of what was held over a time."""

    standing: str
    occurred: str | None
    expected: str | None
    due: Bounds | None
    lasting: Span | None
    fields: Json
    rivals: list[Json]

    def status(self, valid_at: Instant) -> str:
        """Announced becomes overdue by the clock; the clock never makes a meeting held."""
        return "overdue" if self.due and self.due.past(valid_at) else self.standing

    def ongoing(self, valid_at: Instant) -> bool:
        return self.lasting is not None and self.lasting.lo <= valid_at < self.lasting.hi


def resolve(newest_first: Sequence[Placed], zone: str) -> Meeting | None:
    """Resolve one meeting from its happened and possible placements."""
    rows = list(reversed(newest_first))
    took_place = _took_place(rows)
    if took_place != "possible":
        rows = [row for row in rows if not row.possible]
    told = [(row, row.value) for row in rows]
    plan = [value for row, value in told if row.mark in PLANNED and not row.possible]
    held = [value for row, value in told if row.mark in TOOK_PLACE]
    standing = took_place or _planned(plan)
    if standing is None:
        return None
    due = _span(plan[-1], "expected", zone).start if standing == "announced" else None
    lasting = _span(held[-1], "occurred", zone) if standing == "held" else None
    if lasting and lasting.kind not in ("duration", "ongoing"):
        lasting = None
    values = [value for _, value in told]
    rivals = [rival for value in values for rival in value.get("rivals", ())]
    return Meeting(
        standing, _last_of(held, "occurred"), _last_of(plan, "expected"), due, lasting,
        _fields(values), rivals,
    )  # fmt: skip


def _took_place(rows: Sequence[Placed]) -> str | None:
    happened = {row.mark for row in rows if not row.possible}
    if "meeting-concluded" in happened:
        return "concluded"
    if "meeting-held" in happened:
        return "held"
    return "possible" if any(row.mark in TOOK_PLACE for row in rows) else None


def _planned(plan: Sequence[Json]) -> str | None:
    if not plan:
        return None
    return "cancelled" if plan[-1]["type"] == "meeting-cancelled" else "announced"


def _span(value: Json, name: str, zone: str) -> Span:
    return parse(value.get(name), value.get("tz") or zone)


def _last_of(values: Sequence[Json], name: str) -> str | None:
    """Return the last value given; null where the last that gives one is disputed."""
    for value in reversed(values):
        if name in _disputed(value):
            return None
        if value.get(name):
            return str(value[name])
    return None


def _disputed(value: Json) -> set[str]:
    return {rival["field"] for rival in value.get("rivals", ())}


def _fields(values: Sequence[Json]) -> Json:
    """Merge field by field in tie order; participants add up."""
    merged: dict[str, Any] = {}
    people: dict[tuple[Any, Any], Any] = {}
    for value in values:
        merged.update({name: value[name] for name in FIELDS if name in value})
        for each in value.get("participants") or ():
            people[each.get("party"), each.get("person")] = each
    return merged | {"participants": list(people.values())}
