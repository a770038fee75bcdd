"""Meetings: announced, overdue, held, concluded, cancelled or possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.cells import CellRow
from domain.edtf import Bounds, Span, parse_span
from domain.instants import Instant
from domain.model import Json
from domain.titles import merge_titles

PLANNING_TYPES = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")
DATING_TYPES = ("meeting-announced", "meeting-rescheduled")
OCCURRENCE_TYPES = ("meeting-held", "meeting-concluded")
MERGED_FIELDS = (
    "place",
    "format",
    "level",
    "invitees",
    "announced_by",
    "part_of",
    "outcome",
    "summary",
)


@dataclass(frozen=True, slots=True)
class ResolvedMeeting:
    """A meeting as far as the clock does not matter.

    ``due_bounds`` are of the start of what is only announced, ``held_spans`` of what was held: more
    than one where its time is disputed. ``zones`` has the zone of its own in which an event gave a
    date: of ``occurred`` as ``tz``, of the others as ``concluded_tz`` and ``expected_tz``.
    """

    base_status: str
    occurred: str | None
    concluded: str | None
    expected: str | None
    due_bounds: Bounds | None
    held_spans: tuple[Span, ...]
    fields: Json
    zones: dict[str, str]
    rivals: list[Json]

    def status_at(self, valid_at: Instant) -> str:
        """Announced becomes overdue by the clock; the clock never makes a meeting held."""
        is_overdue = self.due_bounds is not None and self.due_bounds.is_past(valid_at)
        return "overdue" if is_overdue else self.base_status

    def is_ongoing_at(self, valid_at: Instant) -> bool | None:
        """Return whether it goes on; null where its end, or which time it was held, is unknown."""
        verdicts = {_goes_on(span, valid_at) for span in self.held_spans}
        return verdicts.pop() if len(verdicts) == 1 else None if verdicts else False


def resolve(newest_first: Sequence[CellRow], zone: str) -> ResolvedMeeting:
    """Resolve one meeting from its happened and possible placements. Raises ValueError where
    nothing of it counts."""
    base_status, rows = find_base_status(newest_first)
    if base_status is None:
        raise ValueError("a meeting of which nothing counts has no status")
    values = [row.own_fields for row in rows]
    planning_values = [value for row, value in zip(rows, values, strict=True) if _is_planning(row)]
    held_value = _last_giving(_values_of(values, "meeting-held"), "occurred")
    concluded_value = _last_giving(_values_of(values, "meeting-concluded"), "occurred")
    dated_values = _values_of(planning_values, *DATING_TYPES)
    expected_value = dated_values[-1] if dated_values else {}
    occurred_value = held_value or concluded_value
    return ResolvedMeeting(
        base_status,
        occurred_value.get("occurred"),
        concluded_value.get("occurred"),
        expected_value.get("expected"),
        _due_bounds(expected_value, zone) if base_status == "announced" else None,
        tuple(_claimed_spans(held_value, zone)) if base_status == "held" else (),
        _merge_fields(values),
        _own_zones(tz=occurred_value, concluded_tz=concluded_value, expected_tz=expected_value),
        [rival for value in values for rival in value.get("rivals", ())],
    )


def find_base_status(newest_first: Sequence[CellRow]) -> tuple[str | None, list[CellRow]]:
    """Return the status of a meeting but for the clock, and the rows that count for it, oldest
    first, which need no JSON; the status is null where nothing counts."""
    rows = list(reversed(newest_first))
    status = _occurrence_status(rows)
    if status != "possible":
        rows = [row for row in rows if not row.possible]
    return status or _planning_status(rows), rows


def find_whole(newest_first: Sequence[CellRow]) -> str | None:
    """Return what a meeting is part of; its rows need no JSON."""
    _, rows = find_base_status(newest_first)
    return next((row.part_of for row in reversed(rows) if row.detail), None)


def _occurrence_status(rows: Sequence[CellRow]) -> str | None:
    happened_types = {row.label for row in rows if not row.possible}
    if "meeting-concluded" in happened_types:
        return "concluded"
    if "meeting-held" in happened_types:
        return "held"
    return "possible" if any(row.label in OCCURRENCE_TYPES for row in rows) else None


def _planning_status(rows: Sequence[CellRow]) -> str | None:
    last = next((row.label for row in reversed(rows) if _is_planning(row)), None)
    return last and ("cancelled" if last == "meeting-cancelled" else "announced")


def _is_planning(row: CellRow) -> bool:
    return row.label in PLANNING_TYPES and not row.possible


def _values_of(values: Sequence[Json], *types: str) -> list[Json]:
    return [value for value in values if value["type"] in types]


def _last_giving(values: Sequence[Json], name: str) -> Json:
    """Return the last value that gives a field or in which it is disputed; empty if none does."""
    for value in reversed(values):
        if value.get(name) or name in _disputed_fields(value):
            return value
    return {}


def _own_zones(**dating_values: Json) -> dict[str, str]:
    return {name: value["tz"] for name, value in dating_values.items() if value.get("tz")}


def _due_bounds(value: Json, zone: str) -> Bounds:
    return parse_span(value.get("expected"), value.get("tz") or zone).start


def _claimed_spans(value: Json, zone: str) -> Iterator[Span]:
    """Yield when a meeting was held; where that is disputed, each time that is claimed."""
    claimed = [rival["value"] for rival in value.get("rivals", ()) if rival["field"] == "occurred"]
    for expression in claimed or [value.get("occurred")]:
        yield parse_span(expression, value.get("tz") or zone)


def _goes_on(span: Span, valid_at: Instant) -> bool | None:
    """Return whether a duration goes on at an instant; null where its end is unknown."""
    if span.kind == "duration" and span.end is None:
        return None
    is_lasting = span.kind in ("duration", "ongoing")
    return is_lasting and span.lo <= valid_at < span.hi


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
    told = {**merged_fields, "participants": list(participants.values())}
    return told | merge_titles(values)
