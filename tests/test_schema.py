"""The tables of a ledger have a version: older ones are brought up to date, newer ones refused, and
changed ones told at the start and never repaired in silence.
"""

from __future__ import annotations

import gzip
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from api.wiring import open_ledger
from domain.errors import SchemaError
from ledger import migrations, schema
from ledger.database import Cursor, run_script, transaction
from ledger.location import is_server_url
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index import tables
from tests.command_line import run_command
from tests.facts import OPENING
from tests.world import KEY, World

FIXTURES = Path(__file__).parent / "fixtures"
FIXTURE_KEY = (FIXTURES / "0.1.0" / "story.key").read_text().strip()
VERSIONS = ("0.1.0", "0.2.0", "0.3.0-unversioned")
AT = "2026-01-10T12:00:00Z"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Give where a ledger can be made on each database."""
    if request.param == "sqlite":
        return tmp_path / "world.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@contextmanager
def change(db: str | Path) -> Iterator[Any]:
    """Yield a connection of somebody who may do everything."""
    if is_server_url(db):
        with psycopg.connect(str(db), autocommit=True) as connection:
            yield connection
    else:
        with closing(sqlite3.connect(db)) as connection:
            yield connection
            connection.commit()


def make_ledger(db: str | Path, folder: Path) -> None:
    with World(folder, server=str(db) if is_server_url(db) else None) as world:
        world.record(AT, OPENING)


def put_fixture(version: str, db: str | Path, folder: Path) -> Settings:
    """Put a kept ledger in its place."""
    shutil.copy(FIXTURES / version / "story.checkpoint", folder / "story.checkpoint")
    if is_server_url(db):
        dump = gzip.decompress((FIXTURES / version / "story.sql.gz").read_bytes()).decode()
        with change(db) as connection:
            plain = (line for line in dump.splitlines(True) if not line.startswith("\\"))
            connection.execute("".join(plain).encode())
    else:
        Path(db).write_bytes(gzip.decompress((FIXTURES / version / "story.db.gz").read_bytes()))
    key: Any = FIXTURE_KEY
    return Settings(db=db, log_key=key, checkpoint=folder / "story.checkpoint")


def find_all_differences(c: Cursor) -> list[schema.Difference]:
    with transaction(c):
        return [
            each
            for table_set in (schema.LOG_TABLES, tables.INDEX_TABLES)
            for each in schema.find_differences(c, table_set, is_thorough=True)
        ]


@pytest.mark.parametrize("version", VERSIONS)
def test_ledgers_of_every_version_are_brought_up_to_date(
    version: str, place: str | Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = put_fixture(version, place, tmp_path)
    if version != "0.3.0-unversioned":  # which knows of no links yet, and was never released
        assert verify_ledger(settings, ignore_progress).faults == []
    open_settings = {"key_path": FIXTURE_KEY, "checkpoint_path": settings.checkpoint_path}
    for told in (True, False):
        caplog.clear()
        with closing(open_ledger(place, **open_settings)) as ledger, ledger.take_writer() as c:
            assert migrations.read_version(c) == len(migrations.MIGRATIONS)
            assert find_all_differences(c) == []
        assert ("brought up to date" in caplog.text) is told
    assert verify_ledger(settings, ignore_progress).faults == []


def test_what_postgresql_says_of_new_tables_is_known(ledger_url: str) -> None:
    """Else every start compares them with temporary ones, which takes tenfold."""
    with closing(Ledger(ledger_url)) as ledger, ledger.take_writer() as c, transaction(c):
        for table_set in (schema.LOG_TABLES, tables.INDEX_TABLES):
            said = schema.describe_live(c, table_set.tables["postgres"])
            assert schema.digest_of(said) == table_set.digest


def test_a_newer_ledger_is_refused(place: str | Path, tmp_path: Path) -> None:
    make_ledger(place, tmp_path)
    number = len(migrations.MIGRATIONS) + 1
    with change(place) as connection:
        connection.execute(f"INSERT INTO migration VALUES ({number}, 'rays')")  # noqa: S608  # a number

    with pytest.raises(SchemaError, match=r"newer version .*rays") as refused:
        Ledger(place)
    assert "install the version" in str(refused.value.hint)
    with (
        closing(ReadOnlyLedger(place)) as ledger,
        pytest.raises(SchemaError, match="newer version"),
        ledger.open_snapshot(),
    ):
        pass
    faults = verify_ledger(Settings(db=place), ignore_progress, skip_checkpoint=True).faults
    assert any("newer version" in str(fault) for fault in faults)


HARMFUL = {
    "ALTER TABLE event ADD COLUMN more INTEGER": "table event was changed",
    "DROP TABLE content_namespace": "table content_namespace is missing",
}


@pytest.mark.parametrize("edit", HARMFUL)
def test_a_changed_table_is_refused(edit: str, place: str | Path, tmp_path: Path) -> None:
    make_ledger(place, tmp_path)
    with change(place) as connection:
        connection.execute(edit)

    for _ in range(2):
        with pytest.raises(SchemaError, match=HARMFUL[edit]) as refused:
            Ledger(place)
        assert "restore a backup" in str(refused.value.hint)


DROP_TRIGGER = {
    "sqlite": "DROP TRIGGER event_is_never_deleted",
    "postgres": "DROP TRIGGER event_is_append_only ON event",
}


def test_a_dropped_trigger_is_told_and_made_again_on_request(
    place: str | Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_ledger(place, tmp_path)
    statement = DROP_TRIGGER["postgres" if is_server_url(place) else "sqlite"]
    name = statement.split()[2]
    with change(place) as connection:
        connection.execute(statement)
        connection.execute("DROP INDEX event_recorded_at")

    caplog.set_level(logging.WARNING)
    for _ in range(2):
        caplog.clear()
        with World(tmp_path, server=str(place) if is_server_url(place) else None):
            assert f"trigger {name}" in caplog.text
            assert "index event_recorded_at is missing" in caplog.text
    ran = run_command("rebuild", "--db", place)
    assert ran.returncode == 0, ran.stderr
    made = [line for line in ran.stdout.splitlines() if line.startswith("made again: ")]
    assert made == ["made again: index event_recorded_at", f"made again: trigger {name}"]
    caplog.clear()
    with World(tmp_path, server=str(place) if is_server_url(place) else None) as world:
        assert "changed" not in caplog.text
        with world.ledger.take_writer() as c, pytest.raises(Exception, match="append-only"):
            run_script(c, "DELETE FROM event;")


def test_a_lost_table_of_the_index_is_refused_until_it_is_rebuilt(
    place: str | Path, tmp_path: Path
) -> None:
    make_ledger(place, tmp_path)
    with change(place) as connection:
        connection.execute("DROP TABLE word")

    for _ in range(2):
        with pytest.raises(SchemaError, match="table word is missing") as refused:
            open_ledger(place, key_path=KEY, checkpoint_path=tmp_path / "world.db.checkpoint")
        assert "minutebook rebuild" in str(refused.value.hint)
    ran = run_command("rebuild", "--db", place)
    assert ran.returncode == 0, ran.stderr
    open_ledger(place, key_path=KEY, checkpoint_path=tmp_path / "world.db.checkpoint").close()


def test_tables_are_not_changed_by_a_role_that_may_not(postgres_url: str, tmp_path: Path) -> None:
    """The serving role of an older ledger is told who can bring it up to date."""
    put_fixture("0.2.0", postgres_url, tmp_path)
    role = f"older_{postgres_url.rpartition('/')[2]}"
    with change(postgres_url) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
        admin.execute(f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}")
        try:
            with pytest.raises(SchemaError, match="this role may not change them") as refused:
                Ledger(f"postgresql://{role}:x@" + postgres_url.partition("@")[2])
            assert "minutebook grant" in str(refused.value.hint)
        finally:
            admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
