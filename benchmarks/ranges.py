"""A peer: the rows of the plain table cut into boxes, on which no two of a cell overlap.

This is what a database of two times does when a fact is put: it closes what was held before and
writes what is held from now on. Each box has a range of what happened, of what was known and of
what was recorded, so a state is what contains one point.
"""

from __future__ import annotations

import sys
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from benchmarks.rows import Cell, Row
from domain.instants import DAY, Instant

ENDLESS: Instant = sys.maxsize
Range = tuple[Instant, Instant]
"""From and until, half open."""
Order = tuple[Instant, Instant, Instant, str]


@dataclass(frozen=True)
class Box:
    """In which part of the three clocks a row is what its cell holds."""

    row: Row
    valid: Range
    known: Range
    recorded: Range


@dataclass
class CellHistory:
    """What is held of one cell as its rows are recorded, one after the other."""

    rows: list[tuple[Order, Row]] = field(default_factory=list)
    moments: list[Instant] = field(default_factory=list)
    """When rows became known or were withdrawn."""
    held: list[Box] = field(default_factory=list)
    """Not closed yet, and near enough in knowledge to be closed."""

    def put(self, row: Row) -> Iterator[Box]:
        """Let a row be recorded; yield the boxes that this closes or that no row can change."""
        insort(self.rows, (_order(row), row))
        insort(self.moments, row.known_at)
        yield from self._change(row, row.known_at, row.recorded_at)

    def withdraw(self, row: Row, known_at: Instant, recorded_at: Instant) -> Iterator[Box]:
        """Take a row back, from when this is known and recorded."""
        insort(self.moments, known_at)
        yield from self._change(row, known_at, recorded_at)

    def _change(self, row: Row, known_at: Instant, recorded_at: Instant) -> Iterator[Box]:
        """Hold anew what a row covers, from a moment of knowledge on, in each stretch of it."""
        later = self.moments[bisect_right(self.moments, known_at) :]
        stops = [known_at, *dict.fromkeys(later), ENDLESS]
        for stretch in pairwise(stops):
            winner, until = self._winner(row, stretch[0], recorded_at)
            yield from self._close((row.occurred, until), stretch, recorded_at)
            if winner is not None and row.occurred < until:
                box = Box(winner, (row.occurred, until), stretch, (recorded_at, ENDLESS))
                self.held.append(box)
        yield from self._settle(recorded_at)

    def _winner(
        self, row: Row, known_at: Instant, recorded_at: Instant
    ) -> tuple[Row | None, Instant]:
        """Return what holds when a row occurred, and until when it does."""
        at = bisect_right(self.rows, (row.occurred, ENDLESS), key=lambda each: each[0][:2])
        alive = (row for _, row in reversed(self.rows[:at]) if _holds(row, known_at, recorded_at))
        following = (row for _, row in self.rows[at:] if _holds(row, known_at, recorded_at))
        last = next(following, None)
        return next(alive, None), ENDLESS if last is None else last.occurred

    def _close(self, valid: Range, known: Range, recorded_at: Instant) -> Iterator[Box]:
        """Close what overlaps, and keep of it what lies outside."""
        held = self.held
        hit = [box for box in held if _overlap(box.valid, valid) and _overlap(box.known, known)]
        self.held = [box for box in held if box not in hit] if hit else held
        for box in hit:
            if box.recorded[0] < recorded_at:
                yield replace(box, recorded=(box.recorded[0], recorded_at))
            fresh = replace(box, recorded=(recorded_at, ENDLESS))
            both = max(box.valid[0], valid[0]), min(box.valid[1], valid[1])
            self.held += [replace(fresh, valid=each) for each in _outside(box.valid, valid)]
            self.held += [
                replace(fresh, valid=both, known=each) for each in _outside(box.known, known)
            ]

    def _settle(self, recorded_at: Instant) -> Iterator[Box]:
        """Yield what nothing changes any more, since all is reported within a day."""
        past = recorded_at - DAY
        yield from (box for box in self.held if box.known[1] < past)
        self.held = [box for box in self.held if box.known[1] >= past]


def _order(row: Row) -> Order:
    return *row.order, row.event


def _holds(row: Row, known_at: Instant, recorded_at: Instant) -> bool:
    """Tell whether a row that is recorded is known by then and not withdrawn."""
    withdrawn = (
        row.withdrawn_known is not None
        and row.withdrawn_recorded is not None
        and row.withdrawn_known <= known_at
        and row.withdrawn_recorded <= recorded_at
    )
    return row.known_at <= known_at and row.recorded_at <= recorded_at and not withdrawn


def _overlap(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _outside(whole: Range, part: Range) -> list[Range]:
    ends = (whole[0], part[0]), (part[1], whole[1])
    return [each for each in ends if each[0] < each[1]]


def boxes(rows: Iterable[Row]) -> Iterator[Box]:
    """Yield every box of the rows, which are put and withdrawn in the order of recording."""
    cells: dict[Cell, CellHistory] = defaultdict(CellHistory)
    for recorded_at, known_at, row in sorted(_acts(rows), key=lambda act: act[0]):
        cell = cells[row.cell]
        if known_at is None:
            yield from cell.put(row)
        else:
            yield from cell.withdraw(row, known_at, recorded_at)
    for cell in cells.values():
        yield from cell.held


def _acts(rows: Iterable[Row]) -> Iterator[tuple[Instant, Instant | None, Row]]:
    """Yield when each row is put, and when and from which knowledge it is withdrawn."""
    for row in rows:
        yield row.recorded_at, None, row
        if row.withdrawn_recorded is not None:
            yield row.withdrawn_recorded, row.withdrawn_known, row
