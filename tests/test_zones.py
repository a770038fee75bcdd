"""Days are those of the place where the talks are: in questions, answers, pages and files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.asked_dates import DateReader
from domain.basis import Question
from domain.edtf import parse_span
from domain.errors import InvalidEventError
from domain.instants import from_rfc3339, local_datetime
from projections.answers import diff
from tests.facts import OPENING, Event, act, event, event_id, report
from tests.fold_world import FoldWorld
from tests.test_time_properties import assert_rebuilt
from tests.world import UNCACHED, World, tell_story

ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "UTC",
    "Europe/Kyiv",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Chatham",
)
CHANGES_OF_CLOCK = (date(2025, 3, 9), date(2025, 3, 30), date(2025, 10, 26), date(2025, 11, 2))
days = st.tuples(st.sampled_from(CHANGES_OF_CLOCK), st.integers(-2, 2)).map(
    lambda drawn: drawn[0] + timedelta(days=drawn[1])
)
zones = st.sampled_from(ZONES)


def opening(timezone: str) -> list[Event]:
    return [{**OPENING[0], "id": event_id(1), "timezone": timezone}, *OPENING[1:]]


def announce(label: int, day: str, **fields: Any) -> Event:
    return event(
        label,
        "meeting-announced",
        report("2025-01-02"),
        meeting=f"m{label}",
        expected=day,
        occurred="2025-01-02",
        **fields,
    )


@contextmanager
def talks_in(timezone: str, *events: Event, level: str = "index") -> Iterator[World]:
    batches = [("2025-01-05T12:00:00Z", [*opening(timezone), *events])]
    with tell_story(batches, level) as world:
        world.set_clock("2026-06-01T00:00:00Z")
        yield world


@given(zones, days)
@settings(deadline=None)
def test_a_day_that_is_asked_is_the_whole_day_of_its_zone(zone: str, day: date) -> None:
    asked = DateReader(zone, 0).read("as_of", str(day))

    assert asked == parse_span(str(day), zone).start.last
    assert local_datetime(asked, zone).date() == day
    assert local_datetime(asked + 1, zone).date() == day + timedelta(days=1)


@given(zones, days)
@settings(deadline=None, max_examples=40)
def test_nothing_is_overdue_on_its_own_day_in_the_fold(zone: str, day: date) -> None:
    world = FoldWorld()
    world.record("2025-01-05T12:00:00Z", [*opening(zone), announce(50, str(day))])
    world.set_clock("2026-06-01T00:00:00Z")

    assert _status(world.read_state(as_of=str(day))) == "announced"
    assert _status(world.read_state(as_of=str(day + timedelta(days=1)))) == "overdue"


@pytest.mark.parametrize("level", ["index", "http"])
@pytest.mark.parametrize("zone", ZONES)
def test_a_first_day_of_talks_is_not_overdue_on_that_day(zone: str, level: str) -> None:
    with talks_in(zone, announce(50, "2025-03-30/2025-04-01"), level=level) as world:
        assert _status(world.read_state(as_of="2025-03-29")) == "announced"
        assert _status(world.read_state(as_of="2025-03-30")) == "announced"
        assert _status(world.read_state(as_of="2025-03-31")) == "overdue"


def _status(state: dict[str, Any]) -> str:
    (meeting,) = state["meetings"]
    return str(meeting["status"])


@pytest.mark.parametrize("level", ["index", "http"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_what_is_published_on_a_day_is_there_as_of_that_day(zone: str, level: str) -> None:
    stance = event(
        60,
        "position-stated",
        report("2025-01-02"),
        party="north",
        issue="border",
        stance="accepts",
        summary="yes",
        occurred="2025-01-02",
    )
    with talks_in(zone, stance, level=level) as world:
        assert world.read_state(as_of="2025-01-01")["positions"] == []
        assert len(world.read_state(as_of="2025-01-02")["positions"]) == 1


def test_tz_only_says_how_the_dates_that_are_asked_are_read() -> None:
    with talks_in("America/New_York", announce(50, "2025-03-30")) as world:
        by_default = world.get("/state", as_of="2025-03-30").json()["basis"]
        in_utc = world.get("/state", as_of="2025-03-30", tz="UTC").json()["basis"]

        assert (by_default["tz"], by_default["valid_at"]) == (
            "America/New_York",
            "2025-03-31T03:59:59.999999Z",
        )
        assert (in_utc["tz"], in_utc["valid_at"]) == ("UTC", "2025-03-30T23:59:59.999999Z")


def test_across_negotiations_dates_are_read_in_utc() -> None:
    with talks_in("America/New_York") as world:
        basis = world.client.get("/v1/negotiations?as_of=2025-03-30").json()["basis"]

        assert (basis["tz"], basis["valid_at"]) == ("UTC", "2025-03-30T23:59:59.999999Z")


@pytest.mark.parametrize(
    ("word", "day"), [("today", "2025-03-29"), ("yesterday", "2025-03-28"), ("now", None)]
)
def test_today_is_the_day_where_the_talks_are(word: str, day: str | None) -> None:
    with talks_in("America/New_York", announce(50, "2025-03-30")) as world:
        world.set_clock("2025-03-30T03:30:00Z")
        asked = world.get("/state", as_of=word).json()["basis"]["valid_at"]

        wanted = parse_span(day, "America/New_York").start.last if day else world.moment
        assert from_rfc3339(asked) == wanted


def test_an_answer_to_a_word_is_never_kept_for_ever() -> None:
    with talks_in("Europe/Kyiv", announce(50, "2025-03-30")) as world:
        pinned = {"known_at": "yesterday", "valid_at": "yesterday", "seq": 1}
        settled = {"as_of": "yesterday", "basis": "as-recorded"}
        for question in (pinned, settled):
            answer = world.get("/state", **question)

            assert answer.headers["cache-control"] == "no-cache", question
            canonical = world.client.get(answer.links["canonical"]["url"])
            assert "immutable" in canonical.headers["cache-control"]


def test_seq_and_recorded_at_together_are_refused_with_both_names() -> None:
    with talks_in("UTC") as world:
        answer = world.get("/state", seq=1, recorded_at="2025-01-06", audience="staff")

        assert answer.status_code == 422
        named = [error["pointer"] for error in answer.json()["errors"]]
        assert named == ["seq", "recorded_at"]


@pytest.mark.parametrize(
    ("zone", "week"), [("UTC", "2025-03-31"), ("America/New_York", "2025-03-24")]
)
def test_weeks_of_the_rail_are_those_of_the_negotiation(zone: str, week: str) -> None:
    news = event(
        50,
        "meeting-announced",
        report("2025-03-31T02:00:00Z"),
        meeting="m",
        expected=None,
        occurred=None,
    )
    with talks_in(zone, news) as world:
        assert world.get("/rail").json()["data"] == [{"week": week, "events": 1}]
        with world.open_session("public") as session:
            basis = session.resolve_basis(Question())
            assert diff.events_per_week(session.open_view(basis)) == [{"week": week, "events": 1}]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ["2025-03-30", "2025-10-26", "2025-11-02"])
def test_a_whole_day_never_becomes_two_in_pages_and_files(zone: str, day: str) -> None:
    with talks_in(zone, announce(50, day)) as world:
        calendar = world.client.get("/desk/talks/meetings.ics").text.replace("\r\n ", "")
        page = world.client.get(f"/desk/talks/meetings.json?month={day[:7]}").json()

        start, end = day.replace("-", ""), str(date.fromisoformat(day) + timedelta(days=1))
        assert f"DTSTART;VALUE=DATE:{start}" in calendar
        assert f"DTEND;VALUE=DATE:{end.replace('-', '')}" in calendar
        marked = [
            each["day"]
            for week in page["data"]["month"]["weeks"]
            for each in week
            if each["meetings"]
        ]
        assert marked == [day]


def test_pages_show_the_day_of_the_negotiation_whatever_tz_is_asked() -> None:
    with talks_in("Asia/Tokyo", announce(50, "2025-03-30")) as world:
        page = world.client.get("/desk/talks?as_of=2025-03-30T16:00:00Z&tz=America/New_York").text

        assert "31 March 2025" in page


def test_a_report_may_have_a_zone_of_its_own() -> None:
    told = report("2025-01-02") | {"tz": "Asia/Tokyo"}
    news = event(50, "meeting-announced", told, meeting="m", expected=None, occurred=None)
    with talks_in("America/New_York", news) as world:
        (meeting,) = world.read_state(as_of="2025-01-10")["meetings"]

        assert meeting["known_at"] == "2025-01-02T14:59:59.999999Z"


# The zone of a negotiation.


def _correct(timezone: str | None) -> Event:
    return act(70, "record-corrected", 1, changes={"timezone": timezone})


@pytest.mark.parametrize("level", ["index", "http"])
def test_the_zone_is_corrected_while_only_the_opening_is_recorded(level: str) -> None:
    first = opening("UTC")[:1]
    rest = [*opening("UTC")[1:], announce(50, "2025-03-30")]
    batches = [
        ("2025-01-05T12:00:00Z", first),
        ("2025-01-05T13:00:00Z", [_correct("America/New_York")]),
        ("2025-01-05T14:00:00Z", rest),
    ]
    with tell_story(batches, level) as world:
        world.set_clock("2026-06-01T00:00:00Z")
        state = world.read_state(as_of="2025-03-30")

        assert state["negotiation"]["timezone"] == "America/New_York"
        assert _status(state) == "announced"
        asked = world.get("/state", as_of="2025-03-30").json()["basis"]
        assert asked["valid_at"] == "2025-03-31T03:59:59.999999Z"
        listed = world.client.get("/v1/negotiations?audience=staff").json()["data"]
        assert [each["timezone"] for each in listed] == ["America/New_York"]
    with tell_story([("2025-01-05T12:00:00Z", [*first, _correct("Asia/Tokyo"), *rest])]) as world:
        assert world.read_state(as_of="2025-03-30")["negotiation"]["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    "late",
    [
        _correct("Asia/Tokyo"),
        _correct(None),
        act(71, "correction-published", 1, report("2025-01-04"), changes={"timezone": "UTC"}),
        act(72, "event-disputed", 1, report("2025-01-04"), rival={"timezone": "UTC"}),
    ],
)
def test_the_zone_is_refused_later_with_the_remedy(late: Event) -> None:
    with talks_in("America/New_York") as world:
        answer = world.post(late)

        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["pointer"].endswith("/timezone")
        assert "only while nothing but the opening" in error["detail"]
        assert "tz" in error["hint"]


def test_the_dates_of_the_opening_are_read_in_the_corrected_zone() -> None:
    reported = opening("UTC")[0] | {"reports": [report("2025-01-02")]}
    batches = [
        ("2025-01-05T12:00:00Z", [reported]),
        ("2025-01-05T13:00:00Z", [_correct("America/New_York")]),
        ("2025-01-05T14:00:00Z", [*opening("UTC")[1:], announce(50, "2025-03-30")]),
    ]

    live = assert_rebuilt(batches, 1)

    assert {zone for _, zone, *_ in live["zone_use"]} == {"America/New_York"}


@pytest.mark.parametrize("undo", ["record-voided", "record-corrected"])
def test_a_correction_of_the_zone_is_not_undone_either(undo: str) -> None:
    fields = {"changes": {"changes": {"title": "T"}}} if undo == "record-corrected" else {}
    batches = [("2025-01-05T12:00:00Z", [opening("UTC")[0], _correct("Asia/Tokyo")])]
    with tell_story(batches) as world, pytest.raises(InvalidEventError):
        world.record("2025-01-06T12:00:00Z", [act(73, undo, 70, **fields)])


# What an answer rests on besides the log.


def test_the_rules_of_an_answer_name_semantics_and_zones() -> None:
    with talks_in("Europe/Kyiv", announce(50, "2025-03-30")) as world:
        pinned = {"known_at": "2025-03-01", "valid_at": "2025-03-01", "seq": 5}
        answer = world.get("/state", **pinned)
        rules = answer.json()["basis"]["rules"]

        assert rules["semantics"] == answer.json()["basis"]["semantics"] == 2
        assert answer.headers["etag"].startswith(f'"2-{rules["zones"]}-')
        world.record("2026-07-01T00:00:00Z", [announce(51, "2027-03-30", tz="Asia/Tokyo")])

        address = "/v1/negotiations/talks/state"
        again = world.client.get(address, params=pinned, headers=UNCACHED)
        assert again.content == answer.content
        assert world.get("/state").json()["basis"]["rules"]["zones"] != rules["zones"]
