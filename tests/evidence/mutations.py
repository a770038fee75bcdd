"""Break one rule of time at a time, in a process of its own: the test named with it has to fail.

Run ``python -m tests.evidence.mutations``, or with words to pick rules by name. Each test first
passes unbroken, so that a failure means the rule and nothing else. Loaded by pytest as a plugin,
this breaks the rule that MINUTEBOOK_BROKEN_RULE names before any test is imported.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.evidence.rules import RULES, Rule

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "ledger", "intake", "projections", "api")
BROKEN_RULE = "MINUTEBOOK_BROKEN_RULE"
PASSED, FAILED = 0, 1


def locate(target: str) -> tuple[Any, str]:
    """Return the module or class that has a dotted name, and the last part of the name.

    Raises AttributeError or ModuleNotFoundError where there is none.
    """
    owner, _, name = target.rpartition(".")
    parent = pkgutil.resolve_name(owner)
    getattr(parent, name)
    return parent, name


def break_rule(rule: Rule) -> None:
    """Replace what a rule names, wherever a module has imported it."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    owner, name = locate(rule.target)
    original = getattr(owner, name)
    broken = rule.broken(original)
    setattr(owner, name, broken)
    for module_name, loaded in list(sys.modules.items()):
        if (
            module_name.partition(".")[0] in (*ROOMS, "tests")
            and vars(loaded).get(name) is original
        ):
            setattr(loaded, name, broken)


def pytest_configure() -> None:
    """Break the rule of the environment, if it names one."""
    chosen = os.environ.get(BROKEN_RULE)
    for rule in RULES:
        if rule.name == chosen:
            break_rule(rule)


def run_test(node: str, broken: str = "") -> int:
    """Run one test, up to its first failing example; return how pytest ended."""
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "tests.evidence.mutations"]
    profile = ["--hypothesis-profile", "first-failure"]
    command = [sys.executable, "-m", "pytest", *options, *profile, node]
    environment = os.environ | {BROKEN_RULE: broken}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True).returncode


def check_rule(rule: Rule) -> bool:
    """Print one line on a rule; return whether its breaking is noticed."""
    started_at = time.monotonic()
    outcomes = {FAILED: "noticed", PASSED: "NOT NOTICED"}
    ended = run_test(rule.node, rule.name)
    outcome = outcomes.get(ended, f"USELESS: pytest ended with {ended}")
    test = rule.node.rpartition("::")[2]
    seconds = time.monotonic() - started_at
    print(f"{outcome:12} {seconds:5.1f} s  {rule.name}  [{test}]", flush=True)
    return ended == FAILED


def pass_unbroken(rules: Sequence[Rule]) -> bool:
    """Run each test once with nothing broken; return whether all pass."""
    nodes = sorted({rule.node for rule in rules})
    failing = [node for node in nodes if run_test(node) != PASSED]
    for node in failing:
        print(f"FAILS UNBROKEN: {node}")
    print(f"{len(nodes) - len(failing)} of {len(nodes)} tests pass unbroken", flush=True)
    return not failing


def main() -> int:
    """Exit 1 unless every rule chosen is noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="rules whose name holds one of these (all)")
    words = parser.parse_args().words
    rules = [rule for rule in RULES if not words or any(word in rule.name for word in words)]
    if not pass_unbroken(rules):
        return 1
    noticed = [check_rule(rule) for rule in rules]
    print(f"{sum(noticed)} of {len(rules)} broken rules are noticed")
    return 0 if rules and all(noticed) else 1


if __name__ == "__main__":
    sys.exit(main())
