"""A negotiation at the level of the domain: its rules on a list, without a ledger or database."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from operator import attrgetter
from typing import Any, Self
from uuid import UUID

from domain.acceptance import (
    AcceptanceContext,
    check_payload,
    dump_payload,
    parse_event,
    qualify_speakers,
)
from domain.basis import Basis, LogTimeline, Question, resolve_basis
from domain.events import Audience
from domain.instants import Instant, from_rfc3339
from domain.introductions import TargetEvent, find_introduction
from domain.later_checks import introduce_for_checks
from domain.model import Entry
from domain.timezone_corrections import corrected_timezone
from projections import answers
from projections.fold import FoldView
from projections.merged_view import merge_registrations
from projections.view import View
from tests.facts import ADDRESS

CLOCKS = {"as_of", "known_at", "valid_at", "recorded_at"}


class FoldWorld:
    """Accepts events into a list and answers by the plain fold of it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.introducers: dict[tuple[str, str], str] = {}
        self.moment: Instant = 0

    def set_clock(self, recorded_at: str) -> None:
        self.moment = from_rfc3339(recorded_at)

    def record(self, recorded_at: str, events: list[dict[str, Any]]) -> None:
        """Accept one event after the other; a refusal fails the test with its reasons."""
        self.set_clock(recorded_at)
        for body in events:
            event = parse_event(body)
            payload = qualify_speakers(dump_payload(event), self.context, {})
            assert check_payload(payload, self.context) == [], body
            kind, seq = payload["type"], len(self.entries) + 1
            event_id = str(event.id or UUID(int=2**64 + seq))
            introduced = find_introduction(kind, payload, event_id, self.find_target)
            if introduced:
                self.introducers.setdefault((introduced.kind, introduced.slug), introduced.event)
            for each in introduce_for_checks(
                kind, payload, event_id, self.find_target, lambda *slug: self.introducers.get(slug)
            ):
                self.introducers.setdefault((each.kind, each.slug), each.event)
            self.entries.append(Entry(seq, event_id, kind, self.moment, payload))

    @property
    def context(self) -> AcceptanceContext:
        return AcceptanceContext(
            bool(self.entries),
            len(self.entries),
            lambda *slug: self.introducers.get(slug),
            lambda kind: [slug for of, slug in self.introducers if of == kind],
            self.find_target,
        )

    def find_target(self, event: str) -> TargetEvent | None:
        targets = (
            TargetEvent(event, entry.seq, entry.type, entry.payload)
            for entry in self.entries
            if entry.id == event
        )
        return next(targets, None)

    def read_state(self, **params: Any) -> dict[str, Any]:
        dates = self.log_timeline.date_reader(params.pop("tz", None))
        clocks = {name: dates.read(name, params.pop(name)) for name in CLOCKS & {*params}}
        audience = params.pop("audience", "public")
        view = self.open_view(self.resolve_basis(Question(**clocks, **params), audience))
        state: dict[str, Any] = answers.to_plain(answers.build_state(view, ADDRESS))
        return state

    @contextmanager
    def open_session(self) -> Iterator[Self]:
        """Yield what resolves bases and opens views, as the session of a ledger does."""
        yield self

    @property
    def zone(self) -> str:
        """The zone of the negotiation: that of its opening, or as corrected at once."""
        for entry in self.entries[1:2]:
            zone = corrected_timezone(entry.type, entry.payload, self.find_target)
            if zone is not None:
                return zone
        return str(self.entries[0].payload.get("timezone", "UTC")) if self.entries else "UTC"

    @property
    def log_timeline(self) -> LogTimeline:
        return LogTimeline(
            self.moment,
            len(self.entries),
            lambda moment: bisect_right(self.entries, moment, key=attrgetter("recorded_at")),
            lambda seq: self.entries[seq - 1].recorded_at,
            self.zone,
        )

    def resolve_basis(self, question: Question, audience: Audience = "staff") -> Basis:
        return resolve_basis(question, self.log_timeline, audience)

    def open_view(self, basis: Basis) -> View:
        entries = [replace(entry, zone=self.zone) for entry in self.entries]
        return merge_registrations(FoldView(entries, basis, self.zone))
