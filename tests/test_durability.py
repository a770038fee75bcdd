"""A PostgreSQL server that would lose what was acknowledged is not recorded in."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest

from domain.errors import ForkedLogError, UnsafeDatabaseError
from ledger import postgres as ledger_postgres
from ledger.database import Cursor
from ledger.scrub import LogScrub
from ledger.server_connection import ServerConnection
from ledger.writer import Ledger
from tests import postgres
from tests.facts import OPENING
from tests.serving import PATIENCE, wait_until
from tests.world import World


def setting(c: Cursor, name: str) -> str:
    c.execute(f"SHOW {name}")
    return str(c.fetchall()[0][0])


@pytest.mark.parametrize("chosen", ["off", "local", "remote_write", "on", "remote_apply"])
def test_a_commit_waits_for_the_disk_whatever_the_database_prescribes(
    postgres_server: postgres.Server, postgres_url: str, chosen: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    with postgres_server.connect() as admin:
        admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = {chosen}")
    with closing(Ledger(postgres_url)) as ledger, ledger.take_writer() as c:
        assert setting(c, "synchronous_commit") == ("remote_apply" if chosen[-1] == "y" else "on")
        with ledger.open_snapshot() as snapshot:
            assert setting(snapshot, "synchronous_commit") != "off"


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_can_lose_is_refused_with_the_setting(tmp_path: Path, name: str) -> None:
    if postgres.programs() is None:
        pytest.skip(postgres.REMEDY)
    with (
        postgres.cluster(postgres.QUICK | {name: "off"}) as server,
        server.database() as url,
        pytest.raises(UnsafeDatabaseError, match=f"acknowledged: {name} is off"),
    ):
        World(tmp_path, server=url)


def test_a_connection_stays_refused_while_the_next_is_opened(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool opens several at once; what one of them finds is not told of the others."""
    found, is_opening, may_end = count(), Event(), Event()
    turn, first = Lock(), list[ServerConnection]()
    connect = ServerConnection.connect

    def connect_one_by_one(*address: str, **options: Any) -> ServerConnection:
        with turn:
            if not first:  # also if the attempt before it met a busy server
                first.append(connect(*address, **options))
                return first[0]
        wait_until(lambda: may_end.is_set() or store.pool.get_stats()["pool_available"] == 1)
        return connect(*address, **options)

    def refuse_the_first(connection: Any) -> None:
        if not next(found):
            raise UnsafeDatabaseError("fsync is off")
        is_opening.set()
        may_end.wait(PATIENCE)

    monkeypatch.setattr(ServerConnection, "connect", connect_one_by_one)
    monkeypatch.setattr(ledger_postgres, "_configure_connection", refuse_the_first)
    with closing(ledger_postgres.open_datastore(postgres_url)) as store:
        store.pool.open()
        assert is_opening.wait(PATIENCE)
        with pytest.raises(UnsafeDatabaseError), store.get_connection():
            pass
        may_end.set()
        with store.get_connection() as connection:
            assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_server_that_is_set_up_anew_below_a_ledger_loses_nothing(tmp_path: Path) -> None:
    if postgres.programs() is None:
        pytest.skip(postgres.REMEDY)
    with (
        postgres.cluster(postgres.QUICK) as server,
        server.database() as url,
        World(tmp_path, server=url) as world,
    ):
        world.record("2026-03-01T00:00:00Z", OPENING)
        set_up(server, "synchronous_commit")
        found: list[str] = []

        def read(c: Cursor) -> None:
            found.append(setting(c, "synchronous_commit"))

        world.ledger.run_in_writer(read).result()
        assert found == ["on"]
        scrub = LogScrub(world.ledger)
        scrub.check_pages()
        assert world.client.get("/readyz").status_code == 200

        set_up(server, "fsync")
        with pytest.raises(ForkedLogError, match="would lose what was acknowledged: fsync is off"):
            scrub.check_pages()
        assert world.client.get("/readyz").status_code == 503
        assert world.post(OPENING).status_code == 503


def set_up(server: postgres.Server, name: str) -> None:
    """Turn a setting off for the whole server, and wait until it is."""
    with server.connect() as admin:
        admin.execute(f"ALTER SYSTEM SET {name} = off")
        admin.execute("SELECT pg_reload_conf()")
        wait_until(lambda: admin.execute(f"SHOW {name}").fetchone() == ("off",))
