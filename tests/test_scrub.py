"""Damage in the database is found beside the service, and then nothing is answered from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from unittest import mock

import psycopg
import pytest

from api.cli.background_verify import BackgroundVerify
from api.services import server_services
from api.settings import Settings
from domain.errors import ForkedLogError
from ledger.scrub import PAGE_SIZE, LogScrub
from tests.serving import wait_until
from tests.world import KEY, World, tell_story

COUNT = 4 * PAGE_SIZE + 10
"""Four whole pages, the subtrees above them, and a part of a fifth."""
PARTIES = [
    {"type": "party-registered", "party": f"p{number}", "name": f"Party {number}"}
    for number in range(COUNT - 1)
]
STORY = [("2026-03-01T00:00:00Z", [{"type": "negotiation-opened", "title": "Talks"}, *PARTIES])]
Damage = Callable[[str], None]


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    server = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    with tell_story(STORY, "http", server) as told:
        told.server = server  # type: ignore[attr-defined]  # for what damages it
        yield told


def damage(world: World, statement: str) -> None:
    """Change what the triggers keep from being changed, as somebody with the file can."""
    server = world.server  # type: ignore[attr-defined]  # as above
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)
        return
    file = world.ledger.datastore.pool.db_name.removeprefix("file:")  # type: ignore[attr-defined]  # of SQLite
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


def check_round(scrub: LogScrub) -> None:
    rounds = scrub.rounds
    while scrub.rounds == rounds:
        scrub.check_pages()


def test_a_whole_log_is_checked_round_after_round(world: World) -> None:
    scrub = server_services(world.client.app).scrub
    for rounds in (1, 2):
        check_round(scrub)
        assert world.client.get("/readyz").json() == {
            "status": "ready",
            "head": COUNT,
            "scrub": {"reached": 0, "rounds": rounds},
            "clock_sources": [],
            "access": "no-keys",
            "witnesses": [],
            "warnings": [],
        }
    world.record("2026-03-02T00:00:00Z", [{"type": "party-registered", "party": "q", "name": "Q"}])
    check_round(scrub)


FAULTS = {
    "a payload": ("UPDATE event SET type = 'party-registerex' WHERE seq = 5", "seq 5 is not"),
    "a time": ("UPDATE event SET recorded_at = recorded_at + 1 WHERE seq = 521", "seq 521 is not"),
    "a salt": ("UPDATE event SET salt = leaf_hash WHERE seq = 257", "seq 257 is not"),
    "a leaf": ("UPDATE event SET leaf_hash = salt WHERE seq = 7", "seq 7 is not what was"),
    "a row": ("DELETE FROM event WHERE seq = 300", "lacks the hash of subtree 299"),
    "a node": ("UPDATE node SET hash = substr(hash, 2) WHERE level = 3 AND idx = 40", "257 to 512"),
    "a page": ("UPDATE node SET hash = substr(hash, 2) WHERE level = 8 AND idx = 1", "257 to 512"),
    "the top": (
        "UPDATE node SET hash = substr(hash, 2) WHERE level = 9 AND idx = 0",
        "1 to 512 does not",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_damage_stops_all_once_the_scrub_has_passed_it(world: World, fault: str) -> None:
    scrub, (statement, told) = server_services(world.client.app).scrub, FAULTS[fault]
    check_round(scrub)
    damage(world, statement)
    with pytest.raises(ForkedLogError, match=told):
        check_round(scrub)
    pinned = world.get("/state", seq=COUNT, audience="staff")
    assert pinned.status_code == 503
    assert told in world.client.get("/readyz").json()["detail"]


def test_a_changed_word_of_the_index_is_found_by_the_whole_verification(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record(*STORY[0])
        assert world.client.get("/readyz").status_code == 200
        settings = Settings(
            db=tmp_path / "world.db", log_key=KEY, checkpoint=tmp_path / "world.db.checkpoint"
        )
        with (
            mock.patch("os.setpriority") as lowered,  # else it waits while other tests run
            BackgroundVerify(world.ledger, settings, first_delay=0, interval=0) as verify,
        ):
            wait_until(lambda: verify.last_result is not None)
            assert verify.last_result == verify.last_result | {"events": COUNT, "faults": 0}
            with closing(sqlite3.connect(tmp_path / "world.db", isolation_level=None)) as c:
                c.execute("UPDATE version SET body = replace(body, 'Party 9', 'Party 8')")
            wait_until(lambda: world.ledger.continuity.fork is not None)
        assert {each.args[2] for each in lowered.call_args_list} == {19}
        assert "version.body" in world.client.get("/readyz").json()["detail"]
