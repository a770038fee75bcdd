"""Every figure on SQLite and on PostgreSQL in one run, against peers and limits of the same run.

Run ``python -m benchmarks.table``. It prints a table, and writes it and every measure to
benchmarks/results with the date and the machine. It is no test: time depends on the machine.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks import history, peers
from benchmarks.asking import ASKING
from benchmarks.bench import Bench
from benchmarks.figures import FIGURES, MILLION
from benchmarks.measuring import RESULTS, Measures, machine
from benchmarks.scrubbing import scrubbing
from benchmarks.stores import STORES, stores
from benchmarks.writing import KEEPING, WRITING

GROUPS: dict[str, Callable[[Bench], Measures]] = {
    **WRITING,
    **ASKING,
    "scrubbing": scrubbing,
    **KEEPING,
}
UMADB = "umadb"


@dataclass
class Results:
    """What was measured on each database, and what failed, by group."""

    measures: dict[str, Measures] = field(default_factory=dict)
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    series: dict[str, dict[int, float]] = field(default_factory=dict)

    def take(self, store: str, group: str, measure: Callable[[], Measures]) -> None:
        """Measure a group; what fails is told in its rows and stops nothing."""
        started = time.monotonic()
        try:
            found = measure()
            self.measures.setdefault(store, {}).update(found)
            told = ", ".join(f"{name} {value:,.4g}" for name, value in found.items())
        except Exception as error:
            told = " ".join(f"{type(error).__name__}: {error}".split())[:160]
            self.errors.setdefault(store, {})[group] = told
        spent = time.monotonic() - started
        print(f"{store}: {group}, {spent:.0f} s: {told}", file=sys.stderr, flush=True)


def rows(results: Results, events: int) -> Iterator[list[str]]:
    """Yield figure, target, what was measured on each database, and whether it is reached."""
    for figure in FIGURES:
        found, cells = Measures(), []
        for store in STORES:
            measures = results.measures.get(store, {})
            if figure.measure in measures:
                found[store] = measures[figure.measure]
                cells.append(figure.format_value(found[store]))
            else:
                cells.append(results.errors.get(store, {}).get(figure.group, "not measured"))
        yield [figure.words, figure.format_target(), *cells, figure.verdict(found, events)]
    for name, value in results.measures.get(UMADB, {}).items():
        yield [f"UmaDB: {name}", "–", f"{value:,.1f}", "", ""]
    if told := results.errors.get(UMADB, {}).get(UMADB):
        yield ["UmaDB", "–", told, "", ""]


def markdown(lines: Sequence[Sequence[str]]) -> str:
    head = ["figure", "target", "SQLite", "PostgreSQL", ""]
    every = [head, ["---"] * len(head), *lines]
    widths = [min(60, max(len(line[n]) for line in every)) for n in range(len(head))]
    return "\n".join(_line(line, widths) for line in every)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    told = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(told)} |"


def measure_bench(
    folder: Path, sizes: tuple[int, ...], only: Sequence[str], on: str | None, *, quick: bool
) -> Results:
    """Measure the groups that are wanted, or all, on one database or both."""
    results = Results()
    with stores(folder) as both:
        for store in (each for each in both if on in (None, each.name)):
            bench = Bench(folder, store, sizes)
            if quick:
                bench.rounds, bench.seconds, bench.requests, bench.singles = 1, 2, 30, 300
            for group in only or GROUPS:
                if group in GROUPS:
                    results.take(store.name, group, lambda g=group, b=bench: GROUPS[g](b))  # type: ignore[misc]  # called at once
            results.series |= bench.series
    if not only or UMADB in only:
        events = history.read(history.make_history(folder, min(sizes[-1], 100_000), "steady"))
        results.take(UMADB, UMADB, lambda: peers.umadb(folder, events, 300 if quick else 2000))
    return results


def write_results(
    results: Results, sizes: Sequence[int], lines: list[list[str]], began: float
) -> Path:
    now = datetime.now(UTC)
    found = {
        "date": now.isoformat(timespec="seconds"),
        "machine": machine(),
        "events": sizes,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "table": lines,
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
        return (max(1_000, options.events // 10), options.events)
    if options.quick:
        return (5_000, 20_000)
    return (10_000, 100_000, MILLION) if options.full else (10_000, 100_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, help="measure at this many, and at a tenth")
    parser.add_argument("--full", action="store_true", help="a million events too")
    parser.add_argument("--only", action="append", default=[], choices=[*GROUPS, UMADB])
    parser.add_argument("--on", choices=STORES, help="one database alone")
    parser.add_argument("--quick", action="store_true", help="once, and short")
    options = parser.parse_args()
    began, sizes = time.monotonic(), sizes_of(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # what was started ends with us
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        os.environ["XDG_DATA_HOME"] = name  # the keys of what is measured
        results = measure_bench(Path(name), sizes, options.only, options.on, quick=options.quick)
    lines = list(rows(results, sizes[-1]))
    if options.only:
        lines = [line for line in lines if line[2:4] != ["not measured"] * 2]
    print(f"{' and '.join(f'{each:,}' for each in sizes)} events\n\n{markdown(lines)}")
    print(f"\n{write_results(results, sizes, lines, began).name}", file=sys.stderr)


if __name__ == "__main__":
    main()
