"""What the spine costs: reading a state over HTTP, appending, starting the command.

Run ``python -m benchmarks.spine``. It prints each measure with its target, and writes all of them
to benchmarks/results/spine.json. It is no test: time depends on the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import platform
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import orjson

from api.archive import open_ledger
from benchmarks.generator import END, SETTLING, START, Recorded, standard
from domain import accept
from domain.instants import SECOND, text
from ledger.intake import Submission
from ledger.writing import Ledger

RESULTS = Path(__file__).parent / "results"
NAME = "standard"
BATCH = 20
Measures = dict[str, float]


class Clock:
    """An injected clock, so that the ledger is recorded on the schedule of the history."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def build(path: Path, events: list[Recorded], batch: int = BATCH) -> None:
    clock = Clock()
    ledger = open_ledger(path, clock=clock)
    for start in range(0, len(events), batch):
        part = events[start : start + batch]
        clock.now = part[-1][0]
        ledger.record(Submission(NAME, [accept.parse(event) for _, event in part]))
    ledger.close()


@contextmanager
def served(path: Path) -> Iterator[int]:
    """Serve a ledger with the real command in a process of its own; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [Path(sys.executable).with_name("minutebook"), "serve", "--db", path]
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                fetch(http.client.HTTPConnection("127.0.0.1", port), "/readyz")
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
    return body


def timed(act: Callable[[], object]) -> float:
    """Return how many milliseconds an act takes."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def percentile(samples: list[float], part: float) -> float:
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * part))]


def reading(port: int, requests: int) -> Measures:
    """Ask for the full state at random dates of the last four fifths; /livez in between."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    random, found, idle = Random(7), Measures(), list[float]()  # noqa: S311  # no secret
    for preset in ("as-known", "as-recorded", "hindsight"):
        samples = []
        for _ in range(requests):
            moment = START + int((END - START) * random.uniform(SETTLING + 0.02, 1))
            query = urlencode({"basis": preset, "as_of": text(moment // SECOND * SECOND)})
            path = f"/v1/negotiations/{NAME}/state?{query}"
            samples.append(timed(lambda path=path: fetch(connection, path)))  # type: ignore[misc]
            idle.append(timed(lambda: fetch(connection, "/livez")))
        found[f"state {preset} p50 ms"] = statistics.median(samples)
        found[f"state {preset} p99 ms"] = percentile(samples, 0.99)
    found["livez p50 ms"] = statistics.median(idle)
    found["state as-known / livez"] = found["state as-known p50 ms"] / found["livez p50 ms"]
    body = fetch(connection, f"/v1/negotiations/{NAME}/state")
    data = orjson.loads(body)["data"]
    found |= {"state kB": len(body) / 1000, "positions": len(data["positions"]),
              "points": len(data["plans"][0]["points"]) if data["plans"] else 0,
              "meetings": len(data["meetings"])}  # fmt: skip
    return found


def appending(folder: Path, large: int, samples: int) -> Measures:
    """Record one event at a time, in turn, in a ledger of 100 events and in a large one."""
    small_path, large_path = folder / "small.db", folder / "large.db"
    events = standard(large)
    build(small_path, events[:100])
    build(large_path, events, 500)
    clock = Clock()
    clock.now = END
    ledgers = [open_ledger(path, clock=clock) for path in (small_path, large_path)]
    costs: list[list[float]] = [[], []]
    fresh = [event for _, event in standard(2000, seed=99) if event["type"] in _DAILY]
    for event in fresh[: samples + 20]:
        for cost, ledger in zip(costs, ledgers, strict=True):
            cost.append(_append(ledger, event))
    for ledger in ledgers:
        ledger.close()
    small, big = (statistics.median(cost[20:]) for cost in costs)
    return {"append at 100 p50 ms": small, f"append at {large} p50 ms": big,
            "append ratio": big / small}  # fmt: skip


_DAILY = ("position-stated", "statement-made")


def _append(ledger: Ledger, event: dict[str, object]) -> float:
    submission = Submission(NAME, [accept.parse(event)])
    return timed(lambda: ledger.record(submission))


def starting(repeats: int) -> Measures:
    """Start the command and a bare interpreter in turn."""
    command = Path(sys.executable).with_name("minutebook")
    helps, bare = [], []
    for _ in range(repeats):
        helps.append(timed(lambda: _quiet([command, "--help"])))
        bare.append(timed(lambda: _quiet([sys.executable, "-c", "pass"])))
    found = {"help s": statistics.median(helps) / 1000, "python s": statistics.median(bare) / 1000}
    return found | {"help / python": found["help s"] / found["python s"]}


def _quiet(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command


TARGETS = {"state as-known p50 ms": 30, "append ratio": 1.3, "help s": 0.5}


def table(measures: Measures) -> str:
    lines = [f"{'measure':32} {'target':>8} {'measured':>10}"]
    for name, value in measures.items():
        target = f"≤ {TARGETS[name]}" if name in TARGETS else ""
        verdict = "" if not target else "  ok" if value <= TARGETS[name] else "  FALLS SHORT"
        lines.append(f"{name:32} {target:>8} {value:10.2f}{verdict}")
    return "\n".join(lines)


def machine() -> dict[str, object]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count(), "memory GB": round(pages / 1e9), "load": os.getloadavg()[0],
            "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="events of the state's ledger")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    options = parser.parse_args()
    scale = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        folder = Path(name)
        measures: Measures = {"events": options.events / scale}
        build(folder / "state.db", standard(options.events // scale))
        with served(folder / "state.db") as port:
            reading(port, 10)  # a warm-up, thrown away
            measures |= reading(port, 200 // scale)
        measures |= appending(folder, 100_000 // scale, 400 // scale)
        measures |= starting(10 // min(scale, 3))
    print(table(measures))
    RESULTS.mkdir(exist_ok=True)
    kept = {"machine": machine(), "measures": measures}
    (RESULTS / "spine.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
