"""The state and the difference of a day against peers that hold the same history."""

from __future__ import annotations

import statistics
from functools import partial

import orjson

from benchmarks import peers, plain
from benchmarks.asking import WARM, connect, sample
from benchmarks.bench import OFTEN, Bench
from benchmarks.measuring import Measures, fetch, serve_product, time_ms
from benchmarks.questions import DAY_APART, STATE, dates, day_difference, days, path
from domain.instants import LATEST, SECOND, Instant

CHECKED = 3
"""At how many dates the peers' answers are compared with each other."""
BEST = {"SQLite": "descent", "PostgreSQL": "ranges"}


class UnequalError(Exception):
    """Two peers do not answer the same."""


def measure_peers(bench: Bench) -> Measures:
    """Ask the peers and the product at the same dates, at every size."""
    found: Measures = {}
    for events in bench.sizes:
        found = _ask_tables(bench, events) | _ask_library(bench, events) | _ask_ours(bench, events)
    found["shared changes"] = _agreement(bench, bench.events)
    ours = found["our state ms"], found["our difference ms"]
    scans = [
        found[f"state by {query} ms"]
        for query in ("window", "distinct-on")
        if f"state by {query} ms" in found
    ]
    best = BEST[bench.store.name]
    return found | {
        "replay against state": found["state by replay ms"] / ours[0],
        "replay against difference": found["difference by replay ms"] / ours[1],
        "scan against state": min(scans) / ours[0],
        "best peer against state": found[f"state by {best} ms"] / ours[0],
        "window against difference": found["difference by window ms"] / ours[1],
        "best peer against difference": found[f"difference by {best} ms"] / ours[1],
    }


def _ask_ours(bench: Bench, events: int) -> Measures:
    with serve_product(bench.ledger(events)) as port:
        states = sample(port, [path("state", each) for each in dates(WARM + 40)])
        positions = sample(port, [path("positions", each) for each in dates(WARM + 40)])
        differences = sample(port, [day_difference(*each) for each in days(WARM + 10)])
    costs = (states, positions, differences)
    names = ("our state ms", "our positions ms", "our difference ms")
    return {name: statistics.median(each) for name, each in zip(names, costs, strict=True)}


def _ask_tables(bench: Bench, events: int) -> Measures:
    database, found = bench.table(events), Measures()
    with plain.serve_plain(database) as port:
        _compare(port, plain.queries(database))
        for query in plain.queries(database):
            states = [f"/state?query={query}&as_of={each}" for each in dates(WARM + 40)]
            differences = [_difference(query, *each) for each in days(WARM + 10)]
            for kind, question, asked in (
                ("state", STATE, states),
                ("difference", DAY_APART, differences),
            ):
                cost = statistics.median(sample(port, asked))
                found[f"{kind} by {query} ms"] = bench.line(f"{question}: {query}", events, cost)
    return found | {name: value / events for name, value in bench.peers[f"plain-{events}"].items()}


def _difference(query: str, start: Instant, end: Instant) -> str:
    return f"/diff?query={query}&start={start}&end={end}"


def _compare(port: int, queries: list[str]) -> None:
    """Hold what each query answers against the first, at some dates."""
    first, *others = queries
    connection = connect(port)
    for start, end in days(CHECKED):
        for address in (f"/state?query={{}}&as_of={end}", _difference("{}", start, end)):
            wanted = _normal(fetch(connection, address.format(first)))
            for query in others:
                if _normal(fetch(connection, address.format(query))) != wanted:
                    raise UnequalError(f"{query} and {first} differ: {address}")
    connection.close()


def _agreement(bench: Bench, events: int) -> float:
    """Return the part of the positions that changed in a day by the table which ours has too.

    Both are asked with all that is recorded by now. Ours may have more: it weighs spans, claims of
    others and sources.
    """
    theirs, ours = set[str](), set[str]()
    with (
        serve_product(bench.ledger(events)) as port,
        plain.open_plain(bench.table(events)) as table,
    ):
        for number, pair in enumerate(days(CHECKED)):
            start, end = (each // SECOND * SECOND for each in pair)
            clocks = plain.moments(start, 1) | plain.moments(end, 2)
            clocks |= {"r1": LATEST, "r2": LATEST}
            for _, kind, party, issue, *_ in table(plain.difference("window"), clocks):
                if kind == "position":
                    theirs.add(f"{number}: {party}/{issue}")
            changes = orjson.loads(fetch(connect(port), day_difference(start, end)))["data"]
            ours |= {
                f"{number}: {each['subject']}" for each in changes if each["kind"] == "position"
            }
    return len(theirs & ours) / len(theirs)


def _normal(body: bytes) -> list[tuple[tuple[str, object], ...]]:
    return sorted((tuple(row.items()) for row in orjson.loads(body)["data"]), key=repr)


def _ask_library(bench: Bench, events: int) -> Measures:
    """Fold the library's log up to dates, and to two dates a day apart; check it by the table."""
    environment, _ = bench.library(events)
    pairs = days(1 if events > OFTEN else 3)
    with peers.library(environment) as app:
        costs = [time_ms(partial(peers.replay_cells, app, [end])) for _, end in pairs]
        both = [time_ms(partial(peers.replay_difference, app, pair)) for pair in pairs]
        (replayed,) = peers.replay_cells(app, [pairs[0][1]])
    with plain.open_plain(bench.table(events)) as execute:
        rows = execute(plain.QUERIES["window"], plain.moments(pairs[0][1]))
    if replayed != {(row[0], row[1], row[2]): row[plain.SHOWN.index("event")] for row in rows}:
        raise UnequalError("a replay and the window query differ")
    state, difference = statistics.median(costs), statistics.median(both)
    bench.line(f"{STATE}: replay with the library", events, state)
    bench.line(f"{DAY_APART}: replay with the library", events, difference)
    return {"state by replay ms": state, "difference by replay ms": difference}
