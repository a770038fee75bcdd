"""What a group of submissions is checked against and adds to: negotiations, slugs, events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from ledger.append import originator_id
from ledger.database import Cursor, select_by_values
from ledger.log import ERASED_PAYLOAD

MAX_SLUGS = 100_000
"""Registered slugs remembered; beyond it they are read again."""


@dataclass(frozen=True, slots=True)
class NegotiationHead:
    """Where a negotiation stands: its zone, how many events it has, the seq of the last."""

    slug: str
    zone: str = "UTC"
    event_count: int = 0
    last_seq: int = 0
    is_open: bool = False


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
            INSERT INTO negotiation VALUES (:slug, :originator_id, :zone, :event_count, :last_seq)
            ON CONFLICT (slug)
            DO UPDATE SET events = excluded.events, last_seq = excluded.last_seq
            """,
            [asdict(head) | {"originator_id": originator_id(head.slug)} for head in changed_heads],
        )
        if self.new_slugs:
            c.executemany(RESERVE_SLUG, [slug._asdict() for slug in self.new_slugs])
        self.new_slugs.clear()
        self.changed_slugs.clear()
