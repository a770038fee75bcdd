"""One run of the measurements on one database: what was made once is used by every figure."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks import fill, history, peers, plain
from benchmarks.measuring import MINUTEBOOK, CommandRun, Measures, run_watched
from benchmarks.stores import Store

SMALL = 10_000
"""The ledger that a larger one is held against."""
OFTEN = 100_000
"""Events up to which a peer that is slow is asked several times, and fed first."""


@dataclass
class Bench:
    """One database, the sizes to measure, and how often."""

    folder: Path
    store: Store
    sizes: tuple[int, ...]
    rounds: int = 3
    seconds: float = 3
    """How long one load lasts."""
    requests: int = 200
    singles: int = 2000
    """How many events the peers save one by one."""
    filled: dict[str, CommandRun] = field(default_factory=dict)
    peers: dict[str, Measures] = field(default_factory=dict)
    series: dict[str, dict[int, float]] = field(default_factory=dict)
    """Of each question the median for a number of events, in milliseconds."""

    @property
    def events(self) -> int:
        return self.sizes[-1]

    def history(self, events: int, seed: int = 1, *kinds: str) -> Path:
        return history.make_history(self.folder, events, seed, *kinds)

    def ledger(self, events: int) -> str:
        """Return the ledger of the standard history that all questions go to."""
        return self.fill(f"ledger-{events}", self.history(events))

    def fill(self, name: str, *histories: Path) -> str:
        """Return a ledger of this name, recorded once; further histories are negotiations."""
        database = self.store.make_database(name)
        if name not in self.filled:
            command = [sys.executable, "-m", "benchmarks.fill", database, *histories]
            self.filled[name] = run_watched(command)
        return database

    def imported(self, events: int) -> tuple[str, CommandRun]:
        """Return a ledger into which the command imported the same history from a file, at once,
        years after its time, and how that went."""
        name = f"command-{events}"
        database = self.store.make_database(name)
        if name not in self.filled:
            file = self.folder / f"{fill.NAME}-{events}.jsonl"
            with file.open("wb") as lines:
                for _, event in history.read(self.history(events)):
                    lines.write(orjson.dumps(event) + b"\n")
            command = [MINUTEBOOK, "import", file, "--negotiation", fill.NAME, "--db", database]
            self.filled[name] = run_watched(command)
        return database, self.filled[name]

    def filling(self, events: int) -> CommandRun:
        """Tell how recording the standard history went."""
        self.ledger(events)
        return self.filled[f"ledger-{events}"]

    def library(self, events: int) -> tuple[peers.Environment, Measures]:
        """Return the bare library's log of the same history, and what saving it cost."""
        name = f"library-{events}"
        environment = self.store.library(self.store.make_database(name))
        if name not in self.peers:
            told = history.read(self.history(events))
            self.peers[name] = peers.library_appends(environment, told, self.singles)
        return environment, self.peers[name]

    def table(self, events: int) -> str:
        """Return the tables that one would write without this product, of the same history."""
        name = f"plain-{events}"
        database = self.store.make_database(name)
        if name not in self.peers:
            told = history.read(self.history(events))
            self.peers[name] = plain.fill(database, told)
        return database

    def line(self, name: str, events: int, milliseconds: float) -> float:
        self.series.setdefault(f"{name}, {self.store.name}", {})[events] = milliseconds
        return milliseconds
