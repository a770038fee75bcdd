"""The evidence of failovers finds what it looks for: each loss, each repetition, each fork."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.proofs.key_files import create_key
from ledger.proofs.merkle import Frontier
from tests.evidence.failover.checking import Log, find_faults, find_forks
from tests.evidence.failover.load import Told

LOG: Log = [(seq, f"event {seq}", bytes([seq]) * 32) for seq in range(1, 6)]
IDS = [(seq, id_) for seq, id_, _ in LOG]


def told_all() -> Told:
    recorded = {id_: seq for seq, id_ in IDS[1:]}
    return Told(recorded, {IDS[0][1]}, followed=[list(IDS), list(IDS)])


def lose(log: Log, told: Told) -> None:
    log.pop()
    for followed in told.followed:
        followed.pop()


def double(log: Log, told: Told) -> None:
    log[3] = (4, log[2][1], log[3][2])


def leave_out_a_seq(log: Log, told: Told) -> None:
    log[4] = (6, *log[4][1:])


def follow_twice(log: Log, told: Told) -> None:
    told.followed[1].insert(2, told.followed[1][1])


def miss_one(log: Log, told: Told) -> None:
    told.followed[0].pop(2)


def acknowledge_another_seq(log: Log, told: Told) -> None:
    told.recorded[IDS[1][1]] = 4


def record_what_nobody_sent(log: Log, told: Told) -> None:
    told.duplicates.clear()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose, "1 acknowledged events are lost"),
        (double, "1 events are in the log twice"),
        (leave_out_a_seq, "the seqs have a gap"),
        (follow_twice, "follower 1 saw 6 events"),
        (miss_one, "follower 0 saw 4 events"),
        (acknowledge_another_seq, "1 events have another seq"),
        (record_what_nobody_sent, "1 events are in the log that nobody had acknowledged"),
    ],
)
def test_each_broken_promise_is_found(spoil: Callable[[Log, Told], None], said: str) -> None:
    log, told = list(LOG), told_all()
    assert list(find_faults(log, told)) == []
    spoil(log, told)
    assert said in "; ".join(find_faults(log, told))


def test_what_is_acknowledged_twice_as_recorded_is_a_fault() -> None:
    told, batch = Told(), [{"id": "a"}]
    told.take(batch, {"recorded": [{"id": "a", "seq": 1}], "duplicates": []})
    told.take(batch, {"recorded": [], "duplicates": ["a"]})
    assert told.faults == []
    told.take(batch, {"recorded": [{"id": "a", "seq": 2}], "duplicates": []})
    assert len(told.faults) == 1


def test_a_checkpoint_of_another_history_is_found(tmp_path: Path) -> None:
    key = create_key(tmp_path / "log.key")
    tree, _ = Frontier().with_leaves([leaf for _, _, leaf in LOG])
    notes = {key.sign_checkpoint(tree.size, tree.root)}
    assert list(find_forks(LOG, notes, tmp_path)) == []
    for size, root in ((5, bytes(32)), (6, tree.root), (4, tree.root)):
        (fault,) = find_forks(LOG, notes | {key.sign_checkpoint(size, root)}, tmp_path)
        assert f"size {size} is of another history" in fault
    (fault,) = find_forks(LOG, {"no note"}, tmp_path)
    assert "is not signed" in fault
