"""A submission and what it is checked against: what is new, already recorded, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson

from domain import acceptance
from domain.acceptance import AcceptanceContext, TargetEvent
from domain.errors import (
    InvalidEventError,
    MovedOnError,
    Reason,
    ReusedIdError,
    UnknownNegotiationError,
)
from domain.events import SLUG_PATTERN, Event
from domain.model import Entry, Json
from ledger.append import Clock, ProposedEvent, RecordedEvent, make_uuid7, originator_id, wall_clock
from ledger.canonical import canonical_json
from ledger.database import Cursor, select_by_values
from ledger.log import ERASED_PAYLOAD

MAX_SLUGS = 100_000
"""Registered slugs remembered; beyond it they are read again."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One batch to be recorded whole or not at all."""

    negotiation: str
    events: Sequence[Event]
    recorded_by: str = "local"
    idempotency_key: str | None = None
    body_hash: bytes = b""
    if_match: int | None = None
    dry_run: bool = False
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class NegotiationHead:
    """Where a negotiation stands: its zone, how many events it has, the seq of the last."""

    slug: str
    zone: str = "UTC"
    event_count: int = 0
    last_seq: int = 0
    is_open: bool = False

    @property
    def originator_id(self) -> str:
        return originator_id(self.slug)

    def open_in_zone(self, zone: str) -> NegotiationHead:
        return replace(self, zone=zone, is_open=True)

    def advance_to(self, event_count: int, last_seq: int) -> NegotiationHead:
        return replace(self, event_count=event_count, last_seq=last_seq)


@dataclass(frozen=True, slots=True)
class PriorEvent:
    """An event that was recorded before, or earlier in the group. ``state`` is its payload."""

    seq: int
    negotiation: str
    type: str
    state: bytes


class ReservedSlug(NamedTuple):
    """A slug that is reserved in a negotiation for one kind of thing."""

    negotiation: str
    kind: str
    slug: str


FIND_SLUG = """
SELECT 1 FROM registered WHERE negotiation = :negotiation AND kind = :kind AND slug = :slug
"""
RESERVE_SLUG = "INSERT INTO registered VALUES (:negotiation, :kind, :slug) ON CONFLICT DO NOTHING"


class WriteState:
    """Negotiations, slugs and events as of the head, with what the group adds to them."""

    def __init__(self) -> None:
        self.slugs, self.new_slugs = set[ReservedSlug](), list[ReservedSlug]()
        self.negotiations, self.changed_slugs = dict[str, NegotiationHead](), set[str]()
        self.prior_events, self.looked_up_ids = dict[str, PriorEvent](), set[str]()

    def load_rows(self, c: Cursor, negotiations: Iterable[str], event_ids: Sequence[str]) -> None:
        """Read the negotiations and events that a group names. Slugs, once reserved, stay so."""
        slugs = sorted(set(negotiations))
        rows = select_by_values(c, "SELECT * FROM negotiation WHERE slug {in_values}", slugs)
        rows_by_slug = {row["slug"]: row for row in rows}
        self.negotiations = {
            slug: NegotiationHead(slug, row["zone"], row["events"], row["last_seq"], is_open=True)
            if (row := rows_by_slug.get(slug))
            else NegotiationHead(slug)
            for slug in slugs
        }
        self.prior_events.clear()
        self.looked_up_ids.clear()
        self._load_events(c, event_ids)
        if len(self.slugs) > MAX_SLUGS:
            self.slugs.clear()

    def _load_events(self, c: Cursor, event_ids: Sequence[str]) -> None:
        self.looked_up_ids.update(event_ids)
        rows = select_by_values(
            c, "SELECT id, seq, negotiation, type, state FROM event WHERE id {in_values}", event_ids
        )
        for row in rows:
            self.prior_events[row["id"]] = PriorEvent(
                row["seq"], row["negotiation"], row["type"], row["state"] or ERASED_PAYLOAD
            )

    def find_event(self, c: Cursor, event_id: str) -> PriorEvent | None:
        """Return what was recorded under an id."""
        if event_id not in self.looked_up_ids:
            self._load_events(c, [event_id])
        return self.prior_events.get(event_id)

    def is_registered(self, c: Cursor, slug: ReservedSlug) -> bool:
        """Return whether a slug is reserved."""
        if slug not in self.slugs:
            c.execute(FIND_SLUG, slug._asdict())
            if c.fetchone() is None:
                return False
            self.slugs.add(slug)
        return True

    def add_submission(
        self,
        negotiation: NegotiationHead,
        slugs: Iterable[ReservedSlug],
        events: dict[str, PriorEvent],
    ) -> None:
        """Add what one submission of the group records."""
        new = [slug for slug in slugs if slug not in self.slugs]
        self.new_slugs += new
        self.slugs.update(new)
        self.negotiations[negotiation.slug] = negotiation
        self.changed_slugs.add(negotiation.slug)
        self.prior_events.update(events)
        self.looked_up_ids.update(events)

    def write_changes(self, c: Cursor) -> None:
        """Write what the group added."""
        changed_heads = [self.negotiations[slug] for slug in sorted(self.changed_slugs)]
        c.executemany(
            """
            INSERT INTO negotiation VALUES (:slug, :originator_id, :zone, :events, :last_seq)
            ON CONFLICT (slug)
            DO UPDATE SET events = excluded.events, last_seq = excluded.last_seq
            """,
            [
                {
                    "slug": head.slug,
                    "originator_id": head.originator_id,
                    "zone": head.zone,
                    "events": head.event_count,
                    "last_seq": head.last_seq,
                }
                for head in changed_heads
            ],
        )
        if self.new_slugs:
            c.executemany(RESERVE_SLUG, [slug._asdict() for slug in self.new_slugs])
        self.new_slugs.clear()
        self.changed_slugs.clear()


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """What one submission came to."""

    recorded_events: tuple[RecordedEvent, ...]
    duplicate_ids: tuple[str, ...]
    head: int
    root_hash: str

    def to_json(self) -> Json:
        return {
            "recorded": [event.to_json() for event in self.recorded_events],
            "duplicates": list(self.duplicate_ids),
            "head": self.head,
            "root_hash": self.root_hash,
        }


NewEvent = tuple[ProposedEvent, Json]
"""What is to be recorded, and its payload."""


class SubmissionCheck:
    """Accepts the events of one submission against the state of its negotiation."""

    def __init__(
        self, c: Cursor, write_state: WriteState, submission: Submission, clock: Clock = wall_clock
    ) -> None:
        self.c, self.write_state, self.submission, self.clock = c, write_state, submission, clock
        self.negotiation = write_state.negotiations[submission.negotiation]
        self.event_count = self.negotiation.event_count
        self.batch_events: dict[str, TargetEvent] = {}
        self.prior_events: dict[str, PriorEvent] = {}
        self.new_slugs: set[ReservedSlug] = set()
        self.reasons: list[Reason] = []
        self.reuse_reasons: list[Reason] = []

    def accept_events(self) -> tuple[list[NewEvent], list[str]]:
        """Return what is to be recorded and which ids were recorded before, or refuse it all."""
        new_events, duplicate_ids = self.check_events()
        if self.reuse_reasons:
            first = self.reuse_reasons[0]
            raise ReusedIdError(first.detail, hint=first.hint, reasons=self.reuse_reasons)
        if self.reasons:
            first = self.reasons[0]
            raise InvalidEventError(first.detail, hint=first.hint, reasons=self.reasons)
        return new_events, duplicate_ids

    def check_events(self) -> tuple[list[NewEvent], list[str]]:
        """Return the same, with the faults of all events in ``reasons`` and ``reuse_reasons``."""
        self._check_preconditions()
        new_events: list[NewEvent] = []
        duplicate_ids: list[str] = []
        for index, event in enumerate(self.submission.events):
            new_event = self._check_event(index, event)
            if new_event is None:
                duplicate_ids.append(str(event.id))
            else:
                new_events.append(new_event)
        return new_events, duplicate_ids

    def _check_preconditions(self) -> None:
        events = self.submission.events
        if not self.negotiation.is_open and events and events[0].type != "negotiation-opened":  # type: ignore[attr-defined]  # each class of the catalogue has one
            raise UnknownNegotiationError(
                f"there is no negotiation {self.submission.negotiation!r}",
                hint="open it: the first event is negotiation-opened",
            )
        if re.fullmatch(SLUG_PATTERN, self.submission.negotiation) is None:
            hint = "a slug has a-z, 0-9 and -, at most 63 characters; name one with --negotiation"
            raise InvalidEventError(f"{self.submission.negotiation!r} is no slug", hint=hint)
        expected_seq = self.submission.if_match
        if expected_seq is not None and expected_seq != self.negotiation.last_seq:
            raise MovedOnError(
                f"If-Match names event {expected_seq}, the last one is {self.negotiation.last_seq}",
                hint=f'read what is new, then send If-Match: "{self.negotiation.last_seq}"',
            )

    def _check_event(self, index: int, event: Event) -> NewEvent | None:
        context = AcceptanceContext(self.negotiation.is_open, self.is_registered, self.find_target)
        event_id = str(event.id or make_uuid7(self.clock()))
        earlier_record = self._find_recorded(event_id) if event.id else NOT_RECORDED
        state = canonical_json(
            acceptance.qualify_speakers(
                acceptance.dump_payload(event), context, orjson.loads(earlier_record[1])
            )
        )
        if earlier_record[0]:
            self._require_same_content(index, event_id, earlier_record, state)
            return None
        value = orjson.loads(state)  # its keys in the order in which they are read back
        kind = value["type"]
        reasons = acceptance.check_payload(value, context)
        prefix = "" if self.submission.is_single else f"/{index}"
        self.reasons += [reason.with_prefix(prefix) for reason in reasons]
        if not reasons:
            self.apply_event(kind, value)
        self.event_count += 1
        self.batch_events[event_id] = TargetEvent(2**60 + self.event_count, kind, value)
        self.prior_events[event_id] = PriorEvent(
            2**60 + self.event_count, self.submission.negotiation, kind, state
        )
        proposed_event = ProposedEvent(
            self.negotiation.originator_id,
            self.event_count,
            state,
            id=event_id,
            negotiation=self.submission.negotiation,
            type=kind,
            recorded_by=self.submission.recorded_by,
        )
        return proposed_event, value

    def _find_recorded(self, event_id: str) -> tuple[str, bytes]:
        """Return negotiation and payload of what was recorded under an id; empty if nothing."""
        prior_event = self.prior_events.get(event_id) or self.write_state.find_event(
            self.c, event_id
        )
        return (prior_event.negotiation, prior_event.state) if prior_event else NOT_RECORDED

    def _require_same_content(
        self, index: int, event_id: str, earlier_record: tuple[str, bytes], state: bytes
    ) -> None:
        if earlier_record not in (
            (self.submission.negotiation, content) for content in (state, ERASED_PAYLOAD)
        ):
            pointer = "/id" if self.submission.is_single else f"/{index}/id"
            hint = "give the new event an id of its own; to change the old one, correct it"
            detail = f"the id {event_id} was recorded with other content"
            self.reuse_reasons.append(Reason(pointer, detail, hint))

    def apply_event(self, kind: str, value: Json) -> None:
        """Note what later events are checked against: the opening, and the slugs reserved."""
        if kind == "negotiation-opened":
            self.negotiation = self.negotiation.open_in_zone(value.get("timezone", "UTC"))
        target = self.find_target(value.get("event", ""))
        slug = acceptance.reserved_slug(kind, value, target.type if target else None)
        if slug:
            self.new_slugs.add(ReservedSlug(self.submission.negotiation, *slug))

    def is_registered(self, kind: str, slug: str) -> bool:
        slug_key = ReservedSlug(self.submission.negotiation, kind, slug)
        return slug_key in self.new_slugs or self.write_state.is_registered(self.c, slug_key)

    def find_target(self, event_id: str) -> TargetEvent | None:
        if event_id in self.batch_events:
            return self.batch_events[event_id]
        prior_event = self.write_state.find_event(self.c, event_id) if event_id else None
        if prior_event is None or prior_event.negotiation != self.submission.negotiation:
            return None
        return TargetEvent(prior_event.seq, prior_event.type, orjson.loads(prior_event.state))

    def to_entries(
        self, new_events: Sequence[NewEvent], recorded_events: Sequence[RecordedEvent]
    ) -> list[tuple[str, Entry]]:
        return [
            (
                proposed_event.negotiation,
                Entry(
                    recorded_event.seq,
                    recorded_event.id,
                    recorded_event.type,
                    recorded_event.recorded_at,
                    value,
                    self.negotiation.zone,
                ),
            )
            for (proposed_event, value), recorded_event in zip(
                new_events, recorded_events, strict=True
            )
        ]

    def update_write_state(self, recorded_events: Sequence[RecordedEvent]) -> None:
        """Let the rest of the group know what this submission recorded."""
        negotiation = self.negotiation.advance_to(self.event_count, recorded_events[-1].seq)
        self.write_state.add_submission(negotiation, self.new_slugs, self.prior_events)


def load_write_state(c: Cursor, write_state: WriteState, submissions: Sequence[Submission]) -> None:
    """Read what these submissions name."""
    events = [event for submission in submissions for event in submission.events]
    ids = [str(event.id) for event in events if event.id]
    ids += [str(event.event) for event in events if hasattr(event, "event")]
    negotiations = [submission.negotiation for submission in submissions]
    write_state.load_rows(c, negotiations, list(dict.fromkeys(ids)))


NOT_RECORDED = ("", b"{}")
"""Negotiation and payload of what was never recorded."""
