"""kill -9 under load: of the server, of the postmaster, of one process of PostgreSQL.

Clients send what was not acknowledged again, so nothing may be lost and nothing doubled, and the
ledger must verify. Without ids the same load doubles.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from tests import postgres
from tests.evidence.reliability.starter import Starter, shared_starter
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import (
    Clients,
    ServedLedger,
    Tally,
    broken_promises,
    read_log,
)

CONTROL_KILLS = 60
PROGRESS = 8
"""How many batches are acknowledged between two kills, at the least."""
MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own in it


@dataclass
class Scene:
    """A served ledger, its clients' tally, and who can be killed."""

    server: ServedLedger
    victims: Sequence[Callable[[], None]]
    execute: Callable[[str], list[Any]]
    """Runs a statement past the product; gives its rows."""
    tally: Tally = field(default_factory=Tally)
    kills: int = 0

    def settings(self) -> Settings:
        folder = self.server.folder
        db = self.server.db
        return Settings(
            db=db if "://" in db else Path(db),
            log_key=folder / "log.key",
            checkpoint=folder / "checkpoint",
        )


@contextmanager
def memory_folder() -> Iterator[Path]:
    """Make a folder in memory where there is one: a kill takes nothing that was written."""
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="minutebook-reliability-", dir=where))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def sqlite_scene(prelude: str = "", **environment: str) -> Iterator[Scene]:
    with memory_folder() as folder, ExitStack() as held:
        starter = shared_starter()
        if prelude:
            starter = held.enter_context(Starter(prelude=prelude, **environment))
        server = ServedLedger(folder / "fire.db", folder, starter)

        def execute(statement: str) -> list[Any]:
            with closing(sqlite3.connect(folder / "fire.db")) as connection:
                return connection.execute(statement).fetchall()

        yield Scene(server, [lambda: kill_server(server)], execute)


@contextmanager
def postgres_scene() -> Iterator[Scene]:
    with ExitStack() as held:
        folder, starter = held.enter_context(memory_folder()), shared_starter()
        cluster = held.enter_context(postgres.crashing_cluster(postgres.QUICK))
        url = cluster.server.url()
        server = ServedLedger(url, folder, starter)

        def execute(statement: str) -> list[Any]:
            with psycopg.connect(url) as connection:
                return connection.execute(statement).fetchall()

        victims = [
            lambda: kill_server(server),
            cluster.kill_postmaster,
            lambda: kill_server(server),
            cluster.kill_backend,
        ]
        yield Scene(server, victims, execute)


def kill_server(server: ServedLedger) -> None:
    server.end(signal.SIGKILL)
    server.start()


def kill_under_load(scene: Scene, count: int, seed: int, *, with_ids: bool) -> None:
    """Kill one victim after the other; after each kill clients go on against what comes back."""
    random = Random(seed)  # noqa: S311  # no secret
    scene.server.start()
    try:
        with Clients(scene.server.port, seed, with_ids=with_ids) as tally:
            scene.tally = tally
            for number in range(count):
                await_progress(tally)
                time.sleep(random.uniform(0, 0.15))
                scene.victims[number % len(scene.victims)]()
    finally:
        scene.server.end(signal.SIGTERM)


def await_progress(tally: Tally) -> None:
    """Wait until clients were answered again, so that what is killed is at work."""
    wanted, until = len(tally.batches) + PROGRESS, time.monotonic() + 60
    while len(tally.batches) < wanted and time.monotonic() < until:
        time.sleep(0.005)


def run_kills(scene: Scene, count: int, seed: int, *, with_ids: bool = True) -> Outcome:
    kill_under_load(scene, count, seed, with_ids=with_ids)
    failures = list(broken_promises(read_log(scene.execute), scene.tally))
    failures += [str(each) for each in verify_ledger(scene.settings(), ignore_progress).faults]
    told = (
        f"{count} kills, {len(scene.tally.known)} events acknowledged,"
        f" {scene.tally.retried} retries"
    )
    return Outcome(told, failures)


def kill_on_sqlite(count: int, seed: int) -> Outcome:
    with sqlite_scene() as scene:
        return run_kills(scene, count, seed)


def kill_on_postgres(count: int, seed: int) -> Outcome:
    with postgres_scene() as scene:
        return run_kills(scene, count, seed)


def double_on_sqlite(seed: int) -> Outcome:
    with sqlite_scene() as scene:
        return run_kills(scene, CONTROL_KILLS, seed, with_ids=False)


def double_on_postgres(seed: int) -> Outcome:
    with postgres_scene() as scene:
        scene.victims = scene.victims[:1]
        return run_kills(scene, CONTROL_KILLS, seed, with_ids=False)


TRIALS = (
    Trial("kills-sqlite", 500, kill_on_sqlite, double_on_sqlite),
    Trial("kills-postgres", 500, kill_on_postgres, double_on_postgres),
)
