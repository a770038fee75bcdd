"""The page of people and parties in a long log: what each said last, and how each side moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.pages.people import page as people_page
from projections.answers import statements
from tests.facts import OPENING, Event, event, report, statement
from tests.pages import BASE, main, page
from tests.world import World

STANCES = ("accepts", "rejects", "opposes", "supports", "undecided")


def stated(n: int, stance: str) -> Event:
    day = f"2025-12-{n:02}"
    told = {"party": "north", "issue": "border", "stance": stance, "summary": f"No {n}"}
    return event(100 + n, "position-stated", report(day), occurred=day, **told)


@pytest.fixture
def long(tmp_path: Path) -> World:
    minister = {"type": "person-registered", "person": "minister", "name": "Minister"}
    quiet = statement(1, 10, speaker="person:minister", statement="quiet")
    others = [statement(n, 20) for n in range(2, 9)]
    moves = [stated(10 + n, stance) for n, stance in enumerate(STANCES)]
    world = World(tmp_path, "http")
    world.record("2025-12-21T09:00:00Z", [*OPENING, minister, quiet, *others, *moves])
    return world


def test_who_made_none_of_the_newest_statements_is_told_with_the_own_last(
    long: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> dict[str, tuple[int, bool, str]]:
        data = long.client.get(f"{BASE}/people.json").json()["data"]
        people = [one for party in data["parties"] for one in party["people"]] + data["others"]
        return {
            one["person"]: (one["statements"], one["more"], one["said"][0]["summary"])
            for one in people
            if one["said"]
        }

    with long:
        whole = told()
        monkeypatch.setattr(statements, "MAX_SUMMARIZED", 3)
        newest, text = told(), main(page(long, "people"))

    assert whole == {"envoy": (7, False, "Word 8"), "minister": (1, False, "Word 1")}
    assert newest == {"envoy": (3, True, "Word 8"), "minister": (1, True, "Word 1")}
    assert "at least 3 statements" in text
    assert "at least 1 statement" in text


def test_a_strip_has_the_newest_steps(long: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def words() -> list[str]:
        data = long.client.get(f"{BASE}/people.json").json()["data"]
        (north,) = (party for party in data["parties"] if party["party"] == "north")
        return [step["word"] for step in north["lanes"][0]["steps"]]

    with long:
        whole = words()
        monkeypatch.setattr(people_page, "MAX_STEPS", 3)
        newest = words()

    assert whole == list(STANCES)
    assert newest == list(STANCES[3:])
