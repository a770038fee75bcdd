"""When a meeting was held, when it was concluded, whether it goes on, and when it falls due."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.facts import OPENING, Event, act, event, report
from tests.fold_world import FoldWorld
from tests.serving import key_environment
from tests.world import World

AT, LATER = "2019-10-05T12:00:00Z", "2019-10-06T12:00:00Z"
OUT = report("2019-10-01")


def held(label: str, occurred: str, **fields: Any) -> Event:
    return event(label, "meeting-held", OUT, meeting="talks", occurred=occurred, **fields)


def concluded(occurred: str | None) -> Event:
    outcome = {"meeting": "talks", "outcome": "partial", "occurred": occurred}
    return event("concluded", "meeting-concluded", OUT, **outcome)


def announced(expected: str | None, kind: str = "announced", **fields: Any) -> Event:
    when = {"meeting": "talks", "expected": expected, "occurred": "2019-09-20"}
    return event(kind, f"meeting-{kind}", report("2019-09-20"), **when | fields)


def talks(world: World | FoldWorld, *events: Event, **asked: Any) -> Event:
    world.record(AT, [*OPENING, *events])
    (meeting,) = world.read_state(**asked)["meetings"]
    return dict(meeting)


def test_a_conclusion_leaves_when_a_meeting_was_held(world: World | FoldWorld) -> None:
    meeting = talks(world, held("held", "2019-09-25/2019-09-28"), concluded("2019-09-28"))

    assert meeting["occurred"] == "2019-09-25/2019-09-28"
    assert meeting["concluded"] == "2019-09-28"
    assert meeting["status"] == "concluded"
    assert meeting["ongoing"] is False


def test_a_conclusion_alone_says_when_a_meeting_was_held(world: World | FoldWorld) -> None:
    meeting = talks(world, concluded("2019-09-28"))

    assert (meeting["occurred"], meeting["concluded"]) == ("2019-09-28", "2019-09-28")


def test_a_disputed_time_is_not_filled_from_the_conclusion(world: World | FoldWorld) -> None:
    rival = act("rival", "event-disputed", "held", report("2019-10-02", "courier"))
    rival["rival"] = {"occurred": "2019-09-26/2019-09-27"}
    meeting = talks(world, held("held", "2019-09-25/2019-09-28"), concluded("2019-09-28"), rival)

    assert (meeting["occurred"], meeting["concluded"]) == (None, "2019-09-28")


@pytest.mark.parametrize(
    ("occurred", "ongoing"),
    [
        ("2019-09-25/2019-09-28", False),
        ("2019-09-25/2019-10-09", True),
        ("2019-09-25/..", True),
        ("2019-09-25/", None),
        ("[2019-09-25..2019-10-04]", False),
        ("2019-09-25", False),
    ],
)
def test_a_meeting_goes_on_until_its_end_is_past_and_nobody_knows_where_that_is_unknown(
    world: World | FoldWorld, occurred: str, ongoing: bool | None
) -> None:
    assert talks(world, held("held", occurred), as_of="2019-10-05")["ongoing"] is ongoing


def test_whether_a_meeting_goes_on_is_unknown_where_its_times_differ_in_that(
    world: World | FoldWorld,
) -> None:
    rival = act("rival", "event-disputed", "held", report("2019-10-02", "courier"))
    rival["rival"] = {"occurred": "2019-09-25/2019-10-09"}
    meeting = talks(world, held("held", "2019-09-25/2019-09-28"), rival, as_of="2019-10-05")

    assert (meeting["occurred"], meeting["ongoing"]) == (None, None)


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("2019-09-24", "announced"), ("2019-09-25", "announced"), ("2019-09-26", "overdue")],
)
def test_talks_fall_due_with_their_first_day_and_never_on_it(
    world: World | FoldWorld, as_of: str, status: str
) -> None:
    assert talks(world, announced("2019-09-25/2019-09-28"), as_of=as_of)["status"] == status


def test_a_date_not_set_is_never_overdue(world: World | FoldWorld) -> None:
    meeting = talks(world, announced(None), as_of="2029-01-01")

    assert (meeting["status"], meeting["expected"]) == ("announced", None)


def test_a_meeting_put_off_without_a_new_date_is_no_longer_due(world: World | FoldWorld) -> None:
    put_off = announced(None, "rescheduled", occurred="2019-09-21")
    meeting = talks(world, announced("2019-09-25"), put_off)

    assert (meeting["status"], meeting["expected"]) == ("announced", None)


def test_a_cancelled_meeting_keeps_the_date_that_was_set(world: World | FoldWorld) -> None:
    off = event(
        "off", "meeting-cancelled", report("2019-09-22"), meeting="talks", occurred="2019-09-22"
    )
    meeting = talks(world, announced("2019-09-25"), off)

    assert (meeting["status"], meeting["expected"]) == ("cancelled", "2019-09-25")


def test_what_is_told_of_a_meeting_that_nothing_announced_is_an_anomaly(
    world: World | FoldWorld,
) -> None:
    world.record(AT, [*OPENING, concluded("2019-09-28")])
    (found,) = world.read_state()["anomalies"]

    assert (found["kind"], found["meeting"]) == ("meeting-without-announcement", "talks")
    world.record(LATER, [held("held", "2019-09-28")])
    assert world.read_state()["anomalies"] == []


TOKYO, PARIS = "Asia/Tokyo", "Europe/Paris"


def test_each_date_of_a_meeting_has_its_own_zone(world: World | FoldWorld) -> None:
    planned = announced("2019-09-25", tz=PARIS)
    meeting = talks(world, planned, held("held", "2019-09-25", tz=TOKYO), concluded("2019-09-28"))

    assert (meeting["tz"], meeting["expected_tz"]) == (TOKYO, PARIS)
    assert "concluded_tz" not in meeting


def test_a_meeting_without_a_zone_of_its_own_has_none(world: World | FoldWorld) -> None:
    meeting = talks(world, announced("2019-09-25"), held("held", "2019-09-25"))

    assert not {"tz", "concluded_tz", "expected_tz"} & meeting.keys()


def test_the_days_of_meetings_and_statements_are_shown_with_their_zone(tmp_path: Path) -> None:
    end = {"meeting": "talks", "outcome": "partial", "occurred": "2019-09-28", "tz": PARIS}
    said = {"statement": "s", "speaker": "party:north", "summary": "Yes.", "tz": TOKYO}
    later = {"meeting": "more", "expected": "2019-11-02", "occurred": "2019-09-20", "tz": TOKYO}
    with World(tmp_path, "http") as world:
        world.record(
            AT,
            [
                *OPENING,
                held("held", "2019-09-25", tz=TOKYO),
                event("concluded", "meeting-concluded", OUT, **end),
                event("later", "meeting-announced", OUT, **later),
                event("said", "statement-made", OUT, occurred="2019-09-26", **said),
            ],
        )
        page = world.client.get("/desk/talks/meetings?as_of=2019-10-02").text
    state = run_command(
        *("as-of", "talks", "2019-10-02", "--db", tmp_path / "world.db"),
        **key_environment(tmp_path),
    )
    told = " ".join(state.stdout.split())

    assert "2019-09-25 Asia/Tokyo talks" in told
    assert "expected 2019-11-02 Asia/Tokyo more" in told
    assert "concluded 2019-09-28 Europe/Paris" in told
    assert "2019-09-26 Asia/Tokyo North" in told
    assert page.count("<bdi>Tokyo time</bdi>") >= 2
    assert "<bdi>Paris time</bdi>" in page
