"""A database whose primary freezes, is lost or was replaced: nothing hangs, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.http import record as recording
from ledger import postgres as ledger_postgres
from ledger import server_connection
from ledger.location import has_several_servers, server_file_name
from ledger.scrub import LogScrub
from tests import postgres
from tests.facts import OPENING, Event, statement
from tests.serving import ApiServer, serve_ledger, wait_until
from tests.test_forks import PostgresCopies, signer_of
from tests.world import World

NOW = "2025-12-21T09:00:00Z"


@pytest.fixture
def world(tmp_path: Path, ledger_url: str) -> Iterator[World]:
    postgres.empty_ledger(ledger_url)
    with World(tmp_path, "http", ledger_url) as made:
        made.record(NOW, OPENING)
        assert made.client.get("/readyz").status_code == 200
        yield made


def pool_of(world: World) -> Any:
    return world.ledger.datastore.pool  # type: ignore[attr-defined]  # of PostgreSQL


@contextmanager
def no_standby_confirms(server: postgres.Server) -> Iterator[None]:
    """Have commits wait for a standby that is away, as after the loss of all but one node."""
    with server.connect() as admin:
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'away'")
        admin.execute("SELECT pg_reload_conf()")
        wait_until(lambda: admin.execute("SHOW synchronous_standby_names").fetchone() == ("away",))
        try:
            yield
        finally:
            admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
            admin.execute("SELECT pg_reload_conf()")


def test_a_frozen_server_is_noticed_and_recording_goes_on_when_it_is_back(
    world: World, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_connection, "SILENCE", 0.2)
    monkeypatch.setattr(server_connection, "PROBE_TIMEOUT", 0.2)
    monkeypatch.setattr(pool_of(world), "timeout", 0.3)
    with postgres_server.frozen():
        refused = world.post([statement(1)])
        unanswered = world.get("/statements", audience="staff")
    monkeypatch.undo()
    wait_until(lambda: world.post([statement(1)]).status_code == 201)

    assert refused.status_code == 503
    assert "outcome of the write is unknown" in refused.json()["detail"]
    assert (unanswered.status_code, unanswered.headers["retry-after"]) == (503, "1")
    assert unanswered.json()["detail"] == "the database does not answer"
    assert [
        each["statement"] for each in world.get("/statements", audience="staff").json()["data"]
    ] == ["s1"]


def test_a_statement_that_takes_long_is_waited_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_connection, "SILENCE", 0.2)
    with server_connection.ServerConnection.connect(postgres_url) as connection:
        assert connection.execute("SELECT 7 FROM pg_sleep(1)").fetchone() == (7,)


def test_an_address_goes_before_what_is_set_to_notice_a_cut(postgres_url: str) -> None:
    with closing(ledger_postgres.open_datastore(f"{postgres_url}?keepalives_idle=60")) as store:
        given: Any = store.pool.kwargs
        with store.get_connection() as connection:
            used = connection.info.get_parameters()

    assert (given["keepalives_idle"], given["tcp_user_timeout"]) == ("60", "5000")
    assert (used["keepalives_idle"], used["tcp_user_timeout"]) == ("60", "5000")


def test_a_checkpoint_whose_commit_no_standby_confirmed_is_not_published(
    world: World, ledger_url: str
) -> None:
    signer = signer_of(world)
    wait_until(lambda: signer.signed_size == len(OPENING))
    published = signer.external_file.read_text()
    warn = (
        "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE WARNING 'not confirmed' USING ERRCODE = '01000'; RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON checkpoint DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION warn()"
    )
    with psycopg.connect(ledger_url, autocommit=True) as admin:
        admin.execute(warn)
        try:
            world.record(NOW, [statement(1)])
            with (
                world.ledger.appender.open_writer() as c,
                pytest.raises(Exception, match="not confirmed"),
            ):
                signer.sign_head(c)
            assert signer.external_file.read_text() == published
        finally:
            admin.execute("DROP TRIGGER warns ON checkpoint; DROP FUNCTION warn")
    wait_until(lambda: signer.signed_size == len(OPENING) + 1)
    assert signer.external_file.read_text() != published


def test_a_server_that_starts_again_answers_once_a_standby_has_what_it_shows(
    world: World, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = world.ledger.datastore
    monkeypatch.setattr(pool_of(world), "timeout", 0.3)
    with no_standby_confirms(postgres_server):
        known_run = world.get("/statements", audience="staff").status_code
        store.confirmed_run = None
        store.pool.drain()
        other_run = world.get("/statements", audience="staff").status_code
    monkeypatch.undo()
    wait_until(lambda: world.get("/statements", audience="staff").status_code == 200)

    assert (known_run, other_run) == (200, 503)


def test_a_write_that_no_standby_confirms_is_answered_after_a_while(
    world: World, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "OUTCOME_TIMEOUT", 0.5)
    wait_until(lambda: signer_of(world).signed_size == len(OPENING))  # the writer is free
    with no_standby_confirms(postgres_server):
        refused = world.post([statement(1)])
    monkeypatch.undo()
    again = world.post([statement(1)])

    assert refused.status_code == 503
    assert "unknown after" in refused.json()["detail"]
    assert again.json()["duplicates"] == [statement(1)["id"]]


@pytest.fixture
def copies(
    tmp_path: Path, postgres_server: postgres.Server, postgres_url: str
) -> Iterator[PostgresCopies]:
    made = PostgresCopies(tmp_path, postgres_server, postgres_url)
    yield made
    made.close()


def test_a_server_that_was_replaced_is_refused_and_not_taken_for_a_fork(
    copies: PostgresCopies,
) -> None:
    with World(copies.folder, "http", copies.server) as world:
        world.ledger.continuity.patience = 600
        pool_of(world).timeout = 0.5
        world.record(NOW, OPENING)
        copies.keep("replaced")
        wait_until(partial(is_recorded, world, statement(1)))
        copies.keep("primary")
        copies.put_back("replaced")
        wait_until(lambda: "does not continue" in world.get("/state").json()["detail"])
        assert "does not continue" in world.get("/state").json()["detail"]  # also while it is away
        refused, ready = world.post([statement(2)]), world.client.get("/readyz")
        copies.put_back("primary")
        wait_until(partial(is_recorded, world, statement(2)))

        assert (refused.status_code, ready.status_code) == (503, 503)
        assert ready.json()["type"] == "/problems/busy"
        assert ready.headers["retry-after"] == "1"
        assert world.client.get("/readyz").status_code == 200
        assert len(world.get("/statements", audience="staff").json()["data"]) == 2

        copies.put_back("replaced")
        world.ledger.recording.fail(OSError("the connection is lost"))
        world.ledger.continuity.patience = 0  # no other server came in time
        wait_until(lambda: world.client.get("/readyz").json()["type"] == "/problems/forked-log")
        errors = world.client.get("/readyz").json()["errors"]
        assert [each["pointer"] for each in errors] == ["database"]


def is_recorded(world: World, event: Event) -> bool:
    return bool(world.post([event]).status_code == 201)


def test_only_an_address_of_several_servers_is_patient(tmp_path: Path) -> None:
    address = "postgresql://me:secret@One:5432,two:5433/talks?target_session_attrs=read-write"
    listed = "postgresql:///talks?host=one,two"

    assert [has_several_servers(each) for each in (address, listed)] == [True, True]
    assert not has_several_servers("postgresql://me:a,b@one/talks")
    assert not has_several_servers(tmp_path / "a,b.db")
    assert server_file_name(address) == "postgresql-one-5432-two-5433-talks"
    with World(tmp_path) as world:
        assert world.ledger.continuity.patience == 0


def test_what_is_recorded_during_a_check_is_no_fork(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path, "http") as world:
        world.record(NOW, OPENING)
        open_snapshot = world.ledger.open_snapshot

        @contextmanager
        def open_before_a_recording() -> Iterator[Any]:
            with open_snapshot() as c:
                world.record(NOW, [statement(1)])
                yield c

        monkeypatch.setattr(world.ledger, "open_snapshot", open_before_a_recording)
        LogScrub(world.ledger).check_pages()
        monkeypatch.undo()

        assert world.ledger.continuity.fork is None
        assert world.client.get("/readyz").status_code == 200


def test_a_standby_that_takes_over_goes_on_where_its_primary_ended(tmp_path: Path) -> None:
    if postgres.programs() is None:
        pytest.skip(postgres.REMEDY)
    with postgres.cluster(postgres.QUICK) as primary, primary.standby() as standby:
        hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
        url = f"postgresql://postgres:{primary.password}@{hosts}/postgres"
        with serve_ledger(f"{url}?target_session_attrs=read-write", folder=tmp_path) as server:
            server.post("talks", OPENING)
            server.post("talks", [statement(1)])
            with server.stream("/v1/negotiations/talks/stream?audience=staff") as stream:
                seen = [seq for seq, _, _ in stream.take(len(OPENING) + 1)]
            primary.wait_until_replayed(standby)
            primary.kill()
            away, headers, _ = server.call("GET", "/readyz")
            with standby.connect() as admin:
                admin.execute("SELECT pg_promote()")
            wait_until(partial(is_posted, server, statement(2)))
            last = {"Last-Event-ID": str(seen[-1])}
            with server.stream("/v1/negotiations/talks/stream?audience=staff", **last) as stream:
                events = stream.events()
                seen.append(next(events)[0])
                server.post("talks", [statement(3)])
                seen.append(next(events)[0])
            ready, _, _ = server.call("GET", "/readyz")

    assert (away, headers["retry-after"], ready) == (503, "1", 200)
    assert seen == list(range(1, len(OPENING) + 4))


def is_posted(server: ApiServer, event: Event) -> bool:
    return server.call("POST", "/v1/negotiations/talks/events", [event])[0] == 201
