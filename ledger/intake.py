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

from domain import accept
from domain.accept import Known, Target
from domain.events import SLUG, Event
from domain.refusals import (
    InvalidEventError,
    MovedOnError,
    Reason,
    ReusedIdError,
    ReusedKeyError,
    UnknownNegotiationError,
)
from domain.versions import Entry
from ledger.appending import Proposed, Receipt
from ledger.canonical import canonical
from ledger.cursor import Cursor
from ledger.kept import Kept, Past, Slug
from ledger.log import ERASED


@dataclass(frozen=True, slots=True)
class Submission:
    """One batch to be recorded whole or not at all."""

    negotiation: str
    events: Sequence[Event]
    recorded_by: str = "local"
    key: str | None = None
    body_hash: bytes = b""
    if_match: int | None = None
    dry_run: bool = False
    single: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one submission came to."""

    receipts: tuple[Receipt, ...]
    duplicates: tuple[str, ...]
    head: int
    root_hash: str

    def echo(self) -> dict[str, Any]:
        return {
            "recorded": [receipt.echo() for receipt in self.receipts],
            "duplicates": list(self.duplicates),
            "head": self.head,
            "root_hash": self.root_hash,
        }


Fresh = tuple[Proposed, Mapping[str, Any]]
"""What is to be recorded, and its payload."""


class Intake:
    """Accepts the events of one submission against what is kept of its negotiation."""

    def __init__(self, c: Cursor, kept: Kept, submission: Submission) -> None:
        self.c, self.kept, self.submission = c, kept, submission
        self.negotiation = kept.negotiations[submission.negotiation]
        self.number = self.negotiation.events
        self.batch: dict[str, Target] = {}
        self.past: dict[str, Past] = {}
        self.slugs: set[Slug] = set()
        self.reasons: list[Reason] = []
        self.reused: list[Reason] = []

    def accept(self) -> tuple[list[Fresh], list[str]]:
        """Return what is to be recorded and which ids were recorded before, or refuse it all."""
        fresh, duplicates = self.look()
        if self.reused:
            first = self.reused[0]
            raise ReusedIdError(first.detail, hint=first.hint, reasons=self.reused)
        if self.reasons:
            first = self.reasons[0]
            raise InvalidEventError(first.detail, hint=first.hint, reasons=self.reasons)
        return fresh, duplicates

    def look(self) -> tuple[list[Fresh], list[str]]:
        """Return the same, with the faults of all events in ``reasons`` and ``reused``."""
        self._may_start()
        fresh: list[Fresh] = []
        duplicates: list[str] = []
        for index, event in enumerate(self.submission.events):
            item = self._one(index, event)
            if item is None:
                duplicates.append(str(event.id))
            else:
                fresh.append(item)
        return fresh, duplicates

    def _may_start(self) -> None:
        events = self.submission.events
        if not self.negotiation.opened and events and events[0].type != "negotiation-opened":  # type: ignore[attr-defined]  # each class of the catalogue has one
            raise UnknownNegotiationError(
                f"there is no negotiation {self.submission.negotiation!r}",
                hint="open it: the first event is negotiation-opened",
            )
        if re.fullmatch(SLUG, self.submission.negotiation) is None:
            hint = "a slug has a-z, 0-9 and -, at most 63 characters; name one with --negotiation"
            raise InvalidEventError(f"{self.submission.negotiation!r} is no slug", hint=hint)
        wanted = self.submission.if_match
        if wanted is not None and wanted != self.negotiation.last_seq:
            raise MovedOnError(
                f"If-Match names event {wanted}, the last one is {self.negotiation.last_seq}",
                hint=f'read what is new, then send If-Match: "{self.negotiation.last_seq}"',
            )

    def _one(self, index: int, event: Event) -> Fresh | None:
        known = Known(self.negotiation.opened, self.registered, self.target)
        name = str(event.id or uuid7())
        before = self._before(name) if event.id else NOTHING
        state = canonical(accept.in_full(accept.payload(event), known, orjson.loads(before[1])))
        if before[0]:
            self._must_repeat(index, name, before, state)
            return None
        value = orjson.loads(state)  # its keys in the order in which they are read back
        kind = value["type"]
        reasons = accept.check(value, known)
        prefix = "" if self.submission.single else f"/{index}"
        self.reasons += [reason.at(prefix) for reason in reasons]
        if not reasons:
            self.keep(kind, value)
        self.number += 1
        self.batch[name] = Target(2**60 + self.number, kind, value)
        self.past[name] = Past(2**60 + self.number, self.submission.negotiation, kind, state)
        item = Proposed(
            self.negotiation.origin, self.number, get_topic(type(event)), state,
            id=name, negotiation=self.submission.negotiation, type=kind,
            recorded_by=self.submission.recorded_by,
        )  # fmt: skip
        return item, value

    def _before(self, name: str) -> tuple[str, bytes]:
        """Return negotiation and payload of what was recorded under an id; empty if nothing."""
        past = self.past.get(name) or self.kept.event(self.c, name)
        return (past.negotiation, past.state) if past else NOTHING

    def _must_repeat(self, index: int, name: str, before: tuple[str, bytes], state: bytes) -> None:
        if before not in ((self.submission.negotiation, each) for each in (state, ERASED)):
            pointer = "/id" if self.submission.single else f"/{index}/id"
            hint = "give the new event an id of its own; to change the old one, correct it"
            detail = f"the id {name} was recorded with other content"
            self.reused.append(Reason(pointer, detail, hint))

    def keep(self, kind: str, value: Mapping[str, Any]) -> None:
        """Keep what later events are checked against: the opening, and the slugs reserved."""
        if kind == "negotiation-opened":
            self.negotiation = self.negotiation.opening(value.get("timezone", "UTC"))
        target = self.target(value.get("event", ""))
        slug = accept.reserved(kind, value, target.type if target else None)
        if slug:
            self.slugs.add((self.submission.negotiation, *slug))

    def registered(self, kind: str, slug: str) -> bool:
        own = (self.submission.negotiation, kind, slug)
        return own in self.slugs or self.kept.registered(self.c, own)

    def target(self, name: str) -> Target | None:
        if name in self.batch:
            return self.batch[name]
        past = self.kept.event(self.c, name) if name else None
        if past is None or past.negotiation != self.submission.negotiation:
            return None
        return Target(past.seq, past.type, orjson.loads(past.state))

    def entries(
        self, fresh: Sequence[Fresh], receipts: Sequence[Receipt]
    ) -> list[tuple[str, Entry]]:
        return [
            (
                item.negotiation,
                Entry(
                    receipt.seq,
                    receipt.id,
                    receipt.type,
                    receipt.recorded_at,
                    value,
                    self.negotiation.zone,
                ),
            )
            for (item, value), receipt in zip(fresh, receipts, strict=True)
        ]

    def count(self, receipts: Sequence[Receipt]) -> None:
        """Let the rest of the group know what this submission recorded."""
        negotiation = self.negotiation.after(self.number, receipts[-1].seq)
        self.kept.keep(negotiation, self.slugs, self.past)


def read(c: Cursor, kept: Kept, submissions: Sequence[Submission]) -> None:
    """Read what these submissions name."""
    named = [event for each in submissions for event in each.events]
    ids = [str(event.id) for event in named if event.id]
    ids += [str(event.event) for event in named if hasattr(event, "event")]
    kept.read(c, [each.negotiation for each in submissions], list(dict.fromkeys(ids)))


NOTHING = ("", b"{}")
"""Negotiation and payload of what was never recorded."""


def keep(c: Cursor, submission: Submission, answer: dict[str, Any]) -> None:
    """Keep the answer to an Idempotency-Key for life."""
    assert submission.key is not None  # noqa: S101  # only answers to a key are kept
    row = (submission.negotiation, submission.key, submission.body_hash, orjson.dumps(answer))
    c.execute("SELECT h.keys, (SELECT coalesce(max(number), 0) + 1 FROM idempotency) FROM head h")
    keys, number = c.fetchone()
    c.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)", (number, *row))
    c.execute("UPDATE head SET keys = ?", (chained(keys, number, *row),))


def chained(before: bytes, *row: str | bytes | int) -> bytes:
    """Return the hash that a further kept answer adds to the chain of those before."""
    told = canonical([each.hex() if isinstance(each, bytes) else each for each in row])
    return sha256(before + told).digest()


def forget(c: Cursor, event: str) -> None:
    """Forget the body hashes of what recorded an event, which could confirm a guess of it."""
    chain = b""
    c.execute("SELECT * FROM idempotency ORDER BY number")
    for number, slug, key, body_hash, answer in c.fetchall():
        told = secrets.token_bytes(32) if event.encode() in answer else body_hash
        chain = chained(chain, number, slug, key, told, answer)
        if told != body_hash:
            c.execute("UPDATE idempotency SET body_hash = ? WHERE number = ?", (told, number))
    c.execute("UPDATE head SET keys = ?", (chain,))


def replayed(c: Cursor, submission: Submission) -> dict[str, Any] | None:
    c.execute(
        "SELECT body_hash, answer FROM idempotency WHERE negotiation = ? AND key = ?",
        (submission.negotiation, submission.key),
    )
    row = c.fetchone()
    if row is None:
        return None
    if row["body_hash"] != submission.body_hash:
        raise ReusedKeyError(
            f"the Idempotency-Key {submission.key!r} was used with another body",
            hint="use a fresh key for a new body",
        )
    answer: dict[str, Any] = orjson.loads(row["answer"])
    return answer


def uuid7() -> UUID:
    """Make a UUIDv7 (RFC 9562, section 5.7)."""
    moment = time.time_ns() // 1_000_000
    value = (moment << 80) | int.from_bytes(secrets.token_bytes(10), "big")
    return UUID(int=(value & ~(0xF << 76) & ~(3 << 62)) | (7 << 76) | (2 << 62))


def body_digest(body: bytes) -> bytes:
    return sha256(body).digest()
