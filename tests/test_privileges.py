"""A role that serves a log may append and read, and nothing beyond, whatever else fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.command_line import run_command
from tests.facts import OPENING, statement
from tests.serving import key_environment, serve_ledger
from tests.test_streaming import PATH

LOG = ("event", "node", "checkpoint", "cosignature", "erasure")
FORBIDDEN = [
    *(
        f"DELETE FROM {table}"  # noqa: S608  # names of our own tables
        for table in (*LOG, "head", "negotiation", "idempotency", "version")
    ),
    *(f"TRUNCATE {table}" for table in (*LOG, "head", "version")),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in LOG),
    "UPDATE event SET state = state",
    "UPDATE node SET hash = hash",
    "UPDATE checkpoint SET note = note",
    "UPDATE erasure SET by_seq = by_seq",
    "UPDATE idempotency SET answer = answer",
    "UPDATE introduction SET slug = slug",
    "INSERT INTO erasure VALUES (1, 'x', 1)",
    "INSERT INTO head VALUES (2, 0, 0, '', '')",
    "DROP TABLE event",
    "DROP TRIGGER event_is_append_only ON event",
    "CREATE TABLE mine ()",
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE sql AS ''",
    "SET session_replication_role = 'replica'",
]


@contextmanager
def grant_service(url: str) -> Iterator[str]:
    """Give the address for a role that was let serve; the url's own role owns the tables."""
    role = "service_" + url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(role)))
        granted = run_command("grant", role, "--db", url)
        assert granted.returncode == 0, granted.stderr
        yield f"postgresql://{role}:x@" + url.partition("@")[2]
        admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture
def service(postgres_url: str) -> Iterator[str]:
    with grant_service(postgres_url) as url:
        yield url


@pytest.fixture(scope="module")
def idle_service(shared_ledger_url: str) -> Iterator[str]:
    """Give the address for a role by which nothing is recorded."""
    with grant_service(shared_ledger_url) as url:
        yield url


def test_a_service_without_rights_beyond_serves(
    service: str, postgres_url: str, tmp_path: Path
) -> None:
    with serve_ledger(service, "--workers", "2", folder=tmp_path) as server:
        server.post("talks", [*OPENING, statement(1)])
        path = "/v1/negotiations/talks/events"
        corrected = {
            "type": "event-retracted",
            "event": statement(1)["id"],
            "reports": [{"published": "2025-12-21"}],
        }
        once = [
            server.call("POST", path, corrected, **{"Idempotency-Key": "k"})[::2] for _ in range(2)
        ]
        with server.stream(f"{PATH}?audience=staff") as stream:
            seqs = [seq for seq, _, _ in stream.take(6)]
        state = server.get("/v1/negotiations/talks/state")["data"]
    verified = run_command("verify", "--db", service, **key_environment(tmp_path))

    assert seqs == [1, 2, 3, 4, 5, 6]
    assert (once[0][0], once[0]) == (201, once[1])
    assert len(state["withdrawn"]) == 1
    assert verified.returncode == 0


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_would_change_the_log_fails_by_permission(idle_service: str, statement: str) -> None:
    with psycopg.connect(idle_service) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(statement.encode())

    assert refused.value.sqlstate == "42501"


def test_a_rebuild_by_the_owner_leaves_the_service_its_rights(
    service: str, postgres_url: str, tmp_path: Path
) -> None:
    with serve_ledger(service, folder=tmp_path) as server:
        server.post("talks", OPENING)
    assert run_command("rebuild", "--db", postgres_url).returncode == 0
    with serve_ledger(service, folder=tmp_path) as server:
        recorded = server.post("talks", [statement(1)])

    assert recorded["head"] == 5


def test_a_role_that_may_do_everything_is_refused(postgres_url: str) -> None:
    told = run_command("grant", "postgres", "--db", postgres_url)
    nobody = run_command("grant", "nobody_there", "--db", postgres_url)

    assert (told.returncode, nobody.returncode) == (2, 2)
    assert "'postgres' may do everything with the log" in told.stderr
    assert "there is no role 'nobody_there'" in nobody.stderr


def test_a_file_knows_no_roles(tmp_path: Path) -> None:
    told = run_command("grant", "service", "--db", str(tmp_path / "talks.db"))

    assert (told.returncode, "only PostgreSQL has roles" in told.stderr) == (2, True)
