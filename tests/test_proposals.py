"""Proposals: one person puts a batch aside, a second one accepts or returns it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import orjson
import pytest

from api import proposals as batches
from api.cli.maintenance import erase_from_log
from api.proposals import delete_old_bodies
from ledger import proposals
from ledger.database import Cursor, transaction
from ledger.library import OperationalError
from ledger.proofs.merkle import leaf_hash
from tests.facts import STANCE, statement
from tests.keyed_world import ON_BOTH, TALKS, bearer, make_key
from tests.world import World

PROPOSALS = f"{TALKS}/proposals"
NEW = statement(9, summary="Proposed words")
Headers = dict[str, str]


@pytest.fixture
def world(keyed_world: World) -> World:
    return keyed_world


@pytest.fixture
def desk(world: World, admin: str) -> dict[str, Headers]:
    """Two who propose, two who accept, and a reader of all."""
    scopes = {
        **{"clerk": "propose", "trainee": "propose"},
        **{"editor": "append", "chief": "append", "auditor": "audit"},
    }
    keys = {name: make_key(world, name, scope, by=admin) for name, scope in scopes.items()}
    return {name: bearer(secret) for name, secret in keys.items()}


def propose(world: World, who: Headers, body: Any = NEW) -> str:
    response = world.client.post(PROPOSALS, json=body, headers=who)
    assert response.status_code == 201, response.text
    proposal: str = response.json()["proposal"]
    return proposal


def decide(world: World, who: Headers, proposal: str, act: str, **body: Any) -> Any:
    address = f"{PROPOSALS}/{proposal}/{act}"
    return world.client.post(address, json=body or None, headers=who)


def show(world: World, who: Headers, proposal: str) -> Any:
    return world.client.get(f"{PROPOSALS}/{proposal}", headers=who).json()


def events_of(world: World, who: Headers) -> list[str]:
    found = world.client.get(f"{TALKS}/events?audience=staff", headers=who).json()["data"]
    return [each["event"] for each in found]


@ON_BOTH
def test_what_is_proposed_is_checked_and_waits(world: World, desk: dict[str, Headers]) -> None:
    before = events_of(world, desk["editor"])
    answer = world.client.post(PROPOSALS, json=[STANCE, NEW], headers=desk["clerk"])
    told = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{PROPOSALS}/{told['proposal']}"
    assert (told["status"], told["proposed_by"], told["events"]) == ("waiting", "clerk", 2)
    assert told["then"]["new"] == [0, 1]
    assert {each["kind"] for each in told["then"]["changes"]} == {"position", "statement"}
    assert events_of(world, desk["editor"]) == before
    assert show(world, desk["editor"], told["proposal"])["body"] == [STANCE, NEW]


@ON_BOTH
def test_what_could_not_be_recorded_is_refused_in_the_same_words(
    world: World, desk: dict[str, Headers]
) -> None:
    wrong = [STANCE | {"party": "nobody"}, NEW | {"typo": 1}]
    reused = statement(1) | {"summary": "Another"}
    for body, status in ((wrong[0], 422), (wrong, 422), (reused, 409), ([], 422)):
        refused = world.client.post(PROPOSALS, json=body, headers=desk["clerk"])
        as_recorded = world.post(body, headers=desk["editor"])
        assert (refused.status_code, refused.json()) == (status, as_recorded.json())
    assert world.client.get(PROPOSALS, headers=desk["clerk"]).json() == {"proposals": []}


@ON_BOTH
def test_both_names_stand_in_the_record(world: World, desk: dict[str, Headers]) -> None:
    proposal = propose(world, desk["clerk"])
    accepted = decide(world, desk["editor"], proposal, "accept", word="Checked by phone").json()
    (recorded,) = accepted["recorded"]
    path = f"{TALKS}/events/{NEW['id']}?audience=staff"
    event = world.client.get(path, headers=desk["editor"]).json()["data"]
    leaf = world.client.get(f"/v1/audit/leaves/{recorded['seq']}", headers=desk["auditor"])
    exported = world.client.get(f"{TALKS}/export", headers=desk["auditor"]).text.splitlines()

    assert (event["recorded_by"], event["approved_by"]) == ("clerk", "editor")
    assert leaf.json() | {"recorded_by": "clerk", "approved_by": "editor"} == leaf.json()
    assert leaf_hash(leaf.content).hex() == recorded["leaf_hash"] == event["leaf_hash"]
    assert orjson.loads(exported[-1])["approved_by"] == "editor"
    assert "approved_by" not in orjson.loads(exported[0])
    told = accepted["proposal"]
    assert (told["status"], told["decided_by"], told["word"], told["recorded"]) == (
        *("accepted", "editor", "Checked by phone"),
        [recorded],
    )


@ON_BOTH
def test_nobody_decides_on_what_is_their_own(world: World, desk: dict[str, Headers]) -> None:
    own = propose(world, desk["editor"])
    others = propose(world, desk["clerk"], statement(10))
    refused = [
        decide(world, desk["editor"], own, "accept"),
        decide(world, desk["editor"], own, "return", word="No"),
        decide(world, desk["clerk"], others, "accept"),
        decide(world, desk["editor"], others, "withdraw"),
    ]

    assert [each.status_code for each in refused] == [403] * 4
    assert "'editor' proposed this" in refused[0].json()["detail"]
    assert "needs the scope append" in refused[2].json()["detail"]
    assert decide(world, desk["chief"], own, "accept").status_code == 200
    withdrawn = decide(world, desk["clerk"], others, "withdraw", word="Too early").json()
    assert (withdrawn["status"], withdrawn["decided_by"]) == ("withdrawn", "clerk")


@ON_BOTH
def test_a_word_is_as_long_as_is_described(world: World, desk: dict[str, Headers]) -> None:
    proposal, other = propose(world, desk["clerk"]), propose(world, desk["trainee"], statement(10))
    for word in ("", "  ", " " * 2001, "x" * 2001):
        refused = decide(world, desk["editor"], proposal, "return", word=word)
        assert refused.status_code == 422, refused.text
        (reason,) = refused.json()["errors"]
        too_long = len(word) > 2000
        assert ("2000" if too_long else "must not be empty") in reason["detail"]

    assert decide(world, desk["clerk"], proposal, "withdraw", word=" " * 2001).status_code == 422
    assert decide(world, desk["clerk"], proposal, "withdraw", word=" ").json()["word"] is None
    told = decide(world, desk["editor"], other, "return", word=" Name the source ").json()
    assert told["word"] == "Name the source"


@ON_BOTH
def test_a_decision_stands(world: World, desk: dict[str, Headers]) -> None:
    proposal = propose(world, desk["clerk"])
    returned = decide(world, desk["editor"], proposal, "return", word="Name the source").json()
    again = decide(world, desk["editor"], proposal, "return", word="Name the source")
    refused = [
        decide(world, desk["chief"], proposal, "accept"),
        decide(world, desk["editor"], proposal, "accept"),
        decide(world, desk["clerk"], proposal, "withdraw"),
    ]

    assert (returned["status"], returned["word"]) == ("returned", "Name the source")
    assert again.json() == returned
    assert [each.status_code for each in refused] == [409] * 3
    assert "was returned by 'editor' on 2025-12-22T12:00:00" in refused[0].json()["detail"]
    assert NEW["id"] not in events_of(world, desk["editor"])


@ON_BOTH
def test_each_sees_what_it_may(world: World, desk: dict[str, Headers], admin: str) -> None:
    opening = [{"type": "negotiation-opened", "title": "Other"}]
    other = "/v1/negotiations/other"
    world.client.post(f"{other}/events", json=opening, headers=desk["editor"])
    limited = bearer(make_key(world, "limited", "append", by=admin, negotiations=["other"]))
    of_clerk = propose(world, desk["clerk"])
    world.set_clock("2025-12-22T12:00:01Z")
    of_trainee = propose(world, desk["trainee"], statement(10))

    def listed(who: Headers, query: str = "") -> list[str]:
        found = world.client.get(PROPOSALS + query, headers=who).json()["proposals"]
        return [each["proposal"] for each in found]

    assert listed(desk["clerk"]) == [of_clerk]
    assert listed(desk["editor"]) == [of_trainee, of_clerk]
    assert listed(desk["editor"], "?status=accepted") == []
    assert listed(desk["editor"], f"?limit=1&cursor={of_trainee}") == [of_clerk]
    assert world.client.get(f"{PROPOSALS}/{of_trainee}", headers=desk["clerk"]).status_code == 404
    assert world.client.get(f"{PROPOSALS}/{of_clerk}", headers=limited).status_code == 404
    elsewhere = world.client.get(f"{other}/proposals/{of_clerk}", headers=desk["editor"])
    assert elsewhere.status_code == 404
    assert world.client.get(f"{other}/proposals", headers=limited).json() == {"proposals": []}
    assert world.client.get(PROPOSALS).status_code == 401
    unknown = world.client.get("/v1/negotiations/none/proposals", headers=desk["editor"])
    assert unknown.status_code == 404


@ON_BOTH
def test_who_only_proposes_is_told_where(world: World, desk: dict[str, Headers]) -> None:
    refused = world.post(NEW, headers=desk["clerk"])

    assert refused.status_code == 403
    assert f"POST it to {PROPOSALS}" in refused.json()["hint"]


@ON_BOTH
def test_the_same_body_waits_once(world: World, desk: dict[str, Headers]) -> None:
    first = propose(world, desk["clerk"])
    again = world.client.post(PROPOSALS, json=NEW, headers=desk["clerk"])
    by_other = world.client.post(PROPOSALS, json=NEW, headers=desk["trainee"])

    assert (again.status_code, again.json()["proposal"]) == (200, first)
    assert (by_other.status_code, by_other.json()["proposal"] != first) == (201, True)


@ON_BOTH
def test_what_would_change_is_told_anew(world: World, desk: dict[str, Headers]) -> None:
    proposal = propose(world, desk["clerk"], STANCE)
    same = show(world, desk["editor"], proposal)
    rival = STANCE | {"id": statement(77)["id"], "stance": "rejects", "occurred": "2025-12-21"}
    world.post(rival, headers=desk["editor"])
    moved = show(world, desk["editor"], proposal)

    assert same["differs"] is False
    assert same["now"] == same["then"]
    assert (moved["differs"], moved["now"]["changes"]) == (True, [])
    assert moved["then"] == same["then"]
    late = f"{PROPOSALS}/{proposal}/accept"
    as_seen = {"If-Match": f'"{same["last_seq"]}"'}
    refused = world.client.post(late, headers=desk["editor"] | as_seen)
    assert refused.status_code == 412
    as_seen = {"If-Match": f'"{moved["last_seq"]}"'}
    assert world.client.post(late, headers=desk["editor"] | as_seen).status_code == 200


@ON_BOTH
def test_what_became_impossible_is_told_and_refused(world: World, desk: dict[str, Headers]) -> None:
    south = {"type": "party-registered", "party": "south", "name": "South"}
    proposal = propose(world, desk["clerk"], south)
    world.post(south | {"name": "The South"}, headers=desk["editor"])
    shown = show(world, desk["editor"], proposal)
    refused = decide(world, desk["editor"], proposal, "accept")

    assert shown["differs"] is True
    assert shown["now"]["errors"][0]["pointer"] == "/party"
    assert (refused.status_code, refused.json()["errors"]) == (422, shown["now"]["errors"])
    assert show(world, desk["editor"], proposal)["status"] == "waiting"


@ON_BOTH
def test_a_body_is_recorded_byte_for_byte(world: World, desk: dict[str, Headers]) -> None:
    lines = b"\n".join(orjson.dumps(statement(number)) for number in (9, 10)) + b"\n\n"
    cloud = {"specversion": "1.0", "source": "x", "id": statement(11)["id"]}
    cloud |= {"type": "statement-made", "data": {**statement(11)}}
    del cloud["data"]["id"], cloud["data"]["type"]
    for body, kind in (
        (lines, "application/x-ndjson"),
        (orjson.dumps(cloud), "application/cloudevents+json; charset=utf-8"),
    ):
        headers = desk["clerk"] | {"Content-Type": kind}
        proposal = world.client.post(PROPOSALS, content=body, headers=headers).json()["proposal"]
        with world.ledger.open_snapshot() as c:
            assert bytes(proposals.read_proposal(c, "talks", proposal).body) == body
        assert decide(world, desk["editor"], proposal, "accept").status_code == 200
    known = events_of(world, desk["editor"])
    assert [statement(number)["id"] in known for number in (9, 10, 11)] == [True] * 3


@ON_BOTH
def test_of_two_who_accept_at_once_one_does(world: World, desk: dict[str, Headers]) -> None:
    for number in range(9, 14):
        proposal = propose(world, desk["clerk"], statement(number))
        names, start = ("editor", "chief"), threading.Barrier(2)

        def accept(name: str, start: threading.Barrier = start, of: str = proposal) -> Any:
            start.wait()
            return decide(world, desk[name], of, "accept")

        with ThreadPoolExecutor(2) as pool:
            answers = dict(zip(names, pool.map(accept, names), strict=True))
        statuses = {name: answer.status_code for name, answer in answers.items()}
        winner = next(name for name, status in statuses.items() if status == 200)
        loser = next(answer for name, answer in answers.items() if name != winner)

        assert sorted(statuses.values()) == [200, 409]
        assert f"was accepted by {winner!r}" in loser.json()["detail"]
        assert events_of(world, desk["editor"]).count(statement(number)["id"]) == 1


@contextmanager
def failing_commit(world: World, *, is_kept: bool) -> Iterator[None]:
    """Let the next commit of an append fail, before it is kept or after."""
    commit, failed = world.ledger.appender.commit, threading.Event()

    def fail_once(c: Cursor) -> None:
        if failed.is_set():
            commit(c)
            return
        failed.set()
        if is_kept:
            commit(c)
        raise OperationalError("the connection broke")

    with patch.object(world.ledger.appender, "commit", fail_once):
        yield


@pytest.mark.parametrize("is_kept", [False, True])
@ON_BOTH
def test_a_crash_between_records_nothing_twice(
    world: World, desk: dict[str, Headers], *, is_kept: bool
) -> None:
    without_id = {name: value for name, value in NEW.items() if name != "id"}
    proposal = propose(world, desk["clerk"], without_id)
    before = len(events_of(world, desk["editor"]))
    with failing_commit(world, is_kept=is_kept):
        unknown = decide(world, desk["editor"], proposal, "accept")
        other = show(world, desk["chief"], proposal)["status"]
        again = decide(world, desk["editor"], proposal, "accept")
        third = decide(world, desk["editor"], proposal, "accept")

    assert (unknown.status_code, again.status_code) == (503, 200)
    assert other == ("accepted" if is_kept else "waiting")
    assert third.json() == again.json()
    assert len(events_of(world, desk["editor"])) == before + 1


@ON_BOTH
def test_what_waits_is_limited_for_each_name(
    world: World, desk: dict[str, Headers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "MAX_WAITING", 1)
    proposal = propose(world, desk["clerk"])
    refused = world.client.post(PROPOSALS, json=statement(10), headers=desk["clerk"])

    assert (refused.status_code, "1 proposals of 'clerk' wait" in refused.text) == (429, True)
    propose(world, desk["trainee"], statement(10))
    decide(world, desk["clerk"], proposal, "withdraw")
    monkeypatch.setattr(proposals, "MAX_WAITING_BYTES", 10)
    large = world.client.post(PROPOSALS, json=statement(10), headers=desk["clerk"])
    assert large.status_code == 429


@ON_BOTH
def test_changes_that_are_many_are_not_kept(
    world: World, desk: dict[str, Headers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MAX_PREVIEW_BYTES", 1000)
    answer = world.client.post(PROPOSALS, json=[STANCE, NEW], headers=desk["clerk"]).json()
    shown = show(world, desk["editor"], answer["proposal"])

    assert (answer["then"]["changes"], answer["then"]["new"]) == (None, [0, 1])
    assert (shown["differs"], len(shown["now"]["changes"])) == (None, 2)


@ON_BOTH
def test_a_proposal_can_open_a_negotiation(world: World, desk: dict[str, Headers]) -> None:
    address = "/v1/negotiations/new/proposals"
    opening = {"type": "negotiation-opened", "title": "New"}
    proposal = world.client.post(address, json=opening, headers=desk["clerk"]).json()["proposal"]
    listed = world.client.get(address, headers=desk["editor"]).json()["proposals"]
    accepted = world.client.post(f"{address}/{proposal}/accept", headers=desk["editor"])

    assert [each["proposal"] for each in listed] == [proposal]
    assert accepted.status_code == 200


@ON_BOTH
def test_bodies_of_what_was_decided_are_deleted_in_time(
    world: World, desk: dict[str, Headers]
) -> None:
    decided, waiting = propose(world, desk["clerk"]), propose(world, desk["clerk"], statement(10))
    decide(world, desk["editor"], decided, "accept", word="Good")
    for moment, is_deleted in (("2026-01-21T11:59:59Z", False), ("2026-01-21T12:00:01Z", True)):
        world.set_clock(moment)
        delete_old_bodies(world.ledger, 30).run()
        shown = show(world, desk["editor"], decided)
        assert (shown["body"] is None, shown["then"] is None) == (is_deleted, is_deleted)
    assert (shown["decided_by"], shown["word"], len(shown["recorded"])) == ("editor", "Good", 1)
    assert show(world, desk["editor"], waiting)["body"]
    again = decide(world, desk["editor"], decided, "accept")
    assert again.json()["recorded"] == shown["recorded"]


@ON_BOTH
def test_erasing_an_event_leaves_no_copy_in_a_proposal(
    world: World, desk: dict[str, Headers]
) -> None:
    words = "Words that a court forbids"
    event = statement(9, summary=words)
    without_id = {name: value for name, value in event.items() if name != "id"}
    accepted = propose(world, desk["clerk"], without_id)
    recorded = decide(world, desk["editor"], accepted, "accept", word=f"{words}: checked").json()
    returned = propose(world, desk["clerk"], event | {"statement": "s99"})
    decide(world, desk["editor"], returned, "return", word="No")
    waiting = propose(world, desk["trainee"], [statement(10), event | {"statement": "s98"}])
    (item,) = recorded["recorded"]
    other = world.post(event | {"statement": "s98"}, headers=desk["chief"])
    assert other.status_code == 201

    with world.ledger.take_writer() as c:
        for target in (item["id"], event["id"]):
            erase_from_log(c, target, "court order", world.ledger.clock())
    with world.ledger.open_snapshot() as c:
        rows = {each.id: each for each in _all(c)}
    assert words not in str(rows)
    assert [rows[each].is_deleted for each in (accepted, returned, waiting)] == [True] * 3
    assert (rows[waiting].status, rows[waiting].decided_by) == ("returned", "local")
    assert rows[waiting].word == proposals.ERASED_WORD
    assert rows[accepted].recorded == [item]


def _all(c: Cursor) -> list[proposals.Proposal]:
    c.execute("SELECT * FROM proposal")
    return [proposals.Proposal(*row) for row in c.fetchall()]


@ON_BOTH
def test_without_keys_nobody_else_could_accept(world: World) -> None:
    refused = world.client.post(PROPOSALS, json=NEW)

    assert refused.status_code == 403
    assert "no keys yet" in refused.json()["detail"]
    assert "minutebook keys create" in refused.json()["hint"]


@ON_BOTH
def test_an_approval_cannot_be_changed(world: World, desk: dict[str, Headers]) -> None:
    decide(world, desk["editor"], propose(world, desk["clerk"]), "accept")
    with (
        world.ledger.take_writer() as c,
        pytest.raises(Exception, match="append-only"),
        transaction(c),
    ):
        c.execute("UPDATE event SET approved_by = 'chief' WHERE approved_by = 'editor'")
