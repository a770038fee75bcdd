"""What is exported is imported again: the same ids and the same content, on either database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from api.cli import maintenance
from api.settings import Settings
from ledger import log
from ledger.proofs.merkle import compute_root
from ledger.read_only import ReadOnlyLedger
from tests.command_line import run_command
from tests.exporting import write_lines
from tests.facts import OPENING, STANCE, Batch, act, event_id, report
from tests.histories import histories
from tests.test_fixtures import unpack_ledger
from tests.world import KEY, World, accept_second_introductions, tell_story

pytestmark = pytest.mark.usefixtures("in_any_year")

FROM_LEDGER = ("seq", "recorded_at", "recorded_by", "negotiation", "salt", "leaf_hash")
Events = list[dict[str, Any]]


def read_events(file: Path) -> Events:
    """Return ids and content of the events of an export."""
    lines = map(json.loads, file.read_text().splitlines())
    return [{key: line[key] for key in line if key not in FROM_LEDGER} for line in lines]


def export_events(db: str | Path, folder: Path, name: str = "talks") -> Path:
    file = folder / f"{name}.jsonl"
    with closing(ReadOnlyLedger(db)) as ledger:
        write_lines(ledger, name, file)
    return file


def import_events(
    db: str | Path, folder: Path, file: Path, name: str = "talks", *, is_new: bool = True
) -> dict[str, Any]:
    beside = keep_beside(folder) if is_new else kept_beside(folder)
    ran = run_command("import", file, "--negotiation", name, "--json", "--db", db, **beside)

    assert ran.returncode == 0, ran.stderr
    summary: dict[str, Any] = json.loads(ran.stdout)
    return summary | {"said": ran.stderr}


def kept_beside(folder: Path) -> dict[str, str]:
    """Return where a ledger keeps its key and checkpoint, which a server's address does not say."""
    checkpoint = folder / "imported.checkpoint"
    return {"MINUTEBOOK_LOG_KEY": KEY, "MINUTEBOOK_CHECKPOINT": str(checkpoint)}


def keep_beside(folder: Path) -> dict[str, str]:
    """Return the same for a ledger that nobody signed yet."""
    (folder / "imported.checkpoint").unlink(missing_ok=True)
    return kept_beside(folder)


@pytest.fixture(params=("sqlite", "postgres"))
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Give a negotiation with an act on an act, and an event for staff only."""
    server = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, STANCE])], server=server) as world:
        mended = act(1, "record-corrected", 100, changes={"stance": "rejects"})
        world.record("2025-12-21T09:00:00Z", [mended, act(2, "record-voided", 1)])
        yield world


def test_an_export_is_imported_with_its_ids_and_content(
    source: World, target: str | Path, tmp_path: Path
) -> None:
    exported = tmp_path / "exported.jsonl"
    write_lines(source.ledger, "talks", exported)

    summary = import_events(target, tmp_path, exported)

    assert (summary["recorded"], summary["left_out"]) == (7, 0)
    assert summary["said"].count("7 rows were exported: ids and content are kept") == 1
    assert read_events(export_events(target, tmp_path)) == read_events(exported)
    assert import_events(target, tmp_path, exported, is_new=False)["duplicates"] == 7


@pytest.mark.parametrize("name", ["ukraine-peace-talks", "harbour-wages", "standard", "late"])
def test_an_export_of_0_1_0_is_imported(name: str, tmp_path: Path) -> None:
    exported = unpack_ledger(name, tmp_path)
    erased = [
        row for row in read_events(exported) if "erased" in row or row["type"] == "payload-erased"
    ]

    summary = import_events(tmp_path / "target.db", tmp_path, exported)

    expected = [row for row in read_events(exported) if row not in erased]
    assert summary["left_out"] == len(erased) == (2 if name == "harbour-wages" else 0)
    assert read_events(export_events(tmp_path / "target.db", tmp_path)) == expected


def test_second_introductions_of_older_logs_are_imported(tmp_path: Path) -> None:
    rows = sorted(
        map(json.loads, unpack_ledger("drawn", tmp_path).read_text().splitlines()),
        key=itemgetter("negotiation", "seq"),
    )
    for name, lines in groupby(rows, itemgetter("negotiation")):
        exported, db = tmp_path / "part.jsonl", tmp_path / f"{name}.db"
        exported.write_text("".join(json.dumps(line) + "\n" for line in lines))

        import_events(db, tmp_path, exported, name)

        assert read_events(export_events(db, tmp_path, name)) == read_events(exported)


def test_second_introductions_are_accepted_of_exports_alone(own_site: World) -> None:
    party = {"type": "party-registered", "party": "north", "name": "Northern side"}

    assert own_site.post(party).status_code == 422
    assert own_site.post(party, params={"exported": "true"}).status_code == 201


def test_erased_events_and_acts_on_them_are_left_out_and_named(tmp_path: Path) -> None:
    acts = [
        act(1, "event-retracted", 100, report("2025-12-22")),
        act(2, "retraction-reversed", 1, report("2025-12-23")),
        act(3, "record-corrected", 3, changes={"event": event_id(100)}) | {"event": event_id(4)},
    ]
    other = STANCE | {"id": event_id(101), "occurred": "2025-12-21"}
    acts.insert(2, act(4, "record-corrected", 101, changes={"summary": "no"}))
    with World(tmp_path) as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE, other, *acts])
    maintenance.erase_payload(Settings(db=tmp_path / "world.db", log_key=KEY), event_id(100), "law")
    exported = export_events(tmp_path / "world.db", tmp_path)

    summary = import_events(tmp_path / "target.db", tmp_path, exported)

    assert (summary["recorded"], summary["left_out"]) == (6, 5)
    for line, words in (
        (5, "the payload of this position-stated was erased"),
        (7, "this event-retracted is about an event that is left out"),
        (8, "this retraction-reversed is about an event that is left out"),
        (10, "this record-corrected is about an event that is left out"),
        (11, f"it erased {event_id(100)}, which is not here"),
    ):
        assert f"{exported}:{line}: left out: {words}" in summary["said"]


def test_events_that_name_an_erased_registration_say_what_to_add(tmp_path: Path) -> None:
    opening = [OPENING[0], {**OPENING[1], "id": event_id(9)}, *OPENING[2:]]
    with World(tmp_path) as world:
        world.record("2025-12-20T09:00:00Z", [*opening, STANCE])
    maintenance.erase_payload(Settings(db=tmp_path / "world.db", log_key=KEY), event_id(9), "law")
    exported = export_events(tmp_path / "world.db", tmp_path)

    ran = run_command("import", exported, "--db", tmp_path / "target.db")

    assert ran.returncode == 2
    assert f"{exported}:5: /party: party 'north' is not registered" in ran.stderr
    assert "what was erased includes party-registered" in ran.stderr
    assert "add a row that registers or opens it before them" in ran.stderr


@pytest.mark.parametrize("missing", ["seq", "leaf_hash", "recorded_at"])
def test_fields_of_a_ledger_are_refused_where_a_row_was_not_exported(
    missing: str, tmp_path: Path
) -> None:
    exported = unpack_ledger("harbour-wages", tmp_path)
    first = json.loads(exported.read_text().splitlines()[0])
    del first[missing]
    exported.write_text(json.dumps(first))

    ran = run_command("import", exported, "--db", tmp_path / "target.db")

    assert ran.returncode == 2
    assert f"{exported}:1: /recorded_by: " in ran.stderr


# Restoring.


def read_lines(db: str | Path, folder: Path, *names: str) -> list[bytes]:
    """Return the exports of these negotiations, byte for byte, by seq."""
    lines = [
        line for name in names for line in export_events(db, folder, name).read_bytes().splitlines()
    ]
    return sorted(lines, key=lambda line: int(json.loads(line)["seq"]))


def read_root_of(world: World) -> tuple[int, bytes]:
    with world.ledger.open_snapshot() as c:
        size, _ = log.read_head(c)
        return size, compute_root(log.node_reader(c), size)


def read_root(db: str | Path) -> tuple[int, bytes]:
    with closing(ReadOnlyLedger(db)) as ledger, ledger.open_snapshot() as c:
        size, _ = log.read_head(c)
        return size, compute_root(log.node_reader(c), size)


def restore(db: str | Path, folder: Path, *files: Path) -> Any:
    return run_command("restore", "--from-export", *files, "--db", db, **keep_beside(folder))


def export_all(source: World, folder: Path) -> list[Path]:
    """Add a second negotiation among the events of the first, and export both."""
    source.name = "other"
    source.record("2025-12-22T09:00:00Z", [OPENING[0] | {"id": event_id(200)}])
    source.name = "talks"
    source.record("2025-12-23T09:00:00Z", [STANCE | {"id": event_id(201)}])
    source.name = "other"
    source.record("2025-12-24T09:00:00Z", [OPENING[1] | {"id": event_id(202)}])
    files = [folder / f"{name}-exported.jsonl" for name in ("talks", "other")]
    for file, name in zip(files, ("talks", "other"), strict=True):
        write_lines(source.ledger, name, file)
    return files


def test_the_exports_of_a_whole_log_restore_it_with_seqs_times_and_root(
    source: World, target: str | Path, tmp_path: Path
) -> None:
    files = export_all(source, tmp_path)
    with source.ledger.open_snapshot() as c:
        root = compute_root(log.node_reader(c), 10)

    ran = restore(target, tmp_path, *files)

    assert ran.returncode == 0, ran.stderr
    assert f"10 events, root {root.hex()}; no checkpoint shows" in ran.stdout
    assert read_root(target) == (10, root)
    exported = [line for file in files for line in file.read_bytes().splitlines()]
    exported.sort(key=lambda line: int(json.loads(line)["seq"]))
    assert read_lines(target, tmp_path, "talks", "other") == exported
    assert run_command("verify", "--db", target, **kept_beside(tmp_path)).returncode == 0


def test_one_negotiation_of_several_keeps_all_but_its_seqs(
    source: World, target: str | Path, tmp_path: Path
) -> None:
    talks, _ = export_all(source, tmp_path)

    ran = restore(target, tmp_path, talks)

    assert ran.returncode == 0, ran.stderr
    assert "seq 8 is in none of the exports, so from there on seqs, leaf hashes" in ran.stdout
    assert "ids, content, recording times and recorders are kept" in ran.stdout
    rows = [
        list(map(json.loads, lines.splitlines()))
        for lines in (talks.read_bytes(), export_events(target, tmp_path).read_bytes())
    ]
    new = ("seq", "leaf_hash")
    before, after = ([{k: row[k] for k in row if k not in new} for row in each] for each in rows)
    assert after == before
    assert [row["seq"] for row in rows[1]] == list(range(1, 9))
    assert run_command("verify", "--db", target, **kept_beside(tmp_path)).returncode == 0


def test_an_erased_event_is_restored_as_one(target: str | Path, tmp_path: Path) -> None:
    exported = unpack_ledger("harbour-wages", tmp_path)

    ran = restore(target, tmp_path, exported)

    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in read_lines(target, tmp_path, "harbour-wages")]
    before = [json.loads(line) for line in exported.read_bytes().splitlines()]
    assert [row.get("payload_hash") for row in rows] == [row.get("payload_hash") for row in before]
    assert run_command("verify", "--db", target, **kept_beside(tmp_path)).returncode == 0


def drop_line(lines: list[bytes], number: int) -> list[bytes]:
    return lines[: number - 1] + lines[number:]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda lines: [*lines[:-1], lines[-1].replace(b"yes", b"no")], "seq 7 was edited"),
        (lambda lines: drop_line(lines, 5), "which no export has before it"),
        (lambda lines: drop_line(lines, 1), "is the first of 'talks' but does not open it"),
    ],
    ids=["changed", "without one", "without the first"],
)
def test_an_edited_export_is_not_restored(
    edit: Any, words: str, target: str | Path, tmp_path: Path
) -> None:
    events = [*OPENING, STANCE, act(1, "record-voided", 100), STANCE | {"id": event_id(101)}]
    with World(tmp_path) as world:
        world.record("2025-12-20T09:00:00Z", events)
        write_lines(world.ledger, "talks", exported := tmp_path / "exported.jsonl")
    exported.write_bytes(b"\n".join(edit(exported.read_bytes().splitlines())))

    ran = restore(target, tmp_path, exported)

    assert ran.returncode == 2
    assert words in ran.stderr
    if isinstance(target, Path):
        assert not target.exists()
    else:
        assert list_tables(target) == []


def list_tables(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        statement = "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        statement += "WHERE nspname IN (current_schema(), 'minutebook_draft') AND relkind = 'r'"
        return [row[0] for row in connection.execute(statement).fetchall()]


def test_nothing_is_restored_over_a_ledger(target: str | Path, tmp_path: Path) -> None:
    exported = unpack_ledger("harbour-wages", tmp_path)
    assert restore(target, tmp_path, exported).returncode == 0

    again = restore(target, tmp_path, exported)

    assert again.returncode == 2
    assert "already" in again.stderr


def test_what_contradicts_the_signed_checkpoint_is_not_restored(
    target: str | Path, tmp_path: Path
) -> None:
    environment = keep_beside(tmp_path)
    with World(tmp_path) as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    shutil.copy(tmp_path / "world.db.checkpoint", environment["MINUTEBOOK_CHECKPOINT"])
    with World(tmp_path / "x") as other:
        other.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
        write_lines(other.ledger, "talks", exported := tmp_path / "exported.jsonl")

    ran = run_command("restore", "--from-export", exported, "--db", target, **environment)

    assert ran.returncode == 1
    assert "are not those according to the checkpoint" in ran.stderr
    if isinstance(target, Path):
        assert not target.exists()
    else:
        assert list_tables(target) == []


# Any history.


def clear(target: str | Path) -> None:
    if isinstance(target, Path):
        for file in target.parent.glob(f"{target.name}*"):
            file.unlink()
    else:
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def round_trip(batches: list[Batch], folder: Path, target: str | Path, server: str | None) -> None:
    """Import and restore the export of a history; compare ids and content, and then all."""
    with accept_second_introductions(), tell_story(batches, server=server) as world:
        exported = folder / "exported.jsonl"
        write_lines(world.ledger, "talks", exported)
        root = read_root_of(world)
    clear(target)
    import_events(target, folder, exported)
    assert read_events(export_events(target, folder)) == read_events(exported)

    clear(target)
    ran = restore(target, folder, exported)
    assert ran.returncode == 0, ran.stderr
    assert export_events(target, folder).read_bytes() == exported.read_bytes()
    assert read_root(target) == root


SHORT = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SHORT
@given(batches=histories())
def test_any_history_comes_back_from_its_export(batches: list[Batch], tmp_path: Path) -> None:
    round_trip(batches, tmp_path, tmp_path / "target.db", None)


@pytest.mark.parametrize("way", ["to postgres", "from postgres"])
def test_any_history_goes_from_one_database_to_the_other(
    way: str, ledger_url: str, postgres_url: str, tmp_path: Path
) -> None:
    target = postgres_url if way == "to postgres" else tmp_path / "target.db"
    server = None if way == "to postgres" else ledger_url

    @settings(SHORT, max_examples=4)
    @given(batches=histories())
    def check(batches: list[Batch]) -> None:
        round_trip(batches, tmp_path, target, server)

    check()
