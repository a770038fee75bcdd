"""Every figure on SQLite and on PostgreSQL in one run, against peers and limits of the same run.

Run ``python -m benchmarks.table``. It prints the questions at every size and the other figures,
and writes them and every measure to benchmarks/results with the date and the machine. It is no
test: time depends on the machine.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson

from benchmarks import history, peers
from benchmarks.asking import ASKING
from benchmarks.bench import OFTEN, Bench
from benchmarks.comparing import measure_peers
from benchmarks.costs import measure_costs
from benchmarks.dragging import measure_dragging
from benchmarks.measuring import RESULTS, Measures, machine
from benchmarks.report import Results, figure_rows, markdown, peer_rows, question_rows
from benchmarks.stores import STORES, stores
from benchmarks.writing import KEEPING, WRITING

GROUPS: dict[str, Callable[[Bench], Measures]] = {
    **WRITING,
    **ASKING,
    "costs": measure_costs,
    "dragging": measure_dragging,
    "peers": measure_peers,
    **KEEPING,
}
SHAPES = ("late", "shared", "imported")
"""Groups that ask of a history of another shape: on SQLite alone, unless a million is measured."""
MILLION = 1_000_000
UMADB = "umadb"


def measure_bench(
    results: Results,
    folder: Path,
    sizes: tuple[int, ...],
    only: Sequence[str],
    on: str | None,
    *,
    quick: bool,
) -> None:
    """Measure the groups that are wanted, or all, on one database or both."""
    with stores(folder) as both:
        for store in (each for each in both if on in (None, each.name)):
            bench = Bench(folder, store, sizes, series=results.series)
            if quick:
                bench.rounds, bench.seconds, bench.requests, bench.singles = 1, 2, 30, 300
            skipped = SHAPES if store.name != STORES[0] and bench.events < MILLION else ()
            for group in only or (each for each in GROUPS if each not in skipped):
                if group in GROUPS:
                    results.take(store.name, group, partial(GROUPS[group], bench))
    if on is None and (not only or UMADB in only):
        events = history.read(history.make_history(folder, min(sizes[-1], OFTEN)))
        results.take(UMADB, UMADB, lambda: peers.umadb(folder, events, 300 if quick else 2000))


def write_results(results: Results, sizes: Sequence[int], began: float) -> Path:
    now = datetime.now(UTC)
    found = {
        "date": now.isoformat(timespec="seconds"),
        "machine": machine(),
        "events": sizes,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "measures": results.measures,
        "errors": results.errors,
        "series": results.series,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"table-{now:%Y-%m-%dT%H%M}.json"
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
    return path


def sizes_of(options: argparse.Namespace) -> tuple[int, ...]:
    """Return the sizes, rising; the last is the one that most figures are of."""
    if options.events:
        return tuple(sorted(options.events))
    return (10_000, 100_000, MILLION) if options.full else (10_000, 100_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, action="append", help="measure at this many")
    parser.add_argument("--full", action="store_true", help="a million events too")
    parser.add_argument("--only", action="append", default=[], choices=[*GROUPS, UMADB])
    parser.add_argument("--on", choices=STORES, help="one database alone")
    parser.add_argument("--quick", action="store_true", help="once, and short")
    options = parser.parse_args()
    began, sizes = time.monotonic(), sizes_of(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # what was started ends with us
    results = Results()
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        os.environ["XDG_DATA_HOME"] = name  # the keys of what is measured
        try:
            measure_bench(results, Path(name), sizes, options.only, options.on, quick=options.quick)
        finally:  # what was measured until a stop
            questions, peers_told = question_rows(results, sizes), peer_rows(results, sizes)
            for lines in (questions, figure_rows(results), peers_told):
                print(f"{markdown(lines)}\n")
            print(write_results(results, sizes, began).name, file=sys.stderr)


if __name__ == "__main__":
    main()
