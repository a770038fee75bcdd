"""A backup is covered whole by its checkpoint, and what is made anew is its owner's alone."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from api.cli import backup
from api.cli.backup import backup_ledger
from api.cli.restore import restore_backup
from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from domain.errors import BusyError, InvalidNoteError
from ledger.proofs.signed_note import LogKey
from tests.command_line import run_command
from tests.facts import OPENING, statement
from tests.world import KEY, World

OTHER_KEY = LogKey("minutebook.invalid/other", bytes(31) + b"1").to_text()


@pytest.fixture
def unsigned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give a ledger in use whose newest events are not signed yet."""
    monkeypatch.setattr("ledger.writer.SIGN_INTERVAL", 600)
    monkeypatch.setattr(backup, "PAUSE_SECONDS", 0)
    with World(tmp_path) as world:
        world.record("2026-01-10T12:00:00Z", [*OPENING, statement(1)])
        yield Settings(
            db=tmp_path / "world.db", log_key=KEY, checkpoint=tmp_path / "world.db.checkpoint"
        )


def test_a_backup_is_signed_whole(unsigned: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    events = len(OPENING) + 1

    assert f"{events} signed events" in backup_ledger(unsigned, copy)
    where = Settings(db=copy, log_key=KEY, checkpoint=Path(f"{copy}.checkpoint"))
    found = verify_ledger(where, ignore_progress)
    assert (found.events, found.signed, found.faults) == (events, events, [])
    restored = Settings(
        db=tmp_path / "again.db", log_key=KEY, checkpoint=tmp_path / "again.checkpoint"
    )
    assert f"{events} events" in restore_backup(restored, [copy])


def test_a_backup_without_the_key_waits_for_a_signature(unsigned: Settings, tmp_path: Path) -> None:
    without = unsigned.model_copy(update={"log_key": tmp_path / "absent.key"})
    with pytest.raises(BusyError, match="not signed yet") as refused:
        backup_ledger(without, tmp_path / "copy.db")
    assert "MINUTEBOOK_LOG_KEY" in str(refused.value.hint)
    assert list(tmp_path.glob("copy.db*")) == []


def test_a_backup_is_not_signed_with_the_key_of_another_log(
    unsigned: Settings, tmp_path: Path
) -> None:
    other = unsigned.model_copy(update={"log_key": OTHER_KEY})
    with pytest.raises(InvalidNoteError):
        backup_ledger(other, tmp_path / "copy.db")
    assert list(tmp_path.glob("copy.db*")) == []


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_anew_is_its_owners_alone(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.record("2026-01-10T12:00:00Z", OPENING)
        for name in ("world.db", "world.db-wal", "world.db-shm", "world.db.lock"):
            assert mode(tmp_path / name) == 0o600, name
    environment = {"MINUTEBOOK_LOG_KEY": KEY}
    db = tmp_path / "world.db"
    for command in (
        ("backup", tmp_path / "copy.db", "--db", db),
        ("export", "talks", "--db", db, "--output", tmp_path / "talks.jsonl"),
        (
            *("receipt", "talks", "2026-01-11", "--audience", "staff", "--db", db),
            *("--output", tmp_path / "receipt.json"),
        ),
        ("restore", tmp_path / "copy.db", "--db", tmp_path / "again.db"),
        ("restore", "--from-export", tmp_path / "talks.jsonl", "--db", tmp_path / "third.db"),
    ):
        ran = run_command(*command, **environment)
        assert ran.returncode == 0, ran.stderr
    for name in ("copy.db", "talks.jsonl", "receipt.json", "again.db", "third.db"):
        assert mode(tmp_path / name) == 0o600, name
    for name in ("world.db.checkpoint", "copy.db.checkpoint", "again.db.checkpoint"):
        assert mode(tmp_path / name) == 0o644, name


def test_a_ledger_that_others_can_read_is_told_and_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    World(tmp_path).close()
    db = tmp_path / "world.db"
    assert caplog.text == ""
    db.chmod(0o644)

    caplog.set_level(logging.WARNING)
    World(tmp_path).close()
    assert f"other users of this machine can read {db}" in caplog.text
    assert mode(db) == 0o644
