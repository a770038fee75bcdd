"""Briefs: an editor's words, shown like news and counted nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts import OPENING, Event, act, event, report, statement
from tests.world import World

AT, LATER = "2025-12-24T12:00:00Z", "2025-12-28T12:00:00Z"
EDITOR = report("2025-12-22", "the desk")


def brief(label: str = "week", **fields: Any) -> Event:
    shared = {"brief": "week", "text": "Nothing moved.", "occurred": "2025-12-15/2025-12-21"}
    return event(label, "brief-written", EDITOR, **shared | fields)


def briefs(world: World, **asked: str) -> list[Event]:
    listed: list[Event] = world.get("/briefs", **asked).json()["data"]
    return listed


def test_the_last_of_a_slug_in_tie_order_holds(http_world: World) -> None:
    later = brief("later", occurred="2025-12-16/2025-12-22", text="It moved.")
    other = brief("other", brief="guarantees", occurred="2025-12-20", about=["issue:border"])
    http_world.record(AT, [*OPENING, later, brief(), other])
    listed = briefs(http_world)

    assert [(each["brief"], each["text"]) for each in listed] == [
        ("guarantees", "Nothing moved."),
        ("week", "It moved."),
    ]
    assert listed[0]["about"] == ["issue:border"]


def test_it_is_known_by_its_reports_and_taken_back_like_news(http_world: World) -> None:
    http_world.record(AT, [*OPENING, statement(1), brief()])
    http_world.record(LATER, [act("undo", "event-retracted", "week", report("2025-12-27"))])

    assert briefs(http_world, as_of="2025-12-21") == []
    assert len(briefs(http_world, as_of="2025-12-23")) == 1
    assert briefs(http_world, as_of="2025-12-28") == []
    assert http_world.read_state(as_of="2025-12-28")["withdrawn"] == []


def test_it_moves_no_cell_and_is_counted_nowhere(http_world: World) -> None:
    early = brief("early", occurred="2025-12-01", brief="early")
    early["reports"] = [report("2025-12-02", "the desk")]
    watch = {"type": "watch-recorded", "from": "2025-12-20", "to": "2025-12-24"}
    watch |= {"result": "changed", "reports": [report("2025-12-24", "herald")]}
    http_world.record(AT, [*OPENING, statement(1), watch])
    paths = ("/state", "/rail", "/coverage")
    before = [http_world.get(path).json()["data"] for path in paths]
    http_world.record(LATER, [early, brief(about=["party:north"])])
    asked = {"as_of": "2025-12-24"}
    after = [http_world.get(path, **asked).json()["data"] for path in paths]

    for value in (before[0], after[0]):
        value.pop("more")
    assert (after[0], after[1], after[2]["recorded"]) == (before[0], before[1], True)
    assert after[2]["gaps"] == before[2]["gaps"]
    changes = http_world.get("/diff", **{"from": "2025-12-01", "to": "2025-12-26"}).json()["data"]
    assert {each["kind"] for each in changes} == {"statement"}
    assert http_world.get("/state", exclude_source="the desk").status_code == 422


@pytest.mark.parametrize(
    "filtered", [{"exclude_source": "herald"}, {"only_source": "herald"}, {"min_sources": "2"}]
)
def test_it_is_absent_where_sources_are_filtered(
    http_world: World, filtered: dict[str, str]
) -> None:
    herald = brief()
    herald["reports"] = [report("2025-12-22"), report("2025-12-22", "courier")]
    http_world.record(AT, [*OPENING, statement(1), herald])

    assert briefs(http_world, **filtered) == []
    assert http_world.get("/search", q="moved", **filtered).json()["data"] == []
    shown = http_world.get("/events", **filtered).json()["data"]
    assert "brief-written" not in {each["type"] for each in shown}
    assert [each["type"] for each in http_world.get("/search", q="moved").json()["data"]]


def test_it_names_nothing_into_view(http_world: World) -> None:
    http_world.record(AT, [*OPENING, brief(about=["issue:border"])])

    assert http_world.read_state()["issues"] == []
    assert http_world.read_state()["negotiation"] is None


def test_a_text_over_two_thousand_characters_is_refused(http_world: World) -> None:
    http_world.record(AT, OPENING)

    assert http_world.post(brief(text="ї" * 2000)).status_code == 201
    refused = http_world.post(brief("long", text="x" * 2001)).json()
    assert refused["errors"][0]["pointer"] == "/text"
    assert refused["errors"][0]["hint"] == "shorten it"
