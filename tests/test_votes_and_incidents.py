"""Votes and incidents: introduced once, listed newest first, corrected, disputed and retracted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts import OPENING, Event, act, event, report, statement
from tests.fold_world import FoldWorld
from tests.world import World

AT, LATER = "2025-12-24T12:00:00Z", "2025-12-28T12:00:00Z"
SOUTH = {"type": "party-registered", "party": "south", "name": "South"}


def vote(label: str = "vote", day: int = 20, **fields: Any) -> Event:
    shared = {"vote": label, "motion": "Accept the draft", "occurred": f"2025-12-{day:02}"}
    return event(label, "vote-held", report(f"2025-12-{day:02}"), **shared | fields)


def incident(label: str = "incident", day: int = 20, **fields: Any) -> Event:
    shared = {"incident": label, "title": "A bridge is hit", "occurred": f"2025-12-{day:02}"}
    return event(label, "incident-reported", report(f"2025-12-{day:02}"), **shared | fields)


TOLD_ONCE = [("votes", vote), ("incidents", incident)]


def test_a_vote_tells_result_counts_and_who_voted_how(world: World | FoldWorld) -> None:
    told = {
        "body": "Council",
        "result": "carried",
        "counts": {"for": 7, "against": 2, "abstaining": 0, "absent": 1},
        "votes": [{"party": "north", "vote": "for"}],
        "about": ["issue:border"],
    }
    world.record(AT, [*OPENING, vote(**told)])
    (listed,) = world.read_state()["votes"]

    assert {name: listed[name] for name in told} == told
    assert (listed["vote"], listed["motion"]) == ("vote", "Accept the draft")


def test_an_incident_tells_kind_place_and_casualties_as_given(world: World | FoldWorld) -> None:
    told = {
        "kind": "attack",
        "place": "The bridge",
        "parties": ["north"],
        "casualties": {"killed": 3, "injured": "at least 12"},
    }
    world.record(AT, [*OPENING, incident(**told)])
    (listed,) = world.read_state()["incidents"]

    assert {name: listed[name] for name in told} == told


@pytest.mark.parametrize(("name", "make"), TOLD_ONCE)
def test_they_stand_newest_first_with_what_is_left_off(
    world: World | FoldWorld, name: str, make: Any
) -> None:
    events = [make(f"n{n}", 1 + n % 24) for n in range(22)]
    world.record(AT, [*OPENING, *events])
    state = world.read_state()
    days = [each["occurred"] for each in state[name]]

    assert days == sorted(days, reverse=True)
    assert (len(days), state["more"][name]["count"]) == (20, 22)
    assert f"/{name}?" in state["more"][name]["address"]


@pytest.mark.parametrize(("name", "make"), TOLD_ONCE)
def test_what_a_source_takes_back_is_no_longer_listed(
    world: World | FoldWorld, name: str, make: Any
) -> None:
    world.record(AT, [*OPENING, make("one")])
    world.record(LATER, [act("retraction", "event-retracted", "one", report("2025-12-26"))])

    assert [each["type"] for each in world.read_state(as_of="2025-12-25")[name]]
    assert world.read_state()[name] == []
    assert [each["type"] for each in world.read_state()["withdrawn"]]


def test_a_corrected_and_a_disputed_field_stand_as_elsewhere(world: World | FoldWorld) -> None:
    corrected = act("correction", "correction-published", "one", report("2025-12-25"))
    disputed = act("dispute", "event-disputed", "two", report("2025-12-25", "courier"))
    world.record(
        LATER,
        [
            *OPENING,
            vote("one", result="tied"),
            corrected | {"changes": {"result": "lost"}},
            incident("two", casualties={"killed": 3}),
            disputed | {"rival": {"casualties": {"killed": 5}}},
        ],
    )
    state = world.read_state()

    assert state["votes"][0]["result"] == "lost"
    assert state["incidents"][0]["casualties"] is None
    assert [each["value"]["killed"] for each in state["incidents"][0]["rivals"]] == [3, 5]
    assert world.read_state(as_of="2025-12-24")["votes"][0]["result"] == "tied"


@pytest.mark.parametrize(("name", "make"), TOLD_ONCE)
def test_a_second_introduction_is_refused(http_world: World, name: str, make: Any) -> None:
    http_world.record(AT, [*OPENING, make("one")])
    again = {**make("one"), "id": None}
    response = http_world.post({key: each for key, each in again.items() if each})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == f"/{name[:-1]}"


def test_what_a_vote_and_an_incident_name_is_registered(http_world: World) -> None:
    http_world.record(AT, OPENING)
    unknown = [
        vote(votes=[{"party": "west", "vote": "for"}], about=["issue:fund"]),
        incident(parties=["west"]),
    ]
    errors = http_world.post(unknown).json()["errors"]

    assert [each["pointer"] for each in errors] == [
        "/0/about/0",
        "/0/votes/0/party",
        "/1/parties/0",
    ]


@pytest.mark.parametrize(
    ("counts", "pointers"),
    [
        ({"for": 1, "against": 1}, []),
        ({"for": 5, "absent": 0}, []),
        ({"for": 0, "against": 1}, ["/counts/for"]),
        ({"against": 0, "abstaining": 0}, ["/counts/against"]),
    ],
)
def test_counts_below_the_votes_that_are_listed_get_a_warning(
    http_world: World, counts: Event, pointers: list[str]
) -> None:
    http_world.record(AT, [*OPENING, SOUTH])
    votes = [{"party": "north", "vote": "for"}, {"party": "south", "vote": "against"}]
    answer = http_world.post(vote(counts=counts, votes=votes)).json()

    assert [each["pointer"] for each in answer["warnings"]] == pointers


def test_an_incident_published_before_it_occurred_is_an_anomaly(http_world: World) -> None:
    early = incident(kind="strike", occurred="2025-12-22")
    http_world.record(AT, [*OPENING, early])
    (anomaly,) = http_world.read_state()["anomalies"]

    assert (anomaly["kind"], anomaly["incident"]) == ("published-before-occurred", "incident")
    assert http_world.get("/state").text.count('"kind":"strike"') == 1


def test_their_words_are_found_and_what_names_them_is_followed(http_world: World) -> None:
    deadline = {
        "type": "deadline-set",
        "deadline": "reply",
        "title": "Reply to the memorandum",
        "due": "2025-12-30",
        "occurred": "2025-12-20",
        "reports": [report("2025-12-20")],
    }
    http_world.record(AT, [*OPENING, vote(), incident(place="Pontoon"), deadline])

    for words, subject in (
        ("pontoon", "incident:incident"),
        ("accept draft", "vote:vote"),
        ("memorandum", "deadline:reply"),
    ):
        found = http_world.get("/search", q=words).json()["data"]
        named = http_world.get("/events", subject=subject).json()["data"]
        assert [each["id"] for each in found] == [each["id"] for each in named] != []


@pytest.mark.parametrize(("name", "make"), TOLD_ONCE)
def test_they_are_changes_by_the_world(http_world: World, name: str, make: Any) -> None:
    http_world.record(AT, [*OPENING, statement(1, 10), make("one")])
    response = http_world.get("/diff", **{"from": "2025-12-15", "to": "2025-12-22"})
    (change,) = response.json()["data"]

    assert (change["kind"], change["subject"], change["cause"]) == (name[:-1], "one", "world")
    assert change["before"] is None


@pytest.mark.parametrize(("name", "make"), TOLD_ONCE)
def test_a_list_comes_page_by_page(http_world: World, name: str, make: Any) -> None:
    http_world.record(AT, [*OPENING, *(make(f"n{n}", 1 + n) for n in range(3))])
    first = http_world.get(f"/{name}", limit=2)
    second = http_world.get(f"/{name}", limit=2, cursor=2)
    days = [each["occurred"] for page in (first, second) for each in page.json()["data"]]

    assert days == ["2025-12-03", "2025-12-02", "2025-12-01"]
    assert 'rel="next"' in first.headers["link"]


def test_a_statement_replies_and_a_meeting_is_part_of_another(world: World | FoldWorld) -> None:
    talks = {
        "type": "meeting-held",
        "meeting": "session",
        "part_of": "round",
        "participants": [
            {"party": "north", "person": "envoy", "head": True},
            {"party": "north", "role": "observer"},
        ],
        "occurred": "2025-12-20",
        "reports": [report("2025-12-20")],
    }
    world.record(AT, [*OPENING, statement(1), statement(2, reply_to="s1"), talks])
    state = world.read_state()
    (meeting,) = state["meetings"]

    assert [each.get("reply_to") for each in state["statements"]] == ["s1", None]
    assert meeting["part_of"] == "round"
    assert [each.get("head", False) for each in meeting["participants"]] == [True, False]
