"""Compare what the interface does with what its own description says: requests that schemathesis
makes of /openapi.json, to a server without keys, and with the keys of a reader and an operator.

Run ``python -m tests.evidence.conformance``. ``--cases`` is how many are drawn for each operation
beside the edge cases, of which there are thousands always; ``--only`` and ``--as`` ask for less.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from tests.make_examples import NEGOTIATION, NEW_EVENT
from tests.serving import Served, serve_demonstration

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".tools" / "conformance" / "bin" / "schemathesis"
SETTINGS = Path(__file__).with_suffix(".toml")
HOOKS = Path(__file__).with_name("conformance_hooks.py")
PHASES = ("examples", "coverage", "fuzzing", "stateful")
WANTED = 20_000
"""Cases of a whole run at least, else it does not count."""
SHOWN_WIDTH = 400
"""Characters of a line of a failure, since addresses may have thousands."""
PROPOSALS = [f"PROPOSAL_{number}" for number in range(1, 5)]
"""The variables that name proposals of somebody else in the settings."""
FEW_BODIES = """
[[operations]]
include-operation-id = "record"
phases.coverage.enabled = false
"""
"""Settings of whoever is not to send all edge cases of events, some 20,000, to be recorded."""


@dataclass(frozen=True)
class Caller:
    """Who asks, by which key, how else, and what the settings and hooks are told."""

    name: str
    key: str | None = None
    options: tuple[str, ...] = ()
    settings: str = FEW_BODIES
    told: dict[str, str] = field(default_factory=dict)

    def arguments(self) -> list[str]:
        header = [] if self.key is None else ["--header", f"Authorization: Bearer {self.key}"]
        return [*header, *self.options]


NOBODY = Caller(
    "without keys",
    options=(
        # The first key ends what is asked about here; keys are made by the others.
        *("--exclude-operation-id", "create-key"),
        # Without keys its own machine may do everything: there is nothing to ignore or to miss.
        *("--exclude-checks", "ignored_auth"),
        *("--generation-with-security-parameters", "false"),
    ),
)


@dataclass
class Tally:
    """Cases and failures by phase, and what the program printed."""

    cases: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    printed: str = ""

    def count(self, name: str, value: dict[str, Any]) -> None:
        """Count the cases of a scenario; one that could not be asked is a failure."""
        if name == "ScenarioFinished":
            recorder = value["recorder"]
            self.cases[value["phase"]] += len(recorder.get("cases", ()))
            self.failures[value["phase"]] += sum(
                any(check["status"] == "failure" for check in checks)
                for checks in recorder.get("checks", {}).values()
            )
        elif name in ("NonFatalError", "FatalError", "Interrupted"):
            self.failures[value.get("phase") or "start"] += 1


def ask_as(server: Served, caller: Caller, given: argparse.Namespace, folder: Path) -> Tally:
    """Ask everything as one caller."""
    report = folder / "report.ndjson"
    report.unlink(missing_ok=True)
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.read_text() + caller.settings)
    ran = subprocess.run(
        [
            *(PROGRAM, "--config-file", settings, "run", f"{server.url}/openapi.json"),
            *("--seed", str(given.seed), "--max-examples", str(given.cases), "--workers", "1"),
            *("--phases", given.phases, "--continue-on-failure", "--no-color", "--no-shrink"),
            *("--report", "ndjson", "--report-ndjson-path", report),
            *(["--include-path-regex", given.only] if given.only else []),
            *caller.arguments(),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ
        | dict.fromkeys(PROPOSALS, "none")
        | {"SCHEMATHESIS_HOOKS": str(HOOKS), "KEY_NAME": caller.name, "SPARE_KEY_NAME": "spare"}
        | caller.told,
    )
    tally = Tally(printed=ran.stdout)
    if report.exists():
        with report.open() as lines:
            for line in lines:
                for name, value in json.loads(line).items():
                    tally.count(name, value)
    if ran.returncode and not tally.failures.total():
        tally.failures["start"] += 1
    return tally


def post(server: Served, path: str, body: object, key: str | None) -> Any:
    status, _, answer = server.call("POST", path, body, **bearer(key))
    assert status == 201, answer
    return answer


def bearer(key: str | None) -> dict[str, str]:
    return {} if key is None else {"Authorization": f"Bearer {key}"}


def make_callers(server: Served) -> Iterator[Caller]:
    """Make keys, and proposals that the operator can decide on."""

    def make_key(name: str, scope: str, by: str | None) -> str:
        body = {"name": name, "scopes": [scope]}
        secret: str = post(server, "/v1/keys", body, by)["secret"]
        return secret

    operator = make_key("operator", "admin", None)
    make_key("spare", "read", operator)
    clerk = make_key("clerk", "propose", operator)
    path = f"/v1/negotiations/{NEGOTIATION}/proposals"
    made = {
        name: post(
            server, path, NEW_EVENT | {"id": str(uuid4()), "statement": f"p-{uuid4()}"}, clerk
        )
        for name in PROPOSALS
    }
    yield Caller("reader", make_key("reader", "read", operator))
    told = {name: answer["proposal"] for name, answer in made.items()}
    yield Caller("operator", operator, settings="", told=told)


def ask_all(given: argparse.Namespace, folder: Path) -> Iterator[tuple[Caller, Tally]]:
    """Ask one server before it has keys, and then with them."""
    with serve_demonstration(folder, MINUTEBOOK_REQUESTS_PER_MINUTE="0") as server:
        if given.caller in (None, NOBODY.name):
            yield NOBODY, ask_as(server, NOBODY, given, folder)
            assert server.get("/v1/keys") == {"keys": []}, "it had keys too early"
        for caller in make_callers(server):
            if given.caller in (None, caller.name):
                yield caller, ask_as(server, caller, given, folder)
                status, *_ = server.call("GET", "/v1/negotiations", **bearer(caller.key))
                assert status == 200, "its key was revoked"


def show(caller: Caller, tally: Tally, seconds: float) -> None:
    """Print the rows of a caller, and below them what failed."""
    for phase in (*PHASES, "start"):
        if phase in PHASES or tally.failures[phase]:
            row = f"{tally.cases[phase]:>7} {tally.failures[phase]:>9}"
            print(f"{caller.name:<14} {phase:<10} {row}")
    print(f"{caller.name:<14} took {seconds:.0f} s", flush=True)
    if tally.failures.total():
        for line in tally.printed.splitlines():
            print(line[:SHOWN_WIDTH])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="drawn for each operation")
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--phases", default=",".join(PHASES))
    parser.add_argument("--as", dest="caller", help="only operator, reader or 'without keys'")
    parser.add_argument("--only", help="a regular expression of paths")
    given = parser.parse_args()
    print(f"seed {given.seed}")
    print(f"{'asked':<14} {'phase':<10} {'cases':>7} {'failures':>9}", flush=True)
    cases = failures = 0
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        for caller, tally in ask_all(given, Path(folder)):
            show(caller, tally, time.monotonic() - started)
            started = time.monotonic()
            cases, failures = cases + tally.cases.total(), failures + tally.failures.total()
    print(f"{cases} cases, {failures} failures")
    is_whole = given.only is given.caller is None and given.phases == ",".join(PHASES)
    return 1 if failures or (is_whole and cases < WANTED) else 0


if __name__ == "__main__":
    sys.exit(main())
