"""The command line on a PostgreSQL: the same commands, the same answers, and what it alone does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from api.wiring import open_ledger
from domain import acceptance
from domain.errors import BusyError
from ledger import log, postgres
from ledger.proofs import checkpoints, merkle
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from ledger.writer import Ledger
from tests.command_line import run_command
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year")

OPENING = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "us", "name": "United States"},
    {"type": "issue-defined", "issue": "territory", "title": "Territory"},
    {
        "type": "position-stated",
        "id": "00000000-0000-4000-8000-000000000001",
        "party": "us",
        "issue": "territory",
        "stance": "proposes",
        "summary": "A line of contact.",
        "occurred": "2025-12-20",
        "reports": [{"published": "2025-12-20", "publisher": "Gazette"}],
    },
]
EVENT = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def server(tmp_path: Path, postgres_url: str) -> str:
    """Give the address of a database with a ledger, whose key and checkpoint lie in the folder."""
    with World(tmp_path, "http", postgres_url) as world:
        world.record("2025-12-21T12:00:00Z", OPENING)
    return postgres_url


def minutebook(folder: Path, *arguments: str, fails: int = 0) -> str:
    done = run_command(
        *arguments,
        HOME=str(folder),
        MINUTEBOOK_LOG_KEY=KEY,
        MINUTEBOOK_CHECKPOINT=str(folder / "world.db.checkpoint"),
    )
    assert done.returncode == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_state_is_told(server: str, tmp_path: Path) -> None:
    told = minutebook(tmp_path, "as-of", "talks", "2025-12-22", "--db", server)
    assert "proposes" in told


def test_verify_finds_nothing_in_an_untouched_database(server: str, tmp_path: Path) -> None:
    assert "OK" in minutebook(tmp_path, "verify", "--db", server)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE event SET recorded_by = 'x' WHERE seq = 4", "seq 4, leaf_hash"),
        ("DELETE FROM node", "seq 1, node.hash"),
        ("UPDATE version SET lo = 0 WHERE seq = 4", "seq 4, version.lo"),
        ("DELETE FROM word", "word"),
        ("DELETE FROM placement", "placement"),
        ("UPDATE head SET size = 3", "head.size"),
    ],
)
def test_verify_finds_an_edit(server: str, tmp_path: Path, edit: str, told: str) -> None:
    with psycopg.connect(server) as connection:
        connection.execute("SET session_replication_role = replica")  # past the triggers
        connection.execute(edit)
    assert told in minutebook(tmp_path, "verify", "--db", server, fails=1)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("DROP TRIGGER event_is_append_only ON event", "trigger event_is_append_only of event"),
        ("ALTER TABLE node DISABLE TRIGGER ALL", "trigger node_is_append_only of node"),
        (
            "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NEW; END'",
            "trigger erasure_is_append_only of erasure",
        ),
        (
            "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            "CREATE TRIGGER quiet BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION quiet()",
            "trigger quiet of event",
        ),
        ("ALTER TABLE event DROP CONSTRAINT event_id_key", "index event_id_key"),
        ("ALTER TABLE head DROP CONSTRAINT head_one_check", "constraint head_one_check of head"),
        ("DROP INDEX event_recorded_at", "index event_recorded_at"),
        ("DROP INDEX placement_order", "index placement_order"),
        ("CREATE INDEX mine ON event (topic)", "index mine"),
        ("ALTER TABLE event ALTER originator_version TYPE integer", "table event"),
        ("ALTER TABLE checkpoint ALTER note DROP NOT NULL", "table checkpoint"),
        ("ALTER TABLE event ALTER salt SET DEFAULT ''", "table event"),
        ("ALTER TABLE idempotency SET UNLOGGED", "table idempotency"),
        ("CREATE TABLE more () INHERITS (event)", "table event"),
        ("ALTER TABLE event ENABLE ROW LEVEL SECURITY", "table event"),
        ("CREATE RULE none AS ON INSERT TO node DO INSTEAD NOTHING", "rule none of node"),
    ],
)
def test_verify_finds_another_schema(server: str, tmp_path: Path, edit: str, told: str) -> None:
    with psycopg.connect(server) as connection:
        connection.execute(edit.encode())
    key: Any = KEY
    where = Settings(db=server, log_key=key, checkpoint=tmp_path / "world.db.checkpoint")
    found = {fault.field for fault in verify_ledger(where, ignore_progress).faults}

    assert f"schema {told}" in found
    assert {field.partition(" ")[0] for field in found} == {"schema"}
    assert len(found) <= 11  # as many triggers as call the one function


@pytest.mark.parametrize(
    "edit", ["UPDATE event SET topic = 'x'", "DELETE FROM event", "TRUNCATE event, node, erasure"]
)
def test_the_log_refuses_to_be_changed(server: str, edit: str) -> None:
    with (
        psycopg.connect(server) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute(edit)


def test_rebuild_gives_what_verify_expects(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server) as connection:
        connection.execute("DELETE FROM placement")
    assert "rebuilt from 4 events" in minutebook(tmp_path, "rebuild", "--db", server)
    assert "OK" in minutebook(tmp_path, "verify", "--db", server)


def test_an_erased_payload_is_gone_and_the_log_still_proves_itself(
    server: str, tmp_path: Path
) -> None:
    minutebook(tmp_path, "erase", EVENT, "--reason", "a court order", "--db", server)
    with psycopg.connect(server) as connection:
        (state,) = connection.execute("SELECT state FROM event WHERE seq = 4").fetchone() or ()
        bodies = connection.execute("SELECT body FROM version WHERE seq = 4").fetchall()
    assert state == b""
    assert b"contact" not in b"".join(row[0] for row in bodies)
    assert "OK" in minutebook(tmp_path, "verify", "--db", server)


def test_a_backup_is_left_to_the_tools_of_the_server(server: str, tmp_path: Path) -> None:
    told = minutebook(tmp_path, "backup", str(tmp_path / "copy.db"), "--db", server, fails=2)
    assert "pg_dump" in told


def test_a_password_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINUTEBOOK_DB", "postgresql://me:secret@example.org/talks")
    told = minutebook(tmp_path, "config")
    assert "secret@" not in told
    assert "example.org/talks" in told


def test_a_server_that_does_not_answer_is_told_with_a_remedy(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/none"
    told = minutebook(tmp_path, "as-of", "talks", "2025-12-22", "--db", address, fails=2)
    assert "hint:" in told


# What only a server can do to who records there.


@pytest.fixture
def ledger(server: str, tmp_path: Path) -> Iterator[Ledger]:
    made = open_ledger(server, key_path=KEY, checkpoint_path=tmp_path / "world.db.checkpoint")
    yield made
    made.close()


def party(slug: str, name: str | None = None) -> Submission:
    event = {"type": "party-registered", "party": slug, "name": slug}
    return Submission("talks", [acceptance.parse_event(event | ({"id": name} if name else {}))])


def test_recording_goes_on_after_the_connection_was_cut(server: str, ledger: Ledger) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(BusyError, match="unknown"):
        ledger.record(party("a", EVENT.replace("1", "2")))
    answer = ledger.record(party("a", EVENT.replace("1", "2")))

    assert (answer["head"], len(answer["recorded"])) == (5, 1)


def test_a_commit_that_no_standby_confirmed_is_no_success(server: str, ledger: Ledger) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE WARNING 'not confirmed' USING ERRCODE = '01000'; RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION warn()"
        )
        with pytest.raises(BusyError, match="not confirmed"):
            ledger.record(party("a", EVENT.replace("1", "2")))
        connection.execute("DROP TRIGGER warns ON event")
    answer = ledger.record(party("a", EVENT.replace("1", "2")))

    assert (answer["head"], answer["duplicates"]) == (5, [EVENT.replace("1", "2")])


def test_after_a_large_import_the_server_has_looked_at_its_tables(
    postgres_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "talks.jsonl"
    events = [{"type": "negotiation-opened", "title": "Talks"}]
    events += [{"type": "party-registered", "party": f"p{n}", "name": "P"} for n in range(1100)]
    file.write_text("".join(f"{json.dumps(each)}\n" for each in events))
    minutebook(tmp_path, "import", str(file), "--db", postgres_url)

    with psycopg.connect(postgres_url) as c:
        found = c.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'version'").fetchone()
    assert found is not None
    assert found[0] > 0


def test_a_head_that_stays_locked_is_waited_for_once(
    server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT", "300ms")
    ledger: Ledger = request.getfixturevalue("ledger")
    with psycopg.connect(server) as other:
        other.execute("UPDATE head SET size = size")
        start = time.monotonic()
        waiting = [ledger.submit(party(f"p{n}")) for n in range(40)]
        errors = [each.exception(30) for each in waiting]
        took = time.monotonic() - start
    assert {type(error) for error in errors} == {BusyError}
    assert took < 3  # one by one it would be 12 seconds
    assert ledger.record(party("p0"))["head"] == 5


def test_processes_that_sign_at_once_keep_one_chain(
    server: str, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_ledger(server, key_path=KEY, checkpoint_path=tmp_path / "world.db.checkpoint")
    reached, done, first = threading.Event(), threading.Event(), threading.current_thread()

    def slowly(read: Any, size: int) -> bytes:
        if threading.current_thread() is first:
            reached.set()
            done.wait(1)
        return merkle.compute_root(read, size)

    def overtake() -> None:
        reached.wait(5)
        other.record(party("b"))
        with other.appender.open_writer() as c:
            CheckpointSigner(KEY, tmp_path / "other").sign_new_log(c)
        done.set()

    ledger.record(party("a"))
    overtaking = threading.Thread(target=overtake)
    overtaking.start()
    monkeypatch.setattr(checkpoints, "compute_root", slowly)
    with ledger.appender.open_writer() as c:
        CheckpointSigner(KEY, tmp_path / "first").sign_new_log(c)
    overtaking.join()
    other.close()
    with psycopg.connect(server) as connection:
        rows = connection.execute("SELECT size, previous FROM checkpoint ORDER BY size").fetchall()
    assert rows[-1][0] == 6
    assert [previous for _, previous in rows[1:]] == [size for size, _ in rows[:-1]]


def test_many_ids_are_asked_for_in_parts(server: str) -> None:
    ids = [EVENT, *(f"no such {number}" for number in range(70_000))]
    with closing(ReadOnlyLedger(server)) as reading, reading.open_snapshot() as c:
        assert list(log.read_proof_fields(c, ids)) == [EVENT]
