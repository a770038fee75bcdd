"""The figures that this house wants to reach, on either database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Figure:
    """One row of the table: what was measured under a name, and its targets."""

    words: str
    measure: str
    group: str
    sign: str = ""
    """≥ or ≤; empty where there is no target."""
    sqlite: float = 0
    postgres: float = 0
    unit: str = ""
    at_million: bool = False
    """Whether the target is for a million events."""

    def target(self, store: str) -> float:
        return self.sqlite if store == "SQLite" else self.postgres

    def format_target(self) -> str:
        if not self.sign:
            return "–"
        both = [f"{each:,g}{self.unit}" for each in dict.fromkeys((self.sqlite, self.postgres))]
        return f"{self.sign} {' / '.join(both)}" + (" at 1 M" if self.at_million else "")

    def format_value(self, value: float) -> str:
        digits = 0 if value >= 1000 else 1 if value >= 10 else 2
        return f"{value:,.{digits}f}{self.unit}"

    def verdict(self, found: Mapping[str, float], events: int) -> str:
        """Tell ok, or on which database it falls short."""
        if not self.sign or not found or (self.at_million and events < MILLION):
            return ""
        short = [store for store, value in found.items() if not self._met(store, value)]
        return f"falls short: {', '.join(short)}" if short else "ok"

    def _met(self, store: str, value: float) -> bool:
        target = self.target(store)
        return value >= target if self.sign == "≥" else value <= target


def _row(
    words: str,
    measure: str,
    group: str,
    sign: str,
    sqlite: float,
    postgres: float | None = None,
    unit: str = "",
    at_million: bool = False,
) -> Figure:
    other = sqlite if postgres is None else postgres
    return Figure(words, measure, group, sign, sqlite, other, unit, at_million)


def _beside(words: str, measure: str, group: str, unit: str = "") -> Figure:
    return Figure(words, measure, group, unit=unit)


FIGURES = (
    _row(
        "append over HTTP, 64 clients, against a no-op POST",
        "append against no-op",
        "appending",
        "≥",
        0.6,
        0.5,
        " ×",
    ),
    _beside("  appends", "append/s", "appending", "/s"),
    _row("its p99, saturated", "append p99 ms", "appending", "≤", 100, unit=" ms"),
    _row("its p99 at half that load", "append p99 at half ms", "appending", "≤", 40, unit=" ms"),
    _row(
        "the same against the bare library, an event a save",
        "append against library",
        "appending",
        "≥",
        1.2,
        3,
        " ×",
    ),
    _row(
        "import to queryable against bare saves of 500",
        "import against library",
        "importing",
        "≥",
        0.4,
        0.6,
        " ×",
    ),
    _beside("  imported", "import events/s", "importing", " events/s"),
    _row("state at a past date, p50", "state p50 ms", "states", "≤", 15, 18, " ms", True),
    _row("state at a past date, p99", "state p99 ms", "states", "≤", 35, 40, " ms", True),
    _row(
        "growth of that p50 from 10 k, equal cells", "state growth", "states", "≤", 1.3, 1.5, " ×"
    ),
    _beside(
        "  of a history in which everything grows, p50",
        "state of a growing history ms",
        "changing",
        " ms",
    ),
    *(
        figure
        for words, name, targets in (
            ("what changed by a hundred events, p50", "difference of 100 events", (40, 60)),
            ("the gap of a date, p50", "gap", (80, 120)),
            ("a hundred changes one by one, p50", "100 changes", (100, 150)),
        )
        for figure in (
            _row(words, f"{name} ms", "changing", "≤", *targets, " ms", True),
            _row(
                "  its growth, everything growing",
                f"{name} growth",
                "changing",
                "≤",
                1.3,
                1.5,
                " ×",
            ),
        )
    ),
    _row(
        "as recorded with half back-filled late, against as known",
        "as-recorded late against as-known",
        "lately",
        "≤",
        3,
        unit=" ×",
    ),
    _row(
        "against replaying the log with the library",
        "replay against state",
        "replaying",
        "≥",
        2000,
        unit=" ×",
        at_million=True,
    ),
    _row(
        "whole state against a plain table's 540 cells",
        "table against state",
        "tabled",
        "≥",
        20,
        unit=" ×",
        at_million=True,
    ),
    _row(
        "positions alone against the same",
        "table against positions",
        "tabled",
        "≥",
        20,
        unit=" ×",
        at_million=True,
    ),
    _beside(
        "  whole state against its best query, a descent for each cell",
        "descent against state",
        "tabled",
        " ×",
    ),
    _row("one cell, p50", "one cell p50 ms", "single", "≤", 2, 3, " ms"),
    _row("one plan, p50", "one plan p50 ms", "single", "≤", 2, 3, " ms"),
    _beside("  one point, p50", "one point p50 ms", "single", " ms"),
    _row("one meeting, p50", "one meeting p50 ms", "meeting", "≤", 2, 3, " ms"),
    _beside("  all 200 meetings, p50", "all meetings p50 ms", "single", " ms"),
    _row(
        "pinned answer repeated against a no-op GET of equal body",
        "pinned against no-op",
        "pinned",
        "≥",
        1,
        unit=" ×",
    ),
    _row(
        "dragging to another day, 10,000 events, until the page shows it, p95",
        "scrub p95 ms",
        "scrubbing",
        "≤",
        100,
        unit=" ms",
    ),
    _beside("  p50", "scrub p50 ms", "scrubbing", " ms"),
    _row("rebuild", "rebuild events/s", "rebuilding", "≥", 12_000, 10_000, " events/s"),
    _row(
        "peak memory of recording in batches", "import peak MB", "importing", "≤", 200, unit=" MB"
    ),
    _row(
        "  its growth to ten times the events",
        "import peak growth",
        "importing",
        "≤",
        1.15,
        unit=" ×",
    ),
    _row(
        "peak memory of minutebook import, 100,000 events",
        "command peak MB",
        "command",
        "≤",
        200,
        unit=" MB",
    ),
    _row(
        "  its growth to ten times the events",
        "command peak growth",
        "command",
        "≤",
        1.15,
        unit=" ×",
    ),
    _row("peak memory of rebuild", "rebuild peak MB", "rebuilding", "≤", 200, unit=" MB"),
    _row(
        "  its growth to ten times the events",
        "rebuild peak growth",
        "rebuilding",
        "≤",
        1.15,
        unit=" ×",
    ),
    _row("serve to the first answer", "start s", "starting", "≤", 2, unit=" s"),
    _row("  against the same at 10 k", "start growth", "starting", "≤", 1.1, unit=" ×"),
    _row("bytes on disk against the payload", "disk against payload", "importing", "≤", 4, 5, " ×"),
    _row(
        "one event in process, ledger of 20,000 against one of 100",
        "one event growth",
        "growing",
        "≤",
        1.3,
        unit=" ×",
    ),
)
