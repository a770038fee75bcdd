"""What answers cost over HTTP: every question at every size, pinned, live, with others beside."""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from uuid import uuid4

import orjson

from benchmarks import history, load, noop
from benchmarks.bench import OFTEN, Bench
from benchmarks.measuring import (
    Measures,
    RefusedError,
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
    GAP,
    LISTED,
    LIVE,
    QUESTIONS,
    STATE,
    SUPPORTED,
    Question,
    dates,
    path,
)
from domain.instants import SECOND

WARM = 10
"""Answers of each question that are not counted, of dates that are not asked for again."""
PATIENCE = 5
"""Seconds after which enough was asked of what is slow."""
LEAST = 5
COMPARED = 10
"""Answers of a question that count where only the ratio of two servers is wanted."""
REPEATERS = 8
FILTERED = (EXCLUDED, ALONE, SUPPORTED)


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port)


def sample(port: int, paths: Sequence[str]) -> list[float]:
    """Time one client that asks one question after the other, the first ones not counted."""
    return sample_in_turn([(port, paths)])[0]


def sample_in_turn(asked: Sequence[tuple[int, Sequence[str]]]) -> list[list[float]]:
    """Time the same question at several servers in turn, so that load falls on each alike."""
    connections = [connect(port) for port, _ in asked]
    rounds, started = list[list[float]](), time.monotonic()
    for paths in zip(*(paths for _, paths in asked), strict=True):
        pairs = zip(connections, paths, strict=True)
        rounds.append([time_ms(partial(fetch, connection, path)) for connection, path in pairs])
        if time.monotonic() - started > PATIENCE * len(asked) and len(rounds) > LEAST:
            break
    for connection in connections:
        connection.close()
    warm = WARM if len(rounds) > WARM + LEAST else 1
    return [list(costs) for costs in zip(*rounds[warm:], strict=True)]


def measure_questions(bench: Bench) -> Measures:
    """Ask every question of a ledger of every size, in turn."""
    found: Measures = {}
    with ExitStack() as stack:
        ports = {n: stack.enter_context(serve_product(bench.ledger(n))) for n in bench.sizes}
        for question in QUESTIONS:
            asked = [(port, n) for n, port in ports.items() if question.least <= n]
            for (_, events), costs in zip(asked, _ask(bench, question, asked), strict=False):
                bench.line(question.name, events, statistics.median(costs))
                found[f"{question.name}, p99 ms"] = percentile(costs, 0.99)
        for events, port in ports.items():
            weighed = [_sizes(port, path("state", each)) for each in dates(WARM, 0.5, 0.8)]
            plain, packed = (statistics.mean(each) / 1000 for each in zip(*weighed, strict=True))
            found |= {f"state kB at {events}": plain, f"state gzip kB at {events}": packed}
    return found | _summed_up(bench, found)


def _ask(
    bench: Bench, question: Question, servers: Sequence[tuple[int, int]], most: int = 1000
) -> list[list[float]]:
    """Ask servers, given by port and events, in turn; return nothing where one refuses."""
    count = min(question.count, bench.requests, most) + WARM
    try:
        return sample_in_turn([(port, question.addresses(n, count)) for port, n in servers])
    except RefusedError as error:
        print(f"{bench.store.name}: {question.name}: {error}"[:200], file=sys.stderr, flush=True)
        return []


def _sizes(port: int, address: str) -> tuple[int, int]:
    """Return the bytes of an answer, plain and as gzip."""
    plain, packed = connect(port), connect(port)
    return len(fetch(plain, address)), len(fetch(packed, address, {"Accept-Encoding": "gzip"}))


def _summed_up(bench: Bench, found: Measures) -> Measures:
    events = max((each for each in bench.sizes if each <= OFTEN), default=bench.sizes[0])
    medians = {
        name: bench.series.get(f"{name}, {bench.store.name}", {}).get(events)
        for name in (STATE, *FILTERED)
    }
    whole = medians.pop(STATE)
    ratios = {
        f"{name} against state": cost / whole for name, cost in medians.items() if cost and whole
    }
    sizes = growth("state kB", [found[f"state kB at {events}"] for events in bench.sizes[-2:]])
    return ratios | sizes | {"state gzip kB": found[f"state gzip kB at {bench.events}"]}


def _most_but_one(bench: Bench) -> int:
    """Return of how many events histories of another shape are, which take long to record."""
    return min(bench.events, OFTEN) if len(bench.sizes) == 1 else bench.sizes[-2]


def measure_shared(bench: Bench) -> Measures:
    """Ask one negotiation alone in its ledger and beside two as large, in turn, all but the list of
    them."""
    events = _most_but_one(bench)
    several = [bench.history(events, seed) for seed in (1, 2, 3)]
    beside = bench.fill(f"three-{events}", *several)
    asked = [each for each in QUESTIONS if each.name != LISTED]
    with serve_product(bench.ledger(events)) as alone, serve_product(beside) as shared:
        return _compare(bench, "three against one", events, (shared, alone), asked)


def _compare(
    bench: Bench, what: str, events: int, ports: tuple[int, int], questions: Iterable[Question]
) -> Measures:
    """Return of each question how much longer one server takes for it than another."""
    servers = [(port, events) for port in ports]
    ratios = Measures()
    for question in (each for each in questions if each.least <= events):
        if costs := _ask(bench, question, servers, COMPARED):
            ours, other = map(statistics.median, costs)
            ratios[f"{question.name}, {what}"] = ours / other
    most = max(ratios, key=ratios.__getitem__)
    print(f"{bench.store.name}: most is {most}", file=sys.stderr, flush=True)
    return ratios | {
        f"median, {what}": statistics.median(ratios.values()),
        f"most, {what}": ratios[most],
    }


def measure_imported(bench: Bench) -> Measures:
    """Ask of a history that was recorded as it happened and of one imported years later, in turn;
    but for what was missed, which is all of it."""
    database, _ = bench.imported(bench.events)
    asked = [each for each in QUESTIONS if each.name not in (GAP, *FILTERED)]
    with serve_product(bench.ledger(bench.events)) as timely, serve_product(database) as later:
        return _compare(bench, "imported against timely", bench.events, (later, timely), asked)


def measure_live(bench: Bench) -> Measures:
    """Ask for the state as of now, each time after one position was recorded, in turn."""
    costs: dict[int, list[float]] = {events: [] for events in bench.sizes}
    with ExitStack() as stack:
        ports = [stack.enter_context(serve_product(bench.ledger(n))) for n in bench.sizes]
        connections = dict(zip(bench.sizes, map(connect, ports), strict=True))
        for _ in range(min(bench.requests, 50) + WARM):
            for events, connection in connections.items():
                send_json(connection, f"{BASE}/events", told_now())
                costs[events].append(time_ms(partial(fetch, connection, f"{BASE}/state")))
    for events in bench.sizes:
        bench.line(LIVE, events, statistics.median(costs[events][WARM:]))
    return {"live p99 ms": percentile(costs[bench.events][WARM:], 0.99)}


def told_now() -> bytes:
    """Return a position that is stated and reported now, so that its cell changes."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    event = {
        "type": "position-stated",
        "id": str(uuid4()),
        "party": "party-3",
        "issue": "issue-7",
        "stance": "accepts",
        "summary": now,
        "occurred": now,
        "reports": [{"published": now, "publisher": "Herald"}],
    }
    return orjson.dumps(event)


def measure_late(bench: Bench) -> Measures:
    """Ask as recorded while half is not recorded yet, and as known before that half."""
    stretch = dates(bench.requests // 3 + WARM, 0.45, 0.9)
    before = history.moment(0.4)
    events = _most_but_one(bench)
    file = bench.history(events, 1, history.LATE)
    with serve_product(bench.fill(f"late-{events}", file)) as port:
        late = [path("state", each, basis="as-recorded") for each in stretch]
        known = [path("state", before - n * SECOND) for n in range(len(stretch))]
        ours, other = map(statistics.median, sample_in_turn([(port, late), (port, known)]))
    return {"as-recorded late p50 ms": ours, "as-recorded late against as-known": ours / other}


def measure_pinned(bench: Bench) -> Measures:
    """Ask for one pinned state again and again, and for the same bytes of the idle server."""
    with serve_product(bench.ledger(bench.events)) as port:
        headers, _ = fetch_response(connect(port), path("state", history.moment(0.7)))
        address = canonical_address(headers["Link"])
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


def canonical_address(link: str) -> str:
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
    "imported": measure_imported,
}
