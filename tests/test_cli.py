"""The command line, run as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OPENED = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "us", "name": "United States"},
    {"type": "issue-defined", "issue": "border", "title": "Border"},
]
STATED = {
    "type": "position-stated", "party": "us", "issue": "border", "stance": "accepts",
    "summary": "Yes.", "occurred": "2025-12-21", "reports": [{"published": "2025-12-21"}],
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]  # a callable of the next line's shape
    def call(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        env = os.environ | {"XDG_DATA_HOME": str(tmp_path), "MINUTEBOOK_DB": str(tmp_path / "x.db")}
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *args],
            input=stdin, capture_output=True, text=True, env=env, timeout=60, check=False,
        )  # fmt: skip

    return call


def lines(*events: object) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def test_a_file_is_imported_once_and_goes_on_where_it_stopped(run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, STATED))
    first, second = (json.loads(run("import", str(file), "--json").stdout) for _ in range(2))

    assert (first["recorded"], first["duplicates"]) == (4, 0)
    assert (second["recorded"], second["duplicates"]) == (0, 4)


def test_every_bad_line_is_told_and_nothing_is_recorded(run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(
        lines(*OPENED, {**STATED, "party": "ru"}, {**STATED, "stance": "maybe"}) + "{\n"
    )
    done = run("import", str(file))

    assert done.returncode == 2
    assert "talks.jsonl:5: /stance" in done.stderr
    assert "talks.jsonl:6: " in done.stderr
    assert "Traceback" not in done.stderr
    assert run("as-of", "talks", "2025-12-22").returncode == 2


def test_a_reference_that_nobody_registered_is_told_with_its_line(run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, {**STATED, "party": "ru"}))
    done = run("import", str(file))

    assert done.returncode == 2
    assert "talks.jsonl:4: /party: no party 'ru' is registered" in done.stderr


def test_csv_and_json_are_imported_as_well(run, tmp_path: Path) -> None:
    opened, stated = tmp_path / "talks.json", tmp_path / "more.csv"
    opened.write_text(json.dumps(OPENED))
    stated.write_text(
        "type,party,issue,stance,summary,occurred,reports.0.published,reports.0.publisher\n"
        "position-stated,us,border,accepts,Yes.,2025-12-21,2025-12-21,TASS\n"
    )

    assert run("import", str(opened)).returncode == 0
    assert run("import", str(stated), "--negotiation", "talks").returncode == 0
    told = run("as-of", "talks", "2025-12-22").stdout
    assert "us on border: accepts since 2025-12-21" in told
    assert "[TASS]" in told


def test_a_dry_run_records_nothing(run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))

    assert run("import", str(file), "--dry-run").returncode == 0
    assert run("as-of", "talks", "2025-12-22").returncode == 2


def test_append_export_rebuild_and_replay(run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))
    run("import", str(file))
    added = run("append", "talks", "--json", stdin=json.dumps(STATED))
    exported = [json.loads(line) for line in run("export", "talks").stdout.splitlines()]
    story = run("replay", "talks", "--from-seq", "4").stdout

    assert json.loads(added.stdout)["recorded"][0]["seq"] == 4
    assert [line["seq"] for line in exported] == [1, 2, 3, 4]
    assert all(len(line["salt"]) == 64 for line in exported)
    assert "accepts" in story
    assert "rebuilt from 4 events" in run("rebuild").stdout
    assert run("replay", "talks", "--from-seq", "4").stdout == story


def test_dates_tell_how_an_expression_is_understood(run) -> None:
    done = run("dates", "--json", "2025-12-19/2025-12-21", "next week")
    first, second = map(json.loads, done.stdout.splitlines())

    assert done.returncode == 2
    assert first == {
        "expression": "2025-12-19/2025-12-21", "kind": "duration",
        "lo": "2025-12-19T00:00:00Z", "hi": "2025-12-22T00:00:00Z",
        "start": ["2025-12-19T00:00:00Z", "2025-12-20T00:00:00Z"],
        "end": ["2025-12-21T00:00:00Z", "2025-12-22T00:00:00Z"],
        "uncertain": False, "approximate": False,
    }  # fmt: skip
    assert set(second) == {"expression", "error"}


def test_a_mistake_is_told_in_words_with_exit_code_2(run) -> None:
    for words in (
        ("as-of", "talks", "2025"),
        ("as-of", "nowhere", "2025-12-22"),
        ("import", "missing.jsonl"),
        ("serve", "--workers", "2"),
        ("dates",),
    ):
        done = run(*words)

        assert done.returncode == 2, words
        assert done.stderr
        assert "Traceback" not in done.stderr
