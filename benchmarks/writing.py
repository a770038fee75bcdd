"""What recording costs: over HTTP, in batches, on disk and in memory; rebuilding and starting."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from uuid import uuid4

import orjson

from benchmarks import fill, history, load, noop
from benchmarks.bench import SMALL, Bench
from benchmarks.generator import END, standard
from benchmarks.measuring import (
    MINUTEBOOK,
    Measures,
    product,
    run_server,
    run_watched,
    serve_product,
    time_ms,
)
from domain import acceptance
from ledger.submission import Submission

CLIENTS, KINDS = 64, 200
GROWN = (100, 20_000)
"""Events in the ledgers to which single ones are added."""
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
    database = bench.ledger(SMALL, "steady", use="appends")
    _, library = bench.library(bench.events)
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
    database = bench.steady(bench.events)
    disk = bench.store.bytes(database)
    payload = sum(
        len(orjson.dumps(event)) for _, event in history.read(bench.history(bench.events, "steady"))
    )
    _, library = bench.library(bench.events)
    smaller, larger = (runs[events] for events in bench.sizes[-2:])
    rate, pages = bench.events / float(larger.told), library["pages of 500 events/s"]
    return {
        "import events/s": rate,
        "library in pages events/s": pages,
        "import against library": rate / pages,
        "import peak MB": larger.peak_mb,
        "import peak growth": larger.peak_mb / smaller.peak_mb,
        "disk bytes an event": disk / bench.events,
        "disk against payload": disk / payload,
    }


def command(bench: Bench) -> Measures:
    """Import a file with the command, which checks the whole of it before it records."""
    peaks, rate = [], 0.0
    for events in bench.sizes[-2:]:
        file = bench.folder / f"{fill.NAME}-{events}.jsonl"
        with file.open("wb") as lines:
            for _, event in history.read(bench.history(events, "steady")):
                lines.write(orjson.dumps(event) + b"\n")
        database = bench.store.make_database(f"command-{events}")
        done = run_watched(
            [MINUTEBOOK, "import", file, "--negotiation", fill.NAME, "--db", database]
        )
        peaks.append(done.peak_mb)
        rate = events / done.seconds
    return {
        "command events/s": rate,
        "command peak MB": peaks[-1],
        "command peak growth": peaks[-1] / peaks[0],
    }


def rebuilding(bench: Bench) -> Measures:
    """Throw the read model away and build it anew, with the real command."""
    runs = [
        run_watched([MINUTEBOOK, "rebuild", "--db", bench.steady(events)])
        for events in bench.sizes[-2:]
    ]
    smaller, larger = runs
    return {
        "rebuild events/s": bench.events / larger.seconds,
        "rebuild peak MB": larger.peak_mb,
        "rebuild peak growth": larger.peak_mb / smaller.peak_mb,
    }


def starting(bench: Bench) -> Measures:
    """Start the server and ask for a state at once."""
    at_small, at_large = [], []
    for _ in range(bench.rounds):
        at_small.append(_start(bench.steady(bench.sizes[0])))
        at_large.append(_start(bench.steady(bench.events)))
    small, large = statistics.median(at_small), statistics.median(at_large)
    return {"start s": large, "start growth": large / small}


def _start(database: str) -> float:
    started = time.perf_counter()
    with run_server(product(database), f"/v1/negotiations/{fill.NAME}/state?as_of=2025-06-01"):
        return time.perf_counter() - started


def growing(bench: Bench) -> Measures:
    """Record single events in turn, in process, in a ledger of 100 events and in the large one."""
    fresh = [
        event
        for _, event in standard(4000, seed=99)
        if event["type"] in ("position-stated", "statement-made")
    ]
    databases = [bench.ledger(events, "steady", use="grown") for events in GROWN]
    ledgers = [fill.open_ledger_at(each, fill.Clock(END)) for each in databases]
    costs: list[list[float]] = [[], []]
    for event in fresh[: 20 + bench.requests]:
        submission = Submission(fill.NAME, [acceptance.parse_event(event)])
        for cost, ledger in zip(costs, ledgers, strict=True):
            cost.append(time_ms(lambda ledger=ledger: ledger.record(submission)))  # type: ignore[misc]  # noqa: B023  # called at once
    for ledger in ledgers:
        ledger.close()
    small, large = (statistics.median(cost[20:]) for cost in costs)
    return {"one event ms": large, "one event growth": large / small}


WRITING: dict[str, Callable[[Bench], Measures]] = {
    "appending": appending,
    "importing": importing,
    "command": command,
}
KEEPING: dict[str, Callable[[Bench], Measures]] = {
    "growing": growing,
    "rebuilding": rebuilding,
    "starting": starting,
}
