"""The power goes while clients append to a ledger on ext4, on a disk that keeps only flushes.

The ledger is a file of SQLite, or a cluster of PostgreSQL whose whole folder is on that disk.

Each cut is taken while the load goes on: first it is noted what was acknowledged, then how far the
journal of the disk is. The disk is made as the cut leaves it and mounted, and the ledger opened.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from random import Random
from typing import Any, Protocol
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
from tests import postgres
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
CUTS_OF_A_DISK = 10
CONTROL_CUTS = 4
SQLITE_DISK, POSTGRES_DISK = 64 * 2**20, 256 * 2**20
"""Bytes of a disk."""
SETTINGS = postgres.QUICK | {"min_wal_size": "32MB", "max_wal_size": "32MB"}
"""Small, so that PostgreSQL also writes its tables and recycles its log between two cuts."""
Location = str | Path


class Stored(Protocol):
    """How a ledger is put on a disk, and found on what a cut left of it."""

    size: int
    """Bytes of the disk."""

    def make(self, disk: Path) -> AbstractContextManager[Location]: ...

    def find(self, disk: Path) -> AbstractContextManager[Location]: ...


class SqliteFile:
    size = SQLITE_DISK

    def make(self, disk: Path) -> AbstractContextManager[Location]:
        return nullcontext(disk / "fire.db")

    find = make


class PostgresCluster:
    size = POSTGRES_DISK

    def __init__(self, **settings: str) -> None:
        self._settings = SETTINGS | settings

    @contextmanager
    def make(self, disk: Path) -> Iterator[Location]:
        with postgres.cluster(self._settings, disk) as self._server:
            subprocess.run(["sync", "--file-system", disk], check=True)  # initdb did not
            yield self._server.url()

    @contextmanager
    def find(self, disk: Path) -> Iterator[Location]:
        folder = disk / self._server.place.folder.name
        with postgres.copied_cluster(self._server, folder) as server:
            yield server.url()


def record(ledger: Ledger, events: list[Event]) -> None:
    ledger.record(Submission(NAME, [acceptance.parse_event(event) for event in events]))


@contextmanager
def load(ledger: Ledger, seed: int) -> Iterator[set[str]]:
    """Append from several threads; yield the tokens that are acknowledged, which grow.

    Raises what ended one of them.
    """
    acknowledged, done = set[str](), threading.Event()

    def write(random: Random) -> None:
        while not done.is_set():
            events = [make_position(random) for _ in range(random.choice((1, 1, 3)))]
            record(ledger, events)
            acknowledged.update(event["summary"] for event in events)
            time.sleep(PAUSE)

    record(ledger, opening())
    with ThreadPoolExecutor(WRITERS) as pool:
        randoms = [Random(f"{seed}/{n}") for n in range(WRITERS)]  # noqa: S311  # no secret
        writing = [pool.submit(write, each) for each in randoms]
        try:
            yield acknowledged
        finally:
            done.set()
        for each in writing:
            each.result()


def cut_power(stored: Stored, count: int, seed: int) -> Outcome:
    """Cut the power so often, on a new disk after every ``CUTS_OF_A_DISK`` cuts."""
    if lack := find_lack():
        return Outcome(failures=[lack])
    outcome, totals = Outcome(), Counter[str]()
    for first in range(0, count, CUTS_OF_A_DISK):
        with memory_folder() as folder:
            folder.chmod(0o711)  # PostgreSQL runs as another user
            cuts = min(CUTS_OF_A_DISK, count - first)
            outcome.failures += cut_one_disk(stored, folder, cuts, seed + first, totals)
    told = ", ".join(f"{number} {name}" for name, number in totals.items())
    return Outcome(told, outcome.failures)


def cut_one_disk(
    stored: Stored, folder: Path, count: int, seed: int, totals: Counter[str]
) -> list[str]:
    """Cut the power while clients append to a ledger on a new disk; return what was not kept."""
    random, failures, place = Random(seed), list[str](), folder / "cut"  # noqa: S311  # no secret
    place.mkdir()
    with recorded_disk(folder, stored.size) as (disk, journal), ExitStack() as held:
        cut_disk = CutDisk(journal, stored.size)
        location = held.enter_context(stored.make(disk))
        ledger = held.enter_context(closing(open_on(disk, location)))
        told = held.enter_context(load(ledger, seed))
        for number in range(count):
            time.sleep(random.uniform(0.02, 0.2))
            acknowledged = set(told)
            cut_disk.advance(journal.stat().st_size)
            image = folder / "image"
            image.write_bytes(cut_disk.make_image(random))
            with loop_device(image) as device, mount(device, place):
                found = list(find_failures(stored, place, acknowledged))
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


def open_on(disk: Path, location: Location) -> Ledger:
    """Open a ledger whose checkpoint outside is on the same disk."""
    return open_ledger(location, key_path=KEY, checkpoint_path=disk / "checkpoint")


def find_failures(stored: Stored, disk: Path, acknowledged: set[str]) -> Iterator[str]:
    """Open the ledger that a cut left, as a server that starts does; yield what is not right."""
    try:
        with stored.find(disk) as location:
            with closing(open_on(disk, location)) as ledger:
                with ledger.open_snapshot() as c:
                    rows = read_log(lambda statement: run(c, statement))
                lost = acknowledged - {row.token for row in rows}
                if lost:
                    yield f"{len(lost)} of {len(acknowledged)} acknowledged events are lost"
                record(ledger, [make_position(Random(str(disk)))])  # noqa: S311  # no secret
            settings = Settings(db=location, log_key=Path(KEY), checkpoint=disk / "checkpoint")
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


def cut_sqlite(count: int, seed: int) -> Outcome:
    return cut_power(SqliteFile(), count, seed)


def lose_on_sqlite(seed: int) -> Outcome:
    logging.getLogger("minutebook").setLevel(logging.CRITICAL)
    with mock.patch("ledger.sqlite.LedgerPool", CarelessPool):
        return cut_power(SqliteFile(), CONTROL_CUTS, seed)


def cut_postgres(count: int, seed: int) -> Outcome:
    return cut_power(PostgresCluster(), count, seed)


def lose_on_postgres(seed: int) -> Outcome:
    """Lose by each of two settings that the product refuses."""
    logging.getLogger("minutebook").setLevel(logging.CRITICAL)
    with mock.patch("ledger.server_durability.LOSING_SETTINGS", ()):
        unsynced = cut_power(PostgresCluster(fsync="off"), CONTROL_CUTS, seed)
    with mock.patch("ledger.server_durability.KEPT_AT_COMMIT", ("on", "off")):
        unwaited = cut_power(PostgresCluster(synchronous_commit="off"), CONTROL_CUTS, seed)
    told = f"fsync=off: {unsynced.told}; synchronous_commit=off: {unwaited.told}"
    both = bool(unsynced.failures and unwaited.failures)
    return Outcome(told, [*unsynced.failures, *unwaited.failures] if both else [])


TRIALS = (
    Trial("power-cuts-sqlite", 100, cut_sqlite, lose_on_sqlite),
    Trial("power-cuts-postgres", 100, cut_postgres, lose_on_postgres),
)
