"""What others do meanwhile: nothing is recorded twice, overwritten or recorded stale in silence."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest

from tests.inbox.conftest import QUOTE, TEXT, Inbox, holds, read_drafts, said
from tests.keyed_world import bearer, make_key

OTHER_TEXT = f"Agencies. {TEXT}"


def bring(inbox: Inbox, *events: dict[str, Any], text: str = TEXT, **article: Any) -> list[str]:
    """Bring in an article with drafts; return its id and theirs."""
    told = inbox.bring(text=text, drafts=read_drafts(*events, text=text), **article)
    return [told["article"], *(each["draft"] for each in inbox.drafts(article=told["article"]))]


def record_first(inbox: Inbox, *events: dict[str, Any]) -> tuple[str, list[str]]:
    """Bring in two articles that say the same, and record the first; return its event, and the
    second with its drafts."""
    first, *drafts = bring(inbox, *events)
    second = bring(inbox, *events, text=OTHER_TEXT, publisher="AP", url="https://ap.example/1")
    inbox.world.set_clock("2025-12-22T13:00:00Z")
    assert inbox.record(first, *drafts).status_code == 200
    return drafts[0], second


def test_what_another_article_recorded_meanwhile_is_not_recorded_twice(inbox: Inbox) -> None:
    recorded, (article, statement, position) = record_first(inbox, said(), holds())
    held = inbox.record(article, statement, position)
    problem = held.json()
    events = inbox.world.get("/events", audience="staff").json()["data"]

    assert (held.status_code, problem["type"]) == (409, "/problems/unsettled-drafts")
    assert [each["pointer"] for each in problem["errors"]] == [f"/{statement}", f"/{position}"]
    assert "seq 5, North accepts a ceasefire." in problem["errors"][0]["detail"]
    assert recorded in problem["errors"][0]["hint"]
    assert len(events) == 6
    assert [each["status"] for each in inbox.drafts(article=article)] == ["open", "open"]


def test_what_repeats_is_recorded_all_the_same_where_that_is_said(inbox: Inbox) -> None:
    _, (article, statement, position) = record_first(
        inbox, said(), holds(statement="envoy-accepts")
    )
    body = {"drafts": [statement, position], "repeats": True}
    done = inbox.call("POST", f"/articles/{article}/accept", body)
    event, stance = (
        inbox.world.get(f"/events/{each}", audience="staff").json()["data"]
        for each in (statement, position)
    )

    assert done.status_code == 200, done.text
    assert (event["statement"], stance["statement"]) == ("envoy-accepts-2", "envoy-accepts-2")


def test_the_source_is_added_to_what_is_recorded_instead(inbox: Inbox) -> None:
    recorded, _ = record_first(inbox, said())
    article, statement, position = bring(
        inbox,
        said(),
        holds(statement="envoy-accepts", occurred="2025-12-25"),
        text=f"{OTHER_TEXT} Again.",
        url="https://dpa.example/2",
        publisher="dpa",
    )
    made = inbox.call("POST", f"/drafts/{statement}/report", {"event": recorded})
    done = inbox.record(article, statement, position)
    reports = inbox.world.get(f"/events/{recorded}", audience="staff").json()["data"]["reports"]
    sha256 = inbox.call("GET", f"/articles/{article}").json()["sha256"]

    assert made.status_code == 200, made.text
    assert (made.json()["event"]["type"], made.json()["status"]) == ("report-added", "open")
    assert made.json()["changes"] == [
        {"field": "type", "before": "statement-made", "after": "report-added"}
    ]
    assert done.status_code == 200, done.text
    assert {each["publisher"] for each in reports} == {"Reuters", "dpa"}
    added = next(each for each in reports if each["publisher"] == "dpa")
    assert (added["url"], added["quote"], added["sha256"]) == (
        *("https://dpa.example/2", QUOTE, sha256),
    )


def test_positions_follow_a_statement_that_is_recorded_under_another_slug(desk: Inbox) -> None:
    desk.world.post(said("their-slug", reports=[{"published": "2025-12-20"}]))
    recorded = desk.world.get("/events", audience="staff").json()["data"][-1]["id"]
    _, statement, position = bring(desk, said("our-slug"), holds(statement="our-slug"))
    desk.call("POST", f"/drafts/{statement}/report", {"event": recorded})

    assert desk.call("GET", f"/drafts/{position}").json()["event"]["statement"] == "their-slug"
    nothing = "0193f6a0-0000-7000-8000-000000000000"
    missing = desk.call("POST", f"/drafts/{statement}/report", {"event": nothing})
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")


def test_what_was_recorded_before_a_draft_was_made_holds_nothing_back(desk: Inbox) -> None:
    desk.world.post(holds(reports=[{"published": "2025-12-20"}]))
    desk.world.set_clock("2025-12-23T12:00:00Z")
    article, draft = bring(desk, holds())

    assert desk.record(article, draft).status_code == 200


def test_a_proposal_is_held_back_too(desk: Inbox) -> None:
    admin = make_key(desk.world, "operator", "admin")
    clerk = Inbox(desk.world, bearer(make_key(desk.world, "clerk", "propose", by=admin)))
    editor = Inbox(desk.world, bearer(make_key(desk.world, "editor", "append", by=admin)))
    _, (article, statement) = record_first(editor, said())

    assert clerk.record(article, statement).status_code == 409


def test_of_two_who_record_the_same_at_once_one_does(desk: Inbox) -> None:
    first, one = bring(desk, holds())
    second, other = bring(desk, holds(), text=OTHER_TEXT)
    begin, statuses = Barrier(2), list[int]()

    def record(article: str, draft: str) -> None:
        begin.wait()
        statuses.append(desk.record(article, draft).status_code)

    threads = [Thread(target=record, args=each) for each in ((first, one), (second, other))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(statuses) == [200, 409]


def test_a_change_made_from_an_older_version_overwrites_nothing(inbox: Inbox) -> None:
    _, draft = bring(inbox, said())
    seen = inbox.call("GET", f"/drafts/{draft}")
    tag = {"If-Match": seen.headers["ETag"]}
    mine = Inbox(inbox.world, inbox.headers | tag)
    taken = mine.call("PATCH", f"/drafts/{draft}", {"summary": "By the first"})
    stale = mine.call("PATCH", f"/drafts/{draft}", {"summary": "By the second"})
    decided = mine.act(draft, "discard")
    told = inbox.call("GET", f"/drafts/{draft}").json()

    assert taken.status_code == 200
    assert taken.headers["ETag"].strip('"') == taken.json()["version"] == told["version"]
    assert (stale.status_code, decided.status_code) == (412, 412)
    assert stale.json()["type"] == "/problems/moved-on"
    assert stale.json()["errors"][0]["pointer"] == "/summary"
    assert stale.json()["errors"][0]["detail"] == (
        'is now "By the first"; you sent "By the second"'
    )
    assert (told["event"]["summary"], told["status"]) == ("By the first", "open")
    fresh = Inbox(inbox.world, inbox.headers | {"If-Match": taken.headers["ETag"]})
    assert fresh.act(draft, "accept").status_code == 200


def test_what_was_accepted_is_open_again_where_its_article_is_read_otherwise(inbox: Inbox) -> None:
    inbox.world.set_clock("2025-12-28T12:00:00Z")
    told = inbox.bring()
    (draft,) = inbox.drafts()
    inbox.act(draft["draft"], "accept")
    inbox.call("PATCH", f"/articles/{told['article']}", {"published": "2025-12-27"})
    (stale,) = inbox.drafts()
    nothing = inbox.record(told["article"])
    held = inbox.record(told["article"], draft["draft"])
    inbox.act(draft["draft"], "accept")
    (settled,) = inbox.drafts()

    assert (stale["status"], stale["is_stale"]) == ("open", True)
    assert stale["event"]["occurred"] == "2025-12-19"
    assert stale["reread"]["occurred"] == "2025-12-26"
    assert stale["event"]["reports"][0]["published"] == "2025-12-27"
    assert nothing.status_code == 422
    assert (held.status_code, held.json()["errors"][0]["pointer"]) == (409, f"/{draft['draft']}")
    assert (settled["status"], settled["is_stale"], settled["reread"]) == ("accepted", False, None)
    assert inbox.record(told["article"]).status_code == 200


def test_another_publisher_makes_no_draft_stale(desk: Inbox) -> None:
    told = desk.bring()
    (draft,) = desk.drafts()
    desk.act(draft["draft"], "accept")
    desk.call("PATCH", f"/articles/{told['article']}", {"publisher": "AP"})
    (kept,) = desk.drafts()

    assert (kept["status"], kept["is_stale"], kept["changes"]) == ("accepted", False, [])
    assert kept["event"]["reports"][0]["publisher"] == "AP"


def test_a_position_is_held_that_names_a_statement_that_was_discarded(inbox: Inbox) -> None:
    article, statement, position = bring(inbox, said(), holds(statement="envoy-accepts"))
    inbox.act(statement, "discard")
    held = inbox.record(article, position)
    inbox.call("PATCH", f"/drafts/{position}", {"statement": None})
    done = inbox.record(article, position)

    assert (held.status_code, held.json()["errors"][0]["pointer"]) == (
        *(409, f"/{position}/statement"),
    )
    assert "whose draft was discarded" in held.json()["errors"][0]["detail"]
    assert done.status_code == 200


def test_a_link_to_what_is_recorded_holds_nothing_back(desk: Inbox) -> None:
    desk.world.post(said(reports=[{"published": "2025-12-20"}]))
    article, statement, position = bring(desk, said(), holds(statement="envoy-accepts"))
    desk.act(statement, "discard")

    assert desk.record(article, position).status_code == 200


@pytest.mark.parametrize(
    ("patch", "phrase"),
    [
        ({"occurred": "2025-12-18"}, None),
        ({"occurred": "2025-12-18", "phrase": "the day before"}, "the day before"),
        ({"summary": "Other"}, "on Friday"),
    ],
)
def test_a_date_that_is_corrected_takes_its_phrase_along(
    desk: Inbox, patch: dict[str, str], phrase: str | None
) -> None:
    _, draft = bring(desk, said(phrase="on Friday", phrase_anchor="2025-12-20"))
    event = desk.call("PATCH", f"/drafts/{draft}", patch).json()["event"]

    assert event.get("phrase") == phrase
    assert ("phrase_anchor" in event) == (phrase is not None)


def test_a_draft_is_tried_after_the_registration_it_needs_though_another_is_at_fault(
    inbox: Inbox,
) -> None:
    person = {"type": "person-registered", "person": "aide", "name": "The aide"}
    _, registration, faulty, statement = bring(
        inbox, person, holds(party="nobody"), said(speaker="person:aide")
    )
    inbox.act(registration, "accept")
    inbox.act(faulty, "accept")
    tried = inbox.call("GET", f"/drafts/{statement}").json()["preview"]
    refused = inbox.call("GET", f"/drafts/{faulty}").json()["preview"]

    assert (tried["refused"], [each["kind"] for each in tried["changes"]]) == (None, ["statement"])
    assert refused["errors"][0]["pointer"] == "/party"
