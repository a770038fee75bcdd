"""A rehearsal: events are recorded, what they make of the ledger is read, and nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest

from domain.acceptance import parse_event
from domain.errors import InvalidEventError
from domain.model import Json
from ledger.database import Cursor
from ledger.submission import Submission
from tests.facts import OPENING, STANCE, event_id, statement
from tests.world import World

TURN = STANCE | {"id": event_id(101), "stance": "rejects", "occurred": "2025-12-22"}
TABLES = ("event", "node", "version", "placement", "cell", "mention", "introduction")


def count_rows(c: Cursor) -> dict[str, int]:
    counts = {}
    for table in TABLES:
        c.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # only our own names
        ((counts[table],),) = c.fetchall()
    return counts


def make_submission(*events: Json) -> Submission:
    return Submission("talks", [parse_event(each) for each in events])


def test_a_rehearsal_sees_what_is_recorded_and_keeps_nothing(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    ledger = http_world.ledger
    with ledger.open_snapshot() as c:
        before = count_rows(c)

    def read(c: Cursor, answer: Json) -> Any:
        return count_rows(c), answer["recorded"][0]["id"]

    during, identity = ledger.rehearse(make_submission(TURN), read)
    assert identity == TURN["id"]
    assert all(during[table] > before[table] for table in ("event", "version", "placement"))
    with ledger.open_snapshot() as c:
        assert count_rows(c) == before

    http_world.record("2025-12-23T09:00:00Z", [TURN])
    with ledger.open_snapshot() as c:
        assert count_rows(c) == during


def test_a_rehearsal_that_fails_leaves_the_writer_as_it_was(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    ledger = http_world.ledger

    def fail(c: Cursor, answer: Json) -> None:
        raise ZeroDivisionError

    with pytest.raises(InvalidEventError):
        ledger.rehearse(make_submission(STANCE | {"id": event_id(102), "party": "nobody"}), fail)
    with pytest.raises(ZeroDivisionError):
        ledger.rehearse(make_submission(TURN), fail)
    http_world.record("2025-12-23T09:00:00Z", [TURN, statement(1)])
    with ledger.open_snapshot() as c:
        assert count_rows(c)["event"] == len(OPENING) + 3


def test_a_dry_run_tells_changes_by_the_seqs_of_events_without_an_id(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    http_world.set_clock("2025-12-30T09:00:00Z")
    turn = {name: value for name, value in TURN.items() if name != "id"}
    answer = http_world.client.post(
        "/v1/negotiations/talks/events?dry_run=true&changes=true", json=[turn]
    ).json()

    (change,) = answer["changes"]
    assert (change["before"]["stance"], change["after"]["stance"]) == ("accepts", "rejects")
    assert change["events"] == [f"new {len(OPENING) + 2}"]
