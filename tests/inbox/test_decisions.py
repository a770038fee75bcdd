"""Drafts are changed, accepted, discarded, and recorded in one batch."""

from __future__ import annotations

from typing import Any

from api.cli.maintenance import erase_from_log
from tests.inbox.conftest import Inbox, holds, read_drafts, said
from tests.keyed_world import bearer, make_key


def bring(inbox: Inbox, *events: dict[str, Any]) -> tuple[str, list[str]]:
    told = inbox.bring(drafts=read_drafts(*(events or (said(), holds()))))
    return told["article"], [each["draft"] for each in inbox.drafts(article=told["article"])]


def test_what_was_accepted_is_recorded_in_one_batch_and_once(inbox: Inbox) -> None:
    article, (first, second) = bring(inbox)
    inbox.act(first, "accept")
    inbox.act(second, "accept")
    done = inbox.record(article)
    again = inbox.record(article, first, second)
    event = inbox.world.get(f"/events/{first}").json()["data"]

    assert done.status_code == 200, done.text
    assert [each["id"] for each in done.json()["recorded"]] == [first, second]
    assert len({each["recorded_at"] for each in done.json()["recorded"]}) == 1
    assert [each["seq"] for each in done.json()["drafts"]] == [5, 6]
    assert (again.json()["recorded"], again.json()["duplicates"]) == ([], [first, second])
    assert event["reports"][0]["publisher"] == "Reuters"
    assert event["recorded_by"] == "local"


def test_only_what_is_chosen_or_accepted_is_recorded(desk: Inbox) -> None:
    article, (first, second) = bring(desk)
    nothing = desk.record(article)
    desk.act(first, "accept")
    desk.record(article)
    chosen = desk.record(article, second)

    assert (nothing.status_code, nothing.json()["detail"]) == (
        *(422, "no draft of the article is accepted"),
    )
    assert [each["id"] for each in chosen.json()["recorded"]] == [second]
    assert [each["status"] for each in desk.drafts()] == ["accepted", "accepted"]


def test_a_batch_that_is_refused_names_the_draft_and_records_nothing(inbox: Inbox) -> None:
    article, (first, second) = bring(inbox, said(), holds(party="nobody"))
    answer = inbox.record(article, first, second)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{second}/party"
    assert [(each["seq"], each["status"]) for each in inbox.drafts()] == [(None, "accepted")] * 2
    assert inbox.act(second, "discard").status_code == 200


def test_a_day_a_century_back_is_doubted_before_it_is_recorded(desk: Inbox) -> None:
    article, (slip, _) = bring(desk, said(occurred="1925-12-19"), holds())
    told = desk.call("GET", f"/drafts/{slip}").json()["preview"]
    page = desk.world.client.get(f"/desk/talks/inbox/{article}?draft={slip}&lang=uk").text
    recorded = desk.record(article, slip).json()
    doubt = "1925-12-19 is more than 50 years from the day on which it was reported"

    assert [(each["pointer"], each["detail"]) for each in told["warnings"]] == [
        ("/occurred", doubt)
    ]
    assert [(each["pointer"], each["detail"]) for each in recorded["warnings"]] == [
        (f"/{slip}/occurred", doubt)
    ]
    assert "1925-12-19: понад 50 років" in page


def test_what_can_never_be_recorded_cannot_be_accepted(desk: Inbox) -> None:
    plan = {"type": "plan-introduced", "plan": "a", "title": "A", "derived_from": ["a"]}
    _, (itself, good) = bring(desk, {**plan, "occurred": "2025-12-19"}, said())
    erasing = {"type": "payload-erased", "event": good, "reason": "law", "visible": []}
    answers = [
        desk.act(itself, "accept"),
        desk.call("PATCH", f"/drafts/{good}", {**dict.fromkeys(said()), **erasing}),
        desk.act(good, "accept"),
    ]

    assert [each.status_code for each in answers] == [422, 422, 200]
    assert "a plan cannot derive from itself" in answers[0].json()["detail"]
    assert "cannot be recorded directly" in answers[1].json()["detail"]
    assert [each["status"] for each in desk.drafts()] == ["open", "accepted"]


def test_a_registration_is_recorded_before_who_names_it(desk: Inbox) -> None:
    person = {"type": "person-registered", "person": "aide", "name": "The aide"}
    article, drafts = bring(desk, said(speaker="person:aide"), person)
    done = desk.record(article, *drafts)

    assert [each["type"] for each in done.json()["recorded"]] == [
        "person-registered",
        "statement-made",
    ]


def test_a_change_keeps_what_was_read(inbox: Inbox) -> None:
    _, (first, _) = bring(inbox)
    answer = inbox.call("PATCH", f"/drafts/{first}", {"summary": "Other", "note": "By phone"})
    removed = inbox.call("PATCH", f"/drafts/{first}", {"note": None})

    assert answer.status_code == 200, answer.text
    assert removed.json()["changes"] == [
        {"field": "summary", "before": said()["summary"], "after": "Other"}
    ]
    assert removed.json()["original"]["summary"] == said()["summary"]
    assert removed.json()["changed_by"] == "local"


def test_a_change_that_cannot_be_recorded_is_refused(desk: Inbox) -> None:
    _, (first, _) = bring(desk)
    for patch, pointer in (
        ({"occurred": "Friday"}, "/occurred"),
        ({"typo": 1}, "/typo"),
        ({"summary": None}, "/summary"),
        ({"id": first}, "/id"),
    ):
        answer = desk.call("PATCH", f"/drafts/{first}", patch)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert desk.call("GET", f"/drafts/{first}").json()["changes"] == []


def test_what_can_never_be_recorded_is_not_accepted(desk: Inbox) -> None:
    _, (first,) = bring(desk, {"type": "statement-made", "summary": "Half of it"})
    answer = desk.act(first, "accept")

    assert answer.status_code == 422
    assert desk.drafts()[0]["status"] == "open"


def test_a_decision_is_undone_until_it_is_recorded(inbox: Inbox) -> None:
    article, (first, _) = bring(inbox)
    inbox.act(first, "discard")
    reopened = inbox.act(first, "reopen").json()
    inbox.record(article, first)
    late = inbox.act(first, "discard")
    changed = inbox.call("PATCH", f"/drafts/{first}", {"summary": "Other"})

    assert (reopened["status"], reopened["decided_by"]) == ("open", None)
    assert (late.status_code, changed.status_code) == (409, 409)
    assert late.json()["type"] == "/problems/already-decided"


def test_a_draft_is_tried_after_what_is_accepted(inbox: Inbox) -> None:
    _, (person, statement) = bring(
        inbox,
        {"type": "person-registered", "person": "aide", "name": "The aide"},
        said(speaker="person:aide"),
    )
    refused = inbox.call("GET", f"/drafts/{statement}").json()["preview"]
    inbox.act(person, "accept")
    tried = inbox.call("GET", f"/drafts/{statement}").json()["preview"]

    assert refused["errors"][0]["pointer"] == "/speaker"
    assert (tried["refused"], tried["registrations"]) == (None, [])
    assert [each["kind"] for each in tried["changes"]] == ["statement"]
    assert inbox.call("GET", f"/drafts/{person}").json()["preview"]["registrations"]


def test_a_draft_names_what_is_recorded_already(desk: Inbox) -> None:
    desk.world.post(holds(reports=[{"published": "2025-12-20"}]))
    _, (first,) = bring(desk, holds(summary="The same in other words"))
    preview = desk.call("GET", f"/drafts/{first}").json()["preview"]

    assert len(preview["possible_duplicates"]) == 1


def test_who_may_only_propose_has_drafts_wait_for_a_second_person(inbox: Inbox) -> None:
    admin = make_key(inbox.world, "operator", "admin")
    clerk = Inbox(inbox.world, bearer(make_key(inbox.world, "clerk", "propose", by=admin)))
    editor = Inbox(inbox.world, bearer(make_key(inbox.world, "editor", "append", by=admin)))
    article, (first, second) = bring(clerk)
    clerk.act(second, "discard")
    done = clerk.record(article, first).json()
    undone = clerk.act(first, "reopen")
    waiting = clerk.drafts(status="accepted")
    accepted = editor.call("POST", f"/proposals/{done['proposal']}/accept")
    event = editor.call("GET", f"/events/{first}").json()["data"]

    assert (done["recorded"], waiting[0]["proposal"]["status"]) == ([], "waiting")
    assert undone.status_code == 409
    assert accepted.status_code == 200, accepted.text
    assert (event["recorded_by"], event["approved_by"]) == ("clerk", "editor")
    assert editor.drafts(status="accepted")[0]["seq"] == accepted.json()["recorded"][0]["seq"]


def test_what_was_returned_can_be_changed_again(desk: Inbox) -> None:
    admin = make_key(desk.world, "operator", "admin")
    clerk = Inbox(desk.world, bearer(make_key(desk.world, "clerk", "propose", by=admin)))
    article, (first, _) = bring(clerk)
    proposal = clerk.record(article, first).json()["proposal"]
    clerk.call("POST", f"/proposals/{proposal}/withdraw")
    changed = clerk.call("PATCH", f"/drafts/{first}", {"summary": "Better"})

    assert changed.status_code == 200
    assert clerk.record(article, first).json()["proposal"] != proposal


def test_an_erasure_takes_the_draft_and_the_text(desk: Inbox) -> None:
    article, (first, second) = bring(desk)
    desk.record(article, first)
    with desk.world.ledger.take_writer() as c:
        erase_from_log(c, first, "by law", desk.world.moment)
    told = desk.call("GET", f"/articles/{article}").json()
    erased, other = desk.drafts()

    assert told["text"] is None
    assert (erased["event"], erased["original"], erased["why"]) == (None, None, None)
    assert (other["event"], other["status"]) == (None, "discarded")
    assert desk.act(second, "accept").status_code == 404
