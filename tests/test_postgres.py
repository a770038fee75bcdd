"""The PostgreSQL that tests are given: it answers, a standby follows, nothing of it stays."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.postgres import Server


def answer(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        (value,) = connection.execute(query).fetchone() or (None,)
    return value


def test_server_is_no_older_than_what_we_support(postgres_url: str) -> None:
    version = str(answer(postgres_url, "SELECT version()"))

    assert int(version.split()[1].partition(".")[0]) >= postgres.OLDEST


def test_each_test_has_an_empty_database_of_its_own(postgres_server: Server) -> None:
    with postgres_server.database() as one, postgres_server.database() as other:
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE mine ()")
        found = [answer(url, "SELECT to_regclass('mine')::text") for url in (one, other)]

    assert found == ["mine", None]


def test_database_is_a_copy_of_its_template(postgres_server: Server) -> None:
    with postgres_server.database(name="model") as model:
        with psycopg.connect(model) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        with postgres_server.database(template="model") as url:
            found = answer(url, "SELECT n FROM kept")

    assert found == 7


def test_standby_shows_what_was_committed_and_takes_no_writes(postgres_server: Server) -> None:
    with postgres_server.standby() as standby, postgres_server.database(name="followed") as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE told AS SELECT generate_series(1, 1000)")
        postgres_server.wait_until_replayed(standby)
        found = answer(standby.url("followed"), "SELECT count(*) FROM told")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            answer(standby.url("followed"), "CREATE TABLE refused ()")

    assert found == 1000


def test_setting_that_does_not_exist_is_told_at_once(postgres_server: Server) -> None:
    with (
        pytest.raises(postgres.PostgresError, match="unrecognized configuration"),
        postgres.cluster({"no_such_setting": "on"}),
    ):
        pass


HELD = """
import time
from tests import postgres
with postgres.cluster(postgres.QUICK) as server:
    server_id, *_ = (server.place.data / "postmaster.pid").read_text().split()
    print(server.place.folder, server_id, flush=True)
    time.sleep(60)
"""


def test_server_ends_with_the_process_that_started_it(postgres_server: Server) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HELD], stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    folder, server = holder.stdout.readline().split()
    os.kill(int(server), 0)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    until = time.monotonic() + 20
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.05)

    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(server), 0)


def test_no_server_is_found_where_the_named_folder_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    assert postgres.programs() is None
