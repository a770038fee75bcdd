"""Run the trials one after the other; exit with 1 if a promise or a control did not hold."""

from __future__ import annotations

import argparse
import os
import sys
import time
from importlib import import_module

from tests.evidence.reliability.trial import Outcome, Trial

MODULES = (
    "kills",
    "power_cuts",
    "crash_points",
    "cut_connections",
    "stops",
    "damage",
    "endings",
    "cost",
    "model",
)
TRIALS: dict[str, Trial] = {
    trial.name: trial
    for module in MODULES
    for trial in import_module(f"tests.evidence.reliability.{module}").TRIALS
}
SHOWN = 10
"""How many failures of a trial are printed."""


def show(name: str, what: str, outcome: Outcome, started: float) -> None:
    seconds = time.monotonic() - started
    print(f"{name}, {what}: {outcome.told} in {seconds:.0f} s; {len(outcome.failures)} failures")
    for failure in outcome.failures[:SHOWN]:
        print(f"    {failure}")
    sys.stdout.flush()


def run_trial(trial: Trial, count: int, seed: int) -> bool:
    """Run a trial and its control; return whether nothing failed but the control."""
    started = time.monotonic()
    outcome = trial.run(count, seed)
    show(trial.name, "trial", outcome, started)
    if trial.control is None:
        return not outcome.failures
    started = time.monotonic()
    control = trial.control(seed)
    show(trial.name, "control", control, started)
    if not control.failures:
        print(f"{trial.name}: THE CONTROL DID NOT FAIL")
    return not outcome.failures and bool(control.failures)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=TRIALS, help="run one trial")
    parser.add_argument("--count", type=int, help="how often; each trial has its own default")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    options = parser.parse_args()
    chosen = [TRIALS[options.only]] if options.only else list(TRIALS.values())
    print(f"seed {options.seed}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())}", flush=True)
    held = [run_trial(trial, options.count or trial.count, options.seed) for trial in chosen]
    print(f"{sum(held)} of {len(held)} trials held")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
