"""What is held of one event: the entry, the version of it that a reader sees, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES
from domain.edtf import Bounds
from domain.events import AUDIENCES
from domain.instants import Instant

Json = dict[str, Any]
NON_NEWS_STANDINGS = ("act", "record", "erased")
"""Standings of what tells nothing new of the negotiation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event. ``payload`` leaves out ``id``, server fields and defaults."""

    seq: int
    id: str
    type: str
    recorded_at: Instant
    payload: Mapping[str, Any]
    zone: str = "UTC"

    @property
    def tz(self) -> str:
        return str(self.payload.get("tz", self.zone))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: the audience, the publishers left out, the number of sources that count."""

    audience: str = "public"
    exclude_source: frozenset[str] = frozenset()
    min_sources: int = 1

    def can_see(self, report: Mapping[str, Any]) -> bool:
        rank = AUDIENCES.index(report.get("audience", "public"))
        return (
            rank <= AUDIENCES.index(self.audience)
            and report.get("publisher") not in self.exclude_source
        )

    @property
    def is_staff(self) -> bool:
        return self.audience == "staff"


@dataclass(frozen=True, slots=True)
class Version:
    """What is held of one event over a stretch of knowledge: its value, standing and sources.

    ``told`` is when the world first heard of the ``occurred`` that is held, ``acts`` are the ids of
    what acts on it, ``reasons`` the reports of these acts.
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
        """The fields that somebody contradicts."""
        return {rival["field"] for rival in self.rivals}

    @property
    def modality(self) -> str:
        if "modality" in self.disputed_fields:
            return "disputed"
        return str(self.payload.get("modality", "actual"))

    @property
    def affects_state(self) -> bool:
        """Tell whether this may move a projection at all."""
        return self.modality == "actual" and not self.withdrawn and "erased" not in self.payload

    @property
    def reported_early(self) -> bool:
        """Tell whether it was told before it could have occurred."""
        return self.occurred.lo > self.reported_at

    @property
    def standing(self) -> str:
        """What an event is whatever the day: erased, act, record, withdrawn or its modality."""
        if "erased" in self.payload:
            return "erased"
        if self.entry.type in ACT_TYPES:
            return "act"
        if self.entry.type in BOOKKEEPING_TYPES:
            return "record"
        return "withdrawn" if self.withdrawn else self.modality


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One version between two moments of knowledge, for the audiences in the mask."""

    version: Version
    known_from: Instant
    known_to: Instant
    audiences: int
