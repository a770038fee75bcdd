"""Meetings and people: as known on a date, as a calendar, with their party."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.facts import OPENING, STANCE
from tests.pages import BASE, main, page
from tests.world import World


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
    assert "The envoy</bdi> <small><bdi>North</bdi>, host" in text
    assert '<table class="days">' in text
    assert "Soon" not in main(page(meeting, "meetings", "?status=held"))
    assert "November 2025" in page(meeting, "meetings", "?month=2025-11")
    assert page(meeting, "meetings", "?month=2025-13", 422)


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
