"""Importing into the ledger itself: checked once, and once more where others recorded meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from api.cli import direct_import, import_check
from api.cli.import_events import import_files
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain import acceptance
from domain.errors import InvalidEventError
from ledger import log
from ledger.accepted_pages import AcceptedPage
from ledger.dry_run import DryRun
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission, SubmissionCheck
from ledger.writer import Ledger
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event

ROWS: list[Event] = [
    *OPENING,
    *({**{k: v for k, v in STANCE.items() if k != "id"}, "summary": f"no. {n}"} for n in range(6)),
]
ANOTHER = {"type": "party-registered", "party": "another", "name": "Another"}


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_check, "PAGE_SIZE", 2)


def write(folder: Path, rows: list[Event]) -> Path:
    (file := folder / "talks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def record(ledger: Ledger, event: Event) -> None:
    ledger.record(Submission("talks", [acceptance.parse_event(event)]))


def run_import(db: Path, rows: list[Event], capsys: Any) -> Any:
    import_files(
        [write(db.parent, rows)], None, dry_run=False, settings=Settings(db=db), as_json=True
    )
    return json.loads(capsys.readouterr().out)


def read_log(db: Path) -> list[tuple[str, dict[str, Any]]]:
    with closing(ReadOnlyLedger(db)) as ledger, ledger.open_snapshot() as c:
        return [(entry.id, entry.payload) for entry in log.read_entries(c, "talks")]


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the list to which each check of a submission adds how many events it has."""
    checked: list[int] = []
    check_events = SubmissionCheck.check_events

    def count_and_check(check: SubmissionCheck) -> Any:
        checked.append(len(check.submission.events))
        return check_events(check)

    monkeypatch.setattr(SubmissionCheck, "check_events", count_and_check)
    return checked


def test_a_file_is_checked_once_and_its_rows_are_known_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    checked = count_checks(monkeypatch)
    summary = run_import(db := tmp_path / "x.db", ROWS, capsys)

    assert sum(checked) == len(ROWS) == summary["recorded"]
    first = read_log(db)
    again = run_import(db, [*ROWS, {**ROWS[-1], "summary": "one more"}], capsys)

    assert (again["recorded"], again["duplicates"]) == (1, len(ROWS))
    assert read_log(db)[:-1] == first


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Ledger]:
    """The ledgers that imports open to record."""
    ledgers: list[Ledger] = []

    def open_and_keep(*args: Any, **options: Any) -> Ledger:
        ledgers.append(open_configured_ledger(*args, **options))
        return ledgers[-1]

    monkeypatch.setattr(direct_import, "open_configured_ledger", open_and_keep)
    return ledgers


@pytest.mark.parametrize("recorded_before", [0, 1, 3])
def test_what_others_recorded_between_pages_has_the_rest_checked_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    opened: list[Ledger],
    capsys: Any,
    recorded_before: int,
) -> None:
    checked = count_checks(monkeypatch)
    run_import(db := tmp_path / "x.db", ROWS[:3], capsys)
    checked.clear()
    monkeypatch.setattr(direct_import, "WAITING_PAGES", 0)
    read_accepted = DryRun.read_accepted

    def read_and_interfere(dry_run: DryRun) -> Iterator[AcceptedPage]:
        for number, page in enumerate(read_accepted(dry_run)):
            if number == recorded_before:
                record(opened[-1], ANOTHER)
            yield page

    monkeypatch.setattr(DryRun, "read_accepted", read_and_interfere)
    summary = run_import(db, ROWS, capsys)

    assert (summary["recorded"], summary["duplicates"]) == (len(ROWS) - 3, 3)
    assert len(checked) == 5 + 1 + (5 - recorded_before)
    with closing(Ledger(tmp_path / "plain.db")) as plain:
        for row in ROWS:
            record(plain, row)
    payloads = [payload for _, payload in read_log(db) if payload.get("party") != "another"]

    assert payloads == [payload for _, payload in read_log(tmp_path / "plain.db")]


def test_what_others_took_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Ledger], capsys: Any
) -> None:
    run_import(db := tmp_path / "x.db", ROWS, capsys)
    read_accepted = DryRun.read_accepted

    def take_slug(dry_run: DryRun) -> Iterator[AcceptedPage]:
        record(opened[-1], ANOTHER)
        yield from read_accepted(dry_run)

    monkeypatch.setattr(DryRun, "read_accepted", take_slug)
    with pytest.raises(InvalidEventError, match="name differs from event"):
        run_import(db, [{**ANOTHER, "name": "A different one"}], capsys)

    assert len(read_log(db)) == len(ROWS) + 1


def test_rows_that_other_processes_build_are_those_of_a_rebuild(tmp_path: Path) -> None:
    act = {"type": "event-retracted", "event": STANCE["id"], "reports": STANCE["reports"]}
    file = write(tmp_path, [*OPENING, STANCE, *ROWS[len(OPENING) :], act])
    db = tmp_path / "x.db"
    with mock.patch.object(direct_import, "PARALLEL_THRESHOLD", 1):
        done = run_command("import", file, "--db", db)
    verified = run_command("verify", "--db", db)

    assert (done.returncode, verified.returncode, verified.stderr) == (0, 0, "")
