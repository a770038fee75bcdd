"""Who approved an event stands in its leaf, and wherever the event goes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import rfc8785

from ledger.proofs import verify_bundle
from ledger.proofs.merkle import leaf_bytes
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, event_id
from tests.keyed_world import TALKS, bearer, make_key
from tests.world import KEY, World

APPROVED = {"recorded_by": "clerk", "approved_by": "editor"}
GOLDEN = {
    "id": "0193f6a0-0000-7000-8000-000000000001",
    "negotiation": "talks",
    "payload_hash": "00" * 32,
    "recorded_at": "2026-01-01T00:00:00.000000Z",
    "recorded_by": "clerk",
    "seq": 7,
    "type": "statement-made",
}


@pytest.fixture(scope="module")
def files() -> Iterator[dict[str, Path]]:
    """A ledger with an approved event among others, and what was exported of it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with World(folder, "http") as world:
            world.record("2025-12-22T12:00:00Z", OPENING)
            admin = make_key(world, "operator", "admin")
            clerk, editor = (
                bearer(make_key(world, each, scope, by=admin))
                for each, scope in (("clerk", "propose"), ("editor", "append"))
            )
            proposed = world.client.post(f"{TALKS}/proposals", json=STANCE, headers=clerk)
            address = f"{TALKS}/proposals/{proposed.json()['proposal']}/accept"
            assert world.client.post(address, headers=editor).status_code == 200
        found = {"db": folder / "world.db", "folder": folder}
        for ending, form in {
            **{"jsonl": "jsonl", "csv": "csv", "json": "cloudevents", "zip": "bundle"}
        }.items():
            found[ending] = folder / f"talks.{ending}"
            arguments = ("export", "talks", "--format", form, "--output", found[ending])
            run(*arguments, "--db", found["db"])
        yield found


def run(*arguments: str | Path, checkpoint: str = "world.db.checkpoint", code: int = 0) -> str:
    folder = Path(str(arguments[-1])).parent
    beside = {"MINUTEBOOK_LOG_KEY": KEY, "MINUTEBOOK_CHECKPOINT": str(folder / checkpoint)}
    ran = run_command(*arguments, **beside)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


def test_a_leaf_names_who_approved_only_where_somebody_did() -> None:
    plain: Any = GOLDEN
    approved: Any = plain | {"approved_by": "editor"}

    assert leaf_bytes(**plain) == rfc8785.dumps(plain)
    assert leaf_bytes(**approved) == rfc8785.dumps(approved)
    assert leaf_bytes(**approved).startswith(b'{"approved_by":"editor","id":"0193f6a0')
    assert [sha256(leaf_bytes(**each)).hexdigest()[:16] for each in (plain, approved)] == [
        "610fd252a39e8ce8",
        "aa8c8bfe3e351776",
    ]


def test_exports_name_who_approved(files: dict[str, Path]) -> None:
    lines = [json.loads(line) for line in files["jsonl"].read_text().splitlines()]
    rows = list(csv.DictReader(files["csv"].open()))
    cloud = json.loads(files["json"].read_text())

    assert {name: lines[-1][name] for name in APPROVED} == APPROVED
    assert {name: rows[-1][name] for name in APPROVED} == APPROVED
    assert (cloud[-1]["recordedby"], cloud[-1]["approvedby"]) == ("clerk", "editor")
    assert "approved_by" not in lines[0]
    assert rows[0]["approved_by"] == ""
    assert "approvedby" not in cloud[0]


def test_a_restored_ledger_has_the_same_leaves(files: dict[str, Path]) -> None:
    restored = files["folder"] / "restored.db"
    where = {"checkpoint": "restored.checkpoint"}
    run("restore", "--from-export", files["jsonl"], "--db", restored, **where)
    again = files["folder"] / "again.jsonl"
    run("export", "talks", "--output", again, "--db", restored, **where)

    assert again.read_bytes() == files["jsonl"].read_bytes()
    assert "OK" in run("verify", "--db", restored, **where)


def test_a_name_that_was_changed_is_found(files: dict[str, Path]) -> None:
    edited = files["folder"] / "edited.jsonl"
    for name in ('"approved_by":"chief",', ""):
        text = files["jsonl"].read_text().replace('"approved_by":"editor",', name)
        edited.write_text(text)
        told = run_command("restore", "--from-export", edited, "--db", files["folder"] / "x.db")
        assert (told.returncode, "was edited" in told.stderr) == (2, True)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "json"])
def test_an_import_sets_its_own_names(files: dict[str, Path], ending: str) -> None:
    imported = files["folder"] / f"imported-{ending}.db"
    where = {"checkpoint": f"{ending}.checkpoint"}
    run("import", files[ending], "--db", imported, **where)
    told = json.loads(
        run("log", "talks", "--audience", "staff", "--json", "--db", imported, **where)
    )

    (event,) = [each for each in told["data"] if each["event"] == event_id(100)]
    assert event["recorded_by"] == "local"
    assert "approved_by" not in event


def test_a_bundle_and_a_receipt_prove_who_approved(files: dict[str, Path]) -> None:
    receipt = files["folder"] / "receipt.txt"
    run("receipt", "talks", "2025-12-22", "--output", receipt, "--db", files["db"])
    command = [sys.executable, "-I", verify_bundle.__file__]
    for path in (files["zip"], receipt):
        checked = subprocess.run([*command, path], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr + checked.stdout
    told = run("verify", "--receipt", receipt, "--bundle", files["zip"], "--db", files["db"])
    assert told.startswith("Proven by the key")
    assert '\\"approved_by\\":\\"editor\\"' in receipt.read_text()


def test_verify_and_the_log_name_who_approved(files: dict[str, Path]) -> None:
    assert "OK" in run("verify", "--db", files["db"])
    told = json.loads(run("log", "talks", "--audience", "staff", "--json", "--db", files["db"]))

    (event,) = [each for each in told["data"] if each["event"] == event_id(100)]
    assert {name: event[name] for name in APPROVED} == APPROVED
