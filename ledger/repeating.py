"""Recording again what was recorded before: the same ids, seqs, times and salts, the same tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.instants import Instant
from domain.refusals import InvalidEventError
from domain.versions import Entry
from ledger.appending import Growth, Proposed
from ledger.canonical import canonical
from ledger.cursor import Cursor
from ledger.intake import Intake, Submission
from ledger.kept import Kept, Past
from ledger.log import ERASED
from ledger.writing import ReadModel


@dataclass(frozen=True, slots=True)
class Repeated:
    """One event as it was recorded; ``commitment`` is given where its payload was erased."""

    seq: int
    id: str
    negotiation: str
    type: str
    recorded_at: Instant
    recorded_by: str
    leaf_hash: bytes
    salt: bytes
    payload: Mapping[str, Any]
    commitment: str | None


class Repetition:
    """Records a whole log again, page by page, in an empty ledger."""

    def __init__(self, c: Cursor, follow: ReadModel) -> None:
        self.c, self.follow = c, follow
        self.erased: dict[str, tuple[int, str]] = {}

    def page(self, events: Sequence[Repeated]) -> None:
        """Record a page in one transaction. Raises InvalidEventError where it cannot be the log."""
        self.c.execute("BEGIN IMMEDIATE")
        growth, kept = Growth(self.c), Kept()
        kept.read(self.c, [each.negotiation for each in events], [])
        entries = [self._one(growth, kept, event) for event in events]
        growth.store()
        kept.store(self.c)
        for event in events:
            self._erasure(event)
        self.follow.apply(self.c, entries)
        self.c.execute("COMMIT")

    def _one(self, growth: Growth, kept: Kept, event: Repeated) -> tuple[str, Entry]:
        desk = Intake(self.c, kept, Submission(event.negotiation, ()))
        desk.keep(event.type, event.payload)
        desk.number += 1
        state = b"" if event.commitment else canonical(dict(event.payload))
        proposed = Proposed(
            desk.negotiation.origin, desk.number, f"minutebook.{event.type}.v1", state, id=event.id,
            negotiation=event.negotiation, type=event.type, recorded_by=event.recorded_by,
        )  # fmt: skip
        receipt = growth.repeat(proposed, event.recorded_at, event.salt, event.commitment)
        if (receipt.seq, receipt.leaf_hash) != (event.seq, event.leaf_hash):
            detail = f"seq {event.seq} does not follow on seq {receipt.seq - 1} with its leaf hash"
            raise InvalidEventError(detail, hint="give the exports of every negotiation, unedited")
        desk.past[event.id] = Past(event.seq, event.negotiation, event.type, state or ERASED)
        desk.count([receipt])
        payload = {"erased": True} if event.commitment else event.payload
        zone = desk.negotiation.zone
        return event.negotiation, Entry(
            event.seq, event.id, event.type, event.recorded_at, payload, zone
        )

    def _erasure(self, event: Repeated) -> None:
        if event.commitment:
            self.erased[event.id] = (event.seq, event.commitment)
        elif event.type == "payload-erased":
            seq, commitment = self.erased[event.payload["event"]]
            self.c.execute("INSERT INTO erasure VALUES (?, ?, ?)", (seq, commitment, event.seq))
