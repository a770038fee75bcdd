"""What submissions are checked against: read once for a group, then carried along in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from ledger import log
from ledger.cursor import Cursor

MOST = 100_000
"""Registered slugs remembered; beyond it they are read again."""


@lru_cache(maxsize=1024)
def _origin(slug: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"minutebook:{slug}")


@dataclass(frozen=True, slots=True)
class Negotiation:
    """Where a negotiation stands: its zone, how many events it has, the seq of the last."""

    slug: str
    zone: str = "UTC"
    events: int = 0
    last_seq: int = 0
    opened: bool = False

    @property
    def origin(self) -> UUID:
        return _origin(self.slug)

    def opening(self, zone: str) -> Negotiation:
        return replace(self, zone=zone, opened=True)

    def after(self, events: int, last_seq: int) -> Negotiation:
        return replace(self, events=events, last_seq=last_seq)


@dataclass(frozen=True, slots=True)
class Past:
    """An event that was recorded before, or earlier in the group. ``state`` is its payload."""

    seq: int
    negotiation: str
    type: str
    state: bytes


Slug = tuple[str, str, str]
"""A negotiation, a kind and a slug that is reserved in it."""


class Kept:
    """Negotiations, slugs and events as of the head, with what the group adds to them."""

    def __init__(self) -> None:
        self.slugs, self.new_slugs = set[Slug](), list[Slug]()
        self.negotiations, self.changed = dict[str, Negotiation](), set[str]()
        self.events, self.looked = dict[str, Past](), set[str]()

    def read(self, c: Cursor, negotiations: Iterable[str], events: Sequence[str]) -> None:
        """Read the negotiations and events that a group names. Slugs, once reserved, stay so."""
        slugs = sorted(set(negotiations))
        rows = log.rows_of(c, "SELECT * FROM negotiation WHERE slug IN ({})", slugs)
        found = {row["slug"]: row for row in rows}
        self.negotiations = {
            slug: Negotiation(slug, row["zone"], row["events"], row["last_seq"], opened=True)
            if (row := found.get(slug)) else Negotiation(slug)
            for slug in slugs
        }  # fmt: skip
        self.events.clear()
        self.looked.clear()
        self._look(c, events)
        if len(self.slugs) > MOST:
            self.slugs.clear()

    def _look(self, c: Cursor, events: Sequence[str]) -> None:
        self.looked.update(events)
        rows = log.rows_of(
            c, "SELECT id, seq, negotiation, type, state FROM event WHERE id IN ({})", events
        )
        for row in rows:
            self.events[row["id"]] = Past(
                row["seq"], row["negotiation"], row["type"], row["state"] or log.ERASED
            )

    def event(self, c: Cursor, name: str) -> Past | None:
        """Return what was recorded under an id."""
        if name not in self.looked:
            self._look(c, [name])
        return self.events.get(name)

    def registered(self, c: Cursor, slug: Slug) -> bool:
        """Tell whether a slug is reserved."""
        if slug not in self.slugs:
            c.execute(
                "SELECT 1 FROM registered WHERE negotiation = ? AND kind = ? AND slug = ?", slug
            )
            if c.fetchone() is None:
                return False
            self.slugs.add(slug)
        return True

    def keep(
        self, negotiation: Negotiation, slugs: Iterable[Slug], events: dict[str, Past]
    ) -> None:
        """Carry along what one submission of the group adds."""
        new = [slug for slug in slugs if slug not in self.slugs]
        self.new_slugs += new
        self.slugs.update(new)
        self.negotiations[negotiation.slug] = negotiation
        self.changed.add(negotiation.slug)
        self.events.update(events)
        self.looked.update(events)

    def store(self, c: Cursor) -> None:
        """Write what the group added."""
        changed = [self.negotiations[slug] for slug in sorted(self.changed)]
        c.executemany(
            "INSERT INTO negotiation VALUES (?, ?, ?, ?, ?) ON CONFLICT (slug)"
            " DO UPDATE SET events = excluded.events, last_seq = excluded.last_seq",
            [(each.slug, each.origin.hex, each.zone, each.events, each.last_seq)
             for each in changed],
        )  # fmt: skip
        if self.new_slugs:
            c.executemany(
                "INSERT INTO registered VALUES (?, ?, ?) ON CONFLICT DO NOTHING", self.new_slugs
            )
        self.new_slugs.clear()
        self.changed.clear()
