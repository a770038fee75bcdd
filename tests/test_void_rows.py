"""What is void does not count as recorded: the right file brings its rows back, or says why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event, act
from tests.test_changed_rows import refuse_rows
from tests.test_content_ids import (
    LATER_ROW,
    ROW,
    counts,
    db,  # noqa: F401  # a fixture
    import_rows,
    read_log,
)
from tests.test_round_trips import kept_beside
from tests.world import World

PARTY = {"type": "party-registered", "party": "south", "name": "South"}
SOUTH = ROW | {"party": "south"}


def import_and_void(db: str | Path, folder: Path, *rows: Event) -> None:  # noqa: F811
    wrong = import_rows(db, folder, *rows)
    arguments = ("talks", "--import", wrong["import"], "--reason", "wrong file", "--db", db)
    assert run_command("void", *arguments, **kept_beside(folder)).returncode == 0


def read_state(db: str | Path, folder: Path) -> dict[str, Any]:  # noqa: F811
    ran = run_command("as-of", "talks", "today", "--json", "--db", db, **kept_beside(folder))
    return dict(json.loads(ran.stdout)["data"])


def test_void_rows_without_ids_are_recorded_anew(db: str | Path, tmp_path: Path) -> None:  # noqa: F811
    import_rows(db, tmp_path, *OPENING)
    import_and_void(db, tmp_path, ROW, ROW, LATER_ROW)
    mended = (ROW, ROW, LATER_ROW | {"summary": "so"})
    tried = import_rows(db, tmp_path, *mended, flags="--dry-run")
    first, again = (import_rows(db, tmp_path, *mended) for _ in range(2))

    assert (tried["new"], tried["duplicates"]) == (3, 0)
    assert (counts(first), counts(again)) == ((3, 0), (0, 3))
    (position,) = read_state(db, tmp_path)["positions"]
    assert position["summary"] == "so"
    assert len({row["id"] for row in read_log(db, tmp_path)}) == 4 + 3 + 3 + 3


def test_one_of_equal_rows_that_is_void_is_recorded_once(tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    import_rows(db, tmp_path, *OPENING, ROW)
    import_and_void(db, tmp_path, ROW, ROW)

    assert counts(import_rows(db, tmp_path, ROW, ROW)) == (1, 1)
    assert counts(import_rows(db, tmp_path, ROW, ROW, ROW)) == (1, 2)


def test_a_void_row_with_its_own_id_is_told(db: str | Path, tmp_path: Path) -> None:  # noqa: F811
    import_rows(db, tmp_path, *OPENING)
    import_and_void(db, tmp_path, STANCE)
    void = read_log(db, tmp_path)[-1]["id"]
    (told, _) = refuse_rows(db, tmp_path, STANCE)
    skipped = import_rows(db, tmp_path, STANCE, flags="--changed skip")
    before = read_state(db, tmp_path)["positions"]
    corrected = import_rows(db, tmp_path, STANCE | {"summary": "so"}, flags="--changed correct")
    (after,) = read_state(db, tmp_path)["positions"]

    assert told.startswith(f"1: /: event {STANCE['id']} is void: it was voided by {void}; give it")
    assert (counts(skipped), before) == ((0, 0), [])
    assert [(row["line"], row["voided_by"]) for row in skipped["changed"]] == [(1, [void])]
    assert (corrected["recorded"], after["summary"]) == (2, "so")


def test_a_void_registration_is_none_and_its_slug_stays_reserved(
    db: str | Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    import_rows(db, tmp_path, *OPENING)
    import_and_void(db, tmp_path, PARTY, SOUTH)
    registration, void = (read_log(db, tmp_path)[place]["id"] for place in (4, -1))
    named, _ = refuse_rows(db, tmp_path, SOUTH)
    registered, *_ = refuse_rows(db, tmp_path, PARTY, SOUTH)
    back = import_rows(db, tmp_path, PARTY | {"name": "S"}, SOUTH, flags="--changed correct")
    state = read_state(db, tmp_path)

    assert named == (
        f"1: /party: party 'south' is not registered in this negotiation: event {registration},"
        f" which registered it, is void; void {void}, which voided it, to bring it back; or name"
        " another slug"
    )
    assert registered.startswith(f"1: /: event {registration} is void: it was voided by {void}; ")
    assert (back["recorded"], len(back["changed"])) == (3, 1)
    assert [each["name"] for each in state["parties"]] == ["S"]
    assert [each["party"] for each in state["positions"]] == ["south"]


def test_a_file_with_its_own_acts_is_recorded_before(tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    acts = act(1, "record-corrected", 100, changes={"summary": "so"}), act(2, "record-voided", 100)
    rows = (*OPENING, STANCE, *acts)
    import_rows(db, tmp_path, *rows)

    assert counts(import_rows(db, tmp_path, *rows)) == (0, 7)


def test_a_row_put_back_to_its_first_words_is_a_change(tmp_path: Path) -> None:
    db = tmp_path / "world.db"  # noqa: F811
    import_rows(db, tmp_path, *OPENING, STANCE)
    import_rows(db, tmp_path, STANCE | {"summary": "so"}, flags="--changed correct")
    told, *_ = refuse_rows(db, tmp_path, *OPENING, STANCE)
    file = tmp_path / "talks.jsonl"
    skip = ("import", file, "--changed", "skip", "--db", db)
    tried, skipped = (
        run_command(*skip, *mode, **kept_beside(tmp_path)).stdout for mode in (["--dry-run"], [])
    )

    assert told.startswith(f"5: /: changed: summary differs from event {STANCE['id']}; ")
    changed = f", 4 already recorded, 1 changed\nchanged: line 5, event {STANCE['id']}: summary"
    assert f"5 events, 0 to record{changed} differs" in tried
    assert f"5 events, 0 recorded{changed} differs" in skipped


def test_what_is_posted_again_although_it_is_void_is_told(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    http_world.record("2025-12-21T09:00:00Z", [act(1, "record-voided", 100)])
    answer = http_world.post([STANCE]).json()

    (warning,) = answer["warnings"]
    assert (answer["recorded"], answer["duplicates"]) == ([], [STANCE["id"]])
    assert (warning["pointer"], warning["detail"]) == (
        "/0/id",
        f"event {STANCE['id']} is void and stays so",
    )


def test_a_registration_stands_again_where_its_void_is_void(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, PARTY | {"id": STANCE["id"]}])
    void = act(1, "record-voided", 100)
    http_world.record("2025-12-21T09:00:00Z", [void])

    refused = http_world.post(SOUTH)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/party")
    assert http_world.post([act(2, "record-voided", 1), SOUTH]).status_code == 201


def test_a_void_correction_of_answers_gives_none(http_world: World) -> None:
    answers = {"answers": [{"answer": "open", "label": "Open"}]}
    issue = OPENING[3] | {"id": STANCE["id"]}
    http_world.record("2025-12-20T09:00:00Z", [*OPENING[:3], issue])
    correction = act(1, "record-corrected", 100, changes=answers)
    http_world.record("2025-12-21T09:00:00Z", [correction])
    given = ROW | {"answer": "open"}

    assert http_world.post(given).status_code == 201
    assert http_world.post([act(2, "record-voided", 1)]).status_code == 201
    assert http_world.post(given).json()["errors"][0]["pointer"] == "/answer"
