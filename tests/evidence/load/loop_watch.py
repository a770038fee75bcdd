"""The server with its event loop watched from inside, by ``python -m`` this ``serve …``.

A task of the loop asks to be woken every 5 ms and notes how late it was, which is how long whatever
else the loop had to do would have waited. The file of MINUTEBOOK_LOOP_WATCH gets a line of each.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterable
from math import ceil
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from api.cli.server import LedgerServer
from api.cli.start import main

FILE = "MINUTEBOOK_LOOP_WATCH"
INTERVAL = 0.005
"""Seconds between two looks."""
WRITE_INTERVAL = 0.25


class Look(NamedTuple):
    """One waking, in seconds: when it was due by the clock of the machine, how late it was, for how
    much of that the thread of the loop ran, and for how much no core was free for it.

    For what is left, other threads held the lock of the interpreter.
    """

    due: float
    late: float
    ran: float
    coreless: float


async def watch(file: Path) -> None:
    """Look for as long as the loop runs."""
    schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    with schedule.open("rb", buffering=0) as times, file.open("a") as lines:

        def read_coreless() -> float:
            return int(os.pread(times.fileno(), 100, 0).split()[1]) / 1e9

        looks, written = list[Look](), time.monotonic()
        while True:
            ran, coreless, due = time.thread_time(), read_coreless(), time.monotonic() + INTERVAL
            await asyncio.sleep(INTERVAL)
            now = time.monotonic()
            spent = time.thread_time() - ran, read_coreless() - coreless
            looks.append(Look(due, now - due, *spent))
            if now > written + WRITE_INTERVAL:
                lines.writelines(" ".join(f"{each:.6f}" for each in look) + "\n" for look in looks)
                lines.flush()
                looks, written = [], now


def read_looks(file: Path, start: float, end: float) -> list[Look]:
    """Return what was noted between two moments."""
    found = (Look(*map(float, line.split())) for line in file.read_text().splitlines())
    return [look for look in found if start <= look.due <= end]


def waits(looks: Iterable[Look], *, without_cores: bool = False) -> list[float]:
    """Return how long work would have waited that came every 5 ms, also while nothing was noted.

    ``without_cores`` leaves out for how long no core was free for the loop.
    """
    found = []
    for look in looks:
        late = max(0.0, look.late - look.coreless) if without_cores else look.late
        found += [late - INTERVAL * each for each in range(max(1, ceil(late / INTERVAL)))]
    return found


class WatchedServer(LedgerServer):
    """Watches its event loop from the start on."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # as its base
        self.watcher = asyncio.create_task(watch(Path(os.environ[FILE])))
        await super().startup(sockets)


if __name__ == "__main__":
    with mock.patch("api.cli.server.LedgerServer", WatchedServer):
        main()
