"""The rows that a rectangle adds to the index, without ids; also computed in other processes."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

from domain.acceptance import find_references
from domain.catalogue import ACT_TYPES
from domain.cells import CellEntry, CellKey, cell_entries
from domain.instants import Instant
from domain.model import Entry, Rectangle
from domain.resolution import resolve_all
from ledger import log
from ledger.process_guard import end_with_parent
from projections.answer_json import Item, build_item
from projections.full_text import payload_words

KEY_SEPARATOR = "\x1f"
"""Separates the slugs of a cell's key."""
COUNTERPART_TYPE = {
    "amendment-proposed": "amendment-adopted",
    "amendment-adopted": "amendment-proposed",
}
"""The other event that an amendment needs to take effect."""
SUBJECT_PREFIX = "@"
"""Goes before the kind of a cell that stands for a subject, a slug that events name."""
PARALLEL_THRESHOLD = 20_000
"""Events behind which it does not pay to start another process."""


class VersionRows(NamedTuple):
    """What one rectangle adds to the tables of the index.

    ``subjects`` are kind and key of the cells of what it names; ``amendment_slug`` is of the
    amendment that takes effect with this event and its counterpart.
    """

    item: Item
    known_from: Instant
    known_to: Instant
    audiences: int
    subjects: list[tuple[str, str]]
    words: list[str] | None
    entries: list[CellEntry]
    amendment_slug: str | None


LogRow = tuple[Any, ...]
PreparedPage = tuple[list[LogRow], list[list[VersionRows] | None]]


def join_key(key: CellKey) -> str:
    """Return the key of a cell as its column holds it."""
    return KEY_SEPARATOR.join(key)


def build_rows(rectangle: Rectangle) -> VersionRows:
    """Return the rows of a rectangle."""
    version = rectangle.version
    entry, value = version.entry, version.payload
    has_counterpart = entry.type in COUNTERPART_TYPE and version.affects_state
    return VersionRows(
        build_item(version),
        rectangle.known_from,
        rectangle.known_to,
        rectangle.audiences,
        sorted(
            {(SUBJECT_PREFIX + kind, slug) for _, kind, slug in find_references(entry.type, value)}
        ),
        None if entry.type in ACT_TYPES else list(dict.fromkeys(payload_words(value))),
        list(cell_entries(version)),
        value.get("amendment") if has_counterpart else None,
    )


def prepare_page(rows: Sequence[LogRow]) -> list[list[VersionRows] | None]:
    """Build the rows of a page of the log; None for acts, which need what they act on."""
    return [
        None if row[log.TYPE_COLUMN] in ACT_TYPES else prepare_event(log.entry_from_row(row))
        for row in rows
    ]


def prepare_event(entry: Entry) -> list[VersionRows]:
    """Build the rows of an event on which nothing acts yet."""
    return [build_rows(rectangle) for rectangle in resolve_all([entry])[entry.id]]


def prepare_pages(pages: Iterable[list[LogRow]], events_behind: int) -> Iterator[PreparedPage]:
    """Yield each page with its rows; of many events built by other processes, a few pages ahead."""
    workers = min(4, os.cpu_count() or 1)
    if events_behind < PARALLEL_THRESHOLD or workers < 2:
        yield from ((rows, prepare_page(rows)) for rows in pages)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start_worker) as pool:
        submitted = deque[tuple[list[LogRow], Future[list[list[VersionRows] | None]]]]()
        for rows in pages:
            submitted.append((rows, pool.submit(prepare_page, rows)))
            if len(submitted) > 2 * workers:
                yield _take_first(submitted)
        while submitted:
            yield _take_first(submitted)


def _start_worker() -> None:
    """Set up a process that builds rows."""
    end_with_parent()
    # Rows hold no cycles: collecting seldom saves a tenth.
    gc.set_threshold(50_000, 20, 50)


def _take_first(
    submitted: deque[tuple[list[LogRow], Future[list[list[VersionRows] | None]]]],
) -> PreparedPage:
    rows, result = submitted.popleft()
    return rows, result.result()
