"""Positions that are stated again and again: they hold since the first of these."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from projections.index.reader import IndexView
from tests.facts import Event, act, event, report
from tests.fold_world import FoldWorld
from tests.test_issue_answers import BEGUN
from tests.world import World

AT = "2025-12-24T12:00:00Z"
TIMES = 40


def day(n: int) -> str:
    return str(date(2025, 10, 1) + timedelta(days=n))


def stated(
    n: int,
    stance: str = "accepts",
    answer: str | None = None,
    occurred: str | None = None,
    published: str | None = None,
) -> Event:
    """Return what the party says on the nth day."""
    where = {"party": "north", "issue": "size", "stance": stance, "summary": f"Day {n}."}
    where |= {"answer": answer} if answer else {}
    told = report(published or day(n))
    return event(f"said {n}", "position-stated", told, **where, occurred=occurred or day(n))


def again(**changes: Event) -> list[Event]:
    """Return the same said on each day, but for those days, named ``d7``, that are given."""
    days = {f"d{n}": stated(n) for n in range(TIMES)} | changes
    return list(days.values())


def since(world: World | FoldWorld, events: list[Event], **asked: Any) -> object:
    world.record(AT, [*BEGUN, *events])
    (found,) = world.read_state(**asked)["positions"]
    return "mixed" if found["mixed"] else found["since"]


VAGUE = {"occurred": f"[{day(9)}..{day(12)}]", "published": day(13)}


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, 0),
        ({"d0": stated(0, "rejects")}, 1),
        ({"d10": stated(10, "rejects")}, 11),
        ({"d10": stated(10, "rejects"), "d30": stated(30, "rejects")}, 31),
        ({"d10": stated(10, answer="high")}, 0),
        ({"d10": stated(10, answer="high"), "d20": stated(20, answer="low")}, 11),
        ({"d10": stated(10, "supports")}, 11),
        ({"d10": stated(10, "rejects", **VAGUE)}, 12),
        ({"d10": stated(10, **VAGUE)}, 0),
    ],
)
def test_a_position_holds_since_the_first_time(
    world: World | FoldWorld, changes: dict[str, Event], first: int
) -> None:
    assert since(world, again(**changes)) == day(first)


def test_of_several_answers_the_last_is_told(world: World | FoldWorld) -> None:
    answered = {f"d{n}": stated(n, answer="high") for n in range(20, TIMES)}
    answered |= {f"d{n}": stated(n, answer="low") for n in range(10)}

    assert since(world, again(**answered)) == day(10)


def test_what_is_struck_out_is_passed_over(world: World | FoldWorld) -> None:
    void = act("struck", "record-voided", "said 10", reason="mistake")

    assert since(world, [*again(d10=stated(10, "rejects")), void]) == day(0)


def test_all_that_may_be_the_last_is_told(world: World | FoldWorld) -> None:
    when = {"occurred": f"[{day(30)}..{day(39)}]", "published": day(40)}
    vague = {f"d{n}": stated(n, **when) for n in range(30, 40)}
    world.record(AT, [*BEGUN, *again(**vague | {"d34": stated(34, "rejects", **when)})])

    (found,) = world.read_state()["positions"]
    assert len(found["candidates"]) == 10


def test_a_turn_that_became_known_late_turns_from_then_on(world: World | FoldWorld) -> None:
    turned = again(d30=stated(30, "rejects", published="2025-12-20"))

    assert since(world, turned, as_of="2025-12-19T23:59:59Z") == day(0)
    (found,) = world.read_state(as_of="2025-12-21T23:59:59Z")["positions"]
    assert found["since"] == day(31)


def test_an_earlier_date_does_not_know_of_a_later_turn(world: World | FoldWorld) -> None:
    turned = again(d30=stated(30, "rejects"))

    assert since(world, turned, as_of=f"{day(25)}T23:59:59Z") == day(0)


def test_a_state_reads_no_more_of_what_is_stated_more_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    fetch_rows = IndexView._fetch_rows

    def count(view: IndexView, statement: str, **params: object) -> list[Any]:
        rows = fetch_rows(view, statement, **params)
        read[-1] += len(rows)
        return rows

    monkeypatch.setattr(IndexView, "_fetch_rows", count)
    for times in (5, TIMES):
        read.append(0)
        with World(tmp_path / f"{times}.db", "http") as world:
            world.record(AT, [*BEGUN, *again()[:times]])
            world.read_state()

    assert read[0] == read[1]


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_where_a_party_stands_does_not_depend_on_the_page_of_its_history(
    tmp_path: Path, limit: int
) -> None:
    with World(tmp_path, "http") as world:
        world.record(AT, [*BEGUN, *again(d30=stated(30, "rejects"), d39=stated(39, "rejects"))])
        found = world.get("/positions/north/size", limit=limit).json()["data"]

    assert (found["position"]["stance"], found["position"]["since"]) == ("rejects", day(39))
    assert len(found["history"]) == min(limit, TIMES)
