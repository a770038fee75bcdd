"""A file that grew records just what is new: rows without an id get one from their content."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from api.cli import import_check, maintenance
from api.settings import Settings
from ledger.read_only import ReadOnlyLedger
from tests.command_line import run_command
from tests.exporting import write_lines
from tests.facts import OPENING, STANCE, Event
from tests.test_round_trips import kept_beside, read_events
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year")

ROW: Event = {name: value for name, value in STANCE.items() if name != "id"}
LATER_ROW = ROW | {"occurred": "2025-12-21"}


@pytest.fixture(params=("sqlite", "postgres"))
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    if request.param == "sqlite":
        return tmp_path / "world.db"
    address: str = request.getfixturevalue("postgres_url")
    return address


def import_rows(db: str | Path, folder: Path, *rows: Event, flags: str = "") -> dict[str, Any]:
    file = folder / "talks.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = run_command("import", file, "--json", *flags.split(), "--db", db, **kept_beside(folder))

    assert ran.returncode == 0, ran.stderr
    summary: dict[str, Any] = json.loads(ran.stdout)
    return summary


def counts(summary: dict[str, Any]) -> tuple[int, int]:
    return summary["recorded"], summary["duplicates"]


def read_log(db: str | Path, folder: Path) -> list[dict[str, Any]]:
    file = folder / "exported.jsonl"
    with closing(ReadOnlyLedger(db)) as ledger:
        write_lines(ledger, "talks", file)
    return read_events(file)


def test_a_file_that_grew_anywhere_records_what_is_new(db: str | Path, tmp_path: Path) -> None:
    first = import_rows(db, tmp_path, *OPENING, ROW)
    grown = import_rows(db, tmp_path, *OPENING, LATER_ROW, ROW, ROW | {"note": "new"})
    tried = import_rows(db, tmp_path, *OPENING, LATER_ROW, ROW | {"note": "2"}, flags="--dry-run")

    assert (counts(first), counts(grown)) == ((5, 0), (2, 5))
    assert (tried["events"], tried["duplicates"]) == (6, 5)


def test_a_dry_run_names_what_a_changed_row_may_repeat(db: str | Path, tmp_path: Path) -> None:
    import_rows(db, tmp_path, *OPENING, ROW)
    reworded, other_day = ROW | {"summary": "Yes, indeed."}, ROW | {"occurred": "2025-12-29"}
    tried = import_rows(db, tmp_path, *OPENING, ROW, reworded, other_day, flags="--dry-run")

    assert tried["duplicates"] == 5
    assert [(each["line"], each["seq"]) for each in tried["possible_duplicates"]] == [(6, 5)]
    file = tmp_path / "talks.jsonl"
    told = run_command("import", file, "--dry-run", "--db", db, **kept_beside(tmp_path)).stdout
    assert "7 events, 2 to record, 5 already recorded" in told
    assert "possibly recorded before: line 6 as seq 5\n" in told


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_each_of_equal_rows_is_an_event(
    page_size: int, db: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_check, "PAGE_SIZE", page_size)
    rows = [*OPENING, ROW, ROW, LATER_ROW]
    found = [import_rows(db, tmp_path, *rows), import_rows(db, tmp_path, *rows, ROW)]

    assert list(map(counts, found)) == [(7, 0), (1, 7)]


def test_fields_in_another_order_and_defaults_are_the_same_row(tmp_path: Path) -> None:
    import_rows(tmp_path / "world.db", tmp_path, *OPENING, ROW)
    turned = dict(reversed(ROW.items())) | {"modality": "actual", "note": None}

    assert counts(import_rows(tmp_path / "world.db", tmp_path, *OPENING, turned)) == (0, 5)


def test_a_speaker_registered_later_is_the_same_row(tmp_path: Path) -> None:
    """A bare speaker is a person where one is registered, else a party."""
    row = {
        "type": "statement-made", "statement": "s1", "speaker": "north", "summary": "Yes.",
        "occurred": "2025-12-20",
    }  # fmt: skip
    person = {"type": "person-registered", "person": "north", "name": "Mr North"}
    db = tmp_path / "world.db"
    import_rows(db, tmp_path, *OPENING, row)

    assert counts(import_rows(db, tmp_path, *OPENING, person, row)) == (1, 5)


def test_ids_by_file_and_line_of_older_versions_are_honoured(
    db: str | Path, tmp_path: Path
) -> None:
    old = [
        row | {"id": str(uuid5(NAMESPACE_URL, f"minutebook:talks:0:{n}"))}
        for n, row in enumerate([*OPENING, ROW, ROW])
    ]
    import_rows(db, tmp_path, *old)
    summary = import_rows(db, tmp_path, *OPENING, ROW, LATER_ROW, ROW, ROW)

    assert counts(summary) == (2, 6)
    assert [row["id"] for row in read_log(db, tmp_path)][:6] == [row["id"] for row in old]


def test_a_restored_ledger_knows_the_rows_of_the_old_file(tmp_path: Path) -> None:
    old, new = tmp_path / "world.db", tmp_path / "new.db"
    import_rows(old, tmp_path, *OPENING, ROW)
    read_log(old, tmp_path)
    ran = run_command(
        "restore", "--from-export", tmp_path / "exported.jsonl", "--db", new,
        **kept_beside(tmp_path),
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert counts(import_rows(new, tmp_path, *OPENING, LATER_ROW, ROW)) == (1, 5)


def test_ids_of_two_ledgers_differ_and_confirm_no_guess(tmp_path: Path) -> None:
    ids = []
    for name in ("a.db", "b.db"):
        (tmp_path / "imported.checkpoint").unlink(missing_ok=True)
        import_rows(tmp_path / name, tmp_path, *OPENING, ROW)
        ids.append([row["id"] for row in read_log(tmp_path / name, tmp_path)])

    assert not set(ids[0]) & set(ids[1])
    assert all(each[14] == "5" for each in ids[0])


def test_an_erased_row_is_not_recorded_again(tmp_path: Path) -> None:
    db = tmp_path / "world.db"
    import_rows(db, tmp_path, *OPENING, ROW)
    erased = read_log(db, tmp_path)[4]["id"]
    settings = Settings(db=db, log_key=KEY, checkpoint=tmp_path / "imported.checkpoint")
    maintenance.erase_payload(settings, erased, "law")

    assert counts(import_rows(db, tmp_path, *OPENING, ROW)) == (0, 5)


def test_a_registration_that_stands_is_no_fault(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING])
    answer = http_world.post([*OPENING, ROW], params={"ids": "content"})

    assert answer.status_code == 201, answer.text
    assert (len(answer.json()["recorded"]), len(answer.json()["duplicates"])) == (1, 4)


def test_a_body_sent_in_parts_is_numbered_across_them(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING])

    def send(rows: list[Event], **params: str) -> int:
        answer = http_world.post(rows, params={"ids": "content", **params})
        assert answer.status_code == 201, answer.text
        return len(answer.json()["recorded"])

    assert send([ROW, LATER_ROW, ROW]) == 2 + 1
    assert send([ROW, LATER_ROW, ROW]) == 0
    assert send([LATER_ROW, ROW], row_numbers="0:2,1:3") == 2
    assert http_world.post([ROW], params={"ids": "content", "row_numbers": "0"}).status_code == 422


def test_a_refused_import_keeps_no_namespace(http_world: World) -> None:
    http_world.name = "nowhere"
    assert http_world.post([ROW], params={"ids": "content"}).status_code == 404

    with http_world.ledger.open_snapshot() as c:
        c.execute("SELECT count(*) FROM content_namespace WHERE negotiation = 'nowhere'")
        assert c.fetchone()[0] == 0
