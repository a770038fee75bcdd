"""Deadlines: their events, and when one is open, passed, met or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Literal

from domain.edtf import Bounds, Span, parse_span
from domain.events import (
    EMPTY_MAP,
    CellName,
    DeadlineSlug,
    Items,
    Labels,
    Occurrence,
    PartySlug,
    SpanText,
    Speaker,
    Subject,
    Text,
)
from domain.instants import Instant
from domain.titles import merge_titles
from domain.tracking import Tracking

if TYPE_CHECKING:
    from domain.cells import CellRow
    from domain.model import Json

DEADLINE_CELL = CellName("deadline", ("deadline",))


class DeadlineSet(Occurrence):
    """Somebody sets a deadline: by when, on whom, and what follows if it is missed."""

    CELL = DEADLINE_CELL
    TRACKED = Tracking(
        "deadlines",
        ("met", "withdrawn"),
        lambda rows: find_base_status(rows),
        lambda *told: resolve(*told),
    )
    type: Literal["deadline-set"]
    deadline: DeadlineSlug
    title: Text
    names: Labels = EMPTY_MAP
    due: SpanText
    by: Speaker | None = None
    on: Items[PartySlug] = ()
    about: Items[Subject] = ()
    consequence: Text | None = None


class DeadlineExtended(Occurrence):
    """A deadline gets another date; this reopens one that was closed."""

    CELL = DEADLINE_CELL
    type: Literal["deadline-extended"]
    deadline: DeadlineSlug
    due: SpanText
    by: Speaker | None = None
    reason: Text | None = None


class DeadlineMet(Occurrence):
    """What a deadline asked for is done, in time or late."""

    CELL = DEADLINE_CELL
    type: Literal["deadline-met"]
    deadline: DeadlineSlug
    by: Speaker | None = None
    summary: Text | None = None


class DeadlineWithdrawn(Occurrence):
    """A deadline no longer holds."""

    CELL = DEADLINE_CELL
    type: Literal["deadline-withdrawn"]
    deadline: DeadlineSlug
    by: Speaker | None = None
    summary: Text | None = None


DeadlineStatus = Literal["open", "passed", "met", "withdrawn"]
DUE_TYPES = ("deadline-set", "deadline-extended")
STATUS_BY_CLOSING_TYPE: dict[str | None, DeadlineStatus] = {
    "deadline-met": "met",
    "deadline-withdrawn": "withdrawn",
}
SET_FIELDS = ("by", "on", "about", "consequence")
EMPTY_FIELDS: Json = {"title": None, "by": None, "on": [], "about": [], "consequence": None}


@dataclass(frozen=True, slots=True)
class ResolvedDeadline:
    """A deadline as far as the clock does not matter.

    ``end_of_due`` is null where it has no end. ``late`` is null where it is not met, or where it
    may have been met before or after it was due. ``zones`` has the zone of its own in which the
    event gave a date, of ``due`` as ``tz`` and of ``closed`` as ``closed_tz``.
    """

    base_status: DeadlineStatus
    due: str | None
    end_of_due: Bounds | None
    closed: str | None
    late: bool | None
    fields: Json
    zones: dict[str, str]
    rivals: list[Json]

    def status_at(self, valid_at: Instant) -> DeadlineStatus:
        """Open becomes passed by the clock, which never makes a deadline met."""
        is_passed = self.end_of_due is not None and self.end_of_due.is_past(valid_at)
        return "passed" if is_passed and self.base_status == "open" else self.base_status

    def to_json(self) -> Json:
        return {
            "due": self.due,
            "closed": self.closed,
            "late": self.late,
            **self.fields,
            **self.zones,
        }


def resolve(newest_first: Sequence[CellRow], zone: str) -> ResolvedDeadline:
    """Resolve one deadline from its happened rows."""
    rows = list(reversed(newest_first))
    due_row = _last_of(newest_first, *DUE_TYPES)
    due_value = due_row.own_fields if due_row else {}
    end_of_due = _end_of_due(due_value, zone)
    closing_row = _closing_row(newest_first)
    closing_value = closing_row.own_fields if closing_row else {}
    values = [row.own_fields for row in rows]
    fields = {**EMPTY_FIELDS, "reason": due_value.get("reason"), "summary": None}
    for value in values:
        if value["type"] == "deadline-set":
            fields |= {name: value[name] for name in SET_FIELDS if name in value}
    fields |= merge_titles(values)
    fields["summary"] = closing_value.get("summary")
    is_met = closing_row is not None and closing_row.label == "deadline-met"
    return ResolvedDeadline(
        find_base_status(newest_first),
        due_value.get("due"),
        end_of_due,
        closing_value.get("occurred"),
        _is_late(closing_row, end_of_due) if closing_row and is_met and end_of_due else None,
        fields,
        {
            name: value["tz"]
            for name, value in (("tz", due_value), ("closed_tz", closing_value))
            if value.get("tz")
        },
        [rival for value in values for rival in value.get("rivals", ())],
    )


def find_base_status(newest_first: Sequence[CellRow]) -> DeadlineStatus:
    """Return the status of a deadline but for the clock, by its happened rows."""
    closing_row = _closing_row(newest_first)
    return STATUS_BY_CLOSING_TYPE[closing_row.label] if closing_row else "open"


def _last_of(newest_first: Sequence[CellRow], *types: str) -> CellRow | None:
    return next((row for row in newest_first if row.label in types), None)


def _closing_row(newest_first: Sequence[CellRow]) -> CellRow | None:
    """Return the last that met or withdrew a deadline, unless it was extended afterwards."""
    row = _last_of(newest_first, *filter(None, STATUS_BY_CLOSING_TYPE), "deadline-extended")
    return None if row is None or row.label == "deadline-extended" else row


def _end_of_due(value: Json, zone: str) -> Bounds | None:
    """Return the bounds of the last moment of what is due, of all accounts where it is disputed;
    null where it has no end."""
    claimed = [rival["value"] for rival in value.get("rivals", ()) if rival["field"] == "due"]
    ends = [
        _end_of_span(parse_span(expression, value.get("tz") or zone))
        for expression in claimed or [value.get("due")]
    ]
    return None if None in ends else reduce(Bounds.hull_with, filter(None, ends))


def _end_of_span(span: Span) -> Bounds | None:
    return span.end if span.kind in ("duration", "ongoing") else span.start


def _is_late(met: CellRow, end_of_due: Bounds) -> bool | None:
    """Return whether it was met surely after, or surely by, what was due; else null."""
    if end_of_due.last < met.lo:
        return True
    return False if met.last <= end_of_due.lo else None
