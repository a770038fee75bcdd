"""Acts on acts, and what plans make of texts that come late."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts import event_id
from tests.world import World

OUT = [{"published": "2025-12-21T10:00:00Z", "publisher": "Gazette"}]
AT = "2025-12-21T12:00:00Z"


def corrected_stance() -> list[dict[str, Any]]:
    return [
        {"type": "negotiation-opened", "title": "Talks"},
        {"type": "party-registered", "party": "us", "name": "United States"},
        {"type": "issue-defined", "issue": "border", "title": "Border"},
        {
            "id": event_id(1),
            "type": "position-stated",
            "party": "us",
            "issue": "border",
            "stance": "accepts",
            "summary": "Yes.",
            "occurred": "2025-12-21",
            "reports": OUT,
        },
        {
            "id": event_id(2),
            "type": "record-corrected",
            "event": event_id(1),
            "changes": {"summary": "No."},
        },
    ]


@pytest.mark.parametrize(
    "inner",
    [{"summary": 1.0}, {"nonsense": "x"}, {"type": "x"}, {"reports": 5}, {"occurred": "soon"}],
)
def test_a_correction_of_a_correction_must_fit_the_event_corrected(
    http_world: World, inner: dict[str, Any]
) -> None:
    http_world.record(AT, corrected_stance())
    refused = http_world.post(
        {"type": "record-corrected", "event": event_id(2), "changes": {"changes": inner}}
    )

    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"].startswith("/changes/changes")


def test_a_correction_of_a_correction_takes_effect(world: World) -> None:
    world.record(AT, corrected_stance())
    mended = {"summary": "Perhaps."}
    world.record(
        "2025-12-21T13:00:00Z",
        [{"type": "record-corrected", "event": event_id(2), "changes": {"changes": mended}}],
    )

    assert world.read_state(as_of="2025-12-21")["positions"][0]["summary"] == "Perhaps."


def test_the_later_of_retraction_and_reversal_holds_also_before_the_event_is_known(
    world: World,
) -> None:
    said = {**corrected_stance()[3], "reports": [{"published": "2025-12-23"}]}
    back = {
        "type": "event-retracted",
        "event": event_id(1),
        "reports": [{"published": "2025-12-21"}],
    }
    again = {
        "type": "retraction-reversed",
        "event": event_id(1),
        "reports": [{"published": "2025-12-22"}],
    }
    world.record("2025-12-24T12:00:00Z", [*corrected_stance()[:3], said, again, back])

    state = world.read_state(as_of="2025-12-24")
    assert [each["stance"] for each in state["positions"]] == ["accepts"]


def plan(*events: dict[str, Any]) -> list[dict[str, Any]]:
    introduced = {
        "id": event_id(3),
        "type": "plan-introduced",
        "plan": "p",
        "title": "P",
        "sponsors": ["us"],
        "occurred": "2025-12-19",
        "points": [{"point": "a", "number": 1, "text": "A."}],
    }
    return [{"occurred": "2025-12-20", **event, "reports": OUT} for event in (introduced, *events)]


def test_a_conditional_acceptance_is_no_agreement(world: World) -> None:
    accepted = {
        "type": "position-stated",
        "party": "us",
        "plan": "p",
        "point": "a",
        "stance": "accepts",
        "summary": "If.",
    }
    world.record(AT, corrected_stance() + plan({**accepted, "conditions": ["money"]}))
    before = world.read_state(as_of="2025-12-22")["plans"][0]
    world.record("2025-12-21T13:00:00Z", plan({**accepted, "occurred": "2025-12-21"})[1:])
    after = world.read_state(as_of="2025-12-22")["plans"][0]

    assert (before["agreed"], before["open"]) == ([], ["a"])
    assert (after["agreed"], after["open"]) == (["a"], [])


def test_a_late_text_reaches_the_points_of_a_split(world: World) -> None:
    split = {
        "id": event_id(4),
        "type": "plan-amended",
        "plan": "p",
        "operations": [{"op": "split", "point": "a", "into": [{"point": "b"}, {"point": "c"}]}],
    }
    seen = {
        "type": "text-published",
        "event": event_id(4),
        "points": [{"point": "b", "text": "B."}],
    }
    world.record(AT, corrected_stance() + plan(split, seen))
    points = world.read_state(as_of="2025-12-22")["plans"][0]["points"]

    assert {each["point"]: each["text"] for each in points} == {"b": "B.", "c": None}


def test_an_end_of_a_point_that_nothing_mentioned_is_an_anomaly(world: World) -> None:
    repeal = {"type": "plan-amended", "plan": "p", "operations": [{"op": "repeal", "point": "x"}]}
    world.record(AT, corrected_stance() + plan(repeal))
    found = world.read_state(as_of="2025-12-22")["anomalies"]

    assert [(each["kind"], each["point"]) for each in found] == [("operation-without-point", "x")]


def test_a_stance_on_a_point_that_no_plan_has_is_an_anomaly(world: World) -> None:
    stated = {"type": "position-stated", "party": "us", "stance": "accepts", "summary": "Yes."}
    world.record(AT, corrected_stance() + plan({**stated, "plan": "p", "point": "no-such-point"}))
    found = world.read_state(as_of="2025-12-22")["anomalies"]

    names = ("kind", "plan", "point", "party")
    assert [tuple(each[name] for name in names) for each in found] == [
        ("stance-without-point", "p", "no-such-point", "us")
    ]


def test_a_withdrawn_statement_rests_on_its_withdrawal(world: World) -> None:
    on = {"statement": "s", "occurred": "2025-12-20"}
    made = {"type": "statement-made", "id": event_id("made"), "speaker": "party:us", "summary": "A"}
    taken = {"type": "statement-withdrawn", "id": event_id("taken")}
    world.record(AT, corrected_stance() + plan(made | on, taken | on))

    (found,) = world.read_state(as_of="2025-12-22")["statements"]
    assert found["withdrawn"]
    assert found["events"] == [event_id("made"), event_id("taken")]


def test_verdicts_and_withdrawals_of_what_nobody_said_are_anomalies(world: World) -> None:
    on = {"occurred": "2025-12-20"}
    endorsed = {"type": "plan-endorsed", "party": "us", **on}
    withdrawn = {"type": "position-withdrawn", "party": "us", **on}
    world.record(
        AT,
        corrected_stance()
        + plan(
            {**endorsed, "plan": "p", "points": ["no-such-point"]},
            {**endorsed, "plan": "no-such-plan"},
            {"type": "statement-withdrawn", "statement": "no-such-statement", **on},
            {**withdrawn, "plan": "p", "point": "a"},
        ),
    )
    found = world.read_state(as_of="2025-12-22")["anomalies"]

    names = ("plan", "point", "statement")
    assert {each["kind"]: [each.get(name) for name in names] for each in found} == {
        "verdict-without-point": ["p", "no-such-point", None],
        "verdict-without-plan": ["no-such-plan", None, None],
        "withdrawal-without-statement": [None, None, "no-such-statement"],
        "withdrawal-without-position": ["p", "a", None],
    }


def test_no_operation_on_a_point_that_nothing_mentioned_is_left_out(world: World) -> None:
    operations = [{"op": op, "point": "x"} for op in ("substitution", "repeal", "renumbering")]
    world.record(
        AT,
        corrected_stance() + plan({"type": "plan-amended", "plan": "p", "operations": operations}),
    )
    found = world.read_state(as_of="2025-12-22")["anomalies"]

    assert sorted(each["op"] for each in found) == ["renumbering", "repeal", "substitution"]


def test_a_plan_that_is_only_to_be_amended_shows_what_is_pending(world: World) -> None:
    proposed = {
        "id": event_id(5),
        "type": "amendment-proposed",
        "plan": "q",
        "amendment": "x",
        "operations": [{"op": "repeal", "point": "a"}],
    }
    world.record(AT, corrected_stance() + plan(proposed))
    (found,) = [
        each for each in world.read_state(as_of="2025-12-22")["plans"] if each["plan"] == "q"
    ]

    assert [each["event"] for each in found["pending"]] == [event_id(5)]
    assert found["events"] == [event_id(5)]
