"""Commands that work on the ledger itself say so to a server's address, and touch no other one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run_command
from tests.serving import key_environment
from tests.world import World

SERVER = "http://127.0.0.1:9"
COMMANDS = [
    ("verify",),
    ("backup", "copy.db"),
    ("rebuild",),
    ("erase", "00000000-0000-4000-8000-000000000001", "--reason", "court order"),
    ("grant", "clerk"),
    ("recover",),
    ("restore", "copy.db"),
]
NAMES = [command[0] for command in COMMANDS]


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_the_address_of_a_server_is_refused_with_the_remedy(command: tuple[str, ...]) -> None:
    done = run_command(*command, "--url", SERVER)
    said = " ".join(done.stderr.replace("│", " ").split())
    assert done.returncode == 2
    assert "does not go through a server" in said
    assert "name the SQLite file or the database with --db" in said


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_where_only_a_server_is_configured_no_other_ledger_is_taken(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    places = {"XDG_DATA_HOME": str(tmp_path), "MINUTEBOOK_URL": SERVER, "MINUTEBOOK_DB": ""}
    done = run_command(*command, **places)
    assert done.returncode == 2
    assert "MINUTEBOOK_URL names a server, and this command does not go through one" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_named_is_verified_beside_a_configured_server(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.record("2026-01-10T12:00:00Z", [{"type": "negotiation-opened", "title": "Talks"}])
    places = {**key_environment(tmp_path), "MINUTEBOOK_URL": SERVER}
    done = run_command("verify", "--db", tmp_path / "world.db", **places)
    assert "1 events verified" in done.stdout
