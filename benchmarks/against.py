"""Appending, asking and rebuilding against another checkout, on SQLite, in turn in one run.

``python -m benchmarks.against --other FOLDER [--events 20000] [--rounds 5]`` prints a table.
Every checkout is served and rebuilt by its own ``.venv``; both record the same history.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import history, load
from benchmarks.asking import WARM, sample
from benchmarks.measuring import ACCEPTED, Word, run_server, run_watched
from benchmarks.questions import dates, path
from benchmarks.writing import CLIENTS, bodies

ROOT = Path(__file__).parents[1]
QUESTIONS = 100
"""States that are asked in a round."""
SECONDS = 3
"""How long one load of appends lasts."""
LOWEST_IS_BEST = {"state p50 ms": True, "append/s": False, "rebuild events/s": False}
"""For each figure whether less is better."""


class Checkout:
    """One version of the product with a ledger of its own."""

    def __init__(self, root: Path, database: Path) -> None:
        self.database = database
        self.root, self.programs = root, root / ".venv" / "bin"
        self.figures: dict[str, list[float]] = {name: [] for name in LOWEST_IS_BEST}

    def fill(self, file: Path) -> None:
        command = self.programs / "python", "-m", "benchmarks.fill", self.database, file
        subprocess.run(  # noqa: S603  # our own command
            command, cwd=self.root, check=True, stdout=subprocess.DEVNULL
        )

    @contextmanager
    def serve(self) -> Iterator[int]:
        program = self.programs / "minutebook"
        command: list[Word] = [program, "serve", "--db", self.database, ACCEPTED, "--port"]
        with run_server(command, "/readyz") as port:
            yield port

    def ask(self, port: int, part: int) -> None:
        """Time states at random past dates, others in each round, so that none is cached."""
        asked = QUESTIONS + WARM
        moments = dates(asked * (part + 1))[asked * part :]
        costs = sample(port, [path("state", moment) for moment in moments])
        self.figures["state p50 ms"].append(statistics.median(costs))

    def append(self, port: int) -> None:
        figures = load.run(port, bodies(), load.Load(CLIENTS, SECONDS, 1, 0))
        self.figures["append/s"].append(figures.rate)

    def rebuild(self, events: int) -> None:
        run = run_watched([self.programs / "minutebook", "rebuild", "--db", self.database])
        self.figures["rebuild events/s"].append(events / run.seconds)


def ratio(this: Checkout, other: Checkout, name: str) -> tuple[float, float, float]:
    """Return the median, least and greatest cost against the other, over 1 where it is dearer."""
    pairs = zip(this.figures[name], other.figures[name], strict=True)
    costs = [mine / theirs if LOWEST_IS_BEST[name] else theirs / mine for mine, theirs in pairs]
    return statistics.median(costs), min(costs), max(costs)


def measure(this: Checkout, other: Checkout, events: int, rounds: int) -> None:
    """Measure both in turn; who begins changes from round to round."""
    for number in range(rounds):
        pair = [this, other] if number % 2 else [other, this]
        for checkout in pair:
            checkout.rebuild(events)
        for checkout in pair:
            with checkout.serve() as port:
                checkout.ask(port, number)
    for number in range(rounds):
        for checkout in [this, other] if number % 2 else [other, this]:
            with checkout.serve() as port:
                checkout.append(port)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=Path, required=True, help="an installed checkout")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = history.make_history(folder, options.events)
        this = Checkout(ROOT, folder / "this.db")
        other = Checkout(options.other.resolve(), folder / "other.db")
        for checkout in (this, other):
            checkout.fill(file)
        measure(this, other, options.events, options.rounds)
    print(f"| {options.events:,} events, SQLite | other | this | cost, this against other |")
    print("|---|---|---|---|")
    for figure in LOWEST_IS_BEST:
        theirs, mine = (statistics.median(c.figures[figure]) for c in (other, this))
        middle, least, most = ratio(this, other, figure)
        cost = f"{middle:.2f} × ({least:.2f} to {most:.2f})"
        print(f"| {figure} | {theirs:,.1f} | {mine:,.1f} | {cost} |")


if __name__ == "__main__":
    main()
