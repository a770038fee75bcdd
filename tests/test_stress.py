"""Four processes under load, followed: 2,000 events here, 100,000 in ``make evidence-stress``."""

import pytest

from tests.evidence import stress
from tests.postgres import Server


@pytest.fixture(scope="module")
def seen(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> stress.Seen:
    with postgres_server.database() as url:
        return stress.run(url, tmp_path_factory.mktemp("stress"), events=2000, seed=1)


def test_every_follower_sees_each_seq_once_and_in_order(seen: stress.Seen) -> None:
    assert len(seen.followed) == stress.FOLLOWERS
    assert len(seen.log) == len(seen.acknowledged) == 2000
    assert list(stress.faults(seen)) == []


def test_every_way_of_spoiling_what_was_seen_is_noticed(seen: stress.Seen) -> None:
    unnoticed = [name for name, found in stress.control(seen) if not found]

    assert unnoticed == []
