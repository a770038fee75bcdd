"""The oracle itself: the worked cases hold in it, and so do the rules that it decides."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.edtf import parse_span
from domain.instants import from_rfc3339
from tests.facts import act, event, event_id, report
from tests.fold_world import FoldWorld
from tests.histories import bases, entries, histories, source_filters
from tests.reference import Life, fold, resolve_news
from tests.stories import STORIES, Story, opening, stance
from tests.world import accept_second_introductions

NOW = from_rfc3339("2026-11-01T00:00:00Z")


def basis_of(log: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    moment = parse_span(params["as_of"]).start.last
    known, valid, recorded = {
        "as-known": (moment, moment, NOW),
        "as-recorded": (moment, moment, moment),
        "hindsight": (NOW, moment, NOW),
    }[params["basis"]]
    seqs = [e["seq"] for e in log if from_rfc3339(e["recorded_at"]) <= recorded]
    return {
        "known_at": known,
        "valid_at": valid,
        "seq": max(seqs, default=0),
        "audience": params["audience"],
    }


def _item(life: Life, original: dict[str, Any]) -> dict[str, Any]:
    return {"id": life.id, "was": original, "rivals": life.disputed}


def _last(lives: list[Life], ids: list[str], name: str) -> Any:
    given = [x.fields.get(name) for x in sorted(lives, key=lambda x: x.key) if x.id in ids]
    return given[-1] if given else None


def state_of(log: list[dict[str, Any]], **basis: Any) -> dict[str, Any]:
    """Show the fold as the part of a state that the stories look at."""
    folded, lives = fold(log, **basis), resolve_news(log, **basis)
    sent = {entry["id"]: entry for entry in log}
    state: dict[str, Any] = {
        where: [_item(x, sent[x.id]) for x in lives if x.standing == where]
        for where in ("withdrawn", "possible", "scheduled")
    }
    state["disputed"] = [_item(x, sent[x.id]) for x in lives if x.id in folded["disputed"]]
    state["positions"] = [
        {**dict(zip(("party", "issue"), cell.split("/"), strict=False)), **position}
        | {"summary": _last(lives, position["candidates"], "summary")}
        for cell, position in folded["positions"].items()
    ]
    state["meetings"] = [
        {"meeting": slug, **meeting}
        | {name: _last(lives, meeting["events"], name) for name in ("expected", "summary")}
        for slug, meeting in folded["meetings"].items()
    ]
    return state


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_worked_case(story: Story) -> None:
    log = entries(story.batches)
    for params, check in story.asks:
        data = state_of(log, **basis_of(log, params))
        assert check(data), f"{story.name}: {params} answered {data}"


def at_end(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Fold the events, each recorded at noon of the next day from 20 December on."""
    batches = [opening("2025-12-01T09:00:00.000000Z")]
    batches += [
        (f"2025-12-{day}T12:00:00.000000Z", [each]) for day, each in enumerate(events, start=20)
    ]
    log = entries(batches)
    basis = {"known_at": NOW, "valid_at": NOW, "seq": len(log), "audience": "public"}
    return fold(log, **(basis | changes))


def _position(folded: dict[str, Any]) -> dict[str, Any]:
    return dict(folded["positions"]["north/border"])


FIRST = stance("first", report("2025-12-20"), occurred="2025-12-20")


def test_overlapping_stances_are_mixed() -> None:
    vague = stance("vague", report("2025-12-21"), occurred="[2025-12-18..2025-12-20]")
    other = {**vague, "stance": "rejects"}
    assert _position(at_end(FIRST, other))["mixed"]
    assert _position(at_end(FIRST, vague))["since"] == event_id("first")


def test_what_is_surely_before_any_other_is_no_candidate() -> None:
    days = {"last": "[2025-12-18..2025-12-20]", "before": "[2025-12-10..2025-12-19]"}
    first, second = (stance(x, report("2025-12-20"), occurred=days[x]) for x in days)
    surely = stance("surely", report("2025-12-20"), occurred="[2025-12-12..2025-12-15]")
    found = _position(at_end(first, second, surely | {"stance": "rejects"}))
    assert (found["stance"], found["mixed"]) == ("accepts", False)


def test_a_withdrawal_leaves_no_stance_and_ends_the_run() -> None:
    where = {"party": "north", "issue": "border"}
    gone = event("gone", "position-withdrawn", report("2025-12-21"), occurred="2025-12-21", **where)
    again = stance("again", report("2025-12-22"), occurred="2025-12-22")
    assert _position(at_end(FIRST, gone))["stance"] is None
    assert _position(at_end(FIRST, gone, again))["since"] == event_id("again")


def test_a_third_party_moves_nothing() -> None:
    folded = at_end(stance("said", report("2025-12-20"), attribution="third-party"))
    assert folded["positions"] == {}
    assert folded["claims"] == {"north/border": [[event_id("said"), None, 0]]}


def test_a_void_is_absolute_and_a_retracted_retraction_is_not() -> None:
    retracted = act("retracted", "event-retracted", "first", report("2025-12-21"))
    undone = act("undone", "event-retracted", "retracted", report("2025-12-22"))
    voided = act("voided", "record-voided", "first")
    assert at_end(FIRST, retracted)["standing"][event_id("first")] == "withdrawn"
    assert at_end(FIRST, retracted, undone)["standing"][event_id("first")] == "happened"
    assert at_end(FIRST, voided, undone | {"event": event_id("first")})["standing"] == {}


def test_a_report_added_counts_by_its_own_recording_until_it_is_retracted() -> None:
    quiet = stance("quiet", occurred="2025-12-20")
    added = act("added", "report-added", "quiet", report("2025-12-21"))
    back = act("back", "event-retracted", "added", report("2025-12-22"))
    known = at_end(quiet, added)["known_at"][event_id("quiet")]
    assert known == from_rfc3339("2025-12-21T12:00:00Z")
    assert at_end(quiet, added, back)["standing"] == {}


def test_two_sources_are_two_publishers() -> None:
    same = act("same", "report-added", "first", report("2025-12-20"))
    other = act("other", "report-added", "first", report("2025-12-21", "courier"))
    assert at_end(FIRST, same, min_sources=2)["standing"] == {}
    assert at_end(FIRST, other, min_sources=2)["standing"] == {event_id("first"): "happened"}
    assert at_end(FIRST, other, exclude_source=["herald", "courier"])["standing"] == {}


def test_staff_knows_what_is_recorded() -> None:
    folded = at_end(stance("quiet"), audience="staff")
    assert folded["known_at"] == {event_id("quiet"): from_rfc3339("2025-12-20T12:00:00Z")}


def test_a_disputed_occurred_is_the_hull_of_both() -> None:
    rival = act("rival", "event-disputed", "first", report("2025-12-21"))
    rival["rival"] = {"occurred": "2025-12-18"}
    noon = from_rfc3339("2025-12-19T12:00:00Z")
    folded = at_end(FIRST, rival, valid_at=noon)
    assert folded["standing"] == {event_id("first"): "possible"}
    assert folded["disputed"] == [event_id("first")]


PLAN = event(
    "plan",
    "plan-introduced",
    report("2025-12-20"),
    plan="plan",
    title="The plan",
    points=[{"point": "one", "text": "first"}, {"point": "two", "number": 2}],
)


def amend(*operations: dict[str, Any]) -> dict[str, Any]:
    return event(
        "amended", "plan-amended", report("2025-12-21"), plan="plan", operations=list(operations)
    )


def test_operations_change_end_and_make_points() -> None:
    halves = [{"point": "a", "text": "half"}, {"point": "b"}]
    folded = at_end(
        PLAN,
        amend(
            {"op": "split", "point": "one", "into": halves},
            {"op": "substitution", "point": "two", "text": "second"},
            {"op": "substitution", "point": "one", "text": "ended: skipped"},
            {"op": "repeal", "point": "nowhere"},
        ),
    )
    empty = {"text": None, "number": None, "heading": None}
    assert folded["points"] == {
        "plan/a": {**empty, "text": "half"},
        "plan/b": empty,
        "plan/two": {**empty, "text": "second", "number": 2},
    }
    assert folded["anomalies"] == [["operation-without-point", event_id("amended")]]


def test_an_adoption_may_be_known_before_its_proposal() -> None:
    named = {"plan": "plan", "amendment": "new"}
    adopted = event("adopted", "amendment-adopted", report("2025-12-21"), **named)
    change = [{"op": "join", "point": "both", "from": ["one", "two"], "text": "joined"}]
    proposed = event(
        "proposed", "amendment-proposed", report("2025-12-22"), operations=change, **named
    )
    assert set(at_end(PLAN, adopted)["points"]) == {"plan/one", "plan/two"}
    assert set(at_end(PLAN, adopted, proposed)["points"]) == {"plan/both"}


def test_a_text_published_later_counts_from_its_own_time() -> None:
    words = [{"point": "two", "text": "seen"}]
    seen = act("seen", "text-published", "plan", report("2025-12-21"), points=words)
    before = at_end(PLAN, seen, known_at=from_rfc3339("2025-12-20T23:00:00Z"))
    assert before["points"]["plan/two"]["text"] is None
    assert at_end(PLAN, seen)["points"]["plan/two"] == {
        "text": "seen",
        "number": 2,
        "heading": None,
    }


def test_roles_are_assumed_until_they_end() -> None:
    post = {"person": "envoy", "party": "north", "title": "Envoy"}
    begun = event("begun", "role-assumed", report("2025-12-20"), occurred="2025-12-18/..", **post)
    ended = event("ended", "role-ended", report("2025-12-21"), occurred="2025-12-21", **post)
    assert at_end(begun)["roles"] == {"envoy/north/Envoy": event_id("begun")}
    assert at_end(begun, ended)["roles"] == {}


def test_what_was_told_before_its_time_is_an_anomaly_and_scheduled() -> None:
    ahead = stance("ahead", report("2025-12-20"), occurred="2025-12-25")
    folded = at_end(ahead, valid_at=from_rfc3339("2025-12-24T00:00:00Z"))
    assert folded["standing"] == {event_id("ahead"): "scheduled"}
    assert folded["anomalies"] == [["published-before-occurred", event_id("ahead")]]


def test_an_appointment_announced_in_advance_is_no_anomaly() -> None:
    post = {"person": "envoy", "party": "north", "title": "Envoy"}
    ahead = event("ahead", "role-assumed", report("2025-12-20"), occurred="2025-12-25", **post)
    earlier = at_end(ahead, valid_at=from_rfc3339("2025-12-24T00:00:00Z"))
    assert earlier["standing"] == {event_id("ahead"): "scheduled"}
    assert (earlier["anomalies"], earlier["roles"]) == ([], {})
    assert at_end(ahead)["roles"] == {"envoy/north/Envoy": event_id("ahead")}


def test_a_held_duration_is_ongoing_until_its_end_is_past() -> None:
    talks = event("talks", "meeting-held", report("2025-12-20"), meeting="talks")
    talks["occurred"] = "2025-12-19/2025-12-22"
    on_the_last_day = from_rfc3339("2025-12-22T23:00:00Z")
    assert at_end(talks, valid_at=on_the_last_day)["meetings"]["talks"]["ongoing"]
    assert not at_end(talks)["meetings"]["talks"]["ongoing"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_histories_are_acceptable_and_can_be_folded(data: st.DataObject) -> None:
    batches = data.draw(histories())
    assert all(early[0] < late[0] for early, late in pairwise(batches))
    world = FoldWorld()
    with accept_second_introductions():
        for recorded_at, events in batches:
            world.record(recorded_at, events)
    basis = data.draw(bases(len(world.entries)))
    folded = fold(entries(batches), **basis, **data.draw(source_filters))
    assert all(known <= basis["known_at"] for known in folded["known_at"].values())
