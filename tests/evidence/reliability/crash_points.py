"""Each write and each sync of 30 appends is the point of a crash, or fails with EIO or ENOSPC.

A shim between the process and the C library counts them (failing_disk.c). Every point is tried in
a process of its own, on a copy of the same ledger. Afterwards the log must be a prefix of what was
sent that has all that was acknowledged, and the rest can be recorded.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from api.wiring import open_ledger
from domain.errors import BusyError, MinutebookError
from ledger.writer import Ledger
from tests.evidence.reliability.kills import memory_folder
from tests.evidence.reliability.power_cuts import record, run
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import Event, make_position, opening, read_log
from tests.world import KEY

APPENDS = 30
MODES = {"end before": 1, "end halfway": 2, "EIO": 4, "ENOSPC": 5}
ATTEMPTS = 3
ACKNOWLEDGED = "acknowledged"
SHIM = Path(__file__).with_name("failing_disk.c")


def events() -> list[Event]:
    random = Random(1)  # noqa: S311  # no secret
    return [make_position(random) for _ in range(APPENDS)]


def append(ledger: Ledger, event: Event) -> bool:
    """Append an event, again while its outcome is unknown; return whether it was acknowledged."""
    for _ in range(ATTEMPTS):
        with suppress(BusyError):
            record(ledger, [event])
            return True
    return False


def find_failures(file: Path, first: int, acknowledged: int) -> list[str]:
    """Open what is left after ``first`` appends and one more, look at it, and go on."""
    sent = [event["summary"] for event in events()]
    settings = Settings(db=file, log_key=Path(KEY), checkpoint=Path(f"{file}.checkpoint"))
    try:
        with closing(open_ledger(file, key_path=KEY)) as ledger:
            found = read_tokens(ledger)
            for event in events()[first : first + 2]:
                append(ledger, event)
            rest = read_tokens(ledger)
        faults = [str(each) for each in verify_ledger(settings, ignore_progress).faults]
    except MinutebookError as error:
        return [f"the ledger does not open: {error!r}"]
    if found != sent[: len(found)] or not first + acknowledged <= len(found) <= first + 1:
        faults.append(f"{first + acknowledged} acknowledged, {len(found)} in the log")
    if rest != sent[: first + 2]:
        faults.append("the rest could not be recorded")
    return faults


def read_tokens(ledger: Ledger) -> list[str]:
    with ledger.open_snapshot() as c:
        return [row.token for row in read_log(lambda statement: run(c, statement))][
            len(opening()) :
        ]


def in_process(work: Callable[[Callable[[object], None]], None]) -> list[Any]:
    """Run something in a fork; return what it told until it ended."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        try:
            work(lambda told: os.write(writer, json.dumps(told).encode() + b"\n") and None)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as lines:
        told = [json.loads(line) for line in lines]
    os.waitpid(process, 0)
    return told


class Points:
    """The points of each append, tried on copies of the ledger as it was before."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.copy = folder, folder / "copy"
        self._shim = ctypes.CDLL(os.environ["LD_PRELOAD"])
        in_process(lambda tell: self._make())
        find_failures(self.folder / "0" / "fire.db", 0, 0)  # imports what every fork then has
        in_process(lambda tell: self._make())

    def _make(self) -> None:
        """Keep the files as they are before each append, while a server has them open."""
        for each in self.folder.iterdir():
            shutil.rmtree(each)
        live = self.folder / "live"
        live.mkdir()
        with closing(open_ledger(live / "fire.db", key_path=KEY)) as ledger:
            record(ledger, opening())
            for number, event in enumerate(events()):
                shutil.copytree(live, self.folder / str(number))
                record(ledger, [event])

    def count(self, number: int) -> int:
        """Return how many writes and syncs an append takes, the last one with the close."""
        return int(self._append(number, -1, 0)[-1])

    def _append(self, number: int, point: int, mode: int) -> list[Any]:
        """Append an event to a copy; return whether it was acknowledged, and how many operations
        it took, as far as it came."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.folder / str(number), self.copy)

        def work(tell: Callable[[object], None]) -> None:
            logging.getLogger("minutebook").setLevel(logging.CRITICAL + 1)
            ledger = open_ledger(self.copy / "fire.db", key_path=KEY)
            self._shim.fail_at(str(self.copy).encode(), point, mode)
            with suppress(MinutebookError, OSError):
                if append(ledger, events()[number]):
                    tell(ACKNOWLEDGED)
            if number == APPENDS - 1:
                with suppress(MinutebookError, OSError):
                    ledger.close()
            tell(self._shim.count_operations())

        return in_process(work)

    def try_point(self, number: int, point: int, mode: str) -> list[str]:
        told = self._append(number, point, MODES[mode])
        file, acknowledged = self.copy / "fire.db", told.count(ACKNOWLEDGED)
        found = in_process(lambda tell: tell(find_failures(file, number, acknowledged)))
        failures = found[0] if found else ["the check ended early"]
        return [f"append {number}, point {point}, {mode}: {each}" for each in failures]


def try_points(most: int, seed: int) -> None:
    """Try up to so many points, and print the outcome as JSON; runs with the shim loaded."""
    with memory_folder() as folder:
        points = Points(folder)
        counts = [points.count(number) for number in range(APPENDS)]
        tried = [
            (number, point, mode)
            for number, count in enumerate(counts)
            for point in range(count)
            for mode in MODES
        ]
        in_all = len(tried)
        if most < len(tried):
            tried = Random(seed).sample(tried, most)  # noqa: S311  # no secret
        failures: list[str] = []
        for done, chosen in enumerate(tried, 1):
            failures += points.try_point(*chosen)
            if done % 500 == 0:
                print(f"{done} points, {len(failures)} failures", file=sys.stderr, flush=True)
    told = f"{len(tried)} of {in_all} failures at {sum(counts)} writes and syncs"
    print(json.dumps([told, failures]))


def crash_everywhere(count: int, seed: int, *options: str) -> Outcome:
    with TemporaryDirectory() as folder:
        shim = Path(folder) / "failing_disk.so"
        built = ["gcc", "-shared", "-fPIC", "-O1", "-o", shim, SHIM, "-ldl"]
        subprocess.run(built, check=True)
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", __name__, str(count), str(seed), *options],
            env=os.environ | {"LD_PRELOAD": str(shim)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if ran.returncode:
        return Outcome(failures=[f"the trial itself ended with {ran.returncode}"])
    return Outcome(*json.loads(ran.stdout.splitlines()[-1]))


TRIALS = (Trial("crash-points", 100_000, crash_everywhere),)

if __name__ == "__main__":
    try_points(int(sys.argv[1]), int(sys.argv[2]))
