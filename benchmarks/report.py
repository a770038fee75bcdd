"""What was measured, as tables: every question at every size, the other figures, and the peers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from benchmarks.figures import FIGURES
from benchmarks.measuring import Measures
from benchmarks.questions import LIVE, QUESTIONS, Question
from benchmarks.stores import STORES

GROWTH = {"SQLite": 1.3, "PostgreSQL": 1.5}
"""By how much a question may be slower at the most events than at the fewest."""
ASKED = (*QUESTIONS, Question(LIVE, lambda *_: [], 4, 6))
"""The questions that are asked by addresses alone, and the one between appends."""
PEER = ": "
"""Parts the question from the peer that answers it, in the name of a line."""
Row = list[str]


@dataclass
class Results:
    """What was measured on each database, and what failed, by group."""

    measures: dict[str, Measures] = field(default_factory=dict)
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    series: dict[str, dict[int, float]] = field(default_factory=dict)
    """Of each question and database the median in milliseconds for a number of events."""

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


def question_rows(results: Results, sizes: Sequence[int]) -> Iterator[Row]:
    """Yield a head, and for each question what is wanted and its median at every size; what falls
    short is bold."""
    columns = [_short(events) for events in sizes]
    heads = [[f"{store}, {columns[0]}", *columns[1:], "growth"] for store in STORES]
    yield ["p50 in ms", "wanted", *heads[0], *heads[1]]
    for question in ASKED:
        lines = [results.series.get(f"{question.name}, {store}", {}) for store in STORES]
        if any(lines):
            wanted = (question.sqlite or inf, question.postgres or inf)
            limits = zip(lines, wanted, GROWTH.values(), strict=True)
            cells = [cell for each in limits for cell in _cells(sizes, *each)]
            yield [question.name, _wanted(question), *cells]


def peer_rows(results: Results, sizes: Sequence[int]) -> Iterator[Row]:
    """Yield a head, and for each peer and question its median at every size."""
    columns = [_short(events) for events in sizes]
    heads = [[f"{store}, {columns[0]}", *columns[1:], "growth"] for store in STORES]
    yield ["p50 in ms", *heads[0], *heads[1]]
    for name in dict.fromkeys(each.rpartition(", ")[0] for each in results.series if PEER in each):
        lines = [results.series.get(f"{name}, {store}", {}) for store in STORES]
        yield [name, *(cell for line in lines for cell in _cells(sizes, line))]


def _short(events: int) -> str:
    return f"{events // 1_000_000} M" if events >= 1_000_000 else f"{events // 1000} k"


def _wanted(question: Question) -> str:
    both = dict.fromkeys((question.sqlite, question.postgres))
    return f"≤ {' / '.join(f'{each:g}' for each in both)}" if question.sqlite else ""


def _cells(
    sizes: Sequence[int], line: dict[int, float], wanted: float = inf, growth: float = inf
) -> Iterator[str]:
    for events in sizes:
        is_short = line.get(events, 0) > wanted and events == max(line)
        yield _mark(format_value(line[events]), is_short) if events in line else ""
    yield _mark(f"{growth_of(line):.2f}×", growth_of(line) > growth) if len(line) > 1 else ""


def _mark(told: str, is_short: bool) -> str:
    return f"**{told}**" if is_short else told


def growth_of(line: dict[int, float]) -> float:
    return line[max(line)] / line[min(line)]


def format_value(value: float) -> str:
    return f"{value:,.{0 if value >= 1000 else 1 if value >= 10 else 2}f}"


def figure_rows(results: Results, left_out: str = "") -> Iterator[Row]:
    """Yield a head, and figure, target and what was measured on each database, but for one group;
    what falls short is bold."""
    yield ["figure", "wanted", *STORES]
    for figure in (each for each in FIGURES if each.group != left_out):
        cells = []
        for store in STORES:
            measures = results.measures.get(store, {})
            if figure.measure in measures:
                value = measures[figure.measure]
                told = f"{format_value(value)}{figure.unit}"
                cells.append(_mark(told, figure.is_short(store, value)))
            else:
                failed = figure.group in results.errors.get(store, {})
                cells.append("failed" if failed else "")
        if any(cells):
            yield [figure.words, figure.format_target(), *cells]
    for store, measures in results.measures.items():
        if store not in STORES:
            yield from (
                [f"{store}: {name}", "", format_value(value), ""]
                for name, value in measures.items()
            )
    for store in results.errors.keys() - set(STORES):
        yield from ([store, "", told, ""] for told in results.errors[store].values())


def markdown(rows: Iterator[Row]) -> str:
    """Return a table, its columns as wide as what they hold."""
    head, *lines = rows
    every = [head, ["---"] * len(head), *lines]
    widths = [min(60, max(len(line[n]) for line in every)) for n in range(len(head))]
    return "\n".join(_line(line, widths) for line in every)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    told = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(told)} |"
