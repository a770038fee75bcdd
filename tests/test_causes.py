"""Causes: why an answer changed, told alike by HTTP, the command line and the brief of a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event, act, event, event_id, report, statement
from tests.world import KEY, World

RECORDED = "2026-01-03T12:00:00Z"
CAUSE_WORDS = {
    "world": "it happened",
    "knowledge": "it became known",
    "record": "it was recorded",
    "clock": "a date passed",
}


def known_on(day: str) -> dict[str, Any]:
    return {"reports": [{"published": day, "publisher": "Gazette"}]}


def announced(number: int, expected: str, known: str) -> Event:
    return {
        "id": event_id(number),
        "type": "meeting-announced",
        "meeting": "visit",
        "title": "The visit",
        "expected": expected,
        "occurred": known,
        **known_on(known),
    }


def held(number: int, occurred: str, known: str) -> Event:
    return {
        "id": event_id(number),
        "type": "meeting-held",
        "meeting": "visit",
        "title": "The visit",
        "occurred": occurred,
        **known_on(known),
    }


def plan(number: int, occurred: str | None, known: str, **fields: Any) -> Event:
    return {
        "id": event_id(number),
        "type": "plan-introduced",
        "plan": "deal",
        "title": "The deal",
        "points": [{"point": "p1", "number": 1, "text": "Peace."}],
        "occurred": occurred,
        **known_on(known),
        **fields,
    }


def role(number: int, occurred: str, known: str, **fields: Any) -> Event:
    return {
        "id": event_id(number),
        "type": "role-assumed",
        "person": "envoy",
        "party": "north",
        "title": "Envoy",
        "occurred": occurred,
        **known_on(known),
        **fields,
    }


def on_deal(number: int, kind: str, day: str, **fields: Any) -> Event:
    return {
        "id": event_id(number),
        "type": kind,
        "plan": "deal",
        "occurred": day,
        **known_on(day),
        **fields,
    }


VISIT = [
    announced(20, "2025-12-22", "2025-12-20"),
    held(21, "[2025-12-22..2025-12-24]", "2025-12-24"),
]
PLANS = [plan(20, "../2025-12-21", "2025-12-21")]
OFFICE = [role(20, "../2025-12-08", "2025-12-08")]
ENDED = [
    role(20, "2025-12-01", "2025-12-01"),
    role(21, "2025-12-23", "2025-12-23", type="role-ended"),
]
AHEAD = [announced(20, "2025-12-22", "2025-12-20")]
DEAL_AHEAD = [plan(20, "2025-12-21", "2025-12-20")]

CASES = {
    "held within days that began before": (
        VISIT,
        "2025-12-22",
        "2025-12-25",
        "meeting",
        "knowledge",
    ),
    "held within days that began between": (VISIT, "2025-12-21", "2025-12-25", "meeting", "world"),
    "a promised day passes": (AHEAD, "2025-12-22", "2025-12-23", "meeting", "clock"),
    "a plan there at the latest since": (PLANS, "2025-12-20", "2025-12-22", "plan", "knowledge"),
    "an office held at the latest since": (OFFICE, "2025-11-20", "2025-12-25", "role", "knowledge"),
    "a deal announced the day before": (DEAL_AHEAD, "2025-12-20", "2025-12-21", "plan", "world"),
    "an office that ended": (ENDED, "2025-12-22", "2025-12-25", "role", "world"),
}


def tell(world: World, events: list[Event]) -> None:
    world.record(RECORDED, [*OPENING, *events])
    world.set_clock("2026-02-01T00:00:00Z")


def read_diff(world: World, start: str, end: str, **params: str) -> list[Any]:
    response = world.get("/diff", **{"from": start, "to": end}, **params)
    assert response.status_code == 200, response.text
    changes: list[Any] = response.json()["data"]
    return changes


@pytest.mark.parametrize("case", CASES)
def test_a_change_has_its_cause(http_world: World, case: str) -> None:
    events, start, end, kind, cause = CASES[case]
    tell(http_world, events)

    causes = {each["cause"] for each in read_diff(http_world, start, end) if each["kind"] == kind}
    assert causes == {cause}


@pytest.mark.parametrize("case", CASES)
def test_the_command_line_tells_the_same_cause(tmp_path: Path, case: str) -> None:
    events, start, end, kind, cause = CASES[case]
    with World(tmp_path) as world:
        tell(world, events)
    printed = run_command(
        "diff", "talks", start, end, "--db", tmp_path / "world.db", MINUTEBOOK_LOG_KEY=KEY
    )

    assert f" ({CAUSE_WORDS[cause]})" in printed.stdout
    assert f"{kind} " in printed.stdout


@pytest.mark.parametrize("case", CASES)
def test_backwards_the_causes_are_the_same_and_the_ends_exchanged(
    http_world: World, case: str
) -> None:
    events, start, end, _, _ = CASES[case]
    tell(http_world, events)

    exchanged = [
        {**each, "before": each["after"], "after": each["before"]}
        for each in read_diff(http_world, end, start)
    ]
    assert exchanged == read_diff(http_world, start, end)


@pytest.mark.parametrize("case", CASES)
def test_the_brief_of_a_page_gives_the_same_cause(http_world: World, case: str) -> None:
    events, start, end, kind, cause = CASES[case]
    tell(http_world, events)
    page = http_world.client.get("/desk/talks/compare.json", params={"from": start, "as_of": end})
    lines = [each for each in page.json()["data"]["lines"] if each["kind"] == kind]

    is_news = case != "an office held at the latest since"
    assert {each["cause"] for each in lines} == ({cause} if is_news else set())


def test_an_amendment_rests_on_its_own_events_and_tells_its_ends_apart(http_world: World) -> None:
    change = {"op": "substitution", "point": "p1", "text": "Peace now."}
    amendment = {"amendment": "am"}
    tell(
        http_world,
        [
            plan(20, "2025-12-01", "2025-12-01"),
            on_deal(21, "amendment-proposed", "2025-12-10", **amendment, operations=[change]),
            on_deal(22, "amendment-adopted", "2025-12-12", **amendment),
        ],
    )
    (proposed,) = read_diff(http_world, "2025-12-09", "2025-12-10")
    adopted, point = read_diff(http_world, "2025-12-10", "2025-12-12")

    assert (proposed["kind"], proposed["subject"]) == ("amendment", "deal/am")
    assert (proposed["before"], proposed["after"]["status"]) == (None, "proposed")
    assert (proposed["events"], proposed["cause"]) == ([event_id(21)], "world")
    assert (adopted["before"]["status"], adopted["after"]["status"]) == ("proposed", "adopted")
    assert sorted(adopted["events"]) == [event_id(21), event_id(22)]
    assert (point["kind"], point["cause"]) == ("point", "world")
    assert event_id(22) in point["events"]


def test_an_endorsement_and_the_agreement_by_it_are_told_apart(http_world: World) -> None:
    tell(
        http_world,
        [
            plan(20, "2025-12-01", "2025-12-01", sponsors=["north"]),
            on_deal(21, "plan-endorsed", "2025-12-10", party="north"),
            on_deal(22, "plan-rejected", "2025-12-15", party="north"),
        ],
    )
    agreement, endorsement = read_diff(http_world, "2025-12-09", "2025-12-10")
    lapse, refusal = read_diff(http_world, "2025-12-10", "2025-12-15")

    assert (agreement["kind"], agreement["subject"]) == ("agreement", "deal/p1")
    assert (agreement["before"], agreement["after"]["text"]) == (None, "Peace.")
    assert (endorsement["kind"], endorsement["events"]) == ("endorsement", [event_id(21)])
    assert endorsement["after"]["type"] == "plan-endorsed"
    assert {each["cause"] for each in (agreement, endorsement, lapse, refusal)} == {"world"}
    assert lapse["after"] is None
    assert event_id(22) in lapse["events"]
    assert refusal["after"]["type"] == "plan-rejected"


def read_brief(world: World, start: str, end: str) -> list[Any]:
    path = "/desk/talks/compare.json"
    page = world.client.get(path, params={"from": start, "as_of": end})
    lines: list[Any] = page.json()["data"]["lines"]
    return lines


def test_a_brief_keeps_the_stance_where_only_its_words_are_disputed(http_world: World) -> None:
    dispute = act(101, "event-disputed", 100, report("2025-12-24"), rival={"summary": "no"})
    tell(http_world, [STANCE, dispute])
    (line,) = read_brief(http_world, "2025-12-22", "2025-12-25")

    assert (line["before"], line["after"]) == ("accepts", "accepts")
    assert "the stance is the same: accepts" in line["sentence"]


def test_a_withdrawn_stance_has_one_name_in_brief_table_and_history(http_world: World) -> None:
    fields = {"party": "north", "issue": "border", "occurred": "2025-12-24"}
    withdrawal = event(101, "position-withdrawn", report("2025-12-24"), **fields)
    tell(http_world, [STANCE, withdrawal])
    (line,) = read_brief(http_world, "2025-12-22", "2025-12-25")
    path = "/desk/talks/positions"
    page = http_world.client.get(path, params={"as_of": "2025-12-25", "cell": "north/border"})

    assert line["after"] == "withdrawn"
    assert "from accepts to withdrawn" in line["sentence"]
    assert page.text.count("withdrawn") >= 2
    assert "withdrew" not in page.text


def test_a_difference_comes_page_by_page(http_world: World) -> None:
    tell(http_world, [*VISIT, *[statement(n, day=23) for n in range(1, 6)]])
    whole = read_diff(http_world, "2025-12-21", "2025-12-25")
    response = http_world.get("/diff", **{"from": "2025-12-21", "to": "2025-12-25", "limit": "4"})
    pages = [*response.json()["data"]]
    while "next" in response.links:
        response = http_world.client.get(response.links["next"]["url"])
        pages += response.json()["data"]

    assert pages == whole
    assert len(whole) == 6


def test_a_stance_that_a_correction_moved_away_names_the_correction(http_world: World) -> None:
    stated = {**STANCE, "id": event_id("stated"), "reports": [report("2025-12-20")]}
    moved = act("moved", "correction-published", "stated", report("2025-12-22"))
    moved["changes"] = {"issue": "troops"}
    issue = {"type": "issue-defined", "issue": "troops", "title": "Troops"}
    http_world.record(RECORDED, [*OPENING, issue, stated, moved])

    changes = read_diff(http_world, "2025-12-21", "2025-12-23")
    by_subject = {each["subject"]: each for each in changes}
    for subject in ("north/border", "north/troops"):
        assert by_subject[subject]["events"] == [event_id("stated"), event_id("moved")]
        assert by_subject[subject]["cause"] == "knowledge"


def test_the_last_step_that_produced_a_change_is_its_cause(http_world: World) -> None:
    """A stance is recorded late, which changes the answer; its correction changes it once more."""
    stated = {**STANCE, "reports": [report("2025-12-20")]}
    corrected = act("corrected", "correction-published", 100, report("2025-12-24"))
    corrected["changes"] = {"stance": "rejects"}
    http_world.record("2025-12-20T12:00:00Z", OPENING)
    http_world.record("2025-12-23T12:00:00Z", [stated])
    http_world.record("2025-12-25T12:00:00Z", [corrected])

    def causes(end: str) -> list[tuple[Any, ...]]:
        changes = read_diff(http_world, "2025-12-21", end, basis="as-recorded")
        return [
            (each["before"], each["after"]["stance"], each["cause"])
            for each in changes
            if each["kind"] == "position"
        ]

    assert causes("2025-12-23") == [(None, "accepts", "record")]
    assert causes("2025-12-25") == [(None, "rejects", "knowledge")]


def test_a_claim_that_a_later_one_of_the_same_claimant_follows_ends(http_world: World) -> None:
    claims = [
        {
            **STANCE,
            "id": event_id(number),
            "attribution": "third-party",
            "attributed_by": "person:envoy",
            "stance": stance,
            "occurred": day,
            **known_on(day),
        }
        for number, stance, day in ((101, "accepts", "2025-12-21"), (102, "rejects", "2025-12-24"))
    ]
    tell(http_world, claims)

    changes = read_diff(http_world, "2025-12-22", "2025-12-25")
    assert [
        (each["subject"], each["before"] and each["before"]["stance"], each["cause"])
        for each in changes
    ] == [
        (f"north/border#{event_id(101)}", "accepts", "world"),
        (f"north/border#{event_id(102)}", None, "world"),
    ]
    assert changes[0]["events"] == [event_id(102)]
    assert changes[1]["after"]["claimant"] == "person:envoy"
    sentences = [line["sentence"] for line in read_brief(http_world, "2025-12-22", "2025-12-25")]
    assert any("“accepts” is no longer the last claim by" in sentence for sentence in sentences)
