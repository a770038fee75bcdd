"""The command line through a running server: it prints what it prints of the ledger itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

import pytest

from api.cli import demo_ledger
from tests.command_line import run_command
from tests.serving import key_environment, serve_ledger

TALKS = demo_ledger.NEGOTIATION


@dataclass(frozen=True)
class TwoWays:
    """The demonstration twice: a file that nobody has open, and a copy that a server has."""

    folder: Path
    url: str

    def run_here(self, *arguments: str, stdin: str = "") -> CompletedProcess[str]:
        return self._run(*arguments, "--db", str(self.folder / "here.db"), stdin=stdin)

    def run_beside(self, *arguments: str, stdin: str = "") -> CompletedProcess[str]:
        """Run a command on the file that the server has open."""
        return self._run(*arguments, "--db", str(self.folder / "served.db"), stdin=stdin)

    def run_through(self, *arguments: str, stdin: str = "") -> CompletedProcess[str]:
        return self._run(*arguments, "--url", self.url, stdin=stdin)

    def _run(self, *arguments: str, stdin: str) -> CompletedProcess[str]:
        return run_command(*arguments, stdin=stdin, **key_environment(self.folder))


@pytest.fixture(scope="module")
def two_ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoWays]:
    folder = tmp_path_factory.mktemp("two-ways")
    with mock.patch.dict("os.environ", XDG_DATA_HOME=str(folder)):
        file = demo_ledger.demo_ledger_file()
    shutil.copy(f"{file}.key", folder / "log.key")
    shutil.copy(f"{file}.checkpoint", folder / "checkpoint")
    for name in ("here.db", "served.db"):
        shutil.copy(file, folder / name)
    with serve_ledger(folder / "served.db", folder=folder) as server:
        yield TwoWays(folder, f"http://127.0.0.1:{server.port}")


QUESTIONS = [
    f"as-of {TALKS} 2025-12-01",
    f"as-of {TALKS} 2025-12-01 --all",
    f"as-of {TALKS} 2025-12-01 --seq 90 --json",
    f"as-of {TALKS} 2025-12-01 --basis hindsight --exclude-source TASS --tz America/New_York",
    f"diff {TALKS} 2025-12-01 2025-12-03",
    f"diff {TALKS} 2025-12-01 2025-12-03 --basis as-recorded --json",
]
ERRORS = [
    f"as-of {TALKS} soon",
    f"as-of {TALKS} 2025-12-01 --tz Mars",
    f"as-of {TALKS} 2025-12-01 --known-at 2025",
    f"as-of {TALKS} 2025-12-01 --seq 3 --recorded-at 2025-12-01",
    "as-of peace 2025-12-01",
    "as-of Peace/talks 2025-12-01",
    f"diff {TALKS} 2025-12-01 never",
    f"as-of {TALKS} 2025-12-01 --exclude-source Reuter",
]


@pytest.mark.parametrize("command", QUESTIONS + ERRORS)
def test_a_command_prints_the_same_through_a_server(two_ways: TwoWays, command: str) -> None:
    words = command.split()
    here, beside, through = (
        run(*words) for run in (two_ways.run_here, two_ways.run_beside, two_ways.run_through)
    )

    assert here.returncode == (2 if command in ERRORS else 0)
    assert here.stdout or here.stderr
    for other in (beside, through):
        assert unclocked(other) == unclocked(here)


def unclocked(done: CompletedProcess[str]) -> tuple[int, str, str]:
    """Return what a command printed, without the present in the basis of a JSON answer."""
    if not done.stdout.startswith("{"):
        return done.returncode, done.stdout, done.stderr
    answer = json.loads(done.stdout)
    answer["basis"]["recorded_at"] = None
    return done.returncode, json.dumps(answer), done.stderr


def test_an_address_that_a_server_left_behind_is_not_used(two_ways: TwoWays) -> None:
    question = f"as-of {TALKS} 2025-12-01".split()
    left = two_ways.folder / "here.db.server"
    left.write_text('{"url": "http://127.0.0.1:9", "pid": 1}')
    done = two_ways.run_here(*question)
    left.unlink()

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == two_ways.run_through(*question).stdout


def test_a_server_that_ended_takes_its_address_with_it(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    with serve_ledger(file, folder=tmp_path) as server:
        left = json.loads(Path(f"{file}.server").read_text())
        assert left == {"url": f"http://127.0.0.1:{server.port}", "pid": server.process.pid}

    assert not Path(f"{file}.server").exists()
