"""Taking in one submission: what is new, what was recorded before, what must be refused."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.utils import get_topic

from domain import acceptance
from domain.acceptance import AcceptanceContext, TargetEvent
from domain.errors import (
    InvalidEventError,
    MovedOnError,
    Reason,
    ReusedIdError,
    ReusedKeyError,
    UnknownNegotiationError,
)
from domain.events import SLUG_PATTERN, Event
from domain.model import Entry
from ledger.append import ProposedEvent, RecordedEvent
from ledger.canonical import canonical_json
from ledger.database import Cursor
from ledger.log import ERASED_PAYLOAD
from ledger.write_state import PriorEvent, ReservedSlug, WriteState


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
class SubmissionResult:
    """What one submission came to."""

    recorded_events: tuple[RecordedEvent, ...]
    duplicate_ids: tuple[str, ...]
    head: int
    root_hash: str

    def to_json(self) -> dict[str, Any]:
        return {
            "recorded": [event.to_json() for event in self.recorded_events],
            "duplicates": list(self.duplicate_ids),
            "head": self.head,
            "root_hash": self.root_hash,
        }


NewEvent = tuple[ProposedEvent, Mapping[str, Any]]
"""What is to be recorded, and its payload."""


class SubmissionCheck:
    """Accepts the events of one submission against what is kept of its negotiation."""

    def __init__(self, c: Cursor, write_state: WriteState, submission: Submission) -> None:
        self.c, self.write_state, self.submission = c, write_state, submission
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
        """Return the same, with the faults of all events in ``reasons`` and ``reused``."""
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
        event_id = str(event.id or make_uuid7())
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
            get_topic(type(event)),
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
            (self.submission.negotiation, each) for each in (state, ERASED_PAYLOAD)
        ):
            pointer = "/id" if self.submission.is_single else f"/{index}/id"
            hint = "give the new event an id of its own; to change the old one, correct it"
            detail = f"the id {event_id} was recorded with other content"
            self.reuse_reasons.append(Reason(pointer, detail, hint))

    def apply_event(self, kind: str, value: Mapping[str, Any]) -> None:
        """Keep what later events are checked against: the opening, and the slugs reserved."""
        if kind == "negotiation-opened":
            self.negotiation = self.negotiation.open_in_zone(value.get("timezone", "UTC"))
        target = self.find_target(value.get("event", ""))
        slug = acceptance.reserved_slug(kind, value, target.type if target else None)
        if slug:
            self.new_slugs.add((self.submission.negotiation, *slug))

    def is_registered(self, kind: str, slug: str) -> bool:
        slug_key = (self.submission.negotiation, kind, slug)
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
    events = [event for each in submissions for event in each.events]
    ids = [str(event.id) for event in events if event.id]
    ids += [str(event.event) for event in events if hasattr(event, "event")]
    write_state.load_rows(c, [each.negotiation for each in submissions], list(dict.fromkeys(ids)))


NOT_RECORDED = ("", b"{}")
"""Negotiation and payload of what was never recorded."""


def store_answer(c: Cursor, submission: Submission, answer: dict[str, Any]) -> None:
    """Keep the answer to an Idempotency-Key for life."""
    assert submission.idempotency_key is not None  # noqa: S101  # only answers to a key are kept
    row = (
        submission.negotiation,
        submission.idempotency_key,
        submission.body_hash,
        orjson.dumps(answer),
    )
    c.execute("SELECT h.keys, (SELECT coalesce(max(number), 0) + 1 FROM idempotency) FROM head h")
    keys, number = c.fetchone()
    c.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)", (number, *row))
    c.execute("UPDATE head SET keys = ?", (extend_answer_chain(keys, number, *row),))


def extend_answer_chain(previous_hash: bytes, *row: str | bytes | int) -> bytes:
    """Return the hash that a further kept answer adds to the chain of those before."""
    encoded_row = canonical_json([each.hex() if isinstance(each, bytes) else each for each in row])
    return sha256(previous_hash + encoded_row).digest()


def forget_body_hashes(c: Cursor, event_id: str) -> None:
    """Forget the body hashes of what recorded an event, which could confirm a guess of it."""
    chain = b""
    c.execute("SELECT * FROM idempotency ORDER BY number")
    for number, slug, key, body_hash, answer in c.fetchall():
        new_hash = secrets.token_bytes(32) if event_id.encode() in answer else body_hash
        chain = extend_answer_chain(chain, number, slug, key, new_hash, answer)
        if new_hash != body_hash:
            c.execute("UPDATE idempotency SET body_hash = ? WHERE number = ?", (new_hash, number))
    c.execute("UPDATE head SET keys = ?", (chain,))


def find_stored_answer(c: Cursor, submission: Submission) -> dict[str, Any] | None:
    c.execute(
        "SELECT body_hash, answer FROM idempotency WHERE negotiation = ? AND key = ?",
        (submission.negotiation, submission.idempotency_key),
    )
    row = c.fetchone()
    if row is None:
        return None
    if row["body_hash"] != submission.body_hash:
        raise ReusedKeyError(
            f"the Idempotency-Key {submission.idempotency_key!r} was used with another body",
            hint="use a fresh key for a new body",
        )
    answer: dict[str, Any] = orjson.loads(row["answer"])
    return answer


def make_uuid7() -> UUID:
    """Make a UUIDv7 (RFC 9562, section 5.7)."""
    moment = time.time_ns() // 1_000_000
    value = (moment << 80) | int.from_bytes(secrets.token_bytes(10), "big")
    return UUID(int=(value & ~(0xF << 76) & ~(3 << 62)) | (7 << 76) | (2 << 62))


def body_digest(body: bytes) -> bytes:
    return sha256(body).digest()
