"""What other programs and a failing disk do to the file of a ledger that is open."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from itertools import product
from pathlib import Path
from unittest import mock

import pytest

from domain.errors import BusyError, ForkedLogError, MinutebookError, NotFoundError, TamperedError
from ledger.database import Cursor
from ledger.library import OperationalError
from ledger.location import refuse_foreign_file
from ledger.served_address import leave_address
from ledger.writer import Ledger
from tests.facts import OPENING, STANCE, statement
from tests.serving import wait_until
from tests.world import World

pytestmark = pytest.mark.usefixtures("signed_soon")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.record("2026-03-01T00:00:00Z", [*OPENING, statement(9)])
        assert made.get("/state").status_code == 200
        yield made


def remove(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replace(path: Path) -> None:
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


@pytest.mark.parametrize(
    ("harm", "ending"),
    [
        *product((remove, rename, replace, empty, shorten), ("", "-wal")),
        *product((remove, rename, replace), ("-shm",)),  # memory: a process without it is killed
    ],
)
def test_a_file_changed_by_another_program_stops_all_before_the_next_answer(
    world: World, tmp_path: Path, harm: Callable[[Path], None], ending: str
) -> None:
    checkpoint = tmp_path / "world.db.checkpoint"
    assert world.ledger.checkpoints
    size = world.ledger.continuity.known_head.size
    signer = world.ledger.checkpoints
    wait_until(lambda: signer.signed_size == size)
    signed = checkpoint.read_text()
    harm(tmp_path / f"world.db{ending}")

    answer = world.get("/state")
    assert answer.status_code == 503
    assert f"world.db{ending} was " in answer.json()["detail"]
    with pytest.raises(ForkedLogError, match="while it was open"):
        world.record("2026-03-02T00:00:00Z", [STANCE])
    assert "put the file or a backup" in world.client.get("/readyz").json()["hint"]
    world.ledger.close()
    assert checkpoint.read_text() == signed


def test_what_is_committed_into_a_file_that_is_gone_is_not_acknowledged(
    world: World, tmp_path: Path
) -> None:
    commit = world.ledger.appender.commit

    def commit_late(c: Cursor) -> None:
        commit(c)
        remove(tmp_path / "world.db")

    with (
        mock.patch.object(world.ledger.appender, "commit", commit_late),
        pytest.raises(ForkedLogError, match="was removed or renamed"),
    ):
        world.record("2026-03-02T00:00:00Z", [STANCE])


def fail_to_sync(c: Cursor) -> None:
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorname = "SQLITE_IOERR_FSYNC"
    raise OperationalError("disk I/O error") from cause


def test_after_a_failed_sync_nothing_is_acknowledged_until_a_start_has_verified(
    world: World, tmp_path: Path
) -> None:
    with (
        mock.patch.object(world.ledger.appender, "commit", fail_to_sync),
        pytest.raises(BusyError, match="outcome of the write is unknown"),
    ):
        world.record("2026-03-02T00:00:00Z", [STANCE])
    with pytest.raises(ForkedLogError, match="the disk failed to keep"):
        world.record("2026-03-02T00:00:00Z", [STANCE])
    assert "restart" in world.client.get("/readyz").json()["hint"]
    world.ledger.close()

    with World(tmp_path) as again:
        again.record("2026-03-02T00:00:00Z", [STANCE])
    assert not (tmp_path / "world.db.unverified").exists()


@pytest.mark.parametrize("ending", ["", "-wal"])
def test_what_cannot_be_read_any_more_stops_all(world: World, tmp_path: Path, ending: str) -> None:
    """What is in the memory of the process is right until then, and may be answered from."""
    if not ending:
        with sqlite3.connect(tmp_path / "world.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        connection.close()
    with (tmp_path / f"world.db{ending}").open("r+b") as file:
        file.write(bytes(os.path.getsize(file.name)))
    with suppress(MinutebookError):
        world.record("2026-03-02T00:00:00Z", [STANCE])

    answer = world.get("/state", valid_at="2026-02-01")
    assert answer.status_code == 503
    assert "the disk failed to keep or give back what was written" in answer.json()["detail"]
    assert "restart" in world.client.get("/readyz").json()["hint"]
    with pytest.raises(ForkedLogError):
        world.record("2026-03-03T00:00:00Z", [STANCE])


def test_a_ledger_has_one_writer_by_whatever_name(world: World, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to("world.db")
    with pytest.raises(BusyError, match="another process has"):
        Ledger(link)
    link.unlink()
    world.ledger.close()
    link.hardlink_to(tmp_path / "world.db")
    for name in (link, tmp_path / "world.db"):
        with pytest.raises(NotFoundError, match="has another name too"):
            Ledger(name)


def test_what_is_beside_a_ledger_is_never_for_others_to_write(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        with World(tmp_path) as world, leave_address(tmp_path / "world.db", "127.0.0.1", 1):
            world.record("2026-03-01T00:00:00Z", OPENING)
            assert world.ledger.checkpoints
            signer = world.ledger.checkpoints
            wait_until(lambda: signer.signed_size == world.ledger.continuity.known_head.size)
            modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    finally:
        os.umask(mask)
    open_names = {"world.db.checkpoint", "world.db.checkpoint.history"}
    assert {name for name, mode in modes.items() if mode == 0o644} == open_names
    assert {mode for name, mode in modes.items() if name not in open_names} == {0o600}


def test_a_log_that_the_disk_damaged_is_not_opened(world: World, tmp_path: Path) -> None:
    world.ledger.close()
    with sqlite3.connect(tmp_path / "world.db") as connection:
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute(
            "UPDATE event SET state = replace(state, 'party', 'partx') WHERE seq = 2"
        )
    connection.close()
    Ledger(tmp_path / "world.db").close()
    (tmp_path / "world.db.unverified").touch()
    with pytest.raises(TamperedError, match="after a failure of the disk the log is damaged"):
        Ledger(tmp_path / "world.db")


@pytest.mark.parametrize(
    ("written", "damaged"),
    [(b"PRIMARY KEY", b"PRIMAR\xfb KEY"), (b"CREATE TABLE", b"CREATE TABL\xfb")],
)
def test_a_file_whose_schema_is_damaged_is_no_ledger(
    world: World, tmp_path: Path, written: bytes, damaged: bytes
) -> None:
    """SQLite quotes the second in what it says, which is then no text."""
    world.ledger.close()
    file = tmp_path / "world.db"
    file.write_bytes(file.read_bytes().replace(written, damaged))
    with pytest.raises(NotFoundError, match="is not a ledger"):
        refuse_foreign_file(file)


def test_a_schema_that_is_damaged_below_a_running_server_stops_all(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "world.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint")
    with file.open("r+b") as damaged:
        damaged.seek(file.read_bytes().index(b"CREATE TABLE event") + len("CREATE TABL"))
        damaged.write(b"\xfb")
    with (
        pytest.raises(ForkedLogError, match="the disk failed to keep or give"),
        ExitStack() as held,
    ):
        open_snapshots(world, held)


def open_snapshots(world: World, held: ExitStack) -> None:
    for _ in range(8):  # more than are open already, which know the schema
        held.enter_context(world.ledger.open_snapshot())
