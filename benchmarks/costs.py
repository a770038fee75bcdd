"""What answers cost the server in CPU time, which other load on the machine changes little."""

from __future__ import annotations

import statistics

from benchmarks import history
from benchmarks.asking import WARM, canonical_address, connect, told_now
from benchmarks.bench import Bench
from benchmarks.measuring import (
    Measures,
    cpu_ms,
    fetch,
    fetch_response,
    product,
    run_process,
    send_json,
)
from benchmarks.questions import BASE, PAGES, dates, day_difference, days, path
from domain.instants import DAY, to_datetime

COUNT = WARM + 40
LIVE = f"{BASE}/state"
"""Asked for after an append each time."""


def measure_costs(bench: Bench) -> Measures:
    """Ask what readers ask for, and weigh the process that answers, not that of PostgreSQL."""
    with run_process(product(bench.ledger(bench.events)), "/readyz") as (port, process):
        connection = connect(port)
        headers, _ = fetch_response(connection, path("state", history.moment(0.7)))
        asked = _addresses(canonical_address(headers["Link"]))
        costs: dict[str, list[float]] = {f"{name} CPU ms": [] for name in asked}
        for costs_of, paths in zip(costs.values(), asked.values(), strict=True):
            for each in paths:
                if each == LIVE:
                    send_json(connection, f"{BASE}/events", told_now())
                before = cpu_ms(process)
                fetch(connection, each)
                costs_of.append(cpu_ms(process) - before)
    return {name: statistics.median(each[WARM:]) for name, each in costs.items()}


def _addresses(pinned: str) -> dict[str, list[str]]:
    first = history.moment(0.5)
    dragged = (to_datetime(first + n * DAY) for n in range(COUNT))
    return {
        "pinned": [pinned] * COUNT,
        "state": [path("state", each) for each in dates(COUNT)],
        "difference": [day_difference(*each) for each in days(COUNT)],
        "dragged page": [f"{PAGES}/positions?as_of={each:%Y-%m-%d}" for each in dragged],
        "live": [LIVE] * COUNT,
    }
