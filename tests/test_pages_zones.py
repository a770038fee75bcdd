"""Days of another zone than the negotiation's: each names its zone, wherever a page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.facts import OPENING, Event, act, event, report
from tests.pages import main, page
from tests.world import World, tell_story

AT = "2025-12-24T12:00:00Z"
TOKYO = {"tz": "Asia/Tokyo"}


def told(label: str, type_: str, occurred: str = "2025-12-19", **fields: Any) -> Event:
    return event(label, type_, report("2025-12-20"), occurred=occurred, **fields)


SEND = {"deadline": "send", "title": "Send it"}
EVENTS = [
    told("m", "meeting-held", "2025-12-17", meeting="lunch", title="Lunch", **TOKYO),
    told("n", "meeting-announced", meeting="round", title="Round", expected="2025-12-29", **TOKYO),
    told("o", "meeting-held", "2025-12-18", meeting="own", title="At home", tz="UTC"),
    told("e", "meeting-held", "2025-12-16T09:00Z", meeting="call", title="Call", **TOKYO),
    told("c", "meeting-held", "2025-12-13/..", meeting="long", title="Long", **TOKYO),
    told("d", "meeting-concluded", "2025-12-14", meeting="long", outcome="partial", **TOKYO),
    told("r", "deadline-set", deadline="reply", title="Reply", due="2025-12-28", **TOKYO),
    told("s", "deadline-set", "2025-12-10", **SEND, due="2025-12-27"),
    told("t", "deadline-met", "2025-12-11", deadline="send", **TOKYO),
    told("v", "vote-held", vote="ballot", motion="The offer", result="carried", **TOKYO),
    told("w", "vote-held", vote="second", motion="The other", **TOKYO),
    told("i", "incident-reported", incident="bridge", title="A bridge", kind="other", **TOKYO),
    told(
        "y", "statement-made", "2025-12-12", statement="s1", speaker="envoy", summary="Yes", **TOKYO
    ),
    told(
        "p",
        "position-stated",
        party="north",
        issue="border",
        stance="accepts",
        summary="x",
        **TOKYO,
    ),
    told("g", "role-assumed", "2025-12-10", person="envoy", party="north", title="Envoy", **TOKYO),
    act("x", "event-disputed", "w", report("2025-12-20"), rival={"occurred": "2025-12-18"}),
]


@pytest.fixture(scope="module")
def zoned() -> Iterator[World]:
    with tell_story([(AT, [*OPENING, *EVENTS])], "http") as world:
        yield world


def text_of(site: World, name: str, query: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main(page(site, name, query))))


SENTENCES = (
    "Lunch: held, 17 December 2025, Tokyo time.",
    "Round: announced, expected 29 December 2025, Tokyo time.",
    "At home: held, 18 December 2025.",
    "Call: held, 16 December 2025, 09:00 UTC.",
    "Long: concluded, 14 December 2025, Tokyo time.",
    "Deadline “Reply”: open, due 28 December 2025, Tokyo time.",
    "Deadline “Send it”: met, due 27 December 2025.",
    "Vote on “The offer”: carried, 19 December 2025, Tokyo time.",
    "Vote on “The other”: result not told, 18 December 2025, Tokyo time"
    " or 19 December 2025, Tokyo time.",
    "A bridge (other incident), 19 December 2025, Tokyo time.",
)


@pytest.mark.parametrize(
    ("name", "query"), [("compare", "?from=2025-12-01"), ("gap", "?as_of=2025-12-19")]
)
def test_a_sentence_names_the_zone_of_a_day_of_its_own(zoned: World, name: str, query: str) -> None:
    shown = text_of(zoned, name, query)

    wanted = SENTENCES if name == "compare" else SENTENCES[:1]
    assert [sentence for sentence in wanted if sentence not in shown] == []


def test_what_stands_below_a_sentence_names_it_too(zoned: World) -> None:
    shown = text_of(zoned, "compare", "?from=2025-12-01")

    for cause in (
        "it happened · dated 11 December 2025, Tokyo time",
        "it happened · dated 12 December 2025, Tokyo time",
        "it happened · dated 10 December 2025, Tokyo time",
        "it happened · dated 14 December 2025, Tokyo time",
        "it happened · dated 16 December 2025, 09:00 UTC · herald",
    ):
        assert cause in shown


def test_the_replay_names_it(zoned: World) -> None:
    shown = text_of(zoned, "audit", "?replay=5")

    assert "17 December 2025, Tokyo time ·" in shown
    assert "Lunch: held, 17 December 2025, Tokyo time." in shown


def test_the_overview_names_it(zoned: World) -> None:
    shown = text_of(zoned, "", "?as_of=2025-12-24")

    assert "29 December 2025, Tokyo timeRound" in shown
    assert "due 28 Dec 2025, Tokyo time" in shown
    assert "12 December 2025, Tokyo time · herald" in shown
    assert "due 28 December 2025, Tokyo time" in shown


def test_each_account_of_a_disputed_day_names_it(zoned: World) -> None:
    shown = text_of(zoned, "meetings", "")

    assert "Happened: 18 Dec 2025, Tokyo time (herald) / 19 Dec 2025, Tokyo time (herald)" in shown


def test_a_city_is_told_once_in_either_language(zoned: World) -> None:
    assert "17 грудня 2025, місцевий час: Токіо." in text_of(
        zoned, "compare", "?from=2025-12-01&lang=uk"
    )
    assert "Tokyo time, Tokyo" not in text_of(zoned, "meetings", "")


@pytest.mark.parametrize(
    ("zone", "tz", "day"),
    [
        ("UTC", "", "2025-12-27"),
        ("Asia/Tokyo", "", "2025-12-28"),
        ("UTC", "Asia/Tokyo", "2025-12-28"),
        ("Asia/Tokyo", "America/New_York", "2025-12-27"),
    ],
)
def test_what_is_told_from_today_counts_from_the_day_that_it_is_in_the_zone(
    zone: str, tz: str, day: str
) -> None:
    """It is 30 December at 20:00 in UTC, and the 31st in Tokyo."""
    opening = [OPENING[0] | {"timezone": zone}, *OPENING[1:]]
    told = "3 days ago"
    with tell_story([("2025-12-30T19:00:00Z", [*opening, EVENTS[0]])], "http") as world:
        world.set_clock("2025-12-30T20:00:00Z")
        asked = page(world, "", f"?as_of={told}&tz={tz}")
        form = world.client.get(
            f"/desk/talks/record.json?type=statement-made&when={told}&tz={tz}"
        ).json()["data"]
        shown = page(world, "record", "?type=statement-made")

    assert f"as_of={day}" in asked
    assert form["when_edtf"] == day
    today = "31" if "Tokyo" in zone else "30"
    assert f"count from {today} December 2025, today in the zone {zone};" in shown
