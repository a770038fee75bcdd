"""Positions: which of several events may be the last, and what a party holds by them."""

from __future__ import annotations

from typing import Any

import pytest

from domain import cells
from domain.cells import Placed, is_same_place
from tests.facts import OPENING, Event, event, report
from tests.fold_world import FoldWorld
from tests.world import World

AT = "2025-12-24T12:00:00Z"


def stated(summary: str, stance: str, occurred: str, **fields: Any) -> Event:
    said = {"party": "north", "issue": "border", "stance": stance, "summary": summary}
    told = report("2025-12-23")
    return event(summary, "position-stated", told, occurred=occurred, **said, **fields)


def position(world: World | FoldWorld, *events: Event) -> Event:
    world.record(AT, [*OPENING, *events])
    (found,) = world.read_state()["positions"]
    return dict(found)


FRONTIER = [
    stated("last", "accepts", "[2025-12-18..2025-12-20]"),
    stated("perhaps before", "accepts", "[2025-12-10..2025-12-19]"),
    stated("surely before", "rejects", "[2025-12-12..2025-12-15]"),
]
"""Each may have come after the one below it, but the lowest not after the highest."""


def test_what_is_surely_before_any_other_is_no_candidate(world: World | FoldWorld) -> None:
    found = position(world, *FRONTIER)

    assert (found["stance"], found["mixed"], found["candidates"]) == ("accepts", False, [])


def test_of_stances_that_may_each_be_the_last_the_last_by_tie_order_is_shown(
    world: World | FoldWorld,
) -> None:
    found = position(world, *FRONTIER)

    assert found["summary"] == "last"
    assert found["since"] == "[2025-12-10..2025-12-19]"
    assert found["last_stated"] == "[2025-12-18..2025-12-20]"


def test_two_stances_of_one_moment_are_both_candidates(world: World | FoldWorld) -> None:
    moment = "2025-12-18T12:00:00Z"
    found = position(world, stated("one", "accepts", moment), stated("other", "rejects", moment))

    assert (found["mixed"], len(found["candidates"])) == (True, 2)


def test_a_claim_of_others_moves_no_position(world: World | FoldWorld) -> None:
    said = stated("said", "accepts", "2025-12-18")
    claimed = stated("claimed", "rejects", "2025-12-20", attribution="third-party")
    found = position(world, said, claimed)

    assert (found["stance"], found["last_stated"]) == ("accepts", "2025-12-18")


def test_a_stance_holds_since_the_first_of_its_run(world: World | FoldWorld) -> None:
    turns = (
        stated("first", "accepts", "2025-12-16"),
        stated("other", "rejects", "2025-12-17"),
        stated("second", "accepts", "2025-12-18"),
        stated("third", "accepts", "2025-12-19"),
    )
    found = position(world, *turns)

    assert (found["since"], found["last_stated"]) == ("2025-12-18", "2025-12-19")


def test_candidates_are_compared_place_by_place(
    world: World | FoldWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def count(*pair: Placed) -> bool:
        nonlocal compared
        compared += 1
        return is_same_place(*pair)

    monkeypatch.setattr(cells, "is_same_place", count)
    said = [stated(f"said {n}", "accepts", "2025-12") for n in range(60)]
    found = position(world, *said)

    assert (found["stance"], found["mixed"], found["since"]) == ("accepts", False, "2025-12")
    assert compared == 0  # of one place
