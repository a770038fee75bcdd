"""The figures that are wanted on either database, but for those of questions."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.questions import ALONE, EXCLUDED, STATE, SUPPORTED


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

    def target(self, store: str) -> float:
        return self.sqlite if store == "SQLite" else self.postgres

    def format_target(self) -> str:
        if not self.sign:
            return ""
        both = [f"{each:,g}{self.unit}" for each in dict.fromkeys((self.sqlite, self.postgres))]
        return f"{self.sign} {' / '.join(both)}"

    def is_short(self, store: str, value: float) -> bool:
        """Return whether what was measured on a database falls short of what is wanted."""
        target = self.target(store)
        return bool(self.sign) and (value < target if self.sign == "≥" else value > target)


FIGURES = (
    Figure("state at a past date, p99", f"{STATE}, p99 ms", "questions", "≤", 35, 40, " ms"),
    Figure(
        "  its size against a tenth of the events",
        "state kB growth",
        "questions",
        "≤",
        1.05,
        1.05,
        " ×",
    ),
    Figure("  its size as gzip", "state gzip kB", "questions", "≤", 100, 100, " kB"),
    Figure(
        "state without one source, against the whole (100,000 events)",
        f"{EXCLUDED} against state",
        "questions",
        "≤",
        10,
        10,
        " ×",
    ),
    Figure(
        "state of one source alone, against the whole (100,000 events)",
        f"{ALONE} against state",
        "questions",
        "≤",
        10,
        10,
        " ×",
    ),
    Figure(
        "state of what two sources say, against the whole (100,000 events)",
        f"{SUPPORTED} against state",
        "questions",
        "≤",
        10,
        10,
        " ×",
    ),
    Figure(
        "state as recorded, half recorded late, against as known",
        "as-recorded late against as-known",
        "late",
        "≤",
        3,
        3,
        " ×",
    ),
    Figure(
        "three negotiations in one ledger against one: its state",
        f"{STATE}, three against one",
        "shared",
        "≤",
        1.1,
        1.1,
        " ×",
    ),
    Figure(
        "  the median of all questions", "median, three against one", "shared", "≤", 1.1, 1.1, " ×"
    ),
    Figure(
        "  the question that is slowed most",
        "most, three against one",
        "shared",
        "≤",
        1.1,
        1.1,
        " ×",
    ),
    Figure(
        "a history imported years later against one recorded as it happened: the median of all",
        "median, imported against timely",
        "imported",
        "≤",
        1.1,
        1.1,
        " ×",
    ),
    Figure(
        "  the question that is slowed most",
        "most, imported against timely",
        "imported",
        "≤",
        1.3,
        1.3,
        " ×",
    ),
    Figure(
        "dragging to another day, 10,000 events, until it is drawn, p95",
        "scrub p95 ms",
        "dragging",
        "≤",
        70,
        70,
        " ms",
    ),
    Figure("  p50", "scrub p50 ms", "dragging", unit=" ms"),
    Figure(
        "pinned answer repeated, against a no-op GET of equal body",
        "pinned against no-op",
        "pinned",
        "≥",
        1,
        1,
        " ×",
    ),
    Figure("  pinned answers", "pinned/s", "pinned", unit="/s"),
    Figure("CPU of the server: a pinned state", "pinned CPU ms", "costs", unit=" ms"),
    Figure("  a state at a past date", "state CPU ms", "costs", unit=" ms"),
    Figure("  a state now, after an append", "live CPU ms", "costs", unit=" ms"),
    Figure("  what changed in a day", "difference CPU ms", "costs", unit=" ms"),
    Figure(
        "  a page that is dragged to the next day, whole",
        "dragged page CPU ms",
        "costs",
        unit=" ms",
    ),
    Figure(
        "append over HTTP, 64 clients, against a no-op POST",
        "append against no-op",
        "appending",
        "≥",
        0.35,
        0.25,
        " ×",
    ),
    Figure("  appends", "append/s", "appending", unit="/s"),
    Figure("  its p99, saturated", "append p99 ms", "appending", "≤", 100, 100, " ms"),
    Figure("  its p99 at half that load", "append p99 at half ms", "appending", "≤", 40, 40, " ms"),
    Figure(
        "  against the library, one event a save", "append against library", "appending", unit=" ×"
    ),
    Figure("`minutebook import`", "command events/s", "command", "≥", 8000, 6000, " events/s"),
    Figure("  its peak memory", "command peak MB", "command", "≤", 200, 200, " MB"),
    Figure(
        "  against a tenth of the events", "command peak growth", "command", "≤", 1.15, 1.15, " ×"
    ),
    Figure("recording in batches of 500", "import events/s", "importing", unit=" events/s"),
    Figure(
        "  against saves of 500 by the library", "import against library", "importing", unit=" ×"
    ),
    Figure("rebuild", "rebuild events/s", "rebuilding", "≥", 15_000, 10_000, " events/s"),
    Figure("  its peak memory", "rebuild peak MB", "rebuilding", "≤", 200, 200, " MB"),
    Figure(
        "  against a tenth of the events",
        "rebuild peak growth",
        "rebuilding",
        "≤",
        1.15,
        1.15,
        " ×",
    ),
    Figure("from serve to the first answer", "start s", "starting", "≤", 2, 2, " s"),
    Figure(
        "  against the same at the fewest events", "start growth", "starting", "≤", 1.1, 1.1, " ×"
    ),
    Figure(
        "bytes on disk against the payload", "disk against payload", "importing", "≤", 4, 5, " ×"
    ),
    Figure(
        "library: replay to a date, against the state", "replay against state", "peers", unit=" ×"
    ),
    Figure(
        "  replay to two dates, against the difference of a day",
        "replay against difference",
        "peers",
        unit=" ×",
    ),
    Figure(
        "plain table: the faster scan, against the state", "scan against state", "peers", unit=" ×"
    ),
    Figure(
        "  difference of two window queries, against ours",
        "window against difference",
        "peers",
        unit=" ×",
    ),
    Figure(
        "best peer (a descent for each cell; ranges): its 540 cells, against the state",
        "best peer against state",
        "peers",
        unit=" ×",
    ),
    Figure(
        "  its difference of a day, against ours",
        "best peer against difference",
        "peers",
        unit=" ×",
    ),
    Figure(
        "  positions that it has as changed, of which ours has",
        "shared changes",
        "peers",
        unit=" ×",
    ),
)
"""What is no question of every size (benchmarks/questions.py has those with what they may take)."""
