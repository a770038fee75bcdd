"""Attack a server in every way and print a row for each; see the package."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import fill, history
from tests.evidence.load import loop_watch, overload
from tests.evidence.load.attacks import ATTACKS, FURTHER_ATTACKS, Attack, Statuses
from tests.evidence.load.probes import FORK, PROBES, Answered, ask_once, probing, quantile
from tests.serving import ApiServer, serve_ledger

MARKS = {"append": 1.0, "livez": 1.0, "loop": 0.050, "normal": 5.0, "MB": 400.0}
"""The most of each: seconds at p99, of the loop at p99.9, until a question is answered within a
second again, and the peak of the server's memory."""
COLUMNS = ("append p99", "livez p99", "loop p99.9", "own", "worst", "normal", "MB")


def attack_apart(port: int, attack: Attack) -> Statuses:
    """Attack from a process of its own, behind what it competes with for the cores."""
    ours, theirs = FORK.Pipe()

    def run() -> None:
        os.nice(5)
        theirs.send(asyncio.run(_as_coroutine(attack, port)))

    process = FORK.Process(target=run)
    process.start()
    found: Statuses = ours.recv()
    process.join()
    return found


async def _as_coroutine(attack: Attack, port: int) -> Statuses:
    return await attack(port)


def take_peak(process: int) -> float:
    """Return the most memory that a process had since the last call, in MB."""
    folder = Path(f"/proc/{process}")
    lines = folder.joinpath("status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    folder.joinpath("clear_refs").write_text("5")
    return int(peak.split()[1]) * 1024 / 1e6


def seconds_until_normal(server: ApiServer) -> float:
    """Return how long after an attack a question is answered within a second again."""
    start = time.monotonic()
    while time.monotonic() < start + 60:
        answered = ask_once(server.port, PROBES["state"], {})
        if answered.is_good and answered.took < 1:
            return answered.began - start
    return float("inf")


@contextmanager
def watched_server(folder: Path, events: int, niceness: int) -> Iterator[ApiServer]:
    """Serve the standard history; what its event loop is late by stands in a file of the folder."""
    database = folder / "load.db"
    fill.build(database, history.read(history.make_history(folder, events)))
    for kind in ("key", "checkpoint"):
        (folder / f"load.db.{kind}").rename(folder / {"key": "log.key"}.get(kind, kind))
    nice = ("nice", "-n", str(niceness))
    program = (*nice, sys.executable, "-m", "tests.evidence.load.loop_watch")
    given = {loop_watch.FILE: str(folder / "loop")}
    with serve_ledger(database, folder=folder, program=program, **given) as server:
        yield server


def p99(answers: list[Answered]) -> float:
    return quantile([answered.took for answered in answers], 0.99)


def measure(server: ApiServer, attack: Attack, watched: Path) -> tuple[dict[str, float], str]:
    """Return the figures of one attack, and in words what came back."""
    take_peak(server.process.pid)
    with probing(server.port, ("append", "livez"), {}) as answers:
        time.sleep(1)
        start = time.monotonic()
        statuses = attack_apart(server.port, attack)
        normal = seconds_until_normal(server)
        end = time.monotonic()
        time.sleep(1)
    looks = loop_watch.read_looks(watched, start, end)
    figures = {f"{name} p99": p99(found) for name, found in answers.items()} | {
        "loop p99.9": quantile(loop_watch.waits(looks), 0.999),
        "own": quantile(loop_watch.waits(looks, without_cores=True), 0.999),
        "worst": max(look.late for look in looks),
        "normal": normal,
        "MB": take_peak(server.process.pid),
    }
    bad = Counter(each.status for found in answers.values() for each in found if not each.is_good)
    return figures, f"{dict(statuses)}" + (f", probes {dict(bad)}" if bad else "")


def missed(figures: dict[str, float]) -> list[str]:
    """Return the names of the marks that were missed."""
    return [
        name for name, value in figures.items() if value > MARKS.get(name.split()[0], float("inf"))
    ]


def print_attacks(server: ApiServer, watched: Path, attacks: dict[str, Attack], only: str) -> None:
    """Attack a server in each way whose name contains a text."""
    print(f"{'seconds':40}" + "".join(f"{column:>11}" for column in COLUMNS) + "  load  answers")
    for name, attack in attacks.items():
        if only not in name:
            continue
        figures, told = measure(server, attack, watched)
        cells = (f"{figures[column]:11.{0 if column == 'MB' else 3}f}" for column in COLUMNS)
        found = missed(figures)
        verdict = f"missed: {', '.join(found)}" if found else "met"
        print(f"{name:40}" + "".join(cells) + f"  {load()}  {told}  {verdict}", flush=True)


def print_overload(server: ApiServer) -> None:
    """Ask more than the server can answer, with keys."""
    watch_key, *client_keys = overload.make_keys(server)
    take_peak(server.process.pid)
    with probing(server.port, tuple(PROBES), watch_key) as answers:
        time.sleep(5)
        start = time.monotonic()
        statuses = attack_apart(server.port, overload.flood(client_keys))
        end = time.monotonic()
        time.sleep(10)
    normal = max(overload.seconds_to_normal(found, end) for found in answers.values())
    others = set(statuses) - overload.ACCEPTED - overload.REFUSALS
    verdict = "met" if not others and normal <= MARKS["normal"] else "missed"
    print(
        f"{overload.CLIENTS} clients above capacity: {dict(statuses)}, normal after {normal:.1f} s,"
        f" {take_peak(server.process.pid):.0f} MB, load {load()}: {verdict}"
    )
    print(overload.describe(answers, start, end), flush=True)


def load() -> str:
    return f"{os.getloadavg()[0]:4.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--only", default="", help="attacks whose name contains this")
    parser.add_argument(
        "--nice", type=int, default=0, help="of the server: below 0 where others use the machine"
    )
    arguments = parser.parse_args()
    with (
        TemporaryDirectory() as name,
        watched_server(Path(name), arguments.events, arguments.nice) as server,
    ):
        watched = Path(name) / "loop"
        print_attacks(server, watched, ATTACKS, arguments.only)
        print_attacks(server, watched, FURTHER_ATTACKS, arguments.only)
        if arguments.only in "200 clients above capacity":
            print_overload(server)


if __name__ == "__main__":
    main()
