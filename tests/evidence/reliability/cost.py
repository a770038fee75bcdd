"""What the checks cost an append and a state: CPU of the same process with and without them.

In turn in one run, on SQLite, each request through the whole application without a socket; of each
figure the lowest of all rounds counts. Without checks no file is looked at, no head or tree
compared, the clock is the machine's, and nothing is scrubbed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from unittest import mock

import orjson

from api.app import create_app
from api.services import server_services
from api.wiring import open_ledger
from domain.ledger_events import LEDGER_SLUG, ClockAccepted
from ledger.database import transaction, wall_clock
from ledger.file_guard import FileGuard
from ledger.guarded_clock import GuardedClock
from ledger.own_events import record_own_event
from ledger.proofs import checkpoints
from ledger.proofs.continuity import LogContinuity
from ledger.writer import Ledger
from tests import postgres
from tests.evidence.reliability.kills import memory_folder
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import EVENTS, NAME, make_position, opening
from tests.world import KEY

APPENDS, STATES, FILLED, SIGNATURES = 200, 60, 3_000, 40
MARK = 1.05


@contextmanager
def unchecked() -> Iterator[None]:
    """Take the checks away that all of this is about."""
    with ExitStack() as held:
        for owner, name in (
            (FileGuard, "find_change"),
            (LogContinuity, "check_head"),
            (LogContinuity, "check_tree"),
        ):
            held.enter_context(mock.patch.object(owner, name, return_value=None))
        held.enter_context(mock.patch.object(GuardedClock, "__call__", wall_clock_of))
        yield


def wall_clock_of(clock: GuardedClock) -> int:
    return wall_clock()


async def request(app: Any, method: str, path: str, query: str = "", body: bytes = b"") -> int:
    """Send one request to the application; return the status."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return int(statuses[0])


class Measured:
    """One ledger, asked and appended to in rounds."""

    def __init__(self, app: Any, seed: int) -> None:
        self.app, self.random = app, Random(seed)  # noqa: S311  # no secret
        self._asked = 0

    async def append(self, count: int) -> float:
        """Return the CPU time of an append in µs."""
        bodies = [orjson.dumps(make_position(self.random)) for _ in range(count)]
        start = time.process_time()
        for body in bodies:
            assert await request(self.app, "POST", EVENTS, body=body) == 201
        return (time.process_time() - start) / count * 1e6

    async def ask(self, count: int) -> float:
        """Return the CPU time of a state in µs, each of them of another date."""
        self._asked += count
        start = time.process_time()
        for number in range(self._asked - count, self._asked):
            moment = (
                f"2025-{number // 600 % 12 + 1:02}-{number // 24 % 25 + 1:02}T{number % 24:02}:00Z"
            )
            path = f"/v1/negotiations/{NAME}/state"
            assert await request(self.app, "GET", path, f"as_of={moment}") == 200
        return (time.process_time() - start) / count * 1e6


def measure_on_sqlite(count: int, seed: int) -> Outcome:
    with memory_folder() as folder:
        return measure_cost(folder / "fire.db", folder, count, seed)


def measure_on_postgres(count: int, seed: int) -> Outcome:
    """Measure the process of Minutebook alone, not that of the database."""
    with memory_folder() as folder, postgres.cluster(postgres.QUICK) as cluster:
        return measure_cost(cluster.url(), folder, count, seed)


def measure_cost(db: str | Path, folder: Path, count: int, seed: int) -> Outcome:
    """Measure so many rounds, with and without checks in turn."""
    figures = {name: {True: list[float](), False: list[float]()} for name in ("append", "state")}
    checkpoint = folder / "checkpoint"
    with closing(
        open_ledger(db, key_path=KEY, checkpoint_path=checkpoint, clock=GuardedClock())
    ) as ledger:
        app = create_app(ledger)
        services, measured = server_services(app), Measured(app, seed)

        async def run() -> None:
            for event in (
                opening(),
                *(
                    [make_position(measured.random) for _ in range(500)]
                    for _ in range(FILLED // 500)
                ),
            ):
                assert await request(app, "POST", EVENTS, body=orjson.dumps(event)) == 201
            for number in range(2 * count + 2):
                is_checked = number % 2 == 0
                with ExitStack() as held:
                    if not is_checked:
                        held.enter_context(unchecked())
                    append, state = await measured.append(APPENDS), await measured.ask(STATES)
                    if number >= 2:
                        figures["append"][is_checked].append(append)
                        figures["state"][is_checked].append(state)

        asyncio.run(run())
        scrubbed = time_scrub(services.scrub.check_pages)
        services.comparer.close()
        signed, checked_keys = time_signing(ledger)
    told, failures = [f"{count} rounds"], list[str]()
    for name, found in figures.items():
        checked, bare = min(found[True]), min(found[False])
        told.append(f"{name} {checked:.0f} µs with, {bare:.0f} µs without: {checked / bare:.3f} ×")
        if checked / bare > MARK:
            failures.append(f"{name} costs {checked / bare:.3f} × with the checks")
    told.append(f"the scrub takes {scrubbed * 1e3:.1f} ms of each second")
    told.append(
        f"a signature, at most one a second, takes {signed * 1e3:.1f} ms, of which"
        f" {checked_keys * 1e3:.1f} ms check keys and log"
    )
    return Outcome("; ".join(told), failures)


def time_signing(ledger: Ledger) -> tuple[float, float]:
    """Return the CPU seconds of a signature, and how many of them check keys and log."""
    signer = ledger.checkpoints
    assert signer
    checks, costs = list[float](), list[float]()

    def timed(original: Any) -> Any:
        def run(*arguments: Any) -> Any:
            start = time.process_time()
            try:
                return original(*arguments)
            finally:
                checks[-1] += time.process_time() - start

        return run

    patches = (
        mock.patch.object(signer, "check_log", timed(signer.check_log)),
        mock.patch.object(checkpoints, "read_key_chain", timed(checkpoints.read_key_chain)),
    )
    with ledger.take_writer() as c, patches[0], patches[1]:
        for number in range(SIGNATURES):
            event = ClockAccepted(reason=f"{number}", clock="now", last_recorded_at=None)
            with transaction(c):
                record_own_event(c, LEDGER_SLUG, event.model_dump(mode="json"), now=ledger.clock())
            checks.append(0)
            start = time.process_time()
            signer.sign_head(c)
            costs.append(time.process_time() - start)
    return median(costs), median(checks)


def time_scrub(check_pages: Callable[[], None]) -> float:
    """Return the CPU seconds of what the scrub does each second."""
    costs = []
    for _ in range(10):
        start = time.process_time()
        check_pages()
        costs.append(time.process_time() - start)
    return median(costs)


TRIALS = (Trial("cost", 12, measure_on_sqlite), Trial("cost-postgres", 12, measure_on_postgres))
