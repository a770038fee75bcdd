"""Statements that reply to or copy one that nobody made, or that may lead back to themselves.

Each has rows for the rectangles in which it is so; an answer reads these and no other statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import orjson

from domain.cells import CellEntry
from domain.events import AUDIENCES
from domain.instants import Instant
from domain.model import Json
from domain.phantom_links import WITHOUT_STATEMENT, circular_entry, link_entries_of
from ledger.database import Cursor, Row
from projections.answer_json import Item
from projections.index.rows import VersionRows
from projections.index.subjects import LINKED_SUBJECT, MADE_SUBJECT

OPEN_SEQ = 2**62
"""recorded_to of what the newest record still holds."""
_READ_NAMING = """
SELECT v.id, v.known_from, v.known_to, v.audiences, v.last, v.lo, v.known_at, v.seq, v.standing,
    v.body
FROM mention m
JOIN version v ON v.id = m.version
WHERE m.cell = :cell AND v.recorded_to = :open
ORDER BY v.id
"""
_READ_PLACED = """
SELECT p.id, p.version, p.part, p.known_from, p.known_to, p.audiences
FROM placement p
WHERE p.cell = :cell AND p.recorded_to = :open
"""


class Batch(Protocol):
    """What a run of events adds to the index."""

    c: Cursor

    def flush(self) -> None: ...

    def has_cell(self, *cell: str) -> bool: ...

    def cell_id(self, *cell: str) -> int: ...

    def add_placement(
        self,
        negotiation: str,
        entry: CellEntry,
        order: tuple[int, int, int, int],
        validity: tuple[int, int, int, int],
        versions: tuple[int, int],
    ) -> None: ...


class Period(NamedTuple):
    """From when to when something is known, and to which audiences, as a mask."""

    known_from: Instant
    known_to: Instant
    audiences: int


class _Link(NamedTuple):
    """What a version names, with its rectangle and its place in tie order."""

    version: int
    period: Period
    order: tuple[int, int, int, int]
    entry: CellEntry


class StatementLinks:
    """The links of the statements of one negotiation, as one record leaves them."""

    def __init__(self, batch: Batch, negotiation: str, now: int) -> None:
        self.batch, self.negotiation, self.now = batch, negotiation, now

    def place(self, opened: Sequence[tuple[int, VersionRows]], unmade: Iterable[str]) -> None:
        """Place the links of new rectangles, and those to the statements that these make or that
        others made until now."""
        made = {rows.statement for _, rows in opened if rows.statement}
        named = sorted(slug for slug in made.union(unmade) if self._is_linked(slug))
        if named or any(rows.links for _, rows in opened):
            self.batch.flush()
        for version, rows in opened:
            for entry in rows.links:
                self._place_link(_link_of(version, rows, entry))
                if rows.statement in named:
                    self._place_circle(_link_of(version, rows, entry), rows.statement)
        for slug in named:
            self._settle(slug)

    def _is_linked(self, slug: str) -> bool:
        return self.batch.has_cell(self.negotiation, LINKED_SUBJECT, slug)

    def _place_link(self, link: _Link) -> None:
        (target,) = link.entry.key
        for period in subtract(link.period, self._read_made(target)):
            self._add(link, link.entry, period)

    def _place_circle(self, link: _Link, own: str) -> None:
        """Note that a statement may lead back to itself, by any version of those that it names: the
        one of a circle that is indexed last finds all others there."""
        waiting, passed = [link.entry.key[0]], set[str]()
        while waiting:
            slug = waiting.pop()
            if slug == own:
                self._add(link, circular_entry(own, link.entry), link.period)
                return
            if slug not in passed:
                passed.add(slug)
                waiting += [
                    str(target)
                    for row in self._read_naming(MADE_SUBJECT, slug)
                    if (target := _fields(row).get(str(link.entry.label)))
                ]

    def _settle(self, slug: str) -> None:
        """Leave of the statements that name this one those placed that do so in vain."""
        made = self._read_made(slug)
        wanted = {
            (link.version, link.entry.part, *period): (link, period)
            for link in self._read_links(slug)
            for period in subtract(link.period, made)
        }
        for placed_id, *placed in self._read_placed(slug):
            if tuple(placed) in wanted:
                del wanted[tuple(placed)]
            else:
                self.batch.c.execute(
                    "UPDATE placement SET recorded_to = :now WHERE id = :id",
                    {"now": self.now, "id": placed_id},
                )
        for link, period in wanted.values():
            self._add(link, link.entry, period)

    def _read_made(self, slug: str) -> list[Period]:
        rows = self._read_naming(MADE_SUBJECT, slug)
        return [Period(*row[1:4]) for row in rows]

    def _read_links(self, slug: str) -> Iterator[_Link]:
        for row in self._read_naming(LINKED_SUBJECT, slug):
            for entry in link_entries_of(_fields(row)):
                if entry.key == (slug,):
                    yield _Link(row[0], Period(*row[1:4]), tuple(row[4:8]), entry)

    def _read_naming(self, kind: str, slug: str) -> list[Row]:
        if not self.batch.has_cell(self.negotiation, kind, slug):
            return []
        params = {"cell": self.batch.cell_id(self.negotiation, kind, slug), "open": OPEN_SEQ}
        self.batch.c.execute(_READ_NAMING, params)
        return self.batch.c.fetchall()

    def _read_placed(self, slug: str) -> list[Row]:
        cell = self.batch.cell_id(self.negotiation, WITHOUT_STATEMENT, slug)
        self.batch.c.execute(_READ_PLACED, {"cell": cell, "open": OPEN_SEQ})
        return self.batch.c.fetchall()

    def _add(self, link: _Link, entry: CellEntry, period: Period) -> None:
        validity = (period.known_from, self.now, period.audiences, period.known_to)
        self.batch.add_placement(self.negotiation, entry, link.order, validity, (link.version, 0))


def subtract(period: Period, taken: Iterable[Period]) -> list[Period]:
    """Return what is left of a period for each audience, alike ones together, in order."""
    masks: dict[tuple[Instant, Instant], int] = {}
    for bit in (1 << place for place in range(len(AUDIENCES))):
        if period.audiences & bit:
            start = period.known_from
            for other in sorted(each for each in taken if each.audiences & bit):
                if start < min(other.known_from, period.known_to):
                    gap = (start, min(other.known_from, period.known_to))
                    masks[gap] = masks.get(gap, 0) | bit
                start = max(start, other.known_to)
            if start < period.known_to:
                gap = (start, period.known_to)
                masks[gap] = masks.get(gap, 0) | bit
    return [Period(*gap, mask) for gap, mask in sorted(masks.items())]


def made_by(columns: Sequence[Any]) -> str | None:
    """Return the statement that a version makes, by the columns of its item."""
    item = Item._make(columns)
    is_made = item.type == "statement-made" and not item.withdrawn
    return item.own_fields.get("statement") if is_made else None


def _link_of(version: int, rows: VersionRows, entry: CellEntry) -> _Link:
    period = Period(rows.known_from, rows.known_to, rows.audiences)
    item = rows.item
    return _Link(version, period, (item.last, item.lo, item.known_at, item.seq), entry)


def _fields(row: Row) -> Json:
    fields: Json = orjson.loads(row["body"])
    return fields
