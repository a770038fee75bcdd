"""Exports as a table and as CloudEvents are read back with equal events, on either database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import cloud_events, exported_table
from api.cli import event_files
from domain.catalogue import FIELDS_BY_TYPE
from ledger.proofs import leaf_records
from ledger.read_only import ReadOnlyLedger
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Batch, Event, report
from tests.histories import histories
from tests.negotiations import demonstration, exit_treaty, strike
from tests.serving import key_environment, serve_here
from tests.test_bad_input import assert_problem
from tests.test_questions import record_story
from tests.test_round_trips import SHORT, clear, export_events, import_events, read_events
from tests.world import World, accept_second_introductions, tell_story

FORMATS = {"csv": "csv", "cloudevents": "json"}
"""The ending of the files of each format."""
MARKS = dict.fromkeys(("note", "phrase"), '"=1+1" \n=1\r\n')
HARD: list[Event] = [
    *OPENING,
    STANCE | {"summary": "=HYPERLINK(1)", **MARKS},
    STANCE | {"id": None, "summary": "null", "occurred": "[2024,2025]", "note": '{"a": 1}'},
    STANCE | {"id": None, "summary": "-5", "occurred": None, "quote": " \t", "note": '"'},
    {"type": "plan-introduced", "plan": "p", "title": "@SUM", "claimed_points": 19}
    | {"points": [{"point": "a", "number": 1, "text": "x" * 60_000} for _ in range(3)][:1]}
    | {"codes": {"book": "1,2"}, "occurred": "2025-12-20", "reports": [report("2025-12-20")]},
]


@pytest.fixture(params=[demonstration.NAME, strike.NAME, exit_treaty.NAME, "hard"])
def exported(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, Path]]:
    """Give a world with a negotiation, and its lines."""
    name = request.param
    if name in (strike.NAME, exit_treaty.NAME):
        with record_story(name, tmp_path) as world:
            yield world, export_lines(world, tmp_path)
        return
    with World(tmp_path) as world:
        if name == "hard":
            rows = [{k: v for k, v in row.items() if v or k != "id"} for row in HARD]
            world.record("2026-01-01T09:00:00Z", rows)
        else:
            world.name = name
            for line in resources.files("demo").joinpath(f"{name}.jsonl").read_text().splitlines():
                batch = json.loads(line)
                world.record(batch["recorded_at"], batch["events"])
        yield world, export_lines(world, tmp_path)


def export_lines(world: World, folder: Path) -> Path:
    file = folder / "lines.jsonl"
    file.write_bytes(b"".join(leaf_records.export_lines(world.ledger, world.name)))
    return file


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_read_back_with_equal_events(
    exported: tuple[World, Path], form: str, target: str | Path, tmp_path: Path
) -> None:
    world, lines = exported
    answer = world.client.get(f"/v1/negotiations/{world.name}/export", params={"format": form})
    (file := tmp_path / f"exported.{FORMATS[form]}").write_bytes(answer.content)

    summary = import_events(target, tmp_path, file, world.name)

    count = len(read_events(lines))
    assert (summary["recorded"], summary["left_out"]) == (count, 0)
    assert f"{count} rows were exported" in summary["said"]
    assert read_events(export_events(target, tmp_path, world.name)) == read_events(lines)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_the_same_through_a_server_and_without(form: str, tmp_path: Path) -> None:
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, STANCE])]) as world:
        file = export_lines(world, tmp_path)
    db = tmp_path / "copy.db"
    copied = ("import", file, "--negotiation", "talks", "--db", db)
    assert run_command(*copied, **key_environment(tmp_path)).returncode == 0
    written = []
    with serve_here(db, folder=tmp_path) as server:
        for place in (("--db", db), ("--url", server.url)):
            output = tmp_path / f"out{len(written)}.{FORMATS[form]}"
            command = ("export", "talks", "--format", form, "--output", output, *place)
            ran = run_command(*command, **key_environment(tmp_path))
            assert ran.returncode == 0, ran.stderr
            written.append(output.read_bytes())
        _, headers, _ = server.call("GET", f"/v1/negotiations/talks/export?format={form}")

    assert written[0] == written[1]
    kind = {"csv": "text/csv; charset=utf-8", "cloudevents": cloud_events.CLOUD_EVENTS}[form]
    assert headers["content-type"] == kind


@pytest.mark.parametrize("form", FORMATS)
def test_any_history_comes_back(form: str, tmp_path: Path) -> None:
    @SHORT
    @given(batches=histories())
    def check(batches: list[Batch]) -> None:
        with accept_second_introductions(), tell_story(batches) as world:
            lines = export_lines(world, tmp_path)
            types, pages = leaf_records.export_rows(world.ledger, "talks")
            write = {
                "csv": lambda: exported_table.write_table(types, pages),
                "cloudevents": lambda: cloud_events.write_batch(pages),
            }[form]
            (file := tmp_path / f"exported.{FORMATS[form]}").write_bytes(b"".join(write()))
        clear(tmp_path / "target.db")
        import_events(tmp_path / "target.db", tmp_path, file)

        found = read_events(export_events(tmp_path / "target.db", tmp_path))
        assert found == read_events(lines)

    check()


CELL_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "",
        "null",
        "12",
        "-12",
        "0",
        "007",
        "[1",
        "{",
        '"',
        '"x"',
        "=1",
        "+1",
        "-1",
        "@a",
        "\t",
        "1e5",
    ]
)
CELL_VALUE = st.recursive(
    CELL_TEXT | st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(CELL_TEXT, inner),
    max_leaves=5,
)


@given(value=CELL_VALUE)
def test_a_cell_is_read_back_and_is_no_formula(value: Any) -> None:
    text = exported_table.write_cell("number", value)

    assert exported_table.read_cell("number", text) == value
    assert type(exported_table.read_cell("number", text)) is type(value)
    assert not text.startswith(exported_table.FORMULA_STARTS) or isinstance(value, int)


def test_only_strings_and_what_is_nested_are_cells() -> None:
    fields = {name for names in FIELDS_BY_TYPE.values() for name in names}
    for name in fields - set(exported_table.NUMBER_FIELDS):
        for value in ("12", "2025", None, {"a": 1}, ["b"], True):
            assert exported_table.read_cell(name, exported_table.write_cell(name, value)) == value


def test_a_table_has_the_fields_of_its_types_and_no_formula(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        rows = [{k: v for k, v in row.items() if v or k != "id"} for row in HARD]
        world.record("2026-01-01T09:00:00Z", rows)
        table = world.client.get("/v1/negotiations/talks/export?format=csv")
    header, *cells = csv.reader(io.StringIO(table.text, newline=""))

    assert header[:2] == ["id", "type"]
    assert {"party", "stance", "points", "reports", "salt", "seq"} <= set(header)
    assert "meeting" not in header
    assert len(cells) == len(HARD)
    assert not [text for row in cells for text in row if text.startswith(("=", "+", "@", "-"))]
    assert 'filename="talks.csv"' in table.headers["content-disposition"]


def test_an_erased_event_stands_in_each_format(tmp_path: Path) -> None:
    row = {"id": "x", "type": "statement-made", "erased": True, "seq": 5, "salt": None}
    row |= {"recorded_at": "2026-01-01T00:00:00.000000Z", "recorded_by": "local"}
    row |= {"negotiation": "talks", "leaf_hash": "aa", "payload_hash": "bb"}
    (file := tmp_path / "a.csv").write_bytes(
        b"".join(exported_table.write_table(["statement-made"], [[row]]))
    )
    (other := tmp_path / "a.json").write_bytes(b"".join(cloud_events.write_batch([[row]])))
    for each in (file, other):
        with each.open("rb") as stream:
            ((_, found),) = event_files.read_rows(each, stream)
        assert isinstance(found, dict)
        assert found | {"salt": None, "seq": 5} == row


def test_what_a_ledger_says_of_itself_is_a_table_too() -> None:
    row = {"id": "x", "type": "clock-accepted", "reason": "r", "clock": "c"}
    row |= {"last_recorded_at": "l", "seq": 1}
    (table,) = exported_table.write_table(["clock-accepted"], [[row]])

    header, cells = csv.reader(io.StringIO(table.decode(), newline=""))
    found = {name: text for name, text in zip(header, cells, strict=True) if text}
    assert found == row | {"seq": "1"}


# CloudEvents over HTTP.

EVENT = {"specversion": "1.0", "source": "/news", "type": "statement-made"}
EVENT |= {"id": "00000000-0000-4000-8000-0000000000aa", "time": "2025-12-21T10:00:00Z"}
DATA = {"statement": "s", "speaker": "party:north", "summary": "Yes.", "occurred": "2025-12-21"}


def post(world: World, body: object, kind: str) -> Any:
    path = f"/v1/negotiations/{world.name}/events"
    return world.client.post(path, content=json.dumps(body), headers={"Content-Type": kind})


def test_cloud_events_are_recorded(own_site: World) -> None:
    one = post(own_site, EVENT | {"data": DATA}, cloud_events.CLOUD_EVENT)
    again = EVENT | {"id": EVENT["id"][:-1] + "b", "data": DATA | {"statement": "t"}}
    two = post(own_site, [EVENT | {"data": DATA}, again], cloud_events.CLOUD_EVENTS)

    assert (one.status_code, two.status_code) == (201, 201)
    assert [each["id"] for each in one.json()["recorded"]] == [EVENT["id"]]
    assert two.json()["duplicates"] == [EVENT["id"]]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"data": DATA | {"speaker": "party:nobody"}}, "/data/speaker"),
        ({"data": DATA | {"time": 1}}, "/data/time"),
        ({"data": DATA | {"type": "x"}}, "/data/type"),
        ({"data": [1]}, "/data"),
        ({"data": DATA, "type": "vote"}, "/type"),
        ({"data": DATA, "id": "a-1"}, "/id"),
        ({"data": DATA, "specversion": "0.3"}, "/specversion"),
        ({"data": DATA, "source": None}, "/source"),
        ({"data": DATA, "sequence": "5"}, "/sequence"),
    ],
)
def test_faults_of_a_cloud_event_are_named_where_they_stand(
    own_site: World, change: Event, pointer: str
) -> None:
    assert_problem(post(own_site, EVENT | change, cloud_events.CLOUD_EVENT), 422, pointer)
    batch = [EVENT | {"data": DATA}, EVENT | {"id": EVENT["id"][:-1] + "c"} | change]
    if pointer != "/data/speaker":
        batch[0]["data"] = DATA | {"statement": "u"}
    assert_problem(post(own_site, batch, cloud_events.CLOUD_EVENTS), 422, f"/1{pointer}")


def test_a_file_of_cloud_events_is_imported(tmp_path: Path) -> None:
    rows = [
        {"specversion": "1.0", "source": "/x", "id": f"00000000-0000-4000-8000-00000000010{place}"}
        | {"type": row["type"], "data": {k: v for k, v in row.items() if k not in ("type", "id")}}
        for place, row in enumerate([*OPENING, STANCE])
    ]
    (file := tmp_path / "talks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_events(tmp_path / "target.db", tmp_path, file)
    with closing(ReadOnlyLedger(tmp_path / "target.db")) as ledger:
        found = b"".join(leaf_records.export_lines(ledger, "talks"))

    assert [json.loads(line)["id"] for line in found.splitlines()] == [row["id"] for row in rows]
