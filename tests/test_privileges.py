"""A role that serves a log may append and read, and nothing beyond, whatever else fails."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.serving import BIN, environment, served
from tests.test_streaming import OPENING, PATH, said

LOG = ("event", "node", "checkpoint", "erasure")
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
    "UPDATE registered SET slug = slug",
    "INSERT INTO erasure VALUES (1, 'x', 1)",
    "INSERT INTO head VALUES (2, 0, 0, '', '')",
    "DROP TABLE event",
    "DROP TRIGGER event_is_append_only ON event",
    "CREATE TABLE mine ()",
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE sql AS ''",
    "SET session_replication_role = 'replica'",
]


def minutebook(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [BIN / "minutebook", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def service(postgres_url: str) -> Iterator[str]:
    """Give the address for a role that was let serve; the fixture's own role owns the tables."""
    role = "service_" + postgres_url.rpartition("/")[2]
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(role)))
        granted = minutebook("grant", role, "--db", postgres_url)
        assert granted.returncode == 0, granted.stderr
        yield f"postgresql://{role}:x@" + postgres_url.partition("@")[2]
        admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_a_service_without_rights_beyond_serves(
    service: str, postgres_url: str, tmp_path: Path
) -> None:
    with served(service, "--workers", "2", folder=tmp_path) as server:
        server.post("talks", [*OPENING, said(1)])
        path = "/v1/negotiations/talks/events"
        corrected = {
            "type": "event-retracted",
            "event": said(1)["id"],
            "reports": [{"published": "2025-12-21"}],
        }
        once = [
            server.call("POST", path, corrected, **{"Idempotency-Key": "k"})[::2] for _ in range(2)
        ]
        with server.stream(f"{PATH}?audience=staff") as stream:
            told = [seq for seq, _, _ in stream.take(4)]
        state = server.get("/v1/negotiations/talks/state")["data"]
    verified = subprocess.run(
        [BIN / "minutebook", "verify", "--db", service], env=environment(tmp_path), check=False
    )

    assert told == [1, 2, 3, 4]
    assert (once[0][0], once[0]) == (201, once[1])
    assert len(state["withdrawn"]) == 1
    assert verified.returncode == 0


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_would_change_the_log_fails_by_permission(service: str, statement: str) -> None:
    with psycopg.connect(service) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(statement.encode())

    assert refused.value.sqlstate == "42501"


def test_a_rebuild_by_the_owner_leaves_the_service_its_rights(
    service: str, postgres_url: str, tmp_path: Path
) -> None:
    with served(service, folder=tmp_path) as server:
        server.post("talks", OPENING)
    assert minutebook("rebuild", "--db", postgres_url).returncode == 0
    with served(service, folder=tmp_path) as server:
        recorded = server.post("talks", [said(1)])

    assert recorded["head"] == 3


def test_a_role_that_may_do_everything_is_refused(postgres_url: str) -> None:
    told = minutebook("grant", "postgres", "--db", postgres_url)
    nobody = minutebook("grant", "nobody_there", "--db", postgres_url)

    assert (told.returncode, nobody.returncode) == (2, 2)
    assert "'postgres' may do everything with the log" in told.stderr
    assert "there is no role 'nobody_there'" in nobody.stderr


def test_a_file_knows_no_roles(tmp_path: Path) -> None:
    told = minutebook("grant", "service", "--db", str(tmp_path / "talks.db"))

    assert (told.returncode, "only PostgreSQL has roles" in told.stderr) == (2, True)
