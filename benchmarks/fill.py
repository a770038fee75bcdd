"""Recording a history in a ledger, in batches, by the clock of the history.

``python -m benchmarks.fill DATABASE FILE...`` does it in a process of its own, prints the seconds.
Of several files each is a negotiation; they are recorded in turn, batch by batch.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import count, zip_longest
from pathlib import Path

from api.cli import gc_tuning
from api.settings import Settings
from api.wiring import open_ledger
from benchmarks import history
from benchmarks.generator import START, Recorded
from domain import acceptance
from ledger.location import is_server_url
from ledger.submission import Submission
from ledger.writer import Ledger
from projections.index import tables

NAME = "standard"
BATCH = 500


class Clock:
    """An injected clock, so that the ledger is recorded on the schedule of the history."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def open_ledger_at(database: str | Path, clock: Clock) -> Ledger:
    """Open a ledger; its key is where the product's commands look for it."""
    found = Settings(db=str(database) if is_server_url(database) else Path(database))
    return open_ledger(
        found.db, clock=clock, key_path=found.key_path, checkpoint_path=found.checkpoint_path
    )


def build(database: str | Path, *histories: Iterable[Recorded], batch: int = BATCH) -> None:
    """Record the first history as the negotiation ``standard``, further ones beside it."""
    clock = Clock()
    ledger = open_ledger_at(database, clock)
    for parts in zip_longest(*(history.pages(events, batch) for events in histories)):
        for name, part in zip(names(), parts, strict=False):
            if part:
                clock.now = max(clock.now, part[-1][0])
                ledger.record(
                    Submission(name, [acceptance.parse_event(event) for _, event in part])
                )
    with ledger.take_writer() as c:
        tables.analyze_tables(c)  # as the command does after an import
    ledger.close()


def names() -> Iterator[str]:
    """Yield what negotiations are called, the first one without a number."""
    yield NAME
    yield from (f"{NAME}-{number}" for number in count(2))


def main() -> None:
    database, *files = sys.argv[1:]
    gc_tuning.tune_collector()
    started = time.perf_counter()
    build(database, *(history.read(Path(file)) for file in files))
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
