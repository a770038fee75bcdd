"""Following the log from behind: live, restart and rebuild apply the same rows."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from typing import Any

from domain.catalogue import ACT_TYPES
from domain.zones import ZoneUse
from ledger import log
from ledger.database import Cursor, transaction
from ledger.process_guard import end_with_parent
from projections.index import tables
from projections.index.rows import VersionRows, prepare_event
from projections.index.writer import TRACKING_NAME, apply_entries

PARALLEL_THRESHOLD = 20_000
"""Events behind which it does not pay to start another process."""

LogRow = tuple[Any, ...]
PreparedPage = tuple[list[LogRow], list[list[VersionRows] | None]]


def is_outdated(c: Cursor, schema: str | None = None) -> bool:
    """Return whether rows of another version stand in the read model, of a schema or the live."""
    table = f"{schema}.tracking" if schema else "tracking"
    c.execute(
        f"SELECT 1 FROM {table} WHERE application_name <> :name LIMIT 1",  # noqa: S608  # only our own names
        {"name": TRACKING_NAME},
    )
    return c.fetchone() is not None


def find_outdated_zone(c: Cursor, schema: str | None = None) -> ZoneUse | None:
    """Return a zone and year in which the read model, of a schema or the live, read dates by other
    offsets than those of today."""
    table = f"{schema}.zone_use" if schema else "zone_use"
    c.execute(f"SELECT DISTINCT zone, year, 0, offsets FROM {table} ORDER BY zone, year")  # noqa: S608  # only our own names
    return next((use for use in map(ZoneUse._make, c.fetchall()) if use.is_outdated), None)


def tracked_seq(c: Cursor) -> int:
    """Return the seq up to which the read model follows the log."""
    c.execute(
        "SELECT notification_id FROM tracking WHERE application_name = :name",
        {"name": TRACKING_NAME},
    )
    row = c.fetchone()
    return row[0] if row else 0


def catch_up_index(c: Cursor, *, page: int = 2000) -> Iterator[int]:
    """Apply what the log holds beyond the read model, a transaction a page; yield each seq reached.

    The cursor must not be in a transaction.
    """
    is_behind = tracked_seq(c) < log.read_head(c)[0]
    for rows, prepared in pages_behind(c, page=page):
        with transaction(c):
            c.execute("UPDATE head SET size = size")  # nobody else applies meanwhile
            if tracked_seq(c) == rows[0][0] - 1:
                apply_page(c, rows, prepared)
        yield rows[-1][0]
    if is_behind:
        tables.analyze_tables(c)


def pages_behind(
    c: Cursor, *, page: int = 2000, workers: RowWorkers | None = None
) -> Iterator[PreparedPage]:
    """Yield what the log holds beyond the read model, a page at a time, laid out."""
    return prepare_pages(_read_pages(c, page), log.read_head(c)[0] - tracked_seq(c), workers)


def apply_page(
    c: Cursor, rows: Sequence[LogRow], prepared: Sequence[list[VersionRows] | None]
) -> None:
    """Apply one page of the log."""
    entries = [
        (row[-1], log.entry_from_row(row) if each is None else each)
        for row, each in zip(rows, prepared, strict=True)
    ]
    apply_entries(c, entries, rows[-1][0])


def apply_log(c: Cursor, *, page: int = 2000, workers: RowWorkers | None = None) -> Iterator[int]:
    """Apply what the log holds beyond the read model in the caller's transaction; yield seqs."""
    for rows, prepared in pages_behind(c, page=page, workers=workers):
        apply_page(c, rows, prepared)
        yield rows[-1][0]


def _read_pages(c: Cursor, page: int) -> Iterator[list[LogRow]]:
    last_seq = tracked_seq(c)
    while rows := log.read_rows(c, after=last_seq, limit=page):
        yield rows
        last_seq = rows[-1][0]


def prepare_page(rows: Sequence[LogRow]) -> list[list[VersionRows] | None]:
    """Build the rows of a page of the log; None for acts, which need what they act on."""
    return [
        None if row[log.TYPE_COLUMN] in ACT_TYPES else prepare_event(log.entry_from_row(row))
        for row in rows
    ]


def prepare_pages(
    pages: Iterable[list[LogRow]], events_behind: int, workers: RowWorkers | None = None
) -> Iterator[PreparedPage]:
    """Yield each page with its rows; of many events built by other processes, a few pages ahead.

    Without ``workers`` processes are started for many events, and end with the last page.
    """
    if workers:
        yield from workers.prepare_pages(pages)
    elif events_behind < PARALLEL_THRESHOLD or (os.cpu_count() or 1) < 2:
        yield from ((rows, prepare_page(rows)) for rows in pages)
    else:
        with closing(RowWorkers()) as workers:
            yield from workers.prepare_pages(pages)


class RowWorkers:
    """Processes that build the rows of pages."""

    def __init__(self) -> None:
        self.count = min(4, os.cpu_count() or 1)
        self.pool = ProcessPoolExecutor(self.count, get_context("spawn"), initializer=_start_worker)

    def prepare_pages(self, pages: Iterable[list[LogRow]]) -> Iterator[PreparedPage]:
        """Yield each page with its rows, built a few pages ahead."""
        submitted = deque[tuple[list[LogRow], Future[list[list[VersionRows] | None]]]]()
        for rows in pages:
            submitted.append((rows, self.pool.submit(prepare_page, rows)))
            if len(submitted) > 2 * self.count:
                yield _take_first(submitted)
        while submitted:
            yield _take_first(submitted)

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)


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
