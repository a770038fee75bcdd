"""One event: the recorded entry, the version that a viewer sees, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, EDITORIAL_TYPES
from domain.edtf import Bounds
from domain.events import AUDIENCES
from domain.instants import Instant
from domain.sources import source_keys

Json = dict[str, Any]
"""A JSON object."""
NON_NEWS_STANDINGS = ("act", "record", "erased", "brief")
"""Standings of events that are no news of the negotiation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event. ``payload`` leaves out ``id``, server fields and defaults."""

    seq: int
    id: str
    type: str
    recorded_at: Instant
    payload: Json
    zone: str = "UTC"

    @property
    def tz(self) -> str:
        return str(self.payload.get("tz", self.zone))

    def as_opened(self) -> Entry:
        """Return the opening as it was before its time zone was corrected; others as they are."""
        if self.type != "negotiation-opened" or "erased" in self.payload:
            return self
        return replace(self, zone=str(self.payload.get("timezone", "UTC")))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: the audience, the keys of publishers excluded and of those that count alone, the
    number of independent origins required."""

    audience: str = "public"
    exclude_source: frozenset[str] = frozenset()
    only_source: frozenset[str] = frozenset()
    min_sources: int = 1

    def can_see(self, report: Json) -> bool:
        rank = AUDIENCES.index(report.get("audience", "public"))
        return rank <= AUDIENCES.index(self.audience) and self.counts(report)

    def counts(self, report: Json) -> bool:
        """Return whether the filters let a report through: exclusion wins over only_source, and
        what repeats a publisher goes with that publisher."""
        if not self.exclude_source and not self.only_source:
            return True
        keys = source_keys(report)
        return keys.isdisjoint(self.exclude_source) and not (
            self.only_source and keys.isdisjoint(self.only_source)
        )

    @property
    def is_staff(self) -> bool:
        return self.audience == "staff"


@dataclass(frozen=True, slots=True)
class Version:
    """One event as resolved for a period of knowledge: its value, standing and sources.

    ``reported_at`` is when ``occurred`` was first reported, ``acts`` are the ids of the acts on the
    event, ``act_reports`` the reports of these acts.
    """

    entry: Entry
    payload: Json
    known_at: Instant
    reported_at: Instant
    occurred: Bounds
    withdrawn: bool = False
    rivals: tuple[Json, ...] = ()
    reports: tuple[Json, ...] = ()
    acts: tuple[str, ...] = ()
    act_reports: tuple[Json, ...] = ()

    @property
    def disputed_fields(self) -> set[str]:
        """The fields that a source contradicts."""
        return {rival["field"] for rival in self.rivals}

    @property
    def modality(self) -> str:
        if self.rivals and "modality" in self.disputed_fields:
            return "disputed"
        return str(self.payload.get("modality", "actual"))

    @property
    def affects_state(self) -> bool:
        """Return whether this may change a projection at all."""
        return self.modality == "actual" and not self.withdrawn and "erased" not in self.payload

    @property
    def target(self) -> str | None:
        """The event that this acts on; null where it is no act, or one that was taken back."""
        is_act = self.entry.type in ACT_TYPES and not self.withdrawn
        return self.payload.get("event") if is_act else None

    @property
    def reported_early(self) -> bool:
        """Return whether it was reported before it could have occurred."""
        return self.occurred.lo > self.reported_at

    @property
    def standing(self) -> str:
        """What an event is on any day: erased, act, record, brief, withdrawn or its modality."""
        if "erased" in self.payload:
            return "erased"
        if self.entry.type in ACT_TYPES:
            return "act"
        if self.entry.type in BOOKKEEPING_TYPES:
            return "record"
        if self.entry.type in EDITORIAL_TYPES:
            return "brief"
        return "withdrawn" if self.withdrawn else self.modality
