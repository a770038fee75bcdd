"""A read model is built beside the live one, which answers until the new one takes its place."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from api.access.caller import STAFF
from api.cli import maintenance
from api.cli.verify import ignore_progress, verify_ledger
from api.session import open_session
from api.settings import Settings
from domain.errors import BusyError
from ledger.writer import Ledger
from projections.audit import KEYS_ON_BOTH, lock_live_tables
from projections.index import rebuild
from projections.index.writer import IndexBatch
from tests.facts import event_id
from tests.test_resolution import AT, LATER, OPENING, STANCE
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year")

MENDED = {
    "id": event_id(2),
    "type": "record-corrected",
    "event": event_id(1),
    "changes": {"summary": "No."},
}
ANSWER = {"basis": "hindsight", "as_of": "2025-12-20"}
KILLED = """
import os, signal, sys
from ledger.writer import Ledger
from projections.index.rebuild import rebuild_index
with Ledger(sys.argv[1]).take_writer() as c:
    for reached in rebuild_index(c, page=1):
        if reached == 3:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Give a ledger of six events, one of them corrected, on either database; nobody has it."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with World(tmp_path, "http", url) as world:
        world.record(AT, [*OPENING, STANCE, MENDED])
    return settings(tmp_path, url)


def settings(folder: Path, url: str | None) -> Settings:
    key: Any = KEY
    outside = folder / "world.db.checkpoint"
    return Settings(db=url or folder / "world.db", log_key=key, checkpoint=outside)


@pytest.fixture
def world(postgres_url: str, tmp_path: Path) -> Iterator[World]:
    """Give a server on PostgreSQL that goes on while another process rebuilds."""
    with World(tmp_path, "http", postgres_url) as made:
        made.record(AT, [*OPENING, STANCE, MENDED])
        yield made


@contextmanager
def rebuild_elsewhere(url: str, page: int = 1) -> Iterator[Iterator[int]]:
    """Yield the steps of a rebuild by another process, so to speak."""
    ledger = Ledger(url)
    try:
        with ledger.take_writer() as c:
            yield rebuild.rebuild_index(c, page=page)
    finally:
        ledger.close()


def rows(c: Any) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for table in KEYS_ON_BOTH:
        c.execute(f"SELECT * FROM {table}")  # noqa: S608  # only our own names
        found[table] = sorted(tuple(row) for row in c.fetchall())
    return found


def summary(world: World) -> Any:
    (position,) = world.read_state(**ANSWER)["positions"]
    return position["summary"]


def test_a_rebuild_that_is_killed_leaves_the_old_one_and_the_next_one_is_whole(
    where: Settings,
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(where.db)], check=False)
    found = verify_ledger(where, ignore_progress)
    count = maintenance.rebuild_index(where, ignore_progress).events

    assert killed.returncode == -signal.SIGKILL
    assert found.faults == []
    assert count == 6
    assert verify_ledger(where, ignore_progress).faults == []


def test_an_index_of_another_version_is_rebuilt_when_the_ledger_is_opened(where: Settings) -> None:
    with closing(Ledger(where.db)) as ledger, ledger.take_writer() as c:
        before = rows(c)
        c.execute("UPDATE tracking SET application_name = 'index'")
        c.execute("UPDATE placement SET mark = 'accepts' WHERE mark IS NOT NULL")

    with (
        closing(Ledger(where.db, read_model=rebuild.IndexFollower())) as ledger,
        ledger.take_writer() as c,
    ):
        assert rows(c) == before

    assert verify_ledger(where, ignore_progress).faults == []


def test_a_file_is_asked_while_it_is_rebuilt(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record(AT, [*OPENING, STANCE, MENDED])
        told = []
        with world.ledger.take_writer() as c:
            before = rows(c)
            for _ in rebuild.rebuild_index(c, page=1):
                told.append(summary(world))
            assert rows(c) == before

    assert told == ["No."] * 6


def test_a_server_answers_and_records_while_it_is_rebuilt(
    world: World, postgres_url: str, tmp_path: Path
) -> None:
    told, recorded = [], []
    with rebuild_elsewhere(postgres_url) as steps:
        for n, _ in zip(range(3), steps, strict=False):
            told.append(summary(world))
            later = {**MENDED, "id": event_id(100 + n), "changes": {"summary": f"No, {n}."}}
            recorded += world.record(LATER, [later])["recorded"]
        reached = [*steps][-1]
    last = {**MENDED, "id": event_id(200), "changes": {"summary": "Never."}}
    world.record(LATER, [last])

    assert told == ["No.", "No, 0.", "No, 1."]
    assert (len(recorded), reached) == (3, 9)
    assert summary(world) == "Never."
    world.close()
    assert verify_ledger(settings(tmp_path, postgres_url), ignore_progress).faults == []


def test_no_question_is_refused_however_often_the_read_model_is_replaced(
    world: World, postgres_url: str
) -> None:
    ended, told = threading.Event(), set[tuple[int, int]]()

    def ask() -> None:
        while not ended.is_set():
            with world.open_session() as session:
                told.add((session.log_timeline.head, len(rows(session.cursor)["version"])))

    with ThreadPoolExecutor(4) as readers:
        asking = [readers.submit(ask) for _ in range(4)]
        for n in range(5):
            maintenance.rebuild_index(Settings(db=postgres_url), ignore_progress)
            world.record(LATER, [{**MENDED, "id": event_id(100 + n)}])
        ended.set()
        for each in asking:
            each.result()

    assert len(told) > 1
    assert len(told) == len(dict(told))  # one read model for each head


def test_tables_indexes_and_rights_are_the_same_after_a_rebuild(
    world: World, postgres_url: str
) -> None:
    def described() -> Any:
        with psycopg.connect(postgres_url) as connection:
            return connection.execute(
                "SELECT c.relname, c.relkind, c.relacl::text, pg_get_indexdef(c.oid), c.reloptions"
                " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname LIKE 'public%' ORDER BY 1"
            ).fetchall()

    role = "reader_" + postgres_url.rpartition("/")[2]
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role}")
        maintenance.grant_role(Settings(db=postgres_url), role)
        before = described()
        maintenance.rebuild_index(Settings(db=postgres_url), ignore_progress)
        after = described()
        admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")

    assert after == before
    assert any(role in (each[2] or "") for each in after if each[0] == "version")


def test_a_question_whose_snapshot_is_older_than_the_read_model_is_answered(
    world: World, postgres_url: str
) -> None:
    """It would find tables in which what came last is not visible to it."""
    asked = []

    @contextmanager
    def open_snapshot() -> Iterator[Any]:
        with world.ledger.open_snapshot() as c:
            c.execute("SELECT size FROM head")
            if not asked:
                with rebuild_elsewhere(postgres_url, page=2000) as steps:
                    list(steps)
            asked.append(c)
            yield c

    slow: Any = SimpleNamespace(open_snapshot=open_snapshot, clock=world.ledger.clock)
    with open_session(slow, "talks", STAFF) as session:
        assert session.log_timeline.head == 6
    assert len(asked) == 2


def test_a_long_reader_is_waited_for_and_keeps_what_it_reads(
    world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "PAUSE_SECONDS", 0.1)
    with world.open_session() as session, rebuild_elsewhere(postgres_url) as steps:
        waiting = threading.Thread(target=lambda: list(steps))
        waiting.start()
        waiting.join(1.5)
        meanwhile = summary(world)
        alive = waiting.is_alive()
        held = session.log_timeline.head, len(rows(session.cursor)["version"])
        session.cursor.execute("COMMIT")
        session.cursor.execute("BEGIN")
        waiting.join(30)

    assert (alive, waiting.is_alive()) == (True, False)
    assert (meanwhile, held[0]) == ("No.", 6)


def test_a_rebuild_gives_up_where_a_reader_never_ends(
    world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "MAX_TRIES", 1)
    monkeypatch.setattr(rebuild, "PAUSE_SECONDS", 0)
    with (
        world.open_session(),
        rebuild_elsewhere(postgres_url) as steps,
        pytest.raises(BusyError, match="in use"),
    ):
        list(steps)

    assert summary(world) == "No."


def test_a_verification_compares_the_read_model_of_its_own_snapshot(
    world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "MAX_TRIES", 1)
    monkeypatch.setattr(rebuild, "PAUSE_SECONDS", 0)
    with world.ledger.appender.datastore.open_scratch_snapshot() as c:
        lock_live_tables(c)
        with rebuild_elsewhere(postgres_url) as steps, pytest.raises(BusyError, match="in use"):
            list(steps)


def test_a_rebuild_that_an_erasure_overtook_is_thrown_away(
    world: World, postgres_url: str, tmp_path: Path
) -> None:
    with rebuild_elsewhere(postgres_url) as steps:
        reached = [next(steps) for _ in range(5)]
        maintenance.erase_payload(settings(tmp_path, postgres_url), event_id(1), "a court order")
        with pytest.raises(BusyError, match="erased meanwhile"):
            list(steps)
    with psycopg.connect(postgres_url) as connection:
        bodies = connection.execute("SELECT body FROM version WHERE seq = 5").fetchall()

    assert reached == [1, 2, 3, 4, 5]
    assert b"Yes" not in b"".join(row[0] for row in bodies)


def test_two_rebuilds_at_once_are_one_too_many(world: World, postgres_url: str) -> None:
    with rebuild_elsewhere(postgres_url) as steps, rebuild_elsewhere(postgres_url) as others:
        next(steps)
        with pytest.raises(BusyError, match="another process rebuilds"):
            next(others)
        assert [*steps][-1] == 6


def test_nothing_of_a_page_waits_for_the_garbage_collector(where: Settings) -> None:
    with closing(Ledger(where.db)) as ledger, ledger.take_writer() as c:
        gc.collect()
        gc.disable()
        try:
            list(rebuild.rebuild_index(c, page=1))
            left = [each for each in gc.get_objects() if isinstance(each, IndexBatch)]
        finally:
            gc.enable()

    assert not left
