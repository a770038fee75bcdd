"""Rows that differ from what stands are refused, skipped or recorded as corrections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event, act
from tests.test_content_ids import ROW, counts, db, import_rows, read_log  # noqa: F401  # a fixture
from tests.test_round_trips import kept_beside

PARTY = OPENING[1] | {"name": "The North", "kind": "state"}
CHANGED = [OPENING[0] | {"title": "Peace talks"}, PARTY, *OPENING[2:], STANCE | {"summary": "no"}]


def refuse_rows(db: str | Path, folder: Path, *rows: Event) -> list[str]:  # noqa: F811
    (file := folder / "talks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = run_command("import", file, "--db", db, **kept_beside(folder))

    assert ran.returncode == 2
    return [line.removeprefix(f"{file}:") for line in ran.stderr.splitlines()]


def test_changed_rows_are_listed_with_their_fields(db: str | Path, tmp_path: Path) -> None:  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)
    ids = [row["id"] for row in read_log(db, tmp_path)]

    remedy = "changed=correct records the difference, changed=skip leaves it"
    assert refuse_rows(db, tmp_path, *CHANGED, ROW)[:3] == [
        f"1: /: changed: title differs from event {ids[0]}; {remedy}",
        f"2: /: changed: name, kind differ from event {ids[1]}; {remedy}",
        f"5: /: changed: summary differs from event {ids[4]}; {remedy}",
    ]


def test_changed_rows_are_skipped(db: str | Path, tmp_path: Path) -> None:  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)
    summary = import_rows(db, tmp_path, *CHANGED, ROW, flags="--changed skip")

    assert counts(summary) == (1, 2)
    assert [(each["line"], each["fields"]) for each in summary["changed"]] == [
        (1, ["title"]),
        (2, ["name", "kind"]),
        (5, ["summary"]),
    ]


def test_changed_rows_are_corrected_once(db: str | Path, tmp_path: Path) -> None:  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)
    tried = import_rows(db, tmp_path, *CHANGED, flags="--changed correct --dry-run")
    first = import_rows(db, tmp_path, *CHANGED, flags="--changed correct")
    again = import_rows(db, tmp_path, *CHANGED, flags="--changed correct")
    back = import_rows(db, tmp_path, *OPENING, STANCE, flags="--changed correct")

    found = [
        (summary["new"], summary["recorded"], len(summary["changed"]), summary["duplicates"])
        for summary in (tried, first, again, back)
    ]
    assert found == [(3, 0, 3, 2), (3, 3, 3, 2), (0, 0, 0, 5), (3, 3, 3, 2)]
    acts = [row for row in read_log(db, tmp_path) if row["type"] == "record-corrected"]
    assert [row["changes"] for row in acts] == [
        {"title": "Peace talks"},
        {"name": "The North", "kind": "state"},
        {"summary": "no"},
        {"title": OPENING[0]["title"]},
        {"name": OPENING[1]["name"], "kind": None},
        {"summary": STANCE["summary"]},
    ]


def test_a_field_that_is_gone_is_corrected_to_its_default(tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)
    bare = {name: value for name, value in STANCE.items() if name != "reports"}
    import_rows(db, tmp_path, bare | {"occurred": None}, flags="--changed correct")

    *_, correction = read_log(db, tmp_path)
    assert correction["changes"] == {"reports": [], "occurred": None}


def test_a_voided_correction_does_not_count(tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    mended = act(1, "record-corrected", 100, changes={"summary": "no"})
    import_rows(db, tmp_path, *OPENING, STANCE, mended, act(2, "record-voided", 1))
    summary = import_rows(db, tmp_path, STANCE | {"summary": "no"}, flags="--changed skip")

    assert [each["fields"] for each in summary["changed"]] == [["summary"]]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (OPENING[1] | {"name": "N", "id": STANCE["id"]}, "is already used for"),
        (STANCE | {"summary": "no", "party": "ru"}, "is already used for"),
    ],
)
def test_other_faults_of_a_changed_row_stay(row: Any, words: str, tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)

    told = refuse_rows(db, tmp_path, row)
    assert any(words in line or "changed" in line for line in told)


def test_a_correction_that_cannot_be_right_is_a_fault_of_its_row(tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)
    (file := tmp_path / "talks.jsonl").write_text(json.dumps(STANCE | {"party": "ru"}) + "\n")

    ran = run_command("import", file, "--changed", "correct", "--db", db, **kept_beside(tmp_path))

    assert ran.returncode == 2
    assert f"{file}:1: /changes/party: party 'ru' is not registered" in ran.stderr
