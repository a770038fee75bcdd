"""What recording costs: over HTTP, in batches, on disk and in memory; rebuilding and starting."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from uuid import uuid4

import orjson

from benchmarks import fill, history, load, noop
from benchmarks.bench import OFTEN, Bench
from benchmarks.generator import standard
from benchmarks.measuring import (
    MINUTEBOOK,
    Measures,
    growth,
    product,
    run_server,
    run_watched,
    serve_product,
)

CLIENTS, KINDS = 64, 200
PATH = f"/v1/negotiations/{fill.NAME}/events"


def bodies() -> list[bytes]:
    """Return requests of one position each, some 600 bytes, with an id of its own per sending."""
    prefix = str(uuid4())[:-12]
    made = [event for _, event in standard(4000, seed=99) if event["type"] == "position-stated"]
    return [
        load.post(PATH, orjson.dumps({**event, "id": prefix + load.NUMBER, "note": "n" * 120}))
        for event in made[:KINDS]
    ]


def appending(bench: Bench) -> Measures:
    """Load the real server and the idle one in turn, then ours at half of what it reached."""
    empty = bench.folder / "empty.json"
    empty.write_bytes(b"{}")
    database = bench.ledger(bench.events)
    _, library = bench.library(min(bench.events, OFTEN))
    sizes = [len(each.partition(b"\r\n\r\n")[2]) for each in bodies()]
    with noop.serve_noop(empty) as idle, serve_product(database) as port:
        pairs = [(_loaded(port, bench), _loaded(idle, bench)) for _ in range(bench.rounds)]
        rate = statistics.median(ours.rate for ours, _ in pairs)
        half = _loaded(port, bench, rate / 2)
    return {
        "bytes a request": statistics.mean(sizes),
        "append/s": rate,
        "no-op POST/s": statistics.median(limit.rate for _, limit in pairs),
        "append against no-op": statistics.median(o.rate / limit.rate for o, limit in pairs),
        "append p50 ms": statistics.median(ours.p50_ms for ours, _ in pairs),
        "append p99 ms": statistics.median(ours.p99_ms for ours, _ in pairs),
        "append p99 at half ms": half.p99_ms,
        "library per event/s": library["per event events/s"],
        "append against library": rate / library["per event events/s"],
    }


def _loaded(port: int, bench: Bench, rate: float = 0) -> load.Figures:
    figures = load.run(port, bodies(), load.Load(CLIENTS, bench.seconds, 1, rate))
    if figures.refused or figures.lost or not figures.timed:
        raise load.LoadError(
            f"{figures.refused} refused, {figures.lost} lost: {figures.first_refusal[:300]}"
        )
    return figures


def importing(bench: Bench) -> Measures:
    """Record the history in batches in a process of its own, and save it with the library."""
    runs = {events: bench.filling(events) for events in bench.sizes}
    disk = bench.store.bytes(bench.ledger(bench.events))
    payload = sum(
        len(orjson.dumps(event)) for _, event in history.read(bench.history(bench.events))
    )
    _, library = bench.library(min(bench.events, OFTEN))
    larger = runs[bench.events]
    rate, pages = bench.events / float(larger.told), library["pages of 500 events/s"]
    return {
        "import events/s": rate,
        "library in pages events/s": pages,
        "import against library": rate / pages,
        "import peak MB": larger.peak_mb,
        "disk bytes an event": disk / bench.events,
        "disk against payload": disk / payload,
    }


def command(bench: Bench) -> Measures:
    """Import a file with the command, which checks the whole of it before it records."""
    runs = [bench.imported(events)[1] for events in bench.sizes[-2:]]
    peaks = _peaks("command", [run.peak_mb for run in runs])
    return {"command events/s": bench.events / runs[-1].seconds} | peaks


def _peaks(name: str, peaks: list[float]) -> Measures:
    """Return the peak of memory at the most events, and against the size before it, if any."""
    return {f"{name} peak MB": peaks[-1]} | growth(f"{name} peak", peaks)


def rebuilding(bench: Bench) -> Measures:
    """Throw the read model away and build it anew, with the real command."""
    runs = [
        run_watched([MINUTEBOOK, "rebuild", "--db", bench.ledger(events)])
        for events in bench.sizes[-2:]
    ]
    peaks = _peaks("rebuild", [run.peak_mb for run in runs])
    return {"rebuild events/s": bench.events / runs[-1].seconds} | peaks


def starting(bench: Bench) -> Measures:
    """Start the server and ask for a state at once."""
    times: dict[int, list[float]] = {events: [] for events in (bench.sizes[0], bench.events)}
    for _ in range(bench.rounds):
        for events, costs in times.items():
            costs.append(_start(bench.ledger(events)))
    medians = [statistics.median(costs) for costs in times.values()]
    return {"start s": medians[-1]} | growth("start", medians)


def _start(database: str) -> float:
    started = time.perf_counter()
    with run_server(product(database), f"/v1/negotiations/{fill.NAME}/state?as_of=2025-06-01"):
        return time.perf_counter() - started


WRITING: dict[str, Callable[[Bench], Measures]] = {"importing": importing, "command": command}
"""What comes before the questions."""
KEEPING: dict[str, Callable[[Bench], Measures]] = {
    "rebuilding": rebuilding,
    "starting": starting,
    "appending": appending,
}
"""What comes after them; appends are last, for they change the ledger."""
