"""What a group of submissions is checked against and adds to: negotiations, slugs, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import orjson

from domain.introductions import TargetEvent
from domain.model import Json
from domain.own_acts import ANY, VOID, OwnActs
from ledger.append import originator_id
from ledger.content_ids import ContentIds
from ledger.database import Cursor, select_by_values
from ledger.log import ERASED_PAYLOAD

MAX_SLUGS = 100_000
"""Introduced slugs remembered; beyond it they are read again."""
MAX_LISTED_SLUGS = 5000
"""The most slugs of a kind among which the one that was meant is looked for."""


class NegotiationHead(NamedTuple):
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

    def as_target(self, event_id: str) -> TargetEvent:
        return TargetEvent(event_id, self.seq, self.type, orjson.loads(self.state))


class ReservedSlug(NamedTuple):
    """A slug that is reserved in a negotiation for one kind of thing."""

    negotiation: str
    kind: str
    slug: str


FIND_INTRODUCER = """
SELECT event_id FROM introduction
WHERE negotiation = :negotiation AND kind = :kind AND slug = :slug
"""
FIND_INTRODUCERS = """
SELECT slug, event_id FROM introduction
WHERE negotiation = :negotiation AND kind = :kind AND slug {in_values}
"""
LIST_SLUGS = """
SELECT slug FROM introduction
WHERE negotiation = :negotiation AND kind = :kind
ORDER BY slug
LIMIT :limit
"""
ADD_INTRODUCTION = """
INSERT INTO introduction VALUES (:negotiation, :kind, :slug, :event_id) ON CONFLICT DO NOTHING
"""


def introduction_rows(introducers: Mapping[ReservedSlug, str]) -> list[Json]:
    """Return the rows of the table ``introduction``, by name."""
    return [{**slug._asdict(), "event_id": event_id} for slug, event_id in introducers.items()]


class WriteState:
    """Negotiations, slugs and events as of the head, with what the group adds to them."""

    def __init__(self) -> None:
        self.introducers, self.free_slugs = dict[ReservedSlug, str](), set[ReservedSlug]()
        self.new_introducers = dict[ReservedSlug, str]()
        self.negotiations, self.changed_slugs = dict[str, NegotiationHead](), set[str]()
        self.prior_events, self.looked_up_ids = dict[str, PriorEvent](), set[str]()
        self.content_ids = ContentIds()
        self.voidless_seqs = dict[str, int]()
        """The last seq of each negotiation up to which nothing is known to be void."""

    def forget_rows(self) -> None:
        """Forget what others may have changed since the group before."""
        self.prior_events.clear()
        self.looked_up_ids.clear()
        self.free_slugs.clear()

    def load_rows(
        self,
        c: Cursor,
        negotiations: Iterable[str],
        event_ids: Sequence[str],
        reserved_slugs: Iterable[ReservedSlug] = (),
    ) -> None:
        """Read the negotiations and events that a group names, and who introduced its slugs.

        Slugs, once reserved, stay so.
        """
        slugs = sorted(set(negotiations))
        rows = select_by_values(c, "SELECT * FROM negotiation WHERE slug {in_values}", slugs)
        rows_by_slug = {row["slug"]: row for row in rows}
        self.negotiations = {
            slug: NegotiationHead(slug, row["zone"], row["events"], row["last_seq"], is_open=True)
            if (row := rows_by_slug.get(slug))
            else NegotiationHead(slug)
            for slug in slugs
        }
        self.forget_rows()
        self._load_events(c, event_ids)
        if len(self.introducers) > MAX_SLUGS:
            self.introducers.clear()
        self._load_introducers(c, [slug for slug in reserved_slugs if slug not in self.introducers])
        self._load_first_voids(c)

    def _load_introducers(self, c: Cursor, slugs: Sequence[ReservedSlug]) -> None:
        self.free_slugs = set(slugs)
        for (negotiation, kind), group in groupby(sorted(slugs), key=itemgetter(0, 1)):
            names = [slug.slug for slug in group]
            rows = select_by_values(c, FIND_INTRODUCERS, names, negotiation=negotiation, kind=kind)
            for row in rows:
                slug = ReservedSlug(negotiation, kind, row["slug"])
                self.introducers[slug] = row["event_id"]
                self.free_slugs.discard(slug)

    def _load_first_voids(self, c: Cursor) -> None:
        """Find whether anything was voided, where more was recorded since nothing was."""
        for head in self.negotiations.values():
            slug = ReservedSlug(head.slug, VOID, ANY)
            if slug in self.introducers:
                continue
            is_known = self.voidless_seqs.get(head.slug) == head.last_seq
            if is_known or self.find_introducer(c, slug) is None:
                self.voidless_seqs[head.slug] = head.last_seq
                self.free_slugs.add(slug)

    def _load_events(self, c: Cursor, event_ids: Sequence[str]) -> None:
        self.looked_up_ids.update(event_ids)
        rows = select_by_values(
            c, "SELECT id, seq, negotiation, type, state FROM event WHERE id {in_values}", event_ids
        )
        for row in rows:
            self.prior_events[row["id"]] = PriorEvent(
                row["seq"], row["negotiation"], row["type"], row["state"] or ERASED_PAYLOAD
            )

    def read_own_acts(self, c: Cursor, negotiation: str) -> OwnActs:
        """Return what the recorder's own acts made of the events of a negotiation."""

        def find_target(event_id: str) -> TargetEvent | None:
            event = self.find_event(c, event_id)
            is_here = event is not None and event.negotiation == negotiation
            return event.as_target(event_id) if event and is_here else None

        return OwnActs(
            find_target,
            lambda kind, slug: self.find_introducer(c, ReservedSlug(negotiation, kind, slug)),
        )

    def find_event(self, c: Cursor, event_id: str) -> PriorEvent | None:
        """Return what was recorded under an id."""
        if event_id not in self.looked_up_ids:
            self._load_events(c, [event_id])
        return self.prior_events.get(event_id)

    def find_introducer(self, c: Cursor, slug: ReservedSlug) -> str | None:
        """Return the id of the event that first introduced a slug, or None where it is free."""
        if slug not in self.introducers and slug not in self.free_slugs:
            c.execute(FIND_INTRODUCER, slug._asdict())
            row = c.fetchone()
            if row is None:
                return None
            self.introducers[slug] = row["event_id"]
        return self.introducers.get(slug)

    def list_slugs(self, c: Cursor, negotiation: str, kind: str) -> list[str]:
        """Return slugs of a kind that are taken, some of them if there are very many."""
        c.execute(LIST_SLUGS, {"negotiation": negotiation, "kind": kind, "limit": MAX_LISTED_SLUGS})
        recorded = [row["slug"] for row in c.fetchall()]
        return recorded + [
            slug.slug for slug in self.new_introducers if slug[:2] == (negotiation, kind)
        ]

    def add_submission(
        self,
        negotiation: NegotiationHead,
        introducers: Mapping[ReservedSlug, str],
        events: Mapping[str, PriorEvent],
    ) -> None:
        """Add what one submission of the group records."""
        self.new_introducers.update(introducers)
        self.introducers.update(introducers)
        before = self.negotiations[negotiation.slug].last_seq
        is_voidless = ReservedSlug(negotiation.slug, VOID, ANY) not in self.introducers
        if is_voidless and self.voidless_seqs.get(negotiation.slug) == before:
            self.voidless_seqs[negotiation.slug] = negotiation.last_seq
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
            DO UPDATE
            SET zone = excluded.zone, events = excluded.events, last_seq = excluded.last_seq
            """,
            [
                head._asdict() | {"originator_id": originator_id(head.slug)}
                for head in changed_heads
            ],
        )
        if self.new_introducers:
            c.executemany(ADD_INTRODUCTION, introduction_rows(self.new_introducers))
        self.content_ids.write_changes(c, self.changed_slugs)
        self.new_introducers.clear()
        self.changed_slugs.clear()
