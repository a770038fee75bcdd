"""The opening of a negotiation stays; where an older log struck it out, answers say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.facts import event_id
from tests.serving import key_environment
from tests.world import World

OUT = [{"published": "2025-12-21T10:00:00Z", "publisher": "Gazette"}]
AT = "2025-12-21T12:00:00Z"
OPENED = {"type": "negotiation-opened", "id": event_id(1), "title": "Talks"}
NORTH = {"type": "party-registered", "id": event_id(2), "party": "north", "name": "North"}
SAID: dict[str, Any] = {
    "type": "statement-made",
    "id": event_id(3),
    "statement": "s",
    "speaker": "party:north",
    "summary": "Yes.",
    "occurred": "2025-12-21",
    "reports": OUT,
}
VOIDED = {"type": "record-voided", "event": event_id(1), "reason": "test"}
RETRACTED = {"type": "event-retracted", "event": event_id(1), "reports": OUT}


@pytest.mark.parametrize("act", [VOIDED, RETRACTED], ids=["voided", "retracted"])
def test_the_opening_stays_once_more_is_recorded(http_world: World, act: dict[str, Any]) -> None:
    http_world.record(AT, [OPENED, NORTH])
    (fault,) = http_world.post(act).json()["errors"]

    assert fault == {
        "pointer": "/event",
        "detail": "the opening stays, since more of the negotiation is recorded than it",
        "hint": "to mend its title, use record-corrected; if the law asks that it goes, use "
        "minutebook erase",
    }


def test_no_correction_turns_an_act_upon_the_opening(http_world: World) -> None:
    void = {"type": "record-voided", "id": event_id(4), "event": event_id(3)}
    http_world.record(AT, [OPENED, NORTH, SAID, void])
    turned = {"type": "record-corrected", "event": event_id(4), "changes": {"event": event_id(1)}}
    faults = http_world.post(turned).json()["errors"]

    assert [each["pointer"] for each in faults] == ["/changes/event"]


@pytest.mark.parametrize("act", [VOIDED, RETRACTED], ids=["voided", "retracted"])
def test_an_older_log_says_that_its_opening_was_struck_out(
    tmp_path: Path, act: dict[str, Any]
) -> None:
    with World(tmp_path, "http") as world:
        world.set_clock(AT)
        posted = world.client.post(
            "/v1/negotiations/talks/events?exported=true", json=[OPENED, NORTH, SAID, act]
        )
        assert posted.status_code == 201, posted.text
        state = world.get("/state", as_of="2025-12-21").json()["data"]
        filtered = world.get("/state", as_of="2025-12-21", only_source="Gazette").json()["data"]
    answer = run_command(
        "as-of", "talks", "2025-12-21", "--db", tmp_path / "world.db", **key_environment(tmp_path)
    )

    assert [(each["negotiation"], each["opening"]) for each in (state, filtered)] == [
        (None, "struck-out")
    ] * 2
    assert answer.stdout.startswith("A negotiation whose opening was struck out\n")


@pytest.mark.parametrize("filters", [{}, {"only_source": "Gazette"}], ids=["index", "fold"])
def test_before_it_is_recorded_an_opening_is_not_struck_out(
    tmp_path: Path, filters: dict[str, str]
) -> None:
    with World(tmp_path, "http") as world:
        world.record(AT, [OPENED, NORTH, SAID])
        asked = {"basis": "as-recorded", "as_of": "2025-12-20", **filters}
        state = world.get("/state", **asked).json()["data"]

    assert state["negotiation"] is None
    assert "opening" not in state


def test_an_opening_that_is_not_public_yet_is_not_struck_out(tmp_path: Path) -> None:
    later = [{"published": "2025-12-24", "publisher": "Gazette"}]
    with World(tmp_path, "http") as world:
        world.record(AT, [OPENED | {"reports": later}, NORTH, SAID])
        state = world.get("/state", as_of="2025-12-21").json()["data"]
    answer = run_command(
        "as-of", "talks", "2025-12-21", "--db", tmp_path / "world.db", **key_environment(tmp_path)
    )

    assert state["negotiation"] is None
    assert "opening" not in state
    assert answer.stdout.startswith("A negotiation whose opening was not known yet\n")
