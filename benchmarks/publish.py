"""Measured figures into the documentation: its data, its plots and its tables.

``python -m benchmarks.publish [RESULT.json...]`` takes the newest result, or those that are named,
where a later one stands for what both have. It writes docs/performance.json, draws the plots and
fills in the tables of docs/performance.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks.measuring import RESULTS
from benchmarks.plot import Line, Panel, svg
from benchmarks.questions import DAY_APART, STATE
from benchmarks.report import ASKED, PEER, Results, figure_rows, markdown, peer_rows, question_rows
from benchmarks.stores import STORES

DOCS = Path(__file__).parents[1] / "docs"
DATA, PAGE = DOCS / "performance.json", DOCS / "performance.md"
TOLD_ELSEWHERE = "costs"
"""The figures that docs/operations.md tells."""
TABLES = ("runs", "questions", "figures", "peers")
"""What stands between marks on the page."""
Run = dict[str, Any]


def main() -> None:
    named = [Path(name) for name in sys.argv[1:]] or sorted(RESULTS.glob("table-*.json"))[-1:]
    if not named:
        sys.exit("nothing was measured yet: make bench")
    runs = [orjson.loads(path.read_bytes()) for path in named]
    DATA.write_bytes(orjson.dumps(runs, option=orjson.OPT_INDENT_2) + b"\n")
    results = read_results(runs)
    for name, drawing in draw_plots(results).items():
        (DOCS / name).write_text(drawing, encoding="utf-8")
    PAGE.write_text(fill_tables(PAGE.read_text(encoding="utf-8"), runs), encoding="utf-8")


def read_results(runs: list[Run]) -> Results:
    """Return what several runs measured; a question has all its sizes from one run."""
    results = Results()
    for run in runs:
        for store, measures in run["measures"].items():
            results.measures.setdefault(store, {}).update(measures)
        for name, line in run["series"].items():
            results.series[name] = {int(n): ms for n, ms in line.items()}
    return results


def draw_plots(results: Results) -> dict[str, str]:
    """Return the drawing of the questions, and that of the peers, by the names of their files."""
    questions = [
        Panel(question.name, _by_store(results, question.name), question.sqlite)
        for question in ASKED
        if _by_store(results, question.name)
    ]
    peers = [
        Panel(f"{question}, {store}", dict(_by_peer(results, question, store)))
        for question in (STATE, DAY_APART)
        for store in STORES
    ]
    return {
        "performance.svg": svg("Median of each answer by the number of events", questions, 4),
        "peers.svg": svg("The product and its peers by the number of events", peers, 2),
    }


def _by_store(results: Results, name: str) -> dict[str, dict[int, float]]:
    lines = {store: results.series.get(f"{name}, {store}") for store in STORES}
    return {store: line for store, line in lines.items() if line}


def _by_peer(results: Results, question: str, store: str) -> Iterator[tuple[str, Line]]:
    for name, line in results.series.items():
        asked, _, where = name.rpartition(", ")
        if where == store and asked.partition(PEER)[0] == question:
            yield asked.partition(PEER)[2] or "Minutebook", line


def fill_tables(page: str, runs: list[Run]) -> str:
    """Return the page with each table between its marks as the runs have it."""
    results = read_results(runs)
    lines = {PEER in name: line for name, line in results.series.items()}
    ours, of_peers = ((min(lines[is_peer]), max(lines[is_peer])) for is_peer in (False, True))
    tables = (
        _describe(runs),
        markdown(question_rows(results, ours)),
        markdown(figure_rows(results, TOLD_ELSEWHERE)),
        markdown(peer_rows(results, of_peers)),
    )
    for name, table in zip(TABLES, tables, strict=True):
        marks = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        page = re.sub(
            f"(?s)({marks[0]}).*?({marks[1]})", lambda found, t=table: found[1] + t + found[2], page
        )
    return page


def _describe(runs: list[Run]) -> str:
    """Return each machine, and when how many events were measured on it, at which load."""
    told = dict[str, list[Run]]()
    for run in runs:
        machine = {name: value for name, value in run["machine"].items() if value}
        machine.pop("load", None)
        told.setdefault(", ".join(f"{name} {each}" for name, each in machine.items()), []).append(
            run
        )
    return "\n".join(f"- {machine}: {_sum_up(of_it)}." for machine, of_it in told.items())


def _sum_up(runs: list[Run]) -> str:
    days = sorted({run["date"][:10] for run in runs})
    loads = sorted(run["machine"].get("load") or 0 for run in runs)
    sizes = sorted({events for run in runs for events in run["events"]})
    return (
        f"{len(runs)} runs, {' to '.join(dict.fromkeys((days[0], days[-1])))}, of"
        f" {' or '.join(f'{events:,}' for events in sizes)} events, at loads of {loads[0]:g} to"
        f" {loads[-1]:g}"
    )


if __name__ == "__main__":
    main()
