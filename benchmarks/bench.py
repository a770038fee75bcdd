"""One run of the measurements on one database: what was made once is used by every figure."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import history, peers, plain
from benchmarks.measuring import CommandRun, Measures, run_watched
from benchmarks.stores import Store

SMALL = 10_000
"""The ledger that a larger one is held against."""


@dataclass
class Bench:
    """One database, the sizes to measure, and how often."""

    folder: Path
    store: Store
    sizes: tuple[int, ...]
    rounds: int = 5
    seconds: float = 3
    """How long one load lasts."""
    requests: int = 200
    singles: int = 2000
    """How many events the peers save one by one."""
    filled: dict[str, CommandRun] = field(default_factory=dict)
    peers: dict[str, Measures] = field(default_factory=dict)
    series: dict[str, dict[int, float]] = field(default_factory=dict)
    """Of each line of the plot the median for a number of events, in milliseconds."""

    @property
    def events(self) -> int:
        return self.sizes[-1]

    def history(self, events: int, *kinds: str) -> Path:
        return history.make_history(self.folder, events, *kinds)

    def ledger(self, events: int, *kinds: str, use: str = "") -> str:
        """Return a ledger with this many events, recorded once for each use that changes it."""
        name = "-".join(["ledger", str(events), *kinds, *filter(None, [use])])
        database = self.store.make_database(name)
        if name not in self.filled:
            command = [sys.executable, "-m", "benchmarks.fill", database]
            self.filled[name] = run_watched([*command, self.history(events, *kinds)])
        return database

    def steady(self, events: int) -> str:
        """Return the ledger that most questions go to, with equal cells whatever its length."""
        return self.ledger(events, "steady")

    def filling(self, events: int) -> CommandRun:
        """Tell how recording that ledger went."""
        self.steady(events)
        return self.filled[f"ledger-{events}-steady"]

    def library(self, events: int) -> tuple[peers.Environment, Measures]:
        """Return the bare library's log of the same history, and what saving it cost."""
        name = f"library-{events}"
        environment = self.store.library(self.store.make_database(name))
        if name not in self.peers:
            told = history.read(self.history(events, "steady"))
            self.peers[name] = peers.library_appends(environment, told, self.singles)
        return environment, self.peers[name]

    def table(self, events: int) -> str:
        """Return the plain table of the same history."""
        name = f"plain-{events}"
        database = self.store.make_database(name)
        if name not in self.peers:
            told = history.read(self.history(events, "steady"))
            self.peers[name] = {"rows": plain.fill(database, told)}
        return database

    def line(self, name: str, events: int, milliseconds: float) -> float:
        self.series.setdefault(f"{name}, {self.store.name}", {})[events] = milliseconds
        return milliseconds

    def ratio(self, ours: Callable[[], float], limit: Callable[[], float]) -> float:
        """Return the median of what we reach against a limit, measured in turn."""
        return statistics.median(ours() / limit() for _ in range(self.rounds))
