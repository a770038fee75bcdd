"""What a rectangle adds to the read model: its rows, not numbered yet. Pure, so it can be computed
beside the process that writes."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

import orjson

from domain.accept import references
from domain.catalogue import ACTS
from domain.cells import placements
from domain.instants import DAY
from domain.items import item
from domain.lives import slab
from domain.versions import Entry, Rectangle
from ledger import log
from ledger.parent import end_with_parent
from projections.words import words_of

KEY = "\x1f"
"""Parts the slugs of a cell's key."""
WIDTHS = (DAY, 32 * DAY, 370 * DAY, 2**64)
"""Classes of vagueness: how far a possible event's last moment may lie ahead."""
COUNTERPART = {
    "amendment-proposed": "amendment-adopted",
    "amendment-adopted": "amendment-proposed",
}
"""What an amendment takes to have an effect besides the one event."""
SUBJECT = "@"
"""Goes before the kind of a cell that stands for a subject, a slug that events name."""
FEW = 20_000
"""Events behind which it does not pay to start another process."""


class Held(NamedTuple):
    """The columns that tell one rectangle of an event from another."""

    known_from: int
    known_to: int
    audiences: int
    known_at: int
    lo: int
    last: int
    width: int
    standing: str
    withdrawn: bool
    disputed: bool
    ahead: bool
    body: bytes
    rests: bytes
    reports: bytes


class Laid(NamedTuple):
    """One rectangle as rows: of the event, what is held, what it names, its words, its bearings.

    ``placed`` are (kind, key, part, mark, detail) of cells; ``amendment`` is the slug of one that
    may be adopted by, or with, this event.
    """

    event: tuple[str, int, str, int]
    held: Held
    names: list[tuple[str, str]]
    words: list[str] | None
    placed: list[tuple[str, str, int, str | None, bytes | None]]
    amendment: str | None


Row = tuple[Any, ...]
Page = tuple[list[Row], list[list[Laid] | None]]


def laid(rectangle: Rectangle) -> Laid:
    """Return the rows of a rectangle."""
    version = rectangle.version
    entry, value = version.entry, version.payload
    pairs = entry.type in COUNTERPART and version.moves
    return Laid(
        (entry.id, entry.seq, entry.type, entry.recorded_at),
        held(rectangle),
        sorted({(SUBJECT + kind, slug) for _, kind, slug in references(entry.type, value)}),
        None if entry.type in ACTS else list(dict.fromkeys(words_of(value))),
        [(each.kind, KEY.join(each.key), each.part, each.mark,
          None if each.detail is None else orjson.dumps(each.detail))
         for each in placements(version)],
        value.get("amendment") if pairs else None,
    )  # fmt: skip


def held(rectangle: Rectangle) -> Held:
    version, own = rectangle.version, item(rectangle.version)
    width = next(n for n, most in enumerate(WIDTHS) if own.last - own.lo <= most)
    return Held(
        rectangle.known_from, rectangle.known_to, rectangle.audiences, own.known_at, own.lo,
        own.last, width, own.standing, own.withdrawn, bool(version.rivals), version.ahead,
        own.body, own.rests, own.reports,
    )  # fmt: skip


def lay(rows: Sequence[Row]) -> list[list[Laid] | None]:
    """Lay out the events of a page of the log; None for acts, which need what they act on."""
    return [None if row[log.TYPE] in ACTS else alone(log.entry(row)) for row in rows]


def alone(entry: Entry) -> list[Laid]:
    """Lay out an event on which nothing acts yet."""
    return [laid(rectangle) for rectangle in slab([entry])[entry.id]]


def ahead(pages: Iterable[list[Row]], behind: int) -> Iterator[Page]:
    """Yield each page laid out; of many events in processes beside this one, a few pages ahead."""
    beside = min(4, os.cpu_count() or 1)
    if behind < FEW or beside < 2:
        yield from ((rows, lay(rows)) for rows in pages)
        return
    with ProcessPoolExecutor(beside, get_context("spawn"), initializer=_begun) as pool:
        waiting = deque[tuple[list[Row], Future[list[list[Laid] | None]]]]()
        for rows in pages:
            waiting.append((rows, pool.submit(lay, rows)))
            if len(waiting) > 2 * beside:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)


def _begun() -> None:
    """Begin in a process beside."""
    end_with_parent()
    # What is laid out holds no cycles: collecting seldom saves a tenth.
    gc.set_threshold(50_000, 20, 50)


def _first(waiting: deque[tuple[list[Row], Future[list[list[Laid] | None]]]]) -> Page:
    rows, result = waiting.popleft()
    return rows, result.result()
