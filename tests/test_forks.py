"""A log that was changed below a running server: nothing is signed on, recorded on or answered."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import orjson
import psycopg
import pytest
from psycopg import sql

from api.cli.recover import keep_database, show_histories
from api.cli.verify import verify_ledger
from api.settings import Settings
from api.wiring import AcceptedAtStart, open_configured_ledger
from domain.errors import BusyError, ForkedLogError, InvalidQuestionError, TamperedError
from domain.ledger_events import key_statement
from ledger.proofs import signed_history
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.signed_note import LogKey
from tests import postgres
from tests.facts import report
from tests.serving import ACCEPTED, wait_until
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year", "signed_soon")

OPENING = {"type": "negotiation-opened", "title": "Talks"}
Swap = Callable[[], None]


def party(slug: str) -> dict[str, object]:
    reports = [report("2026-03-01")]
    return {"type": "party-registered", "party": slug, "name": slug, "reports": reports}


def record(world: World, *slugs: str) -> None:
    for slug in slugs:
        wait_until(partial(is_recorded, world, slug))
    head = world.ledger.continuity.known_head.size
    wait_until(lambda: signer_of(world).signed_size == head)


def is_recorded(world: World, slug: str) -> bool:
    """Record a party as a client does, who tries again where a connection was lost."""
    try:
        world.record("2026-03-02T00:00:00Z", [party(slug)])
    except BusyError:
        return False
    return True


def signer_of(world: World) -> CheckpointSigner:
    assert world.ledger.checkpoints
    return world.ledger.checkpoints


class SqliteCopies:
    """Puts copies of a SQLite ledger back below who has it open, as another program can."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file, self.server = folder, folder / "world.db", None

    def keep(self, name: str) -> None:
        self._copy(self.file, self.folder / f"{name}.db")

    def put_back(self, name: str) -> None:
        self._copy(self.folder / f"{name}.db", self.file)

    @contextmanager
    def fork(self, name: str) -> Iterator[World]:
        folder = self.folder / f"fork of {name}"
        folder.mkdir()
        shutil.copy(self.folder / f"{name}.db", folder / "world.db")
        shutil.copy(f"{self.file}.checkpoint", folder)
        with World(folder) as world:
            yield world
        self._copy(folder / "world.db", self.folder / f"{name}.db")

    def place(self, name: str) -> str:
        return str(self.folder / f"{name}.db")

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)


class PostgresCopies:
    """Puts copies of a database in its place, as a restore or a failover does."""

    def __init__(self, folder: Path, cluster: postgres.Server, url: str) -> None:
        self.folder, self.cluster, self.server = folder, cluster, url
        self.database = url.rpartition("/")[2]

    def keep(self, name: str) -> None:
        self._copy(self.database, f"{self.database}_{name}")

    def put_back(self, name: str) -> None:
        self._copy(f"{self.database}_{name}", self.database)

    @contextmanager
    def fork(self, name: str) -> Iterator[World]:
        folder = self.folder / f"fork of {name}"
        folder.mkdir()
        shutil.copy(self.folder / "world.db.checkpoint", folder)
        with World(folder, server=self.cluster.url(f"{self.database}_{name}")) as world:
            yield world

    def place(self, name: str) -> str:
        return self.cluster.url(f"{self.database}_{name}")

    def close(self) -> None:
        with self.cluster.connect() as admin:
            for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall():
                if name.startswith(f"{self.database}_"):
                    admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

    def _copy(self, source: str, target: str) -> None:
        names = sql.Identifier(target), sql.Identifier(source)
        with self.cluster.connect() as admin, self._closed(admin, source):
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0])
            admin.execute(drop)
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    @contextmanager
    def _closed(self, admin: psycopg.Connection, database: str) -> Iterator[None]:
        """End who uses a database, and let nobody in for a while: only then can it be copied."""
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        admin.execute(allow.format(sql.Identifier(database), False))
        try:
            end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
            admin.execute(end, [database])
            yield
        finally:
            admin.execute(allow.format(sql.Identifier(database), True))


@pytest.fixture(params=["sqlite", "postgres"])
def copies(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[SqliteCopies | PostgresCopies]:
    if request.param == "sqlite":
        yield SqliteCopies(tmp_path)
        return
    cluster = request.getfixturevalue("postgres_server")
    made = PostgresCopies(tmp_path, cluster, request.getfixturevalue("postgres_url"))
    yield made
    made.close()


@pytest.fixture
def world(copies: SqliteCopies | PostgresCopies) -> Iterator[World]:
    with World(copies.folder, server=copies.server) as made:
        made.record("2026-03-01T00:00:00Z", [OPENING])
        record(made, "a")
        assert made.client.get("/readyz").status_code == 200
        yield made


def assert_stopped(world: World, checkpoint: str) -> None:
    with pytest.raises(ForkedLogError, match="the log does not continue what is known of it"):
        wait_until(partial(is_recorded, world, "z"))
    ready = world.client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["title"] == "Log forked"
    assert "minutebook recover" in ready.json()["hint"]
    assert "Retry-After" not in ready.headers
    assert world.get("/state", seq=2).status_code == 503
    assert world.post([party("y")]).status_code == 503
    assert world.client.get("/livez").status_code == 200
    world.ledger.close()
    assert signer_of(world).external_file.read_text() == checkpoint


def test_an_older_state_below_a_running_server(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    copies.keep("old")
    record(world, "b", "c")
    checkpoint = signer_of(world).external_file.read_text()
    copies.put_back("old")
    assert_stopped(world, checkpoint)


@pytest.mark.parametrize("added", [1, 2, 5])
def test_another_history_below_a_running_server(
    world: World, copies: SqliteCopies | PostgresCopies, added: int
) -> None:
    copies.keep("old")
    with copies.fork("old") as other:
        record(other, *(f"p{number}" for number in range(added)))
    record(world, "b", "c")
    checkpoint = signer_of(world).external_file.read_text()
    copies.put_back("old")
    assert_stopped(world, checkpoint)


def test_an_answer_is_refused_before_anything_else_notices(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    copies.keep("old")
    record(world, "b", "c")
    assert world.get("/state", seq=2).status_code == 200
    copies.put_back("old")
    assert world.get("/state", seq=3).status_code == 503
    assert world.ledger.continuity.fork is not None


def test_a_head_that_was_put_back_is_never_signed(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    copies.keep("old")
    with copies.fork("old") as other:
        record(other, "x", "y")
    record(world, "b")
    checkpoint = signer_of(world).external_file.read_text()
    copies.put_back("old")
    world.ledger.close()  # signs what it finds
    assert signer_of(world).external_file.read_text() == checkpoint


def test_the_next_start_says_what_was_signed(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    copies.keep("old")
    record(world, "b", "c")
    world.ledger.close()
    copies.put_back("old")
    with pytest.raises(ForkedLogError, match="has 2 events, and had 4 according to the checkpoint"):
        World(copies.folder, server=copies.server)


def settings_of(world: World, copies: SqliteCopies | PostgresCopies) -> Settings:
    return Settings(
        db=copies.server or copies.folder / "world.db",
        log_key=KEY,
        checkpoint=signer_of(world).external_file,
    )


def test_a_person_decides_which_history_is_kept(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    copies.keep("old")
    with copies.fork("old") as other:
        record(other, "x", "y", "z")
    record(world, "b", "c")
    world.ledger.close()
    copies.keep("given")
    copies.put_back("old")
    settings = settings_of(world, copies)

    shown, is_decided = show_histories(settings)
    assert not is_decided
    assert (shown["signed"]["size"], shown["database"]["size"]) == (4, 5)
    assert shown["common"]["size"] == 2
    assert [each["seq"] for each in shown["events_of_database"]] == [3, 4, 5]

    shown, _ = show_histories(settings, copies.place("given"))
    assert shown["common"]["size"] == 2
    assert [each["seq"] for each in shown["events_of_other"]] == [3, 4]

    assert keep_database(settings, "the node that lagged took over", ACCEPTED)["seq"] == 6
    with World(copies.folder, server=copies.server) as again:
        record(again, "d")
        assert again.get("/state").status_code == 200
        assert [
            each["negotiation"] for each in again.client.get("/v1/negotiations").json()["data"]
        ] == ["talks"]
        assert again.client.get("/v1/negotiations/~ledger/state").status_code == 422
        assert again.client.get("/desk/~ledger").status_code in (404, 422)
        lines = again.client.get("/v1/negotiations/~ledger/export").text.splitlines()
    (decision,) = map(orjson.loads, lines)
    assert decision["type"] == "ledger-recovered"
    assert decision["reason"] == "the node that lagged took over"
    assert [decision[name]["size"] for name in ("kept", "given_up", "common")] == [5, 4, 2]
    assert verify_ledger(settings).faults == []
    assert show_histories(settings)[1]
    with pytest.raises(InvalidQuestionError, match="nothing to decide"):
        keep_database(settings, "again")


def test_a_log_without_the_checkpoint_outside_is_accepted_by_a_person(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    world.ledger.close()
    settings = settings_of(world, copies)
    settings.checkpoint_path.unlink()
    with pytest.raises(TamperedError, match="vouches for its 2 events"):
        World(copies.folder, server=copies.server)
    open_configured_ledger(settings, AcceptedAtStart(log="its disk failed", clock=ACCEPTED)).close()
    with World(copies.folder, server=copies.server) as again:
        lines = again.client.get("/v1/negotiations/~ledger/export").text.splitlines()
    (decision,) = map(orjson.loads, lines)
    assert (decision["type"], decision["accepted"]["size"]) == ("log-accepted", 2)
    assert verify_ledger(settings).faults == []


def test_the_checkpoints_outside_are_kept_within_bounds(tmp_path: Path) -> None:
    key, file = LogKey.parse(KEY), tmp_path / "checkpoint"
    statement = key.sign_text(key_statement("log-key-rotated", "old", "new"))
    for size in range(6000):
        signed_history.append_note(file, key.sign_checkpoint(size, bytes(32)))
        if size in (1, 2):
            signed_history.append_note(file, statement)
    assert list(signed_history.read_notes(file)).count(statement) == 2
    sizes = [each.size for each in signed_history.read_checkpoints(file, key.verifier)]
    assert sizes == sorted(sizes)
    assert sizes[-1000:] == list(range(5000, 6000))
    assert signed_history.history_file(file).stat().st_size <= signed_history.MAX_BYTES + 300


def test_a_database_that_comes_back_whole_goes_on(
    world: World, copies: SqliteCopies | PostgresCopies
) -> None:
    record(world, "b")
    copies.keep("same")
    copies.put_back("same")
    record(world, "c")
    assert world.get("/state", seq=3).status_code == 200
