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

from domain.acceptance import find_references
from domain.catalogue import ACT_TYPES
from domain.cells import cell_entries
from domain.instants import DAY
from domain.model import Entry, Rectangle
from domain.resolution import resolve_all
from ledger import log
from ledger.process_guard import end_with_parent
from projections.answer_json import build_item
from projections.full_text import payload_words

KEY_SEPARATOR = "\x1f"
"""Parts the slugs of a cell's key."""
WIDTH_CLASSES = (DAY, 32 * DAY, 370 * DAY, 2**64)
"""Classes of vagueness: how far a possible event's last moment may lie ahead."""
COUNTERPART_TYPE = {
    "amendment-proposed": "amendment-adopted",
    "amendment-adopted": "amendment-proposed",
}
"""What an amendment takes to have an effect besides the one event."""
SUBJECT_PREFIX = "@"
"""Goes before the kind of a cell that stands for a subject, a slug that events name."""
PARALLEL_THRESHOLD = 20_000
"""Events behind which it does not pay to start another process."""


class VersionColumns(NamedTuple):
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
    provenance: bytes
    reports: bytes


class VersionRows(NamedTuple):
    """One rectangle as rows: of the event, what is held, what it names, its words, its bearings.

    ``placed`` are (kind, key, part, mark, detail) of cells; ``amendment`` is the slug of one that
    may be adopted by, or with, this event.
    """

    event_columns: tuple[str, int, str, int]
    columns: VersionColumns
    subjects: list[tuple[str, str]]
    words: list[str] | None
    placements: list[tuple[str, str, int, str | None, bytes | None]]
    amendment_slug: str | None


LogRow = tuple[Any, ...]
PreparedPage = tuple[list[LogRow], list[list[VersionRows] | None]]


def build_rows(rectangle: Rectangle) -> VersionRows:
    """Return the rows of a rectangle."""
    version = rectangle.version
    entry, value = version.entry, version.payload
    has_counterpart = entry.type in COUNTERPART_TYPE and version.affects_state
    return VersionRows(
        (entry.id, entry.seq, entry.type, entry.recorded_at),
        build_columns(rectangle),
        sorted(
            {(SUBJECT_PREFIX + kind, slug) for _, kind, slug in find_references(entry.type, value)}
        ),
        None if entry.type in ACT_TYPES else list(dict.fromkeys(payload_words(value))),
        [
            (
                each.kind,
                KEY_SEPARATOR.join(each.key),
                each.part,
                each.label,
                None if each.detail is None else orjson.dumps(each.detail),
            )
            for each in cell_entries(version)
        ],
        value.get("amendment") if has_counterpart else None,
    )


def build_columns(rectangle: Rectangle) -> VersionColumns:
    version, version_item = rectangle.version, build_item(rectangle.version)
    width = next(
        n for n, most in enumerate(WIDTH_CLASSES) if version_item.last - version_item.lo <= most
    )
    return VersionColumns(
        rectangle.known_from,
        rectangle.known_to,
        rectangle.audiences,
        version_item.known_at,
        version_item.lo,
        version_item.last,
        width,
        version_item.standing,
        version_item.withdrawn,
        bool(version.rivals),
        version.reported_early,
        version_item.body,
        version_item.provenance,
        version_item.reports,
    )


def prepare_page(rows: Sequence[LogRow]) -> list[list[VersionRows] | None]:
    """Lay out the events of a page of the log; None for acts, which need what they act on."""
    return [
        None if row[log.TYPE_COLUMN] in ACT_TYPES else prepare_event(log.entry_from_row(row))
        for row in rows
    ]


def prepare_event(entry: Entry) -> list[VersionRows]:
    """Lay out an event on which nothing acts yet."""
    return [build_rows(rectangle) for rectangle in resolve_all([entry])[entry.id]]


def prepare_pages(pages: Iterable[list[LogRow]], events_behind: int) -> Iterator[PreparedPage]:
    """Yield each page laid out; of many events in processes beside this one, a few pages ahead."""
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
    """Begin in a process beside."""
    end_with_parent()
    # What is laid out holds no cycles: collecting seldom saves a tenth.
    gc.set_threshold(50_000, 20, 50)


def _take_first(
    submitted: deque[tuple[list[LogRow], Future[list[list[VersionRows] | None]]]],
) -> PreparedPage:
    rows, result = submitted.popleft()
    return rows, result.result()
