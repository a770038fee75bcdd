"""Imports through a running server: they report and record what imports into a ledger do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from api.cli import served_import
from api.cli.client import Client
from domain.errors import InvalidQuestionError
from domain.model import Json
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from tests.command_line import run_command
from tests.exporting import write_lines
from tests.facts import OPENING, STANCE, Event
from tests.serving import Served, key_environment, serve_here
from tests.test_round_trips import read_events

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
PLAIN_STANCE: Event = {name: value for name, value in STANCE.items() if name != "id"}
PARTY = OPENING[1] | {"name": "The North", "kind": "state"}
CHANGED = [
    OPENING[0] | {"title": "Peace talks"},
    PARTY,
    *OPENING[2:],
    STANCE | {"summary": "no"},
    PLAIN_STANCE | {"summary": "perhaps"},
    PLAIN_STANCE | {"occurred": "2025-12-29"},
]


@dataclass(frozen=True)
class Way:
    """A ledger, and the option that leads an import to it."""

    db: str | Path
    where: tuple[str, str]
    folder: Path

    def run(self, rows: list[Event], flags: str) -> tuple[int, Any, list[str]]:
        (file := self.folder / "talks.jsonl").write_text("".join(map(to_line, rows)))
        command = ("import", file, "--json", *flags.split(), *self.where)
        done = run_command(*command, **key_environment(self.folder))
        told = [UUID.sub("ID", line) for line in done.stderr.splitlines()]
        summary = json.loads(done.stdout) if done.stdout else {}
        for each in (*summary.get("possible_duplicates", ()), *summary.get("changed", ())):
            del each["event"]
        if summary.get("import"):
            summary["import"] = summary["import"].partition(":")[0]
        has_batches = bool(summary.pop("batches", ()))
        summary.pop("import", None)
        told = [line for line in told if not line.startswith("to undo this import")]
        return done.returncode, summary | {"has_batches": has_batches}, told

    def read_log(self) -> list[Event]:
        with closing(ReadOnlyLedger(self.db)) as ledger:
            write_lines(ledger, "talks", self.folder / "exported.jsonl")
        dropped = ("id", "recorded_at", "salt", "leaf_hash")
        return [
            json.loads(UUID.sub("ID", to_line({k: v for k, v in row.items() if k not in dropped})))
            for row in read_events(self.folder / "exported.jsonl")
        ]


def to_line(row: Event) -> str:
    return json.dumps(row) + "\n"


@pytest.fixture
def ways(tmp_path: Path, postgres_url: str) -> Iterator[dict[str, Way]]:
    """A ledger itself, the file that a server has open, and servers on both databases."""
    with ExitStack() as exit_stack:
        found = {}
        for name in ("here", "beside", "sqlite", "postgres"):
            (folder := tmp_path / name).mkdir()
            db = postgres_url if name == "postgres" else folder / "world.db"
            where = "--db", str(db)
            if name != "here":
                server = exit_stack.enter_context(serve_here(db, folder=folder))
                where = where if name == "beside" else ("--url", server.url)
            found[name] = Way(db, where, folder)
        yield found


@pytest.mark.parametrize("policy", ["refuse", "skip", "correct"])
@pytest.mark.parametrize("page_size", [2, 1000])
def test_changed_rows_are_treated_alike_here_and_through_a_server(
    ways: dict[str, Way], policy: str, page_size: int
) -> None:
    found = {}
    with mock.patch("api.cli.import_check.PAGE_SIZE", page_size):
        for name, way in ways.items():
            steps = [way.run([*OPENING, STANCE], "")]
            steps += [way.run(CHANGED, f"--changed {policy} --dry-run")]
            steps += [way.run(CHANGED, f"--changed {policy}") for _ in range(2)]
            text = json.dumps(steps).replace(str(way.folder), "")
            found[name] = json.loads(text), way.read_log()

    steps, log = found["here"]
    counts = [
        (code, summary.get("recorded"), summary.get("duplicates"), summary.get("new"))
        for code, summary, _ in steps[1:]
    ]
    assert (
        counts
        == {
            "refuse": [(2, None, None, None)] * 3,
            "skip": [(0, 0, 2, 2), (0, 2, 2, 2), (0, 0, 4, 0)],
            "correct": [(0, 0, 2, 5), (0, 5, 2, 5), (0, 0, 7, 0)],
        }[policy]
    )
    assert len(log) == {"refuse": 5, "skip": 7, "correct": 10}[policy]
    if policy != "refuse":
        assert [(each["line"], each["seq"]) for each in steps[1][1]["possible_duplicates"]] == [
            (6, 5)
        ]
        assert [len(summary["changed"]) for _, summary, _ in steps[1:]] == (
            [3, 3, 3] if policy == "skip" else [3, 3, 0]
        )
    for name, other in found.items():
        assert other == found["here"], name


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Way, Served]]:
    """A server, and imports through it."""
    folder = tmp_path_factory.mktemp("served")
    db = folder / "world.db"
    with serve_here(db, folder=folder) as server:
        yield Way(db, ("--url", server.url), folder), server


def said(number: int) -> Event:
    return {
        "type": "statement-made",
        "statement": f"s{number}",
        "speaker": "person:envoy",
        "summary": "Well.",
        "occurred": "2025-12-20",
    }


NOBODY = said(99_999) | {"speaker": "person:nobody"}


def count_events(server: Served, negotiation: str) -> int:
    listed = server.get("/v1/negotiations?audience=staff")["data"]
    return sum(each["events"] for each in listed if each["negotiation"] == negotiation)


def test_a_file_of_any_size_that_has_a_fault_leaves_nothing_behind(
    served: tuple[Way, Served],
) -> None:
    way, server = served
    rows = [*OPENING, *map(said, range(10_050)), NOBODY]
    rows[4000] = NOBODY | {"statement": "first"}
    code, _, told = way.run(rows, "--negotiation long")

    assert code == 2
    places = [re.findall(r"\.jsonl:(\d+): /speaker: person 'nobody'", line) for line in told]
    assert places == [["4001"], ["10055"], []]
    assert told[-1].endswith("2 faults, nothing recorded")
    assert count_events(server, "long") == 0


def test_a_page_of_more_bytes_than_a_request_takes_is_tried_and_recorded(
    served: tuple[Way, Served],
) -> None:
    way, server = served
    rows = [*OPENING, *[PLAIN_STANCE] * 6]
    with mock.patch("api.cli.served_import.MAX_BODY", 400):
        _, _, told = way.run([*rows, NOBODY], "--negotiation large")
        recorded, again = (way.run(rows, "--negotiation large")[1] for _ in range(2))

    assert told[0].partition(": ")[0].endswith(".jsonl:11")
    assert (recorded["recorded"], recorded["duplicates"]) == (10, 0)
    assert (again["recorded"], again["duplicates"]) == (0, 10)
    assert count_events(server, "large") == 10


def test_an_import_that_was_cut_is_taken_up_by_the_same_command(served: tuple[Way, Served]) -> None:
    way, server = served
    rows = [*OPENING, *[PLAIN_STANCE] * 6]
    record, answers = served_import.record_through, iter([True, True, False])

    def record_until_cut(client: Client, submission: Submission) -> Json:
        answer = record(client, submission)
        if next(answers, True):
            return answer
        raise InvalidQuestionError("no answer from the server", hint="start it")

    with mock.patch("api.cli.import_check.PAGE_SIZE", 2):
        with mock.patch("api.cli.import_events.record_through", record_until_cut):
            code, _, told = way.run(rows, "--negotiation cut")
        again = way.run(rows, "--negotiation cut")

    assert code == 2
    assert "start it; 4 of the 10 events of" in " ".join(told)
    assert "are recorded; the same command again records the rest" in " ".join(told)
    assert (again[0], again[1]["recorded"], again[1]["duplicates"]) == (0, 4, 6)
    assert count_events(server, "cut") == 10
