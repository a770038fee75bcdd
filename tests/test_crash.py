"""kill -9 while clients append: five rounds here, fifty in ``make evidence-crash``."""

from pathlib import Path

import pytest

from tests.evidence import crash


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, crash.Tally]:
    path = tmp_path_factory.mktemp("crash") / "crash.db"
    return path, crash.run(path, rounds=5)


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    survived: tuple[Path, crash.Tally],
) -> None:
    path, tally = survived

    assert tally.kills == 5
    assert len(tally.known_to_server) > 50
    assert list(crash.broken_promises(path, tally)) == []


def test_the_read_model_equals_a_rebuild(survived: tuple[Path, crash.Tally]) -> None:
    assert list(crash.differences_of_rebuild(survived[0])) == []


def test_every_way_of_spoiling_the_ledger_is_noticed(survived: tuple[Path, crash.Tally]) -> None:
    unnoticed = [name for name, found in crash.control(*survived) if not found]

    assert unnoticed == []
