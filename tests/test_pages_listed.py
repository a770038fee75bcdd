"""Deadlines, votes, incidents and briefs on pages, in the calendar and on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.facts import OPENING, Event, act, event, report
from tests.pages import page, without_links
from tests.world import World, tell_story

AT = "2025-12-24T12:00:00Z"
SAID = report("2025-12-20")
SOUTH = {"type": "party-registered", "party": "south", "name": "South"}


def told(type_: str, occurred: str = "2025-12-20", **fields: object) -> Event:
    return event(type_ + str(fields), type_, SAID, occurred=occurred, **fields)


EVENTS = [
    told(
        "deadline-set",
        deadline="reply",
        title="Reply to <the> draft",
        due="2025-12-23",
        by="person:envoy",
        on=["north"],
        consequence="Talks end.",
    ),
    told("deadline-set", deadline="later", title="Sign", due="[2025-12-29..2025-12-30]"),
    told("deadline-set", deadline="ended", title="Answer", due="2025-12-22"),
    told("deadline-met", "2025-12-21", deadline="ended", summary="A letter came."),
    told(
        "vote-held",
        vote="ballot",
        motion="Accept the offer",
        body="Council",
        result="carried",
        counts={"for": 7, "against": 2},
        votes=[{"party": "north", "vote": "for"}, {"party": "south", "vote": "abstain"}],
    ),
    told(
        "incident-reported",
        incident="bridge",
        title="A bridge is hit",
        kind="attack",
        place="The river",
        parties=["south"],
        casualties={"killed": 3, "injured": "at least 12"},
    ),
    told("brief-written", brief="week", text="Nothing moved & nobody left."),
]
EVENTS[3]["reports"] = [report("2025-12-22")]


@pytest.fixture(scope="module")
def listed() -> Iterator[World]:
    with tell_story([(AT, [*OPENING, SOUTH, *EVENTS])], "http") as world:
        yield world


def test_the_overview_shows_the_brief_and_the_deadlines(listed: World) -> None:
    shown = page(listed, "")

    assert "Nothing moved &amp; nobody left." in shown
    assert "Reply to &lt;the&gt; draft" in shown
    assert "If missed: <bdi>Talks end.</bdi>" in shown
    assert "A letter came." not in shown
    assert "Nothing moved" not in page(listed, "", "?exclude_source=herald")


def test_the_meetings_page_shows_what_is_told_of_each(listed: World) -> None:
    shown = without_links(page(listed, "meetings"))

    for words in ("passed", "A letter came.", "Accept the offer", "carried", "for: 7, against: 2"):
        assert words in shown
    for words in ("South: abstained", "The river", "killed: 3, injured: at least 12"):
        assert words in shown
    assert '<a class="deadline passed" href="#d-reply"' in page(
        listed, "meetings", "?month=2025-12"
    )


def test_a_due_is_a_whole_day_of_the_calendar(listed: World) -> None:
    calendar = page(listed, "meetings.ics")

    assert "SUMMARY:Deadline: Reply to <the> draft" in calendar
    assert "DTSTART;VALUE=DATE:20251223\r\nDTEND;VALUE=DATE:20251224" in calendar
    assert "DTSTART;VALUE=DATE:20251230" in calendar


def test_each_is_a_sentence_of_a_comparison(listed: World) -> None:
    shown = page(listed, "compare", "?from=2025-12-10&as_of=2025-12-24")

    for sentence in (
        "Deadline “Reply to &lt;the&gt; draft”: passed, due 23 December 2025.",
        "Vote on “Accept the offer”: carried, 20 December 2025.",
        "A bridge is hit (attack), 20 December 2025.",
    ):
        assert sentence in shown
    assert "it had been open" in page(listed, "compare", "?from=2025-12-22&as_of=2025-12-24")


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_page_of_each_event_is_shown(listed: World, lang: str) -> None:
    for told_event in EVENTS:
        shown = page(listed, f"events/{told_event['id']}", f"?lang={lang}")
        assert "events.types." not in shown


def test_a_disputed_due_shows_every_account(tmp_path: Path) -> None:
    rival = act("rival", "event-disputed", 7, report("2025-12-21", "courier"))
    rival["rival"] = {"due": "2025-12-26"}
    with tell_story(
        [(AT, [*OPENING, {**EVENTS[0], "id": rival["event"]}, rival])], "http"
    ) as world:
        shown = page(world, "meetings")

    assert "23 Dec" in shown
    assert "26 Dec" in shown


def test_a_reopened_deadline_is_dated_by_what_reopened_it() -> None:
    extended = event(
        "extended",
        "deadline-extended",
        report("2025-12-23"),
        deadline="ended",
        due="2025-12-30",
        occurred="2025-12-23",
    )
    with tell_story([(AT, [*OPENING, *EVENTS[2:3], extended])], "http") as world:
        shown = page(world, "compare", "?from=2025-12-21&as_of=2025-12-24")

    because = shown.partition("now due 30 December 2025")[2].partition("</li>")[0]
    assert 'title="2025-12-23"' in because
    assert "2025-12-30" not in because


def test_counts_stand_in_the_order_of_a_vote(listed: World) -> None:
    shown = page(listed, f"events/{EVENTS[4]['id']}")

    assert shown.index("<bdi>For</bdi>") < shown.index("<bdi>Against</bdi>")


def test_a_brief_says_that_a_deadline_was_met_late(tmp_path: Path) -> None:
    due = told("deadline-set", deadline="reply", title="Reply", due="2025-12-21", on=["north"])
    met = told("deadline-met", "2025-12-23", deadline="reply")
    met["reports"] = [report("2025-12-23")]
    with World(tmp_path, "http") as world:
        world.record(AT, [*OPENING, due, met])
        data = world.client.get("/desk/talks/compare.json?from=2025-12-20").json()["data"]
    sentences = [line["sentence"] for line in data["lines"]]

    assert sentences == ["Deadline “Reply”: met, late, due 21 December 2025; it had been open."]


@pytest.mark.parametrize(
    ("lang", "told_as"),
    [
        ("en", "Deadline “Reply”: open, due some day within 21–23 December 2025."),
        ("uk", "Строк «Reply»: діє, дата: якийсь день "),
    ],
)
def test_a_vague_due_is_told_in_grammatical_words(tmp_path: Path, lang: str, told_as: str) -> None:
    due = "[2025-12-21..2025-12-23]"
    with World(tmp_path, "http") as world:
        set_then = told("deadline-set", deadline="reply", title="Reply", due=due)
        world.record(AT, [*OPENING, set_then])
        address = f"/desk/talks/compare.json?from=2025-12-18&as_of=2025-12-20&lang={lang}"
        lines = world.client.get(address).json()["data"]["lines"]

    assert [line["sentence"] for line in lines if line["sentence"].startswith(told_as)]
