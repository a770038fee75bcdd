"""Meetings and people: as known on a date, as a calendar, with their party."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.pages.people.page import MAX_LANES, MAX_PARTIES
from api.pages.shared.marks import draw_sign
from tests.facts import OPENING, STANCE, event, event_id, report
from tests.pages import BASE, main, page
from tests.world import World, tell_story


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("meeting"), "http") as made:
        about = {"reports": [{"published": "2025-12-20", "publisher": "herald"}]}
        long = "Talks; of the two, on a \\ line\nand " + "Ї" * 60
        made.record(
            "2025-12-20T09:00:00Z",
            [
                *OPENING,
                {
                    "type": "role-assumed",
                    "person": "envoy",
                    "party": "north",
                    "title": "Envoy",
                    "occurred": "2025-12-01",
                    **about,
                },
                {
                    "type": "meeting-held",
                    "meeting": "past",
                    "title": long,
                    "occurred": "2025-12-18/2025-12-19",
                    "participants": [{"party": "north", "person": "envoy", "role": "host"}],
                    **about,
                },
                {
                    "type": "meeting-announced",
                    "meeting": "soon",
                    "title": "Soon",
                    "expected": "2025-12-22T10:00:00Z",
                    "occurred": "2025-12-20",
                    **about,
                },
                STANCE,
            ],
        )
        made.set_clock("2025-12-24T09:00:00Z")
        yield made


def test_meetings_stand_as_known_then(meeting: World) -> None:
    text = page(meeting, "meetings")
    then = page(meeting, "meetings", "?as_of=2025-12-21")

    assert 'class="overdue"' in text
    assert 'class="overdue"' not in then
    north = '<a href="/desk/talks/parties/north"><bdi>North</bdi></a>'
    assert f"The envoy</bdi></a> <small>{north}, host" in text
    assert '<table class="days">' in text
    assert "Soon" not in main(page(meeting, "meetings", "?status=held"))
    assert "November 2025" in page(meeting, "meetings", "?month=2025-11")
    assert page(meeting, "meetings", "?month=2025-13", 422)


def test_what_is_overdue_is_marked_alike_in_every_list(meeting: World) -> None:
    sign = draw_sign("overdue")
    for listed in (page(meeting, ""), page(meeting, "meetings")):
        assert sign in listed.partition(">Overdue")[2].partition("Soon</bdi>")[0]
    ahead = page(meeting, "", "?as_of=2025-12-21")
    assert draw_sign("ahead") in ahead.partition("Next</h3>")[2].partition("Soon</bdi>")[0]


def test_meetings_are_a_calendar(meeting: World) -> None:
    response = meeting.client.get(f"{BASE}/meetings.ics")
    body = response.content
    whole = body.replace(b"\r\n ", b"").decode()

    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert "DTSTART;VALUE=DATE:20251218\r\nDTEND;VALUE=DATE:20251220\r\n" in whole
    assert "DTSTART:20251222T100000Z" in whole
    assert "SUMMARY:Talks\\; of the two\\, on a \\\\ line\\nand ЇЇ" in whole
    assert meeting.client.get(f"{BASE}/meetings.ics?status=held").text.count("BEGIN:VEVENT") == 1
    assert meeting.client.get(f"{BASE}/meetings.ics?status=odd").status_code == 422


def test_people_stand_with_their_party_on_the_date(meeting: World) -> None:
    found = meeting.client.get(f"{BASE}/people.json").json()["data"]["parties"]
    north = next(each for each in found if each["party"] == "north")

    assert [each["person"] for each in north["people"]] == ["envoy"]
    assert [each["issue"] for each in north["lanes"]] == ["border"]
    assert "Envoy, since" in re.sub(r"</?bdi>", "", page(meeting, "people"))
    assert page(meeting, "people.csv").splitlines()[1].startswith("north,North,envoy,The envoy")


def test_of_many_parties_the_first_are_drawn_and_all_can_be(tmp_path: Path) -> None:
    parties = [
        {"type": "party-registered", "party": f"p{n:02}", "name": f"Party {n:02}"}
        for n in range(MAX_PARTIES + 3)
    ]
    issues = [
        {"type": "issue-defined", "issue": f"i{n:02}", "title": f"Issue {n:02}"}
        for n in range(MAX_LANES + 2)
    ]
    told = [
        STANCE | {"id": event_id(100 + n), "party": "p00", "issue": f"i{n:02}"}
        for n in range(MAX_LANES + 2)
    ]
    named = [
        STANCE | {"id": event_id(200 + n), "party": f"p{n:02}", "issue": "i00"}
        for n in range(1, MAX_PARTIES + 3)
    ]
    with World(tmp_path, "http") as world:
        world.record("2025-12-21T09:00:00Z", [*OPENING, *parties, *issues, *told, *named])
        text = page(world, "people")
        assert text.count('<section class="side"') == MAX_PARTIES
        assert f">All {MAX_PARTIES + 3} parties</a>" in text
        assert f">All {MAX_LANES + 2} questions</a>" in text
        assert page(world, "people", "?rows=all").count('<section class="side"') == MAX_PARTIES + 3
        (first, *_) = world.client.get(f"{BASE}/people.json").json()["data"]["parties"]
        assert len(first["lanes"]) == MAX_LANES + 2


def test_what_is_overdue_says_since_when_and_for_how_many_days() -> None:
    told = report("2025-12-18")
    batch = [
        event("a", "meeting-announced", told, meeting="a", title="A day", expected="2025-12-22"),
        event(
            "b",
            "meeting-announced",
            told,
            meeting="b",
            title="A round",
            expected="2025-12-20/2025-12-24",
            invitees=["party:north"],
        ),
        event("c", "deadline-set", told, deadline="c", title="Answer", due="2025-12-23T15:00:00Z"),
        event("d", "deadline-set", told, deadline="d", title="Sign", due="2025-12-24/2025-12-25"),
    ]
    said = [{"occurred": "2025-12-18", **each} for each in batch]
    with tell_story([("2025-12-18T12:00:00Z", [*OPENING, *said])], "http") as world:
        world.set_clock("2025-12-30T12:00:00Z")

        def lines(name: str, day: str, lang: str = "en") -> list[str]:
            text = main(page(world, name, f"?as_of=2025-12-{day}&lang={lang}"))
            return re.findall(r'<span class="late">([^<]+)</span>', text)

        meetings = lines("meetings", "25T12:00:00Z")
        assert meetings == [
            "overdue since 23 December 2025, 3 days",
            "overdue since 21 December 2025, 5 days",
            "overdue since 23 December 2025, 2 days",
        ]
        late = [each for each in lines("", "25T12:00:00Z") if each.endswith("days")]
        assert sorted(late) == sorted(meetings)
        assert lines("parties/north", "25T12:00:00Z") == [meetings[1]]
        assert lines("meetings", "23T16:00:00Z") == [
            "overdue since 23 December 2025, 1 day",
            "overdue since 21 December 2025, 3 days",
            "overdue since 23 December 2025",
        ]
        assert lines("meetings", "26T01:00:00Z")[-2:] == [
            "overdue since 26 December 2025, 1 day",
            "overdue since 23 December 2025, 3 days",
        ]
        assert "прострочено від 23 грудня 2025, 3 дні" in lines("meetings", "25T12:00:00Z", "uk")
