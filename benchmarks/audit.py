"""What proving costs: hashing again, verifying whole, one proof, and the tree in an append.

Run ``python -m benchmarks.audit``. It prints each measure with its target and writes all of them to
benchmarks/results/audit.json. It is no test: time depends on the machine.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from unittest import mock

import orjson

from benchmarks.fill import NAME, Clock, build
from benchmarks.generator import END, standard
from benchmarks.measuring import MINUTEBOOK, RESULTS, Measures, machine, run_watched, time_ms
from domain import acceptance
from ledger import log
from ledger.proofs import merkle
from ledger.proofs.audit import LogAudit
from ledger.proofs.merkle import Frontier
from ledger.submission import Submission
from ledger.writer import Ledger
from projections.index.rebuild import IndexFollower


def hashing(path: Path) -> Measures:
    """Hash every leaf again, in process, on one core."""
    with closing(sqlite3.connect(path)) as connection:
        audit = LogAudit(connection.cursor(), [])
        started = time.process_time()
        size = max(audit)
        seconds = time.process_time() - started
    return {"leaves hashed again per s of one core": size / seconds}


def proving(path: Path, samples: int) -> Measures:
    """Prove random leaves of the whole tree, in process."""
    random, costs = Random(5), list[float]()  # noqa: S311  # no secret
    with closing(sqlite3.connect(path)) as connection:
        c = connection.cursor()
        size, _ = log.read_head(c)
        read = log.node_reader(c)
        for _ in range(samples):
            index = random.randrange(size)
            costs.append(time_ms(lambda index=index: merkle.inclusion_proof(read, index, size)))  # type: ignore[misc]  # bound at once
    return {"inclusion proof p50 ms": statistics.median(costs)}


def whole(path: Path) -> Measures:
    """Verify with the real command, in a process of its own."""
    ran = run_watched([MINUTEBOOK, "verify", "--db", path, "--json"])
    return {"verify whole s": ran.seconds, "verify peak memory MB": ran.peak_mb}


class NoTree(Frontier):
    """A frontier that hashes nothing, to tell what the tree costs an append."""

    def with_leaves(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[merkle.TreeNode]]:
        return NoTree(self.size + len(leaves)), []


def appending(folder: Path, samples: int) -> Measures:
    """Record single events in turn with the tree and without it."""
    costs: list[list[float]] = [[], []]
    ledgers = []
    for name in ("with", "without"):
        path = folder / f"{name}.db"
        build(path, standard(1000))
        clock = Clock()
        clock.now = END
        ledgers.append(Ledger(path, clock=clock, read_model=IndexFollower()))
    fresh = [e for _, e in standard(4000, seed=99) if e["type"] == "statement-made"][:samples]
    bare = mock.patch("ledger.proofs.merkle.Frontier.from_bytes", lambda size, _: NoTree(size))
    for event in fresh:
        submission = Submission(NAME, [acceptance.parse_event(event)])
        costs[0].append(time_ms(lambda s=submission: ledgers[0].record(s)))  # type: ignore[misc]  # bound at once
        with bare:
            costs[1].append(time_ms(lambda s=submission: ledgers[1].record(s)))  # type: ignore[misc]  # bound at once
    for ledger in ledgers:
        ledger.close()
    one, other = (statistics.median(cost) for cost in costs)
    return {"append p50 ms": one, "append with tree / without": one / other}


TARGETS = {
    "leaves hashed again per s of one core": (">=", 150_000),
    "inclusion proof p50 ms": ("<=", 0.5),
    "append with tree / without": ("<=", 1.15),
}


def table(measures: Measures) -> str:
    lines = [f"{'measure':38} {'target':>12} {'measured':>12}"]
    for name, value in measures.items():
        sign, target = TARGETS.get(name, ("", 0))
        met = value >= target if sign == ">=" else value <= target
        verdict = "" if not sign else "  ok" if met else "  FALLS SHORT"
        wanted = f"{sign} {target:,}" if sign else ""
        lines.append(f"{name:38} {wanted:>12} {value:12,.2f}{verdict}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        folder = Path(name)
        measures: Measures = {"events": options.events}
        measures |= appending(folder, options.samples)
        path = folder / "audit.db"
        started = time.perf_counter()
        build(path, standard(options.events))
        measures["recorded per s, in batches of 500"] = options.events / (
            time.perf_counter() - started
        )
        measures |= hashing(path) | proving(path, options.samples) | whole(path)
    print(table(measures))
    RESULTS.mkdir(exist_ok=True)
    kept = {"machine": machine(), "measures": measures}
    (RESULTS / "audit.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
