"""Break one rule of time at a time, in a copy: the test named beside it has to fail.

Run ``python -m tests.evidence.mutations``, or with words to pick rules by name. Each test first
passes unbroken, so that a failure means the rule and nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.evidence.rules import RULES, Rule

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "dist", "node_modules")
PASSED, FAILED = 0, 1


class UselessRuleError(Exception):
    """Raised where a rule cannot show anything: its text is gone, or its test does not run."""


def run(tree: Path, node: str) -> int:
    """Run one test in a tree, up to its first failing example; return how pytest ended."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile",
        "first-failure",
        node,
    ]
    # Without bytecode: two texts of one size within a second would be taken for the same.
    settings = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(command, cwd=tree, env=os.environ | settings, capture_output=True)
    return ended.returncode


def is_noticed(tree: Path, rule: Rule) -> bool:
    """Break the rule, run its test and mend the rule again."""
    file = tree / rule.file
    whole = file.read_text()
    if whole.count(rule.old) != 1:
        raise UselessRuleError(f"{rule.file} holds {whole.count(rule.old)} times: {rule.old}")
    try:
        file.write_text(whole.replace(rule.old, rule.new))
        ended = run(tree, rule.node)
    finally:
        file.write_text(whole)
    if ended not in (PASSED, FAILED):
        raise UselessRuleError(f"pytest ended with {ended} on {rule.node}")
    return ended == FAILED


def check(tree: Path, rule: Rule) -> bool:
    """Print one line on a rule; return whether its breaking is noticed."""
    begun = time.monotonic()
    try:
        found = "noticed" if is_noticed(tree, rule) else "NOT NOTICED"
    except UselessRuleError as error:
        found = f"USELESS: {error}"
    test = rule.node.rpartition("::")[2]
    print(f"{found:12} {time.monotonic() - begun:5.1f} s  {rule.name}  [{test}]", flush=True)
    return found == "noticed"


def controls(tree: Path, rules: Sequence[Rule]) -> bool:
    """Run each test once with nothing broken; return whether all pass."""
    nodes = sorted({rule.node for rule in rules})
    failing = [node for node in nodes if run(tree, node) != PASSED]
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
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        if not controls(tree, rules):
            return 1
        noticed = [check(tree, rule) for rule in rules]
    print(f"{sum(noticed)} of {len(rules)} broken rules are noticed")
    return 0 if rules and all(noticed) else 1


if __name__ == "__main__":
    sys.exit(main())
