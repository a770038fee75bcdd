"""Trying imports of any size over HTTP: each page sees those before it, and nothing is recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from unittest import mock

import pytest
from starlette.responses import StreamingResponse

from api.access.caller import OWNER, Caller
from api.http import trial
from api.services import MAX_TRIALS, server_services
from tests.facts import OPENING, STANCE, Event, statement
from tests.world import World

AT = "2025-12-24T12:00:00Z"
NDJSON = {"content-type": "application/x-ndjson"}


def page(*events: Event, negotiation: str = "talks", **how: Any) -> bytes:
    return json.dumps({"negotiation": negotiation, "events": events, **how}).encode() + b"\n"


def try_pages(world: World, *pages: bytes, **params: Any) -> list[dict[str, Any]]:
    world.set_clock(AT)
    answer = world.client.post("/v1/trials", content=b"".join(pages), headers=NDJSON, params=params)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def faults(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["pointer"], each["detail"]) for each in result["errors"]]


def test_a_page_sees_the_pages_before_it_and_nothing_is_recorded(http_world: World) -> None:
    second = statement(1), STANCE, STANCE | {"id": None, "party": "south"}
    found = try_pages(http_world, page(*OPENING), page(*second), page(statement(1), statement(1)))

    assert [each["events"] for each in found] == [4, 3, 2]
    assert [faults(each) for each in found] == [
        [],
        [("/2/party", "party 'south' is not registered in this negotiation")],
        [],
    ]
    assert [each["duplicates"] for each in found] == [0, 0, 2]
    assert http_world.get("/state").status_code == 404


def test_pages_of_several_negotiations_share_their_ids(http_world: World) -> None:
    other = page(*OPENING, statement(1, summary="Other"), negotiation="more")
    _, found = try_pages(http_world, page(*OPENING, statement(1)), other)

    assert faults(found)[0][0] == "/4/id"
    assert "in the negotiation 'talks'" in faults(found)[0][1]


def test_what_nobody_opened_is_refused_page_by_page(http_world: World) -> None:
    found = try_pages(http_world, page(STANCE), page(STANCE), page(*OPENING, negotiation="more"))

    assert [each["refused"] and each["refused"]["detail"] for each in found] == [
        "there is no negotiation 'talks'",
        "there is no negotiation 'talks'",
        None,
    ]


def test_faults_of_form_are_told_by_their_place(http_world: World) -> None:
    bad = STANCE | {"stance": "maybe"}
    (_, found) = try_pages(http_world, page(*OPENING), page(STANCE, bad))

    assert [pointer for pointer, _ in faults(found)] == ["/1/stance"]


def test_what_may_be_recorded_before_is_named_where_it_is_asked_for(http_world: World) -> None:
    http_world.record(AT, [*OPENING, STANCE])
    again = {**STANCE, "id": None, "summary": "Yes, again."}

    (asked,) = try_pages(http_world, page(again), possible_duplicates=True)
    (unasked,) = try_pages(http_world, page(again))
    assert [(each["index"], each["event"]) for each in asked["possible_duplicates"]] == [
        (0, STANCE["id"])
    ]
    assert unasked["possible_duplicates"] == []


@pytest.mark.parametrize(
    ("body", "headers", "status", "told"),
    [
        (b"{", NDJSON, 400, "line 1: "),
        (b'{"negotiation": "talks"}', NDJSON, 422, "line 1: Field required"),
        (page() + b"[]", NDJSON, 422, "line 2: "),
        (page(*OPENING, how=1), NDJSON, 422, "Extra inputs"),
        (page(*OPENING), {"content-type": "application/json"}, 415, "a trial is NDJSON"),
        (page(*OPENING), NDJSON | {"content-encoding": "gzip"}, 415, "gzip"),
        (page(*[STANCE] * 10_001), NDJSON, 413, "more than 10000 events"),
        (b"x" * (2**24 + 1), NDJSON, 413, "a line is over"),
    ],
)
def test_a_body_that_is_no_trial_is_refused(
    own_site: World, body: bytes, headers: dict[str, str], status: int, told: str
) -> None:
    answer = own_site.client.post("/v1/trials", content=body, headers=headers)

    assert answer.status_code == status, answer.text
    assert told in answer.json()["detail"]


def test_a_trial_that_is_too_long_for_the_disk_is_refused(own_site: World) -> None:
    with mock.patch.object(trial, "TRIAL_LIMIT", 100):
        answer = own_site.client.post("/v1/trials", content=page(*OPENING), headers=NDJSON)

    assert answer.status_code == 413
    assert "in parts" in answer.json()["hint"]


def test_only_so_many_trials_are_made_at_once(own_site: World) -> None:
    slots = server_services(own_site.client.app).trial_slots  # type: ignore[arg-type]  # as starlette types it
    for _ in range(MAX_TRIALS):
        slots.acquire()
    refused = own_site.client.post("/v1/trials", content=page(*OPENING), headers=NDJSON)
    slots.release(MAX_TRIALS)
    malformed = own_site.client.post("/v1/trials", content=b"{", headers=NDJSON)

    assert refused.status_code == 503
    assert malformed.status_code == 400
    for _ in range(MAX_TRIALS):
        assert slots.acquire(blocking=False), "a trial that ended has left its slot"
    slots.release(MAX_TRIALS)


def test_a_key_of_one_negotiation_tries_nothing_of_another(own_site: World) -> None:
    caller = Caller.with_scopes("key", ["append"], "staff", ["new"])

    async def send_pages() -> AsyncIterator[bytes]:
        for negotiation in ("new", "talks"):
            yield page(*OPENING, negotiation=negotiation)

    async def read_answer() -> bytes:
        answer = await trial.Trial(own_site.ledger, caller, compares=True).answer(send_pages())
        assert isinstance(answer, StreamingResponse)
        return b"".join([bytes(part) async for part in answer.body_iterator])

    first, second = map(json.loads, asyncio.run(read_answer()).splitlines())
    assert first["refused"] is None
    assert second["refused"] == {
        "detail": "there is no negotiation 'talks'",
        "hint": "your key is for new",
    }


def test_a_trial_reads_no_page_before_the_one_before_is_tried(own_site: World) -> None:
    told: list[str] = []

    async def send_pages() -> AsyncIterator[bytes]:
        for number in range(3):
            told.append(f"sent {number}")
            yield page(*OPENING, negotiation=f"n{number}")

    def note_page(self: trial.Trial, line: bytes) -> None:
        told.append(f"tried {json.loads(line)['negotiation'][1:]}")

    with mock.patch.object(trial.Trial, "_try_line", note_page):
        asyncio.run(trial.Trial(own_site.ledger, OWNER, compares=False).answer(send_pages()))

    assert told == ["sent 0", "tried 0", "sent 1", "tried 1", "sent 2", "tried 2"]
