"""Meetings: announced, overdue, held, concluded, cancelled or possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.cells import CellRow
from domain.edtf import Bounds, Span, parse_span
from domain.instants import Instant
from domain.model import Json

PLANNING_TYPES = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")
OCCURRENCE_TYPES = ("meeting-held", "meeting-concluded")
MERGED_FIELDS = (
    "title",
    "place",
    "format",
    "level",
    "invitees",
    "announced_by",
    "outcome",
    "summary",
)


@dataclass(frozen=True, slots=True)
class ResolvedMeeting:
    """A meeting as far as the clock does not matter: ``due_bounds`` are of what is only
    announced, ``held_span`` of what was held over a time."""

    base_status: str
    occurred: str | None
    expected: str | None
    due_bounds: Bounds | None
    held_span: Span | None
    fields: Json
    rivals: list[Json]

    def status_at(self, valid_at: Instant) -> str:
        """Announced becomes overdue by the clock; the clock never makes a meeting held."""
        is_overdue = self.due_bounds is not None and self.due_bounds.is_past(valid_at)
        return "overdue" if is_overdue else self.base_status

    def is_ongoing_at(self, valid_at: Instant) -> bool:
        return self.held_span is not None and self.held_span.lo <= valid_at < self.held_span.hi


def resolve(newest_first: Sequence[CellRow], zone: str) -> ResolvedMeeting | None:
    """Resolve one meeting from its happened and possible placements."""
    rows = list(reversed(newest_first))
    occurrence_status = _occurrence_status(rows)
    if occurrence_status != "possible":
        rows = [row for row in rows if not row.possible]
    valued_rows = [(row, row.own_fields) for row in rows]
    planning_values = [
        value for row, value in valued_rows if row.label in PLANNING_TYPES and not row.possible
    ]
    occurrence_values = [value for row, value in valued_rows if row.label in OCCURRENCE_TYPES]
    base_status = occurrence_status or _planning_status(planning_values)
    if base_status is None:
        return None
    due_bounds = held_span = None
    if base_status == "announced":
        due_bounds = _parse_field(planning_values[-1], "expected", zone).start
    elif base_status == "held":
        span = _parse_field(occurrence_values[-1], "occurred", zone)
        held_span = span if span.kind in ("duration", "ongoing") else None
    values = [value for _, value in valued_rows]
    rivals = [rival for value in values for rival in value.get("rivals", ())]
    return ResolvedMeeting(
        base_status,
        _last_value(occurrence_values, "occurred"),
        _last_value(planning_values, "expected"),
        due_bounds,
        held_span,
        _merge_fields(values),
        rivals,
    )


def _occurrence_status(rows: Sequence[CellRow]) -> str | None:
    happened_types = {row.label for row in rows if not row.possible}
    if "meeting-concluded" in happened_types:
        return "concluded"
    if "meeting-held" in happened_types:
        return "held"
    return "possible" if any(row.label in OCCURRENCE_TYPES for row in rows) else None


def _planning_status(planning_values: Sequence[Json]) -> str | None:
    if not planning_values:
        return None
    return "cancelled" if planning_values[-1]["type"] == "meeting-cancelled" else "announced"


def _parse_field(value: Json, name: str, zone: str) -> Span:
    return parse_span(value.get(name), value.get("tz") or zone)


def _last_value(values: Sequence[Json], name: str) -> str | None:
    """Return the last value given; null where the last that gives one is disputed."""
    for value in reversed(values):
        if name in _disputed_fields(value):
            return None
        if value.get(name):
            return str(value[name])
    return None


def _disputed_fields(value: Json) -> set[str]:
    return {rival["field"] for rival in value.get("rivals", ())}


def _merge_fields(values: Sequence[Json]) -> Json:
    """Merge field by field in tie order; participants add up."""
    merged_fields: Json = {}
    participants: dict[tuple[str | None, str | None], Json] = {}
    for value in values:
        merged_fields.update({name: value[name] for name in MERGED_FIELDS if name in value})
        for participant in value.get("participants") or ():
            participants[participant.get("party"), participant.get("person")] = participant
    return merged_fields | {"participants": list(participants.values())}
