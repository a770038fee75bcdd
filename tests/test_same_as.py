"""One party or person registered twice: shown as one from when that counts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.facts import OPENING, Event, act, event, event_id, report
from tests.fold_world import FoldWorld
from tests.pages import main, page
from tests.world import World, tell_story

AT, LATER, LATEST = "2026-01-05T12:00:00Z", "2026-01-10T12:00:00Z", "2026-01-15T12:00:00Z"
NORTH = event("north-again", "party-registered", party="norden", name="Norden", ids={"iso": "ND"})
ENVOY = event("envoy-again", "person-registered", person="e-smith", name="E. Smith")
MERGED = [NORTH | {"same_as": "north"}, ENVOY | {"same_as": "envoy"}]


def stated(label: str, day: int, party: str, stance: str, **fields: Any) -> Event:
    where = {"party": party, "issue": "border", "stance": stance, "summary": label}
    when = {"occurred": f"2025-12-{day}"}
    return event(label, "position-stated", report(f"2025-12-{day}"), **where | when | fields)


POSITIONS = [
    stated("as north", 20, "north", "accepts"),
    stated("as norden", 22, "norden", "rejects"),
]
TALKED = event(
    "talked",
    "meeting-held",
    report("2025-12-21"),
    meeting="first",
    occurred="2025-12-21",
    participants=[{"party": "norden", "person": "e-smith"}, {"party": "north", "person": "envoy"}],
)
APPOINTED = event(
    "appointed",
    "role-assumed",
    report("2025-12-19"),
    person="e-smith",
    party="norden",
    title="Envoy",
    occurred="2025-12-19",
)
SAID = event(
    "said",
    "statement-made",
    report("2025-12-20"),
    statement="s1",
    speaker="person:e-smith",
    summary="Words",
    occurred="2025-12-20",
)
NEWS = [*POSITIONS, TALKED, APPOINTED, SAID]


def cells(state: Event) -> list[tuple[Any, ...]]:
    return [(each["party"], each["stance"], each["summary"]) for each in state["positions"]]


def correct(label: str, target: str, other: str | None) -> Event:
    return act(label, "record-corrected", target, changes={"same_as": other})


def test_two_registrations_are_one_wherever_they_are_named(world: World | FoldWorld) -> None:
    world.record(AT, [*OPENING, *MERGED, *NEWS])
    state = world.read_state()

    assert cells(state) == [("north", "rejects", "as norden")]
    (party,) = state["parties"]
    assert party["party"] == "north"
    assert party["also"] == ["norden"]
    assert party["names"] == {"norden": "Norden"}
    assert party["ids"] == {"iso": "ND"}
    assert party["events"][1] == NORTH["id"]
    assert [(role["person"], role["party"]) for role in state["roles"]] == [("envoy", "north")]
    (meeting,) = state["meetings"]
    assert meeting["participants"] == [{"party": "north", "person": "envoy"}]
    assert [each["speaker"] for each in state["statements"]] == ["person:envoy"]


def test_apart_they_are_listed_as_before(world: World | FoldWorld) -> None:
    world.record(AT, [*OPENING, NORTH, ENVOY, *NEWS])
    state = world.read_state()

    assert [party["party"] for party in state["parties"]] == ["north", "norden"]
    assert all("also" not in party for party in state["parties"])
    assert len(cells(state)) == 2


def test_statements_not_surely_one_after_the_other_are_mixed(world: World | FoldWorld) -> None:
    vague = stated("vague", 22, "norden", "rejects", occurred="[2025-12-19..2025-12-22]")
    world.record(AT, [*OPENING, *MERGED, POSITIONS[0], vague])

    (cell,) = world.read_state()["positions"]
    assert cell["mixed"]
    assert [each["party"] for each in cell["candidates"]] == ["north", "north"]


def test_it_counts_from_its_act_and_until_it_is_taken_back(world: World | FoldWorld) -> None:
    world.record(AT, [*OPENING, NORTH, ENVOY, *NEWS])
    world.record(LATER, [correct("merge", "north-again", "north")])
    world.record(LATEST, [correct("part", "north-again", None)])

    counts = [len(cells(world.read_state(seq=seq))) for seq in (11, 12, 13)]
    assert counts == [2, 1, 2]


def test_a_source_merges_from_when_it_says_so(world: World | FoldWorld) -> None:
    told = act(
        "told",
        "correction-published",
        "north-again",
        report("2026-01-02", audience="staff"),
        changes={"same_as": "north"},
    )
    world.record(AT, [*OPENING, NORTH, ENVOY, *NEWS, told])

    def count(**asked: Any) -> int:
        return len(cells(world.read_state(**asked)))

    assert count() == 2
    assert count(audience="staff") == 1
    assert count(audience="staff", as_of="2026-01-01") == 2


def test_a_chain_ends_at_its_last(world: World | FoldWorld) -> None:
    third = event("third", "party-registered", party="nord", name="Nord", same_as="norden")
    world.record(AT, [*OPENING, *MERGED, third, stated("as nord", 23, "nord", "demands")])

    state = world.read_state()
    assert cells(state) == [("north", "demands", "as nord")]
    assert [(each["party"], each["also"]) for each in state["parties"]] == [
        ("north", ["norden", "nord"])
    ]


def test_what_is_disputed_is_not_merged(world: World | FoldWorld) -> None:
    rival = {"same_as": "south"}
    south = event("south", "party-registered", party="south", name="South")
    disputed = act("no", "event-disputed", "north-again", report("2026-01-02"), rival=rival)
    world.record(AT, [*OPENING, south, *MERGED, *POSITIONS, disputed])

    assert len(cells(world.read_state())) == 2
    assert len(cells(world.read_state(as_of="2026-01-01"))) == 1


def test_a_registration_that_does_not_show_merges_nothing(world: World | FoldWorld) -> None:
    world.record(AT, [*OPENING, *MERGED, POSITIONS[0]])

    assert [party.get("also") for party in world.read_state()["parties"]] == [None]


def test_an_agreement_is_of_the_one_that_both_are(world: World | FoldWorld) -> None:
    text = {"plan": "p", "title": "P", "sponsors": ["north"], "occurred": "2025-12-01"}
    points = [{"point": "one", "text": "One"}]
    plan = event("plan", "plan-introduced", report("2025-12-01"), points=points, **text)
    signed = event(
        "signed",
        "plan-signed",
        report("2025-12-02"),
        plan="p",
        party="norden",
        occurred="2025-12-02",
    )
    world.record(AT, [*OPENING, *MERGED, plan, signed])

    (found,) = world.read_state()["plans"]
    assert found["agreed"] == ["one"]
    assert [each["party"] for each in found["endorsements"]] == ["north"]


@pytest.mark.parametrize(
    ("same_as", "pointer", "words"),
    [
        ("norden", "/same_as", "party 'norden' cannot be the same as itself"),
        ("west", "/same_as", "party 'west' is not registered in this negotiation"),
    ],
)
def test_what_cannot_be_the_same_is_refused(
    http_world: World, same_as: str, pointer: str, words: str
) -> None:
    http_world.record(AT, OPENING)
    refused = http_world.post(NORTH | {"same_as": same_as})

    assert refused.status_code == 422
    (reason,) = refused.json()["errors"]
    assert (reason["pointer"], reason["detail"]) == (pointer, words)
    assert reason["hint"]


def test_a_circle_is_refused_until_it_is_taken_back(http_world: World) -> None:
    http_world.record(AT, OPENING[:2])
    north = http_world.get("/events", audience="staff").json()["data"][1]["id"]
    http_world.record(LATER, [NORTH | {"same_as": "north"}])
    circle = {"type": "record-corrected", "event": north, "changes": {"same_as": "norden"}}
    refused = http_world.post(circle)

    assert refused.status_code == 422
    (reason,) = refused.json()["errors"]
    assert reason["pointer"] == "/changes/same_as"
    assert reason["detail"] == "party 'norden' is the same as 'north' already"
    assert "take back that of 'norden' by a correction to null first" in reason["hint"]
    assert http_world.post(correct("back", "north-again", None)).status_code == 201
    assert http_world.post(circle).status_code == 201


def test_an_address_of_the_second_answers_for_both(http_world: World) -> None:
    http_world.record(AT, [*OPENING, *MERGED, *NEWS])
    found = http_world.get("/positions/norden/border").json()["data"]

    assert found["same_as"] == "north"
    assert found["position"]["party"] == "north"
    assert [each["party"] for each in found["history"]] == ["north", "north"]
    assert "same_as" not in http_world.get("/positions/north/border").json()["data"]


def test_filters_and_search_find_both(http_world: World) -> None:
    http_world.record(AT, [*OPENING, *MERGED, *NEWS])

    def events(path: str, **params: Any) -> list[str]:
        return [each.get("event") for each in http_world.get(path, **params).json()["data"]]

    for party in ("north", "norden"):
        assert events("/statements", party=party) == [SAID["id"]]
        found = events("/events", subject=f"party:{party}")
        assert {each["id"] for each in POSITIONS} <= set(found)
    for speaker in ("envoy", "e-smith", "person:e-smith"):
        assert events("/statements", speaker=speaker) == [SAID["id"]]
    for name in ("North", "Norden"):
        assert {each["id"] for each in POSITIONS} <= set(events("/search", q=name))


def test_events_keep_the_slug_they_were_recorded_with(http_world: World) -> None:
    http_world.record(AT, [*OPENING, *MERGED, *NEWS])
    recorded = http_world.get(f"/events/{event_id('as norden')}").json()["data"]

    assert recorded["party"] == "norden"


def test_a_merge_changes_cells_by_the_record(http_world: World) -> None:
    http_world.record(AT, [*OPENING, NORTH, ENVOY, *POSITIONS])
    http_world.record(LATER, [correct("merge", "north-again", "north")])
    asked = {"from": AT, "to": LATER, "basis": "as-recorded"}
    changes = http_world.get("/diff", **asked).json()["data"]

    found = {(each["kind"], each["subject"]): each for each in changes}
    assert set(found) == {("party", "norden"), ("position", "north/border")}
    assert {each["cause"] for each in changes} == {"record"}
    assert all(event_id("merge") in each["events"] for each in changes)
    merged = found["party", "norden"]
    assert (merged["before"].get("same_as"), merged["after"]["same_as"]) == (None, "north")
    moved = found["position", "north/border"]
    assert (moved["before"]["stance"], moved["after"]["stance"]) == ("accepts", "rejects")
    told = http_world.get("/changes", after=8).json()["data"]
    assert {(each["kind"], each["subject"]) for each in told} == set(found)


def test_pinned_answers_from_before_stay(http_world: World) -> None:
    http_world.record(AT, [*OPENING, NORTH, ENVOY, *NEWS])
    pinned = {"known_at": AT, "valid_at": AT, "seq": 11}
    before = http_world.get("/state", **pinned).content
    http_world.record(LATER, [correct("merge", "north-again", "north")])

    assert http_world.get("/state", **pinned).content == before


def test_a_merge_shows_what_it_names(http_world: World) -> None:
    """Nobody named the first registration; that of the second brings it."""
    http_world.record(AT, [*OPENING, NORTH, POSITIONS[1]])
    http_world.record(LATER, [correct("merge", "north-again", "north")])

    parties = http_world.get("/parties").json()["data"]
    assert [(each["party"], each.get("also")) for each in parties] == [("north", ["norden"])]


def test_votes_and_deadlines_name_the_one_that_both_are(http_world: World) -> None:
    when: dict[str, Any] = {"occurred": "2025-12-20"}
    told = report("2025-12-20")
    voted = event(
        "voted",
        "vote-held",
        told,
        vote="ballot",
        motion="Accept",
        votes=[{"party": "norden", "vote": "for"}],
        **when,
    )
    due = event(
        "due",
        "deadline-set",
        told,
        deadline="reply",
        title="Reply",
        due="2025-12-31",
        on=["norden", "north"],
        **when,
    )
    http_world.record(AT, [*OPENING, *MERGED, POSITIONS[0], voted, due])
    state = http_world.read_state()

    assert [each["party"] for each in state["votes"][0]["votes"]] == ["north"]
    assert state["deadlines"][0]["on"] == ["north"]


def test_pages_show_the_first_and_say_so(http_world: World) -> None:
    http_world.record(AT, [*OPENING, *MERGED, *NEWS])
    cell = page(http_world, "positions", "?cell=norden/border")

    assert "“norden” is a second registration of this party." in cell
    people = page(http_world, "people")
    assert people.count('class="side"') == 1
    assert "also <bdi>Norden</bdi>" in people


def test_a_typed_name_of_the_second_finds_the_first(http_world: World) -> None:
    http_world.record(AT, [*OPENING, *MERGED, *NEWS])

    for name in ("norden", "Norden"):
        found = main(page(http_world, "people", f"?q={name}"))
        assert 'id="p-north"' in found
        assert 'id="p-south"' not in found


def test_a_slug_that_is_also_a_language_keeps_both_names(world: World | FoldWorld) -> None:
    ru = {"party": "ru", "name": "Rossiya Federatsia", "names": {"en": "RF"}, "ids": {"iso": "RF"}}
    first = {"party": "russia", "name": "Russia", "names": {"ru": "Россия", "en": "The Federation"}}
    parties = [
        event("russia", "party-registered", **first, ids={"iso": "RU"}),
        event("ru", "party-registered", **ru, same_as="russia"),
    ]
    world.record(AT, [*OPENING, *parties, stated("as ru", 20, "ru", "accepts")])
    (party,) = world.read_state()["parties"]

    assert party["names"] == {
        "ru": "Россия",
        "en": "The Federation",
        "en-ru": "RF",
        "ru-2": "Rossiya Federatsia",
    }
    assert party["ids"] == {"iso": "RU", "iso-ru": "RF"}


def test_a_name_under_a_slug_that_is_also_a_language_is_found(http_world: World) -> None:
    russia = {"party": "russia", "name": "Russia", "names": {"ru": "Россия"}}
    again = {"party": "ru", "name": "Rossiya Federatsia", "same_as": "russia"}
    parties = [event(str(each), "party-registered", **each) for each in (russia, again)]
    http_world.record(AT, [*OPENING, *parties, stated("as ru", 20, "ru", "accepts")])

    assert len(http_world.get("/search", q="Rossiya").json()["data"]) == 1


def test_pages_show_one_party_and_its_other_names() -> None:
    with tell_story([(AT, [*OPENING, *MERGED, *NEWS])], "http") as site:
        events, people = main(page(site, "events")), main(page(site, "people"))

    assert set(re.findall(r'class="p-name[^"]*">(North|Norden)<', events)) == {"North"}
    for line in re.findall(r"<small>.*?</small>", events, re.S):
        assert line.count("<bdi>North</bdi>") <= 1
    assert "<bdi>Norden</bdi>" in people
    assert "<bdi>E. Smith</bdi>" in people
