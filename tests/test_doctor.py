"""What ``minutebook doctor`` says of a healthy installation and of broken ones; it changes none."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pytest

from api.cli.demo_ledger import make_demo_ledger
from api.monitoring import disk
from domain.instants import Instant, from_rfc3339
from ledger import guarded_clock
from ledger.proofs.signed_note import LogKey
from tests import postgres
from tests.command_line import run_command
from tests.world import KEY, World

NOW = from_rfc3339("2026-04-02T09:00:00Z")
OTHER_KEY = LogKey("minutebook.invalid/other", bytes(31) + b"1")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("healthy")
    make_demo_ledger(folder / "talks.db")
    return folder


@pytest.fixture
def folder(healthy: Path, tmp_path: Path) -> Path:
    made = tmp_path / "installed"
    shutil.copytree(healthy, made)
    return made


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with set_clock(NOW):
        yield


def set_clock(now: Instant) -> AbstractContextManager[object]:
    defaults = (lambda: now, lambda: 0)
    return mock.patch.object(guarded_clock.GuardedClock.__init__, "__defaults__", defaults)


def examine(*arguments: str | Path, **variables: str) -> tuple[int, dict[str, Any]]:
    done = run_command("doctor", "--json", "--port", "0", *arguments, **variables)
    assert done.stderr == ""
    return done.returncode, {each["check"]: each for each in json.loads(done.stdout)["checks"]}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {file.name: (file.read_bytes(), file.stat().st_mode) for file in folder.iterdir()}


def assert_failed(found: tuple[int, dict[str, Any]], check: str, says: str, remedy: str) -> None:
    code, results = found
    failed = [name for name, each in results.items() if each["status"] == "failed"]
    assert (code, failed) == (1, [check])
    assert says in results[check]["says"]
    assert remedy in results[check]["remedy"]


def test_a_healthy_installation_is_well_and_stays_as_it_is(folder: Path) -> None:
    before = contents(folder)
    code, results = examine("--db", folder / "talks.db")

    assert code == 0
    assert {each["status"] for each in results.values()} == {"ok"}
    assert contents(folder) == before


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "talks.db", isolation_level=None)) as connection:
        for each in statement.split(";"):
            connection.execute(each)


def change_in_place(statement: str) -> Callable[[Path], None]:
    return partial(change, statement=statement)


def lose_key(folder: Path) -> None:
    (folder / "talks.db.key").unlink()


def open_key(folder: Path) -> None:
    (folder / "talks.db.key").chmod(0o644)


def sign_by_other(folder: Path) -> None:
    (folder / "talks.db.checkpoint").write_text(OTHER_KEY.sign_checkpoint(388, bytes(32)))


def sign_other_log(folder: Path) -> None:
    own = LogKey.parse((folder / "talks.db.key").read_text())
    (folder / "talks.db.checkpoint").write_text(own.sign_checkpoint(388, bytes(32)))


def lose_checkpoint(folder: Path) -> None:
    (folder / "talks.db.checkpoint").unlink()


def write_other_file(folder: Path) -> None:
    (folder / "talks.db").write_text("no database " * 100)


def link_twice(folder: Path) -> None:
    os.link(folder / "talks.db", folder / "other.db")


def mark_disk_failure(folder: Path) -> None:
    (folder / "talks.db.unverified").touch()


BROKEN: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "no key": (lose_key, "log key", "there is no log key at", "MINUTEBOOK_LOG_KEY"),
    "key read by others": (open_key, "modes", "may read", "chmod 600"),
    "checkpoint of another key": (
        sign_by_other,
        "checkpoint",
        "not signed by minutebook.invalid/",
        "put",
    ),
    "checkpoint of another log": (
        sign_other_log,
        "checkpoint",
        "its first 388 events are not those",
        "minutebook recover",
    ),
    "no checkpoint": (lose_checkpoint, "checkpoint", "nothing outside vouches", "--accept-log"),
    "no ledger": (write_other_file, "ledger", "is not a ledger", "a file that Minutebook made"),
    "two names": (link_twice, "ledger", "another name too", "copy the file"),
    "a disk that failed": (mark_disk_failure, "ledger", "failed to keep", "start the server"),
    "index of another version": (
        change_in_place("UPDATE tracking SET application_name = 'index 1'"),
        "index",
        "by another version",
        "minutebook rebuild",
    ),
    "index behind": (
        change_in_place("UPDATE tracking SET notification_id = 380"),
        "index",
        "8 events behind",
        "minutebook rebuild",
    ),
    "a column more": (
        change_in_place("ALTER TABLE event ADD COLUMN extra TEXT"),
        "tables",
        "table event was changed",
        "undo the change",
    ),
    "a newer version": (
        change_in_place("INSERT INTO migration VALUES (99, 'later')"),
        "tables",
        "by a newer version",
        "install the version",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_installation_is_told_with_what_helps_and_left_as_it_is(
    folder: Path, name: str
) -> None:
    harm, check, says, remedy = BROKEN[name]
    harm(folder)
    before = contents(folder)
    code, results = examine("--db", folder / "talks.db")

    failed = [each for each, found in results.items() if found["status"] == "failed"]
    assert code == 1
    assert failed[0] == check
    assert says in results[check]["says"]
    assert remedy in results[check]["remedy"]
    assert contents(folder) == before


def test_a_disk_that_is_full(folder: Path) -> None:
    full = shutil.disk_usage(folder)._replace(free=2**20)
    with mock.patch.object(disk.shutil, "disk_usage", return_value=full):
        found = examine("--db", folder / "talks.db")

    assert_failed(found, "disk", "1 MiB are left", "make room")


def test_a_disk_that_is_nearly_full_is_a_warning(folder: Path) -> None:
    little = shutil.disk_usage(folder)._replace(free=2**28)
    with mock.patch.object(disk.shutil, "disk_usage", return_value=little):
        code, results = examine("--db", folder / "talks.db")

    assert (code, results["disk"]["status"]) == (0, "warning")


def test_a_clock_that_is_behind(folder: Path) -> None:
    early = from_rfc3339("2025-01-01T00:00:00Z")
    with set_clock(early):
        found = examine("--db", folder / "talks.db")

    assert_failed(found, "clock", "before the last recording", "set it right")


def test_a_port_that_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = examine("--db", folder / "talks.db", "--port", str(port))

    assert_failed(found, "port", f"cannot listen on 127.0.0.1:{port}", "--port")


def test_other_machines_without_keys(folder: Path) -> None:
    found = examine("--db", folder / "talks.db", "--host", "0.0.0.0")  # noqa: S104  # nothing listens

    assert_failed(found, "access", "the ledger has no keys", "minutebook keys create")


def test_a_setting_that_cannot_be(folder: Path) -> None:
    found = examine("--db", folder / "talks.db", MINUTEBOOK_ANONYMOUS="everyone")

    assert_failed(found, "settings", "anonymous cannot be 'everyone'", "write public")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    code, results = examine("--db", tmp_path / "nowhere" / "talks.db")

    assert code == 1
    assert "there is no folder" in results["ledger"]["says"]
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_not_made_yet(tmp_path: Path) -> None:
    code, results = examine("--db", tmp_path / "talks.db")

    assert (code, results["ledger"]["status"]) == (0, "warning")
    assert "minutebook serve" in results["ledger"]["remedy"]
    assert list(tmp_path.iterdir()) == []


def test_the_text_has_one_line_a_check_with_what_helps(folder: Path) -> None:
    open_key(folder)
    done = run_command("doctor", "--port", "0", "--db", folder / "talks.db")

    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert len(lines) == len(examine("--db", folder / "talks.db")[1])
    (failed,) = [line for line in lines if line.startswith("failed")]
    assert failed.startswith("failed   modes: other users of this machine may read ")
    assert "; chmod 600 " in failed


def test_a_postgresql_that_is_away(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{postgres.free_port()}/talks"
    code, results = examine("--db", url, MINUTEBOOK_LOG_KEY=KEY)

    assert code == 1
    assert results["ledger"]["status"] == "failed"
    assert "start the database" in results["ledger"]["remedy"]


@contextmanager
def limited_role(server: postgres.Server, url: str) -> Iterator[str]:
    """Give the address for a role that may connect and read the head, and nothing else."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'")
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        try:
            yield url.replace(f"postgres:{server.password}@", "reader:reader@")
        finally:
            owner.execute("DROP OWNED BY reader")
            owner.execute("DROP ROLE reader")


def test_a_postgresql_that_is_well_and_a_role_without_rights(
    postgres_server: postgres.Server, postgres_url: str, tmp_path: Path
) -> None:
    with World(tmp_path, server=postgres_url) as world:
        world.moment = NOW
    settings = {
        "MINUTEBOOK_LOG_KEY": KEY,
        "MINUTEBOOK_CHECKPOINT": str(tmp_path / "world.db.checkpoint"),
    }
    code, results = examine("--db", postgres_url, **settings)
    assert code == 0, results
    assert {each["status"] for each in results.values()} == {"ok"}

    with limited_role(postgres_server, postgres_url) as url:
        found = examine("--db", url, **settings)
    assert_failed(
        found, "rights", "the role reader lacks UPDATE on head", "minutebook grant reader"
    )
