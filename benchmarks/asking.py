"""What answers cost over HTTP: every question at every size, pinned, live, with others beside."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import islice
from uuid import uuid4

import orjson

from benchmarks import history, load, noop
from benchmarks.bench import OFTEN, Bench
from benchmarks.generator import Event, standard
from benchmarks.measuring import (
    Measures,
    fetch,
    fetch_response,
    growth,
    percentile,
    send_json,
    serve_product,
    time_ms,
)
from benchmarks.questions import (
    ALONE,
    BASE,
    EXCLUDED,
    LIVE,
    QUESTIONS,
    STATE,
    SUPPORTED,
    dates,
    path,
)
from domain.instants import SECOND

WARM = 10
"""Answers of each question that are not counted, of dates that are not asked for again."""
PATIENCE = 8
"""Seconds after which enough was asked of what is slow."""
LEAST = 5
REPEATERS = 8
FILTERED = (EXCLUDED, ALONE, SUPPORTED)


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port)


def sample(port: int, paths: Sequence[str]) -> list[float]:
    """Time one client that asks one question after the other, the first ones not counted."""
    connection, costs = connect(port), list[float]()
    started = time.monotonic()
    for number, each in enumerate(paths):
        costs.append(time_ms(lambda each=each: fetch(connection, each)))  # type: ignore[misc]  # bound at once
        if time.monotonic() - started > PATIENCE and number >= LEAST:
            break
    connection.close()
    return costs[WARM:] if len(costs) > WARM + LEAST else costs[1:]


def measure_questions(bench: Bench) -> Measures:
    """Ask every question of a ledger of every size."""
    found: Measures = {}
    for events in bench.sizes:
        with serve_product(bench.ledger(events)) as port:
            for question in (each for each in QUESTIONS if each.least <= events):
                costs = sample(port, question.addresses(events, question.count + WARM))
                bench.line(question.name, events, statistics.median(costs))
                found[f"{question.name}, p99 ms"] = percentile(costs, 0.99)
            sizes = [_sizes(port, path("state", each)) for each in dates(WARM, 0.5, 0.8)]
        for name, values in zip(
            ("state kB", "state gzip kB"), zip(*sizes, strict=True), strict=True
        ):
            found[f"{name} at {events}"] = statistics.mean(values) / 1000
    return found | _summed_up(bench, found)


def _sizes(port: int, address: str) -> tuple[int, int]:
    """Return the bytes of an answer, plain and as gzip."""
    plain, packed = connect(port), connect(port)
    return len(fetch(plain, address)), len(fetch(packed, address, {"Accept-Encoding": "gzip"}))


def _summed_up(bench: Bench, found: Measures) -> Measures:
    medians = {
        name: bench.series[f"{name}, {bench.store.name}"][bench.events]
        for name in (STATE, *FILTERED)
    }
    ratios = {f"{name} against state": medians[name] / medians[STATE] for name in FILTERED}
    sizes = growth("state kB", [found[f"state kB at {events}"] for events in bench.sizes[-2:]])
    return ratios | sizes | {"state gzip kB": found[f"state gzip kB at {bench.events}"]}


def measure_shared(bench: Bench) -> Measures:
    """Ask one negotiation alone in its ledger and beside two as large, in turn."""
    several = [bench.history(bench.events, seed) for seed in (1, 2, 3)]
    beside = bench.fill(f"three-{bench.events}", *several)
    found: Measures = {}
    with serve_product(bench.ledger(bench.events)) as alone, serve_product(beside) as shared:
        for question in (each for each in QUESTIONS if each.least <= bench.events):
            asked = question.addresses(bench.events, question.count + WARM)
            ratio = _compare(shared, alone, asked)
            found[f"{question.name}, three against one"] = ratio
    found["state, three against one"] = found[f"{STATE}, three against one"]
    return found | {"most, three against one": max(found.values())}


def _compare(port: int, other: int, paths: Sequence[str]) -> float:
    """Return the median cost at one port against another, asked in turn."""
    connections, costs = [connect(port), connect(other)], list[tuple[float, float]]()
    started = time.monotonic()
    for number, each in enumerate(paths):
        pair = [time_ms(lambda c=c, each=each: fetch(c, each)) for c in connections]  # type: ignore[misc]  # bound at once
        costs.append((pair[0], pair[1]))
        if time.monotonic() - started > PATIENCE and number >= LEAST:
            break
    warm = WARM if len(costs) > WARM + LEAST else 1
    ours, theirs = (statistics.median(each) for each in zip(*costs[warm:], strict=True))
    return float(ours / theirs)


def measure_live(bench: Bench) -> Measures:
    """Ask for the state as of now, each time after one position was recorded."""
    count = min(bench.requests, 50) + WARM
    told = (event for _, event in standard(4000, seed=99) if event["type"] == "position-stated")
    for events in bench.sizes:
        with serve_product(bench.ledger(events)) as port:
            connection, costs = connect(port), list[float]()
            for event in islice(told, count):
                send_json(connection, f"{BASE}/events", _told_now(event))
                costs.append(time_ms(lambda c=connection: fetch(c, f"{BASE}/state")))  # type: ignore[misc]  # bound at once
        bench.line(LIVE, events, statistics.median(costs[WARM:]))
    return {"live p99 ms": percentile(costs[WARM:], 0.99)}


def _told_now(event: Event) -> bytes:
    """Let a position be stated and reported now, so that its cell changes."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    reports = [event["reports"][0] | {"published": now}]
    return orjson.dumps(event | {"id": str(uuid4()), "occurred": now, "reports": reports})


def measure_late(bench: Bench) -> Measures:
    """Ask as recorded while half is not recorded yet, and as known before that half."""
    stretch = dates(bench.requests // 3, 0.45, 0.9)
    before = history.moment(0.4)
    events = min(bench.events, OFTEN)
    file = bench.history(events, 1, history.LATE)
    with serve_product(bench.fill(f"late-{events}", file)) as port:
        late = sample(port, [path("state", each, basis="as-recorded") for each in stretch])
        known = sample(port, [path("state", before - n * SECOND) for n in range(len(stretch))])
    ours, other = statistics.median(late), statistics.median(known)
    return {"as-recorded late p50 ms": ours, "as-recorded late against as-known": ours / other}


def measure_pinned(bench: Bench) -> Measures:
    """Ask for one pinned state again and again, and for the same bytes of the idle server."""
    with serve_product(bench.ledger(bench.events)) as port:
        headers, _ = fetch_response(connect(port), path("state", history.moment(0.7)))
        address = _canonical(headers["Link"])
        file = bench.folder / "pinned.json"
        file.write_bytes(fetch(connect(port), address))
        with noop.serve_noop(file) as idle:
            pairs = [
                (_rate(port, address, bench), _rate(idle, "/answer", bench))
                for _ in range(bench.rounds)
            ]
    return {
        "pinned against no-op": statistics.median(ours / limit for ours, limit in pairs),
        "pinned/s": statistics.median(ours for ours, _ in pairs),
    }


def _canonical(link: str) -> str:
    found = re.search(r'<([^>]*)>; rel="canonical"', link)
    if not found:
        raise RuntimeError(f"no pinned address in {link}")
    return found[1]


def _rate(port: int, address: str, bench: Bench) -> float:
    asked_for = load.Load(REPEATERS, bench.seconds / 2, 0.5)
    figures = load.run(port, [load.get(address)], asked_for)
    if figures.refused or not figures.timed:
        raise load.LoadError(figures.first_refusal[:300] or "no answer in time")
    return figures.rate


ASKING: dict[str, Callable[[Bench], Measures]] = {
    "questions": measure_questions,
    "live": measure_live,
    "late": measure_late,
    "pinned": measure_pinned,
    "shared": measure_shared,
}
