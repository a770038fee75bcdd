"""Importing several pages: what a line may name, and what is told, does not end with one."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.cli import import_check
from api.cli.import_check import CheckResult, ImportCheck
from api.cli.import_events import import_files
from api.settings import Settings
from ledger.dry_run import DryRun
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger

IDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(20)]
OPENED: list[dict[str, Any]] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "us", "name": "United States", "id": IDS[0]},
    {"type": "issue-defined", "issue": "border", "title": "Border"},
]
STATED = {
    "type": "position-stated",
    "party": "us",
    "issue": "border",
    "stance": "accepts",
    "summary": "Yes.",
    "occurred": "2025-12-21",
    "reports": [{"published": "2025-12-21"}],
}


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_check, "PAGE_SIZE", 2)


def check(
    folder: Path, *events: dict[str, Any], db: Path | None = None
) -> tuple[CheckResult, list[str]]:
    """Check a file of these events; return what came of it and what was told."""
    file = folder / "talks.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in events))
    told: list[str] = []
    if db is None:
        Ledger(db := folder / "empty.db").close()
    with (
        closing(DryRun()) as trial,
        closing(ReadOnlyLedger(db)) as ledger,
        ledger.open_snapshot() as c,
    ):
        source = import_check.find_file(file, "talks")
        found = ImportCheck(partial(trial.check_page, c)).check_file(
            source, lambda line, detail: told.append(f"{line}:{detail}"), lambda *_: None
        )
    return found, told


def void(event: str) -> dict[str, Any]:
    return {"type": "record-voided", "event": event, "reason": "a slip"}


def test_a_line_may_name_what_stands_pages_before(tmp_path: Path) -> None:
    mended = {"type": "record-corrected", "event": IDS[1], "changes": {"stance": "rejects"}}
    found, told = check(tmp_path, *OPENED, {**STATED, "id": IDS[1]}, STATED, STATED, mended)

    assert (told, found) == ([], CheckResult(found.file, event_count=7))


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ({**STATED, "party": "ru"}, "/party: party 'ru' is not registered"),
        ({**OPENED[1], "id": IDS[9]}, "/party: party 'us' is already introduced"),
        (
            {**STATED, "id": IDS[0]},
            f"/id: the id {IDS[0]} is already used for an event with different content",
        ),
        (void(IDS[7]), "/event: event "),
        ({"type": "record-corrected", "event": IDS[1], "changes": {"stance": "maybe"}}, "/changes"),
        (OPENED[0] | {"id": IDS[8]}, "/type: the negotiation is already open"),
    ],
)
def test_a_fault_pages_later_is_told_with_its_line(
    tmp_path: Path, late: dict[str, Any], words: str
) -> None:
    stated = {**STATED, "id": IDS[1]}
    found, told = check(tmp_path, *OPENED, stated, STATED, late, {**STATED, "issue": "moon"})

    assert found.fault_count == 2
    assert told[0].startswith(f"6:{words}")
    assert told[1].startswith("7:/issue")


def test_an_act_may_name_an_act_before_it_but_none_after(tmp_path: Path) -> None:
    acts = [void(IDS[2]) | {"id": IDS[1]}, {**STATED, "id": IDS[2]}, void(IDS[2])]
    _, told = check(tmp_path, *OPENED, *acts)

    assert [each.partition(";")[0] for each in told] == [
        f"4:/event: event {IDS[2]} is not an earlier event of this negotiation"
    ]


def test_what_stands_twice_is_counted_as_recorded_before(tmp_path: Path) -> None:
    stated = {**STATED, "id": IDS[1]}
    found, told = check(tmp_path, *OPENED, stated, STATED, stated)

    assert (told, found) == ([], CheckResult(found.file, event_count=6, duplicate_count=1))


def test_a_file_that_opens_nothing_is_told_so_once(tmp_path: Path) -> None:
    _, told = check(tmp_path, *[STATED] * 5)

    assert [each.partition(" '")[0] for each in told] == ["1:/: there is no negotiation"]


def test_an_import_that_broke_off_goes_on(tmp_path: Path, capsys: Any) -> None:
    events = [*OPENED, {**STATED, "id": IDS[1]}, STATED]
    part, whole = tmp_path / "part.jsonl", tmp_path / "whole.jsonl"
    for file, count in ((part, 4), (whole, 5)):
        file.write_text(
            "".join(
                json.dumps({"id": IDS[10 + n]} | each) + "\n"
                for n, each in enumerate(events[:count])
            )
        )
    where = Settings(db=tmp_path / "x.db")
    codes = [
        import_files([each], "talks", dry_run=False, settings=where, as_json=True)
        for each in (part, whole)
    ]

    assert codes == [0, 0]
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["recorded"], each["duplicates"]) for each in told] == [(4, 0), (1, 4)]
