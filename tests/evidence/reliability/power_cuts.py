"""The power goes while clients append to a ledger on ext4, on a disk that keeps only flushes.

Each cut is taken while the load goes on: first it is noted what was acknowledged, then how far the
journal of the disk is. The disk is made as the cut leaves it and mounted, and the ledger opened.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from api.wiring import open_ledger
from domain import acceptance
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
    if lack := find_lack():
        return Outcome(failures=[lack])
    random, outcome = Random(seed), Outcome()  # noqa: S311  # no secret
    with memory_folder() as folder, recorded_disk(folder) as (disk, journal):
        place = folder / "cut"
        place.mkdir()
        cut_disk = CutDisk(journal)
        with (
            closing(open_ledger(disk / "fire.db", key_path=KEY)) as ledger,
            load(ledger, seed) as told,
        ):
            for number in range(count):
                time.sleep(random.uniform(0.02, 0.2))
                acknowledged = set(told)
                cut_disk.advance(journal.stat().st_size)
                image = folder / "image"
                image.write_bytes(cut_disk.make_image(random))
                with loop_device(image) as device, mount(device, place):
                    failures = list(find_failures(place / "fire.db", acknowledged))
                outcome.failures += [f"cut {number}: {each}" for each in failures]
    outcome.told = (
        f"{count} cuts, after {cut_disk.flushes} flushes of {cut_disk.writes} writes; the last had"
        f" {len(acknowledged)} events acknowledged"
    )
    return outcome


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


def run(c: Any, statement: str) -> Any:
    c.execute(statement)
    return c


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
