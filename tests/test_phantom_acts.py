"""Acts that find nothing in the event that they name: accepted, and told as anomalies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.command_line import run_command
from tests.facts import event_id
from tests.serving import key_environment
from tests.test_acts import AT, OUT, corrected_stance
from tests.world import World


def acts_on_nothing(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """A resolution, a reversal and a text that find nothing in the events that they name."""
    introduced = {"type": "plan-introduced", "id": event_id(3), "plan": "p", "title": "Plan"}
    introduced["points"] = [{"point": "a", "text": "Guns."}]
    texts = [{"point": "a", "text": "Arms."}, {"point": "x", "text": "Bread."}]
    return [
        *corrected_stance(),
        introduced | {"occurred": "2025-12-21", "reports": OUT},
        {"type": "event-retracted", "id": event_id(5), "event": event_id(3), "reports": OUT},
        {"type": "dispute-resolved", "id": event_id(6), "event": event_id(1), "reports": OUT},
        {"type": "retraction-reversed", "id": event_id(7), "event": event_id(5), "reports": OUT},
        {"type": "text-published", "event": event_id(3), "points": texts, "reports": OUT},
        *more,
    ]


def test_acts_that_find_nothing_in_their_event_are_anomalies(world: World) -> None:
    world.record(AT, acts_on_nothing())
    found = world.read_state(as_of="2025-12-22")["anomalies"]

    assert {each["kind"]: (each["target"], each.get("point")) for each in found} == {
        "resolution-without-dispute": (event_id(1), None),
        "reversal-without-retraction": (event_id(5), None),
        "text-without-point": (event_id(3), "x"),
    }


def test_acts_whose_object_arrives_later_are_anomalies_no_more(world: World) -> None:
    world.record(AT, acts_on_nothing())
    rival = {"type": "event-disputed", "event": event_id(1), "rival": {"stance": "rejects"}}
    retracted = {"type": "event-retracted", "event": event_id(5)}
    points = [{"point": "a", "text": "Guns."}, {"point": "x"}]
    corrected = {"type": "record-corrected", "event": event_id(3), "changes": {"points": points}}
    out = {"reports": [{"published": "2025-12-21T09:00:00Z", "publisher": "Gazette"}]}
    world.record("2025-12-21T13:00:00Z", [rival | out, retracted | out, corrected])

    assert world.read_state(as_of="2025-12-22")["anomalies"] == []


def test_a_dispute_that_comes_after_its_resolution_is_not_ended(world: World) -> None:
    late = [{"published": "2025-12-22T10:00:00Z", "publisher": "Gazette"}]
    rival = {"event": event_id(1), "rival": {"stance": "rejects"}, "reports": late}
    world.record("2025-12-22T12:00:00Z", acts_on_nothing({"type": "event-disputed", **rival}))
    state = world.read_state(as_of="2025-12-23")

    assert "resolution-without-dispute" in [each["kind"] for each in state["anomalies"]]
    assert [each["event"] for each in state["disputed"]] == [event_id(1)]


def test_over_http_and_in_a_terminal_they_say_what_is_missing(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record(AT, acts_on_nothing())
        found = world.get("/anomalies", as_of="2025-12-22").json()["data"]
    state = run_command(
        *("as-of", "talks", "2025-12-22", "--db", tmp_path / "world.db"),
        **key_environment(tmp_path),
    )
    told = " ".join(state.stdout.split())

    assert [(each["kind"], each["target"]) for each in found] == [
        ("resolution-without-dispute", event_id(1)),
        ("reversal-without-retraction", event_id(5)),
        ("text-without-point", event_id(3)),
    ]
    assert f"A dispute about {event_id(1)} is resolved, but nobody disputed it." in told
    assert f"{event_id(5)} is said to stand again, but nobody retracted it." in told
    assert f"A text of point x, which {event_id(3)} does not have." in told


WARNED = {
    "/7/event": (
        f"event {event_id(1)} is not disputed, so nothing is resolved",
        "if the id is mistyped, mend it with record-corrected; if event-disputed follows, do "
        "nothing",
    ),
    "/8/event": (
        f"event {event_id(5)} is not retracted, so nothing stands again",
        f"name the event that it retracted, {event_id(3)}, by record-corrected",
    ),
    "/9/points/1/point": (
        f"event {event_id(3)} has no point 'x'",
        "if the id is mistyped, mend it with record-corrected; else do nothing",
    ),
}


def warnings_of(http_world: World, *events: dict[str, Any]) -> dict[str, tuple[str, str]]:
    answer = http_world.post(list(events))
    assert answer.status_code == 201, answer.text
    return {each["pointer"]: (each["detail"], each["hint"]) for each in answer.json()["warnings"]}


def test_acts_that_find_nothing_in_their_event_get_a_warning(http_world: World) -> None:
    http_world.set_clock(AT)

    assert warnings_of(http_world, *acts_on_nothing()) == WARNED


def test_a_dry_run_warns_of_acts_that_find_nothing(tmp_path: Path) -> None:
    rows = tmp_path / "talks.ndjson"
    rows.write_text("".join(json.dumps(each) + "\n" for each in acts_on_nothing()))
    done = run_command("import", rows, "--dry-run", "--db", tmp_path / "new.db")

    assert done.returncode == 0, done.stderr
    assert all(detail in done.stdout + done.stderr for detail, _ in WARNED.values())


def test_what_a_later_event_of_the_batch_gives_needs_no_warning(http_world: World) -> None:
    http_world.set_clock(AT)
    rival = {"type": "event-disputed", "event": event_id(1), "rival": {"stance": "rejects"}}
    retracted = {"type": "event-retracted", "event": event_id(5)}
    points = [{"point": "a", "text": "Guns."}, {"point": "x"}]
    corrected = {"type": "record-corrected", "event": event_id(3), "changes": {"points": points}}
    out = {"reports": OUT}

    told = warnings_of(http_world, *acts_on_nothing(rival | out, retracted | out, corrected))
    assert told == {}


def test_what_was_recorded_before_needs_no_warning(http_world: World) -> None:
    http_world.set_clock(AT)
    rival = {"type": "event-disputed", "event": event_id(1), "rival": {"stance": "rejects"}}
    warnings_of(http_world, *corrected_stance(), rival | {"reports": OUT})
    resolved = {"type": "dispute-resolved", "event": event_id(1), "reports": OUT}

    assert warnings_of(http_world, resolved) == {}


def test_texts_of_a_plan_without_points_need_no_warning(http_world: World) -> None:
    http_world.set_clock(AT)
    introduced = {"type": "plan-introduced", "id": event_id(3), "plan": "p", "title": "Plan"}
    introduced["occurred"] = "2025-12-21"
    texts = [{"point": "a", "text": "Arms."}]
    given = {"type": "text-published", "event": event_id(3), "points": texts, "reports": OUT}

    assert warnings_of(http_world, *corrected_stance(), introduced, given) == {}
