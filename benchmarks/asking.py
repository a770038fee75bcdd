"""What an answer costs over HTTP: at past dates, as recorded, against peers, alone, pinned."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from random import Random
from urllib.parse import urlencode

import orjson

from benchmarks import fill, history, load, noop, peers, plain
from benchmarks.bench import Bench
from benchmarks.generator import SETTLING
from benchmarks.measuring import Measures, fetch, fetch_response, percentile, serve_product, time_ms
from domain.instants import SECOND, Instant, to_rfc3339_short

BASE = f"/v1/negotiations/{fill.NAME}"
WARM = 10
PATIENCE = 20
"""Seconds after which enough was asked of what is slow."""
LEAST = 5
REPEATERS = 8
OFTEN = 100_000
"""Events up to which a replay is measured at three dates."""


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port)


def path(what: str, moment: Instant, **more: str) -> str:
    query = {"as_of": str(to_rfc3339_short(moment // SECOND * SECOND)), **more}
    return f"{BASE}/{what}?{urlencode(query)}"


def dates(count: int, lo: float = SETTLING + 0.02, hi: float = 1) -> list[Instant]:
    """Return random dates between two parts of the history, the same in every run."""
    random = Random(7)  # noqa: S311  # no secret
    return [history.moment(random.uniform(lo, hi)) for _ in range(count)]


def sample(port: int, paths: Sequence[str]) -> list[float]:
    """Time one client that asks one question after the other, the first ones not counted."""
    connection, costs = connect(port), list[float]()
    started = time.monotonic()
    for number, each in enumerate([*paths[:WARM], *paths]):
        costs.append(time_ms(lambda each=each: fetch(connection, each)))  # type: ignore[misc]  # bound at once
        if time.monotonic() - started > PATIENCE and number >= LEAST:
            break
    connection.close()
    return costs[WARM:] if len(costs) > WARM + LEAST else costs[1:]


def states(bench: Bench) -> Measures:
    """Ask for everything at random past dates, on a ledger of every size, of equal cells."""
    found: Measures = {}
    for events in bench.sizes:
        with serve_product(bench.steady(events)) as port:
            costs = sample(port, [path("state", each) for each in dates(bench.requests)])
            body = fetch(connect(port), path("state", history.moment(0.9)))
        middle = bench.line("state", events, statistics.median(costs))
        found |= {
            f"state p50 ms at {events}": middle,
            f"state kB at {events}": len(body) / 1000,
            f"cells at {events}": _cells(body),
        }
    first = found[f"state p50 ms at {bench.sizes[0]}"]
    return found | {
        "state p50 ms": middle,
        "state p99 ms": percentile(costs, 0.99),
        "state growth": middle / first,
    }


def _cells(body: bytes) -> int:
    data = orjson.loads(body)["data"]
    points = sum(len(plan["points"]) for plan in data["plans"])
    return len(data["positions"]) + len(data["meetings"]) + points


def measure_changes(bench: Bench) -> Measures:
    """Ask what changed where everything grows: by a hundred events, since a date, one by one."""
    by_size: list[Measures] = []
    for events in bench.sizes:
        with serve_product(bench.ledger(events)) as port:
            by_size.append(
                {
                    name: bench.line(name, events, statistics.median(sample(port, paths)))
                    for name, paths in _change_questions(events, bench.requests // 10).items()
                }
            )
    first, last = by_size[0], by_size[-1]
    found = {f"{name} ms": cost for name, cost in last.items()}
    return found | {f"{name} growth": cost / first[name] for name, cost in last.items()}


def _change_questions(events: int, count: int) -> dict[str, list[str]]:
    """Return what is asked of a ledger of so many events, in the time of a hundred of them."""
    hundred = (history.moment(1) - history.moment(0)) * 100 // events
    when = dates(count, 0.3, 0.95)
    ends = [(to_rfc3339_short(each // SECOND * SECOND), each + hundred) for each in when]
    differences = [
        f"{BASE}/diff?from={start}&to={to_rfc3339_short(end // SECOND * SECOND)}"
        for start, end in ends
    ]
    stories = [
        f"{BASE}/changes?limit=100&after={int(events * part)}" for part in (0.3, 0.5, 0.7, 0.9)
    ]
    return {
        "difference of 100 events": differences,
        "gap": [path("gap", each) for each in when],
        "100 changes": stories,
        "state of a growing history": [path("state", each) for each in when],
    }


def lately(bench: Bench) -> Measures:
    """Ask as recorded while half is not recorded yet, and as known before that half."""
    stretch = dates(bench.requests // 3, 0.45, 0.9)
    before = history.moment(0.4)
    with serve_product(bench.ledger(bench.events, "steady", "late")) as port:
        late = sample(port, [path("state", each, basis="as-recorded") for each in stretch])
        known = sample(port, [path("state", before - n * SECOND) for n in range(len(stretch))])
        sizes = [
            _cells(fetch(connect(port), each))
            for each in (path("state", stretch[0], basis="as-recorded"), path("state", before))
        ]
    ours, other = statistics.median(late), statistics.median(known)
    return {
        "as-recorded late p50 ms": ours,
        "as-known before p50 ms": other,
        "late cells against known": sizes[0] / sizes[1],
        "as-recorded late against as-known": ours / other,
    }


def replaying(bench: Bench) -> Measures:
    """Fold the library's log up to the dates at which we ask, at every size."""
    for events in bench.sizes:
        environment, _ = bench.library(events)
        few = [history.moment(part) for part in ((0.61,) if events > OFTEN else (0.4, 0.61, 0.8))]
        replay = statistics.median(peers.library_replays(environment, few))
        bench.line("replay with the library", events, replay)
        with serve_product(bench.steady(events)) as port:
            ours = statistics.median(sample(port, [path("state", each) for each in few * 7]))
    return {"replay ms": replay, "replay against state": replay / ours}


def measure_table(bench: Bench) -> Measures:
    """Ask the plain table and us at the same dates; it knows 540 cells, and no items."""
    found: Measures = {}
    for events in bench.sizes:
        found = _tabled(bench, events)
    return found


def _tabled(bench: Bench, events: int) -> Measures:
    when, costs = dates(bench.requests // 3), Measures()
    with plain.serve_plain(bench.table(events)) as port:
        for query in plain.queries(bench.table(events)):
            asks = [f"/state?query={query}&as_of={each}" for each in when]
            costs[query] = statistics.median(sample(port, asks))
            bench.line(f"plain table, {query}", events, costs[query])
    with serve_product(bench.steady(events)) as port:
        state, positions = (
            statistics.median(sample(port, [path(what, each) for each in when]))
            for what in ("state", "positions")
        )
    bench.line("positions alone", events, positions)
    best = min(cost for query, cost in costs.items() if query != "descent")
    return {f"table {query} ms": cost for query, cost in costs.items()} | {
        "positions p50 ms": positions,
        "table against positions": best / positions,
        "table against state": best / state,
        "descent against state": costs["descent"] / state,
    }


SINGLE = {
    "cell": "positions/party-3/issue-7",
    "plan": "plans/frame",
    "point": "plans/frame/points/point-7",
    "meetings": "meetings",
}


def single(bench: Bench) -> Measures:
    """Ask for one thing at random past dates."""
    with serve_product(bench.steady(bench.events)) as port:
        return {
            f"one {name} p50 ms"
            if name != "meetings"
            else "all meetings p50 ms": statistics.median(
                sample(port, [path(what, each) for each in dates(bench.requests)])
            )
            for name, what in SINGLE.items()
        }


def meeting(bench: Bench) -> Measures:
    with serve_product(bench.steady(bench.events)) as port:
        asks = [path("meetings/meeting-7", each) for each in dates(bench.requests)]
        return {"one meeting p50 ms": statistics.median(sample(port, asks))}


def measure_pinned(bench: Bench) -> Measures:
    """Ask for one pinned state again and again, and for the same bytes of the idle server."""
    with serve_product(bench.steady(bench.events)) as port:
        headers, _ = fetch_response(connect(port), path("state", history.moment(0.7)))
        address = _canonical(headers["Link"])
        file = bench.folder / "pinned.json"
        file.write_bytes(fetch(connect(port), address))
        with noop.serve_noop(file) as idle:
            ratio = bench.ratio(
                lambda: _rate(port, address, bench), lambda: _rate(idle, "/answer", bench)
            )
    return {"pinned against no-op": ratio, "pinned kB": file.stat().st_size / 1000}


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
    "states": states,
    "changing": measure_changes,
    "lately": lately,
    "replaying": replaying,
    "tabled": measure_table,
    "single": single,
    "meeting": meeting,
    "pinned": measure_pinned,
}
