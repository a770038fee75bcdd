"""Answers of issues: which a position may name, when they show, and what is one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.facts import OPENING, Event, act, event, event_id, report
from tests.fold_world import FoldWorld
from tests.world import KEY, World

AT, LATER = "2025-12-24T12:00:00Z", "2025-12-25T12:00:00Z"
SCALE = [
    {"answer": "low", "label": "600,000", "value": 600_000},
    {"answer": "high", "label": "800,000", "value": 800_000},
    {"answer": "none", "label": "No limit"},
]
ISSUE = {"type": "issue-defined", "id": event_id("issue"), "issue": "size", "title": "Size"}
BEGUN = [*OPENING, ISSUE | {"answers": SCALE}]


def stated(label: str, day: int, stance: str, answer: str | None = None, **fields: Any) -> Event:
    where = {"party": "north", "issue": "size", "stance": stance, "summary": label}
    where |= {"answer": answer} if answer else {}
    when = {"occurred": f"2025-12-{day}"}
    told = report(f"2025-12-{day}")
    return event(label, "position-stated", told, **where | when | fields)


def position(world: World | FoldWorld, *events: Event, **asked: Any) -> Event:
    world.record(AT, [*BEGUN, *events])
    (found,) = world.read_state(**asked)["positions"]
    return dict(found)


def test_a_position_gives_its_answer_and_its_number(world: World | FoldWorld) -> None:
    found = position(world, stated("said", 20, "proposes", "high"))

    assert (found["answer"], found["value"]) == ("high", 800_000)


def test_without_an_answer_both_are_null(world: World | FoldWorld) -> None:
    found = position(world, stated("said", 20, "proposes"))

    assert (found["answer"], found["value"]) == (None, None)


VAGUE: dict[str, Any] = {"occurred": "[2025-12-18..2025-12-20]"}


@pytest.mark.parametrize(
    ("first", "second", "mixed"),
    [
        (("accepts", "high"), ("demands", "high"), False),
        (("accepts", "high"), ("accepts", "low"), True),
        (("opposes", "high"), ("red-line", "high"), False),
        (("accepts", "high"), ("rejects", "high"), True),
        (("accepts", "high"), ("reserves", "high"), True),
        (("accepts", "high"), ("accepts", None), False),
        (("accepts", "high"), ("demands", None), True),
        (("accepts", None), ("demands", None), True),
    ],
)
def test_a_place_is_the_answer_with_whether_it_is_held_or_refused(
    world: World | FoldWorld, first: tuple[str, str], second: tuple[str, str], mixed: bool
) -> None:
    found = position(
        world, stated("first", 20, *first, **VAGUE), stated("second", 20, *second, **VAGUE)
    )

    assert found["mixed"] is mixed
    assert found["answer"] == (None if mixed else first[1])


def test_one_answer_in_other_words_is_held_since_the_first(world: World | FoldWorld) -> None:
    turns = (
        stated("low", 18, "demands", "low"),
        stated("first", 19, "demands", "high"),
        stated("again", 20, "proposes", "high"),
        stated("silent", 21, "proposes"),
    )
    found = position(world, *turns)

    assert (found["since"], found["last_stated"]) == ("2025-12-19", "2025-12-21")


def test_an_answer_shows_once_an_admitted_position_names_it(world: World | FoldWorld) -> None:
    world.record(AT, [*BEGUN, stated("low", 18, "demands", "low"), stated("x", 20, "demands")])
    world.record(LATER, [stated("high", 25, "demands", "high")])

    def shown(**asked: Any) -> list[str]:
        issues = world.read_state(**asked)["issues"]
        (issue,) = (each for each in issues if each["issue"] == "size")
        return [each["answer"] for each in issue["answers"]]

    assert shown(as_of="2025-12-20") == ["low"]
    assert shown(as_of="2025-12-25") == ["low", "high"]
    assert shown(audience="staff") == ["low", "high", "none"]


def refusal(world: World, body: Event) -> Event:
    response = world.post(body)
    assert response.status_code == 422, response.text
    return dict(response.json()["errors"][0])


def correction(label: str, *answers: str) -> Event:
    kept = [each for each in SCALE if each["answer"] in answers]
    corrected = act(label, "record-corrected", "issue", changes={"answers": kept})
    del corrected["reports"]
    return corrected


def test_an_answer_that_the_issue_has_not_is_refused(http_world: World) -> None:
    http_world.record(AT, BEGUN)
    unknown = refusal(http_world, stated("said", 20, "accepts", "medium"))

    assert unknown["pointer"] == "/answer"
    assert "use one of low, high, none" in unknown["hint"]
    http_world.record(LATER, [correction("fewer", "low", "high")])
    assert refusal(http_world, stated("said", 20, "accepts", "none"))["pointer"] == "/answer"
    assert http_world.post(stated("said", 20, "accepts", "high")).status_code == 201


def test_a_corrected_position_keeps_to_the_answers_of_its_issue(http_world: World) -> None:
    http_world.record(AT, [*BEGUN, stated("said", 20, "accepts", "high")])
    wrong = act("wrong", "record-corrected", "said", changes={"answer": "medium"})
    moved = act("moved", "record-corrected", "said", changes={"issue": "border"})
    for each in (wrong, moved):
        del each["reports"]
        assert refusal(http_world, each)["pointer"] == "/changes/answer"


def test_a_plan_point_has_no_answers(http_world: World) -> None:
    http_world.record(AT, BEGUN)
    on_point = stated("said", 20, "accepts", "high", plan="plan", point="one")
    del on_point["issue"]

    assert "a plan point has no answers" in refusal(http_world, on_point)["detail"]


def test_an_answer_that_a_position_names_cannot_be_dropped(http_world: World) -> None:
    http_world.record(AT, [*BEGUN, stated("said", 20, "accepts", "high")])
    dropped = refusal(http_world, correction("dropped", "low"))

    assert dropped["pointer"] == "/changes/answers"
    assert event_id("said") in dropped["detail"]
    assert http_world.post(correction("kept", "high")).status_code == 201


def test_a_ledger_with_stated_answers_verifies(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.record(AT, [*BEGUN, stated("low", 18, "demands", "low")])

    ran = run_command("verify", "--db", tmp_path / "world.db", MINUTEBOOK_LOG_KEY=KEY)

    assert ran.returncode == 0, ran.stdout
