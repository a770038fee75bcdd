"""When a deadline is open, passed, met or withdrawn, and whether it was met late."""

from __future__ import annotations

from typing import Any

import pytest

from api.answers import read_as
from api.cli.item_text import listed_paragraph
from api.cli.wording import Wording
from api.models.answers import Deadline
from tests.facts import OPENING, Event, act, event, event_id, report
from tests.fold_world import FoldWorld
from tests.world import World

AT = "2019-10-20T12:00:00Z"
SAID = report("2019-09-20")


def told(kind: str, occurred: str | None = "2019-09-20", **fields: Any) -> Event:
    return event(kind, f"deadline-{kind}", SAID, deadline="reply", occurred=occurred, **fields)


def set_for(due: str, **fields: Any) -> Event:
    return told("set", title="Reply to the draft", due=due, **fields)


def reply(world: World | FoldWorld, *events: Event, **asked: Any) -> Event:
    world.record(AT, [*OPENING, *events])
    (deadline,) = world.read_state(**asked)["deadlines"]
    return dict(deadline)


@pytest.mark.parametrize(
    ("due", "valid_at", "status"),
    [
        ("2019-10-03", "2019-10-03", "open"),
        ("2019-10-03", "2019-10-04", "passed"),
        ("2019-10-03T12:00:00Z", "2019-10-03T12:00:00Z", "passed"),
        ("2019-10-03T12:00:00Z", "2019-10-03T11:59:59Z", "open"),
        ("2019-10-01/2019-10-03", "2019-10-03", "open"),
        ("2019-10-01/2019-10-03", "2019-10-04", "passed"),
        ("[2019-10-01..2019-10-03]", "2019-10-02", "open"),
        ("[2019-10-01..2019-10-03]", "2019-10-04", "passed"),
        ("../2019-10-03", "2019-10-04", "passed"),
        ("2019-10-03/..", "2030-01-01", "open"),
        ("2019-10-03/", "2030-01-01", "open"),
        ("[2019-10-03..]", "2030-01-01", "open"),
    ],
)
def test_a_deadline_passes_by_the_end_of_its_due(
    world: World | FoldWorld, due: str, valid_at: str, status: str
) -> None:
    deadline = reply(world, set_for(due), valid_at=valid_at)

    assert (deadline["status"], deadline["due"], deadline["late"]) == (status, due, None)


def test_a_deadline_passes_in_the_zone_of_its_event(world: World | FoldWorld) -> None:
    tokyo = set_for("2019-10-03", tz="Asia/Tokyo")
    deadline = reply(world, tokyo, valid_at="2019-10-03T15:00:00Z")

    assert (deadline["status"], deadline["tz"]) == ("passed", "Asia/Tokyo")


def test_each_date_of_a_deadline_has_its_own_zone(world: World | FoldWorld) -> None:
    met = told("met", "2019-10-02", tz="Asia/Tokyo")
    deadline = reply(world, set_for("2019-10-03"), met)

    assert "tz" not in deadline
    assert deadline["closed_tz"] == "Asia/Tokyo"


def test_votes_and_incidents_keep_the_zone_of_their_day(http_world: World) -> None:
    common = {"occurred": "2019-10-02", "tz": "Asia/Tokyo"}
    vote = event("vote", "vote-held", SAID, vote="v", motion="Strike?", **common)
    incident = event("fire", "incident-reported", SAID, incident="fire", title="Fire", **common)
    http_world.record(AT, [*OPENING, vote, incident])

    for name in ("votes", "incidents"):
        assert [each["tz"] for each in http_world.get(f"/{name}").json()["data"]] == ["Asia/Tokyo"]


def test_a_due_day_is_printed_with_its_own_zone() -> None:
    fields = {"due": "2019-10-03", "tz": "Asia/Tokyo", "closed": None, "late": None, "by": None}
    lists = {"on": [], "about": [], "events": [], "sources": []}
    texts = {"title": "Reply", "consequence": None, "reason": None, "summary": None}
    provenance = {"known_at": None, "single_source": False}
    status = {"deadline": "reply", "status": "open"}
    item = read_as(Deadline, {**status, **fields, **lists, **texts, **provenance})

    head, _ = listed_paragraph("deadline", Wording("America/New_York"), item)
    assert "2019-10-03 Asia/Tokyo  Reply" in head
    assert "Tokyo" not in listed_paragraph("deadline", Wording("Asia/Tokyo"), item).head


@pytest.mark.parametrize(
    ("occurred", "late"),
    [
        ("2019-10-02", False),
        ("2019-10-03T09:00:00Z", None),
        ("2019-10-03", None),
        ("[2019-10-02..2019-10-05]", None),
        ("2019-10-04", True),
        ("2019-10-04T00:00:00Z", True),
    ],
)
def test_a_deadline_is_met_in_time_or_late(
    world: World | FoldWorld, occurred: str, late: bool | None
) -> None:
    met = event("met", "deadline-met", report("2019-10-06"), deadline="reply", occurred=occurred)
    deadline = reply(world, set_for("2019-10-03"), met | {"summary": "A letter."})

    assert (deadline["status"], deadline["late"], deadline["closed"]) == ("met", late, occurred)
    assert deadline["summary"] == "A letter."


def test_what_falls_due_at_an_instant_is_met_by_that_instant(world: World | FoldWorld) -> None:
    met = told("met", "2019-09-25T12:00:00Z") | {"reports": [report("2019-09-26")]}
    deadline = reply(world, set_for("2019-09-25T12:00:00Z"), met)

    assert deadline["late"] is False


@pytest.mark.parametrize(("last", "status"), [("met", "met"), ("withdrawn", "withdrawn")])
def test_the_last_of_met_and_withdrawn_holds(
    world: World | FoldWorld, last: str, status: str
) -> None:
    first = "withdrawn" if last == "met" else "met"
    events = [told(last, "2019-09-22"), told(first, "2019-09-21")]
    for each in events:
        each["reports"] = [report("2019-09-23")]
    deadline = reply(world, set_for("2019-10-03"), *events)

    assert (deadline["status"], deadline["closed"]) == (status, "2019-09-22")


def test_an_extension_moves_what_is_due_and_reopens(world: World | FoldWorld) -> None:
    extended = told("extended", "2019-10-05", due="2019-11-01", reason="Holidays")
    extended["reports"] = [report("2019-10-05")]
    events = [set_for("2019-10-03", by="party:north"), told("withdrawn", "2019-09-20"), extended]
    deadline = reply(world, *events, valid_at="2019-10-06")

    assert (deadline["status"], deadline["due"]) == ("open", "2019-11-01")
    assert (deadline["by"], deadline["reason"]) == ("party:north", "Holidays")


def test_an_extension_counts_from_when_it_was_known(world: World | FoldWorld) -> None:
    extended = told("extended", "2019-10-05", due="2019-11-01")
    extended["reports"] = [report("2019-10-05")]
    deadline = reply(world, set_for("2019-10-03"), extended, as_of="2019-10-04")

    assert (deadline["status"], deadline["due"]) == ("passed", "2019-10-03")


def test_what_is_told_of_a_deadline_that_nothing_set_is_an_anomaly(
    world: World | FoldWorld,
) -> None:
    extended = told("extended", due="2019-10-03")
    world.record(AT, [*OPENING, extended])
    state = world.read_state(valid_at="2019-09-25")
    (anomaly,) = state["anomalies"]

    assert (anomaly["kind"], anomaly["type"]) == ("deadline-not-set", "deadline-extended")
    assert [each["status"] for each in state["deadlines"]] == ["open"]

    world.record("2019-10-21T00:00:00Z", [set_for("2019-10-01")])

    assert world.read_state()["anomalies"] == []


@pytest.mark.parametrize(("valid_at", "status"), [("2019-10-08", "open"), ("2019-10-09", "passed")])
def test_a_disputed_due_passes_by_every_account(
    world: World | FoldWorld, valid_at: str, status: str
) -> None:
    rival = act("rival", "event-disputed", "set", report("2019-09-21", "courier"))
    rival["rival"] = {"due": "2019-10-08"}
    deadline = reply(world, set_for("2019-10-03"), rival, valid_at=valid_at)

    assert (deadline["status"], deadline["due"]) == (status, None)
    assert {each["value"] for each in deadline["rivals"]} == {"2019-10-03", "2019-10-08"}


def test_a_deadline_that_passed_is_a_change_by_the_clock(http_world: World) -> None:
    http_world.record(AT, [*OPENING, set_for("2019-10-03")])
    (change,) = http_world.get("/diff", **{"from": "2019-10-02", "to": "2019-10-05"}).json()["data"]

    assert (change["kind"], change["subject"], change["cause"]) == ("deadline", "reply", "clock")
    assert [change[side]["status"] for side in ("before", "after")] == ["open", "passed"]


def test_deadlines_are_listed_by_status(http_world: World) -> None:
    other = {**set_for("2019-12-01"), "id": event_id("other"), "deadline": "answer"}
    http_world.record(AT, [*OPENING, set_for("2019-10-03"), other])

    def listed(**asked: str) -> list[Any]:
        response = http_world.get("/deadlines", as_of="2019-10-20", **asked)
        return [(each["deadline"], each["status"]) for each in response.json()["data"]]

    assert listed() == [("answer", "open"), ("reply", "passed")]
    assert listed(status="passed") == [("reply", "passed")]
    assert http_world.get("/deadlines", status="overdue").status_code == 422
