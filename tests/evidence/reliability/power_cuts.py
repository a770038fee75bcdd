"""The power goes while clients append to a ledger on ext4, on a disk that keeps only flushes.

Each cut is taken while the load goes on: first it is noted what was acknowledged, then how far the
journal of the disk is. The disk is made as the cut leaves it and mounted, and the ledger opened.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from api.wiring import open_ledger
from domain import acceptance
from ledger.database import Cursor
from ledger.library import SQLiteConnection
from ledger.sqlite import LedgerPool
from ledger.submission import Submission
from ledger.writer import Ledger
from tests.evidence.reliability.kills import memory_folder
from tests.evidence.reliability.recorded_disk import (
    CutDisk,
    find_lack,
    loop_device,
    mount,
    recorded_disk,
)
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import NAME, Event, make_position, opening, read_log
from tests.world import KEY

WRITERS = 4
PAUSE = 0.01
"""Seconds between two appends of a writer: its disk is small."""
CUTS_OF_A_DISK = 20
CONTROL_CUTS = 4


def record(ledger: Ledger, events: list[Event]) -> None:
    ledger.record(Submission(NAME, [acceptance.parse_event(event) for event in events]))


@contextmanager
def load(ledger: Ledger, seed: int) -> Iterator[set[str]]:
    """Append from several threads; yield the tokens that are acknowledged, which grow."""
    acknowledged, done = set[str](), threading.Event()

    def write(random: Random) -> None:
        while not done.is_set():
            events = [make_position(random) for _ in range(random.choice((1, 1, 3)))]
            record(ledger, events)
            acknowledged.update(event["summary"] for event in events)
            time.sleep(PAUSE)

    record(ledger, opening())
    threads = [
        threading.Thread(target=write, args=[Random(f"{seed}/{n}")])  # noqa: S311  # no secret
        for n in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield acknowledged
    finally:
        done.set()
        for thread in threads:
            thread.join()


def cut_power(count: int, seed: int) -> Outcome:
    """Cut the power so often, on a new disk after every ``CUTS_OF_A_DISK`` cuts."""
    if lack := find_lack():
        return Outcome(failures=[lack])
    outcome, totals = Outcome(), Counter[str]()
    for first in range(0, count, CUTS_OF_A_DISK):
        with memory_folder() as folder:
            cuts = min(CUTS_OF_A_DISK, count - first)
            outcome.failures += cut_one_disk(folder, cuts, seed + first, totals)
    told = ", ".join(f"{number} {name}" for name, number in totals.items())
    return Outcome(told, outcome.failures)


def cut_one_disk(folder: Path, count: int, seed: int, totals: Counter[str]) -> list[str]:
    """Cut the power while clients append to a ledger on a new disk; return what was not kept."""
    random, failures, place = Random(seed), list[str](), folder / "cut"  # noqa: S311  # no secret
    place.mkdir()
    with recorded_disk(folder) as (disk, journal), ExitStack() as held:
        cut_disk = CutDisk(journal)
        ledger = held.enter_context(closing(open_ledger(disk / "fire.db", key_path=KEY)))
        told = held.enter_context(load(ledger, seed))
        for number in range(count):
            time.sleep(random.uniform(0.02, 0.2))
            acknowledged = set(told)
            cut_disk.advance(journal.stat().st_size)
            image = folder / "image"
            image.write_bytes(cut_disk.make_image(random))
            with loop_device(image) as device, mount(device, place):
                found = list(find_failures(place / "fire.db", acknowledged))
            failures += [f"seed {seed}, cut {number}: {each}" for each in found]
            totals["cuts"] += 1
        totals.update(
            {
                "events acknowledged": len(acknowledged),
                "writes": cut_disk.writes,
                "flushes": cut_disk.flushes,
            }
        )
    return failures


def find_failures(file: Path, acknowledged: set[str]) -> Iterator[str]:
    """Open the ledger that a cut left, as a server that starts does; yield what is not right."""
    try:
        with closing(open_ledger(file, key_path=KEY)) as ledger:
            with ledger.open_snapshot() as c:
                rows = read_log(lambda statement: run(c, statement))
            lost = acknowledged - {row.token for row in rows}
            if lost:
                yield f"{len(lost)} of {len(acknowledged)} acknowledged events are lost"
            record(ledger, [make_position(Random(str(file.stat().st_ino)))])  # noqa: S311  # no secret
        settings = Settings(db=file, log_key=Path(KEY), checkpoint=Path(f"{file}.checkpoint"))
        yield from map(str, verify_ledger(settings, ignore_progress).faults)
    except Exception as error:
        yield f"the ledger does not open: {error!r}"


def run(c: Cursor, statement: str) -> list[Any]:
    c.execute(statement)
    return c.fetchall()


class CarelessPool(LedgerPool):
    """Commits without waiting for the disk."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous = NORMAL")
        return connection


def lose_without_syncing(seed: int) -> Outcome:
    logging.getLogger("minutebook").setLevel(logging.CRITICAL)
    with mock.patch("ledger.sqlite.LedgerPool", CarelessPool):
        return cut_power(CONTROL_CUTS, seed)


TRIALS = (Trial("power-cuts", 100, cut_power, lose_without_syncing),)
