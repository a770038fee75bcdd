"""What ``/readyz`` says in words, and what the log tells once of what fails again and again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from api.monitoring import disk, readiness
from domain.errors import BusyError
from ledger.library import OperationalError
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.signed_note import LogKey
from tests.facts import OPENING, STANCE
from tests.serving import wait_until
from tests.world import World

pytestmark = pytest.mark.usefixtures("signed_soon")

OTHER_KEY = LogKey("minutebook.invalid/other", bytes(31) + b"1")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.record("2026-03-01T00:00:00Z", OPENING)
        wait_until(lambda: signer_of(made).signed_size == len(OPENING))
        yield made


def signer_of(world: World) -> CheckpointSigner:
    assert world.ledger.checkpoints
    return world.ledger.checkpoints


def ask(world: World) -> tuple[int, Any]:
    answer = world.client.get("/readyz")
    return answer.status_code, answer.json()


def test_a_checkpoint_of_another_key_is_told_once_and_makes_the_server_unready(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "world.db.checkpoint"
    own = file.read_text()
    file.write_text(OTHER_KEY.sign_checkpoint(len(OPENING), bytes(32)))
    with mock.patch("ledger.writer.SIGN_INTERVAL", 0.01), caplog.at_level(logging.WARNING):
        world.record("2026-03-02T00:00:00Z", [STANCE])
        signer = signer_of(world)
        with mock.patch.object(signer, "sign_head", wraps=signer.sign_head) as sign_head:
            wait_until(lambda: sign_head.call_count > 5)
        status, young = ask(world)
        assert status == 200
        assert "not signed by minutebook.invalid/world" in young["warnings"][0]["detail"]
        with mock.patch.object(readiness, "SIGNING_GRACE", 0):
            status, old = ask(world)
        assert status == 503
        assert [reason["pointer"] for reason in old["errors"]] == ["signing"]
        assert "put the checkpoint of this ledger" in old["hint"]
        assert [each.levelname for each in caplog.records] == ["ERROR"]
        assert caplog.records[0].exc_info is None

        file.write_text(own)
        wait_until(lambda: world.ledger.signing.fault is None)
        assert caplog.messages[-1] == "the head is signed again"
    assert ask(world)[1]["warnings"] == []


def test_an_append_that_fails_makes_the_server_unready_until_one_would_succeed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    failing = mock.Mock(side_effect=OperationalError("database or disk is full"))
    with mock.patch("ledger.writer.SIGN_INTERVAL", 0.01), caplog.at_level(logging.WARNING):
        with mock.patch.object(world.ledger.read_model, "apply", failing):
            with pytest.raises(BusyError, match="disk is full"):
                world.record("2026-03-02T00:00:00Z", [STANCE])
            wait_until(lambda: failing.call_count > 3)
            status, told = ask(world)
        assert status == 503
        assert [reason["pointer"] for reason in told["errors"]] == ["recording"]
        assert "disk is full" in told["detail"]
        assert len(caplog.records) == 1
        wait_until(lambda: world.ledger.recording.fault is None)
    assert ask(world)[0] == 200
    assert ask(world)[1]["head"] == len(OPENING)


def test_a_column_that_somebody_added_is_told_as_long_as_it_keeps_from_recording(
    world: World,
) -> None:
    def change(statement: str) -> None:
        world.ledger.run_in_writer(lambda c: c.execute(statement) and None).result()

    with mock.patch("ledger.writer.SIGN_INTERVAL", 0.01):
        change("ALTER TABLE event ADD COLUMN extra TEXT")
        with pytest.raises(BusyError, match="column"):
            world.record("2026-03-02T00:00:00Z", [STANCE])
        wait_until(lambda: world.ledger.recording.fault is not None)
        assert "nothing can be recorded" in ask(world)[1]["detail"]

        change("ALTER TABLE event DROP COLUMN extra")
        wait_until(lambda: world.ledger.recording.fault is None)
    assert ask(world)[0] == 200


def test_a_refused_batch_says_nothing_of_the_server(world: World) -> None:
    assert world.post([{"type": "no-such-type"}]).status_code == 422
    assert world.post(OPENING).status_code == 422
    assert ask(world)[0] == 200


def test_a_full_queue_is_told(world: World) -> None:
    with mock.patch.object(readiness, "MAX_QUEUE", 0):
        status, told = ask(world)

    assert status == 503
    assert told["errors"][0]["pointer"] == "queue"


def test_an_index_behind_is_told(world: World) -> None:
    world.ledger.run_in_writer(
        lambda c: c.execute("UPDATE tracking SET notification_id = 1") and None
    ).result()
    status, told = ask(world)

    assert (status, told["detail"]) == (
        503,
        f"the index is {len(OPENING) - 1} events behind the log of {len(OPENING)}",
    )
    assert "rebuild" in told["hint"]


def test_a_disk_that_is_nearly_full_is_a_warning(world: World) -> None:
    with mock.patch.object(disk, "LITTLE_SPACE", 2**80):
        status, told = ask(world)

    assert status == 200
    assert {each["pointer"] for each in told["warnings"]} == {"disk"}
    assert "MiB are left" in told["warnings"][0]["detail"]


def test_a_database_that_does_not_answer_is_told_with_all_else(world: World) -> None:
    failing = mock.Mock(side_effect=OperationalError("unable to open database file"))
    assert ask(world)[0] == 200
    with (
        mock.patch.object(readiness, "MAX_QUEUE", 0),
        mock.patch.object(world.ledger, "open_snapshot", failing),
    ):
        status, told = ask(world)

    assert status == 503
    assert [reason["pointer"] for reason in told["errors"]] == ["database", "queue"]
