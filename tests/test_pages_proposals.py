"""The pages of proposals: what waits, what it would change, and the forms that decide."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.facts import OPENING, STANCE, event_id, report, statement
from tests.keyed_world import TALKS, bearer, make_key
from tests.test_sign_in import begin_session, form_token
from tests.world import World

PAGES = "/desk/talks/proposals"
OWN = {"Sec-Fetch-Site": "same-origin"}
Headers = dict[str, str]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, "http") as opened:
        opened.record("2025-12-22T12:00:00Z", [*OPENING, statement(1)])
        yield opened


@pytest.fixture
def desk(world: World) -> dict[str, Headers]:
    admin = make_key(world, "operator", "admin")
    scopes = {"clerk": "propose", "editor": "append", "reader": "read"}
    keys = {
        name: make_key(world, name, scope, by=admin, audience="staff")
        for name, scope in scopes.items()
    }
    return {name: bearer(secret) for name, secret in keys.items()}


def propose(world: World, who: Headers, body: Any = STANCE) -> str:
    answer = world.client.post(f"{TALKS}/proposals", json=body, headers=who)
    assert answer.status_code == 201, answer.text
    return f"{PAGES}/{answer.json()['proposal']}"


def read(world: World, path: str, who: Headers) -> str:
    response = world.client.get(path, headers=who)
    assert response.status_code == 200, response.text
    text = re.sub(r"<(script|style).*?</\1>", " ", response.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def send(world: World, path: str, who: Headers, **form: str) -> Any:
    return world.client.post(path, data=form, headers=who | OWN, follow_redirects=False)


def test_the_list_says_in_words_what_waits(world: World, desk: dict[str, Headers]) -> None:
    assert "Nothing waits." in read(world, PAGES, desk["editor"])
    propose(world, desk["clerk"], [STANCE, statement(9)])
    text = read(world, PAGES, desk["editor"])

    south = {"type": "party-registered", "party": "south", "name": "South"}
    path = propose(world, desk["clerk"], [south, STANCE | {"id": event_id(5), "party": "south"}])

    assert "South · The border" in read(world, path, desk["editor"])
    assert "2 events by clerk" in text
    assert re.search(r"North · The border .*accepts.* yes", text)
    assert "The envoy · Word 9" in text
    assert "herald" in text


def test_only_who_may_see_them_is_led_to_proposals(world: World, desk: dict[str, Headers]) -> None:
    propose(world, desk["editor"])

    def navigation(who: Headers) -> str:
        page = world.client.get("/desk/talks", headers=who)
        shown = re.search(r"<nav.*?</nav>", page.text, re.S)
        assert shown
        return " ".join(re.sub(r"<[^>]+>", " ", shown[0]).split())

    assert "Proposals 1 wait" in navigation(desk["editor"])
    assert navigation(desk["clerk"]).endswith("Proposals")
    assert "Proposals" not in navigation(desk["reader"])
    assert "Proposals" not in navigation({})
    private = world.client.get("/desk/talks", headers=desk["editor"]).headers["cache-control"]
    assert private == "private, no-cache"
    for path in (PAGES, f"{PAGES}.json"):
        assert world.client.get(path, headers=desk["reader"]).status_code == 403
        assert world.client.get(path).status_code == 401


def test_a_proposal_is_accepted_by_a_form(world: World, desk: dict[str, Headers]) -> None:
    path = propose(world, desk["clerk"])
    before = read(world, path, desk["editor"])
    seq = re.search(
        r'name="seq" value="(\d+)"', world.client.get(path, headers=desk["editor"]).text
    )
    assert seq
    answer = send(world, path, desk["editor"], step="accept", word="Good", seq=seq[1])
    after = read(world, path, desk["editor"])
    event = read(world, f"/desk/talks/events/{event_id(100)}", desk["editor"])

    assert "What it would change now" in before
    assert "would have changed the same" in before
    assert "North" in before
    assert "dated 20 December 2025 · herald" in before
    assert "it was recorded" not in before
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "Accepted by editor" in after
    assert "Good" in after
    assert f"seq {int(seq[1]) + 1}" in after
    assert "Decide" not in after
    assert "by clerk , approved by editor" in event or "by clerk, approved by editor" in event
    assert "Accepted by editor" in read(world, PAGES, desk["clerk"])


def test_a_proposal_is_returned_with_a_word(world: World, desk: dict[str, Headers]) -> None:
    path = propose(world, desk["clerk"])
    silent = send(world, path, desk["editor"], step="return", word=" ")
    returned = send(world, path, desk["editor"], step="return", word="Who said so?\r\nA page?")
    text = read(world, path, desk["clerk"])

    assert (silent.status_code, "say why" in silent.text) == (422, True)
    assert returned.status_code == 303
    assert "Returned by editor" in text
    assert "Who said so? A page?" in text


def test_what_is_ones_own_can_only_be_withdrawn(world: World, desk: dict[str, Headers]) -> None:
    path = propose(world, desk["editor"])
    text = read(world, path, desk["editor"])
    refused = send(world, path, desk["editor"], step="accept")
    by_clerk = send(world, propose(world, desk["clerk"]), desk["clerk"], step="accept")

    assert "This is your own" in text
    assert "Accept and record" not in text
    assert (refused.status_code, by_clerk.status_code) == (403, 403)
    assert "That was not done" in refused.text
    assert send(world, path, desk["editor"], step="withdraw").status_code == 303
    assert "Withdrawn by editor" in read(world, path, desk["editor"])


def test_what_moved_on_is_shown_before_it_is_accepted(
    world: World, desk: dict[str, Headers]
) -> None:
    path = propose(world, desk["clerk"])
    later = STANCE | {"id": event_id(77), "stance": "rejects", "occurred": "2025-12-21"}
    world.post(later, headers=desk["editor"])
    refused = send(world, path, desk["editor"], step="accept", seq="5")

    assert refused.status_code == 412
    for told in (
        "That was not done",
        "The record moved on since",
        "would have changed when it was proposed",
    ):
        assert told in refused.text
    south = {"type": "party-registered", "party": "south", "name": "South"}
    other = propose(world, desk["clerk"], south)
    world.post(south | {"name": "The South"}, headers=desk["editor"])
    text = world.client.get(other, headers=desk["editor"]).text
    assert "it cannot be recorded any more" in text
    assert re.search(r'value="accept"\s+disabled', text)


def test_two_tabs_that_decide_are_told_who_was_first(
    world: World, desk: dict[str, Headers]
) -> None:
    path = propose(world, desk["clerk"])
    send(world, path, desk["editor"], step="return", word="No")
    again = send(world, path, desk["editor"], step="accept")

    assert again.status_code == 409
    assert "was returned by &#39;editor&#39;" in again.text
    assert "Returned by editor" in again.text


def test_a_form_of_another_site_decides_nothing(world: World, desk: dict[str, Headers]) -> None:
    path = propose(world, desk["clerk"])
    headers = desk["editor"] | {"Sec-Fetch-Site": "cross-site"}
    answer = world.client.post(path, data={"step": "accept"}, headers=headers)

    assert answer.status_code == 403
    assert "Decide" in read(world, path, desk["editor"])


def test_the_form_of_who_only_proposes_puts_aside(world: World, desk: dict[str, Headers]) -> None:
    page = "/desk/talks/record"
    shown = read(world, f"{page}?type=statement-made", desk["clerk"])
    form = {
        **{"type": "statement-made", "statement": "s9", "speaker": "person:envoy"},
        **{"summary": "By form", "occurred": "2025-12-21", "reports.published": "2025-12-21"},
    }
    preview = send(world, page, desk["clerk"], **form, step="preview")
    seen = re.search(r'name="previewed" value="([^"]+)"', preview.text)
    assert seen
    answer = send(world, page, desk["clerk"], **form, step="record", previewed=seen[1])
    listed = read(world, PAGES, desk["editor"])

    assert "what you send waits until somebody else accepts it" in shown
    assert "Put it aside" in preview.text
    assert "Record it" not in preview.text
    assert (answer.status_code, answer.headers["location"].startswith(PAGES)) == (303, True)
    assert "By form" in listed
    events = world.client.get(f"{TALKS}/events?audience=staff", headers=desk["editor"])
    assert "By form" not in events.text


def test_what_only_staff_may_see_shows_its_effect(world: World, desk: dict[str, Headers]) -> None:
    staff = STANCE | {"reports": [report("2025-12-20", audience="staff")]}
    text = read(world, propose(world, desk["clerk"], staff), desk["editor"])

    assert "As of now it would change no position" not in text


def test_texts_of_proposals_are_shown_as_text(world: World, desk: dict[str, Headers]) -> None:
    attack = "<script>alert(1)</script>\u202e"
    path = propose(world, desk["clerk"], statement(9, summary=attack))
    send(world, path, desk["editor"], step="return", word=attack)
    for page in (path, PAGES):
        text = world.client.get(page, headers=desk["editor"]).text
        assert "<script>alert" not in text
        assert "\u202e" not in text


def test_who_signed_in_decides_under_the_name_of_the_key(
    world: World, desk: dict[str, Headers]
) -> None:
    """A session has the name of its key, so it is no second person beside the key."""
    own, others = propose(world, desk["editor"]), propose(world, desk["clerk"], statement(9))
    session = begin_session(world, desk["editor"]["Authorization"].removeprefix("Bearer "))
    token = form_token(world.client.get(others, headers=session).text)
    refused = send(world, own, session, step="accept", form_token=token)
    without = send(world, others, session, step="accept")
    accepted = send(world, others, session, step="accept", form_token=token)

    assert (refused.status_code, "proposed this" in refused.text) == (403, True)
    assert (without.status_code, accepted.status_code) == (401, 303)
    assert "Accepted by editor" in read(world, others, desk["clerk"])
