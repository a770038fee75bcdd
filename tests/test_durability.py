"""A PostgreSQL server that would lose what was acknowledged is not recorded in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from domain.errors import UnsafeDatabaseError
from ledger.database import Cursor
from ledger.writer import Ledger
from tests import postgres
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
