"""The command line through a running server: it prints what it prints of the ledger itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

import pytest

from api.cli import demo_ledger
from ledger.writer import Ledger
from tests.command_line import run_command
from tests.serving import key_environment, serve_here, serve_http, serve_ledger

TALKS = demo_ledger.NEGOTIATION
US = ("--set", "party=us", "--set", "name=United States")


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
    with serve_here(folder / "served.db", folder=folder) as server:
        yield TwoWays(folder, server.url)


QUESTIONS = [
    f"as-of {TALKS} 2025-12-01",
    f"as-of {TALKS} 2025-12-01 --all",
    f"as-of {TALKS} 2025-12-01 --seq 90 --json",
    f"as-of {TALKS} 2025-12-01 --basis hindsight --exclude-source TASS --tz America/New_York",
    f"diff {TALKS} 2025-12-01 2025-12-03",
    f"diff {TALKS} 2025-12-01 2025-12-03 --basis as-recorded --json",
    f"replay {TALKS} --from-seq 90",
    f"replay {TALKS} --until 70 --audience public --json",
    f"replay {TALKS} --until 2025-11-21 --basis as-recorded",
    "checkpoint",
    f"export {TALKS}",
    f"receipt {TALKS} 2025-11-24 --seq 300 --of positions/russia/revised-framework",
]
ERRORS = [
    f"as-of {TALKS} soon",
    f"as-of {TALKS} 2025-12-01 --tz Mars",
    f"as-of {TALKS} 2025-12-01 --known-at 2025",
    f"as-of {TALKS} 2025-12-01 --seq 3 --recorded-at 2025-12-01",
    "as-of peace 2025-12-01",
    "as-of Peace/talks 2025-12-01",
    f"diff {TALKS} 2025-12-01 never",
    f"replay {TALKS} --until soon",
    f"receipt {TALKS} 2025-11-24 --of everything",
    "export peace",
    f"append {TALKS} --type statement-made --set speaker=nobody",
    "append peace --type vote",
    f"replay {TALKS} --from-seq {'9' * 30}",
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
    if not done.stdout.startswith('{"basis'):
        return done.returncode, done.stdout, done.stderr
    answer = json.loads(done.stdout)
    answer["basis"]["recorded_at"] = None
    return done.returncode, json.dumps(answer), done.stderr


def test_what_is_appended_beside_a_server_is_recorded_by_it(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    run = partial(run_command, MINUTEBOOK_DB=str(file), **key_environment(tmp_path))
    opening = json.dumps({"type": "negotiation-opened", "title": "Talks"})
    with serve_here(file, folder=tmp_path):
        first = run("append", "talks", stdin=opening)
        second = run("append", "talks", "--type", "party-registered", "--set", "party=us", "--json")
        third = run("append", "talks", "--type", "party-registered", *US)
    fourth = run("append", "talks", "--type", "party-registered", *US, "--json")

    assert "recorded negotiation-opened" in first.stdout
    assert (second.returncode, second.stderr.splitlines()[0]) == (
        2,
        "/name: this field is required",
    )
    assert "as seq 2" in third.stdout
    assert fourth.returncode == 2
    assert len(run("export", "talks").stdout.splitlines()) == 2


def test_a_server_on_postgresql_answers_as_the_database_does(
    two_ways: TwoWays, postgres_url: str, tmp_path: Path
) -> None:
    exported = tmp_path / f"{TALKS}.jsonl"
    exported.write_text(two_ways.run_here("export", TALKS).stdout)
    run = partial(run_command, **key_environment(tmp_path))
    with serve_here(postgres_url, folder=tmp_path) as server:
        url = server.url
        ways = ["--db", postgres_url], ["--url", url]
        imported = run("import", str(exported), "--url", url)
        pairs = [
            [unclocked(run(*command.split(), *way)) for way in ways]
            for command in QUESTIONS + ERRORS
            if command != "checkpoint"
        ]
        appended = run("append", "other", "--url", url, stdin=json.dumps(EVENTS[0]))
        seen = run("export", "other", "--db", postgres_url)

    assert imported.returncode == 0, imported.stderr
    assert [through for _, through in pairs] == [direct for direct, _ in pairs]
    assert all(direct[0] == 0 for direct, _ in pairs[: len(QUESTIONS) - 1])
    assert (appended.returncode, len(seen.stdout.splitlines())) == (0, 1)


EVENTS = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "us", "name": "United States"},
    {"type": "issue-defined", "issue": "border", "title": "Border"},
    {"type": "position-stated", "party": "us", "issue": "border", "stance": "accepts"}
    | {"summary": "Yes.", "occurred": None, "reports": [{"published": "2025-12-21"}]},
]


@pytest.mark.parametrize("way", ["--db", "--url"])
@pytest.mark.parametrize("page_size", [2, 1000])
def test_files_are_imported_while_a_server_runs(tmp_path: Path, way: str, page_size: int) -> None:
    file, good, bad = (tmp_path / name for name in ("x.db", "talks.jsonl", "bad.jsonl"))
    good.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    wrong = [EVENTS[3] | {"party": "fr"}, EVENTS[3] | {"issue": "moon"}, EVENTS[3] | {"stance": 1}]
    bad.write_text("".join(json.dumps(event) + "\n" for event in [*EVENTS, *wrong]))
    with (
        mock.patch("api.cli.import_check.PAGE_SIZE", page_size),
        serve_here(file, folder=tmp_path) as server,
    ):
        where = {"--db": str(file), "--url": server.url}[way]
        run = partial(run_command, "import", way, where, "--json", **key_environment(tmp_path))
        refused = run(str(bad), "--negotiation", "talks")
        tried, first, second = run(str(good), "--dry-run"), run(str(good)), run(str(good))
        exported = run_command("export", "talks", way, where).stdout.splitlines()

    assert refused.returncode == 2
    assert [line.split(": ")[:2] for line in refused.stderr.splitlines()] == [
        [f"{bad}:5", "/party"],
        [f"{bad}:6", "/issue"],
        [f"{bad}:7", "/stance"],
        [str(bad), "3 faults, nothing recorded"],
    ]
    counts = [json.loads(done.stdout) for done in (tried, first, second)]
    assert [(each["recorded"], each["duplicates"]) for each in counts] == [(0, 0), (4, 0), (0, 4)]
    assert len(exported) == 4


def test_a_ledger_that_another_command_records_in_is_busy(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    event = json.dumps({"type": "negotiation-opened", "title": "Talks"})
    with closing(Ledger(file)):
        done = run_command("append", "talks", "--db", str(file), stdin=event)

    assert done.returncode == 2
    assert "another process has" in done.stderr
    assert "stop it, run the command again" in done.stderr


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:9", "no answer from http://127.0.0.1:9"),
        ("127.0.0.1:8000", "--url: url cannot be '127.0.0.1:8000'"),
    ],
)
def test_an_address_without_a_server_is_told(url: str, told: str) -> None:
    done = run_command("as-of", TALKS, "2025-12-01", "--url", url)

    assert (done.returncode, told in done.stderr, "hint: " in done.stderr) == (2, True, True)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"<html>", "answers, but is not Minutebook"),
        (b'{"minutebook": "9.9"}', "runs Minutebook 9.9, this command is"),
    ],
)
def test_a_server_of_another_kind_or_version_is_told(answer: bytes, told: str) -> None:
    with serve_answer(answer) as url:
        done = run_command("as-of", TALKS, "2025-12-01", "--url", url)

    assert (done.returncode, told in done.stderr) == (2, True)


def test_a_ledger_and_a_server_cannot_both_be_named(tmp_path: Path) -> None:
    both = run_command("as-of", TALKS, "now", "--db", "x.db", "--url", "http://127.0.0.1:9")
    ledger_goes_first = run_command(
        "as-of", TALKS, "now", "--db", str(tmp_path / "x.db"), MINUTEBOOK_URL="http://127.0.0.1:9"
    )

    assert "--db and --url both name a ledger" in both.stderr
    assert "there is no ledger at" in ledger_goes_first.stderr


@contextmanager
def serve_answer(body: bytes) -> Iterator[str]:
    """Serve the same answer to every question."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serve_http(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address


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
        assert Path(f"{file}.server").stat().st_mode & 0o777 == 0o600
        assert left.pop("secret").startswith("mbk_")
        assert left == {"url": f"http://127.0.0.1:{server.port}", "pid": server.process.pid}

    assert not Path(f"{file}.server").exists()
