"""Vague and disputed dates: one unknown day is one mark, and every account of a date is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from api.pages.shared.dates import DateFormatter, explain_span
from api.pages.shared.i18n import load_translations
from tests.facts import OPENING, STANCE, act, event, event_id, report
from tests.pages import BASE, main, page
from tests.world import World

TOLD = report("2025-12-28")


@pytest.fixture(scope="module")
def vague(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    def held(label: int, meeting: str, occurred: str) -> dict[str, object]:
        fields = {"meeting": meeting, "title": meeting.title(), "occurred": occurred}
        return event(label, "meeting-held", TOLD, **fields)

    rival = report("2025-12-28", "gazette")
    with World(tmp_path_factory.mktemp("vague"), "http") as world:
        world.record(
            "2025-12-28T09:00:00Z",
            [
                *OPENING,
                held(1, "hidden", "[2025-12-22..2025-12-24]"),
                held(2, "whole", "2025-12-04/2025-12-06"),
                held(3, "quarrel", "2025-12-10"),
                act(4, "event-disputed", 3, rival, rival={"occurred": "2025-12-12"}),
                event(
                    5,
                    "meeting-announced",
                    TOLD,
                    meeting="spring",
                    title="Spring",
                    occurred="2025-12-27",
                    expected="[2026-03-01..2026-03-10]",
                ),
                event(
                    6,
                    "role-assumed",
                    TOLD,
                    person="envoy",
                    party="north",
                    title="Envoy",
                    occurred="../2025-12-08",
                ),
            ],
        )
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


def days_of(text: str, title: str) -> list[str]:
    """Return the days of the month whose field names a meeting."""
    cells = re.findall(r'<td class="[^"]*"><span class="number">(\d+)</span>(.*?)</td>', text)
    return [day for day, held in cells if title in held]


def test_one_unknown_day_is_one_mark_beside_the_month_and_on_no_day(vague: World) -> None:
    text = page(vague, "meetings", "?month=2025-12")
    within = text.partition("Some day within")[2]

    assert days_of(text, "Hidden") == []
    assert within.count("<bdi>Hidden</bdi>") == 1
    assert "a day in 22–24 Dec 2025" in within
    assert days_of(text, "Whole") == ["4", "5", "6"]


def test_the_agenda_says_that_the_day_is_unknown(vague: World) -> None:
    agenda = re.sub(r"<[^>]+>", "", main(page(vague, "meetings")))
    assert "a day in 22–24 Dec 2025" in agenda
    assert "a day in 1–10 Mar 2026" in agenda


def test_a_meeting_due_on_one_of_ten_days_fills_none_of_them(vague: World) -> None:
    text = page(vague, "meetings", "?month=2026-03")
    assert days_of(text, "Spring") == []
    assert "<bdi>Spring</bdi>" in text.partition("Some day within")[2]


def test_a_meeting_of_a_disputed_date_is_on_each_of_them_marked(vague: World) -> None:
    text = page(vague, "meetings", "?month=2025-12")
    assert days_of(text, "Quarrel") == ["10", "12"]
    assert days_of(text, "date disputed") == ["10", "12"]
    agenda = re.sub(r"<[^>]+>", "", main(text))
    assert re.search(r"date disputed\s+10 Dec 2025 / 12 Dec 2025", agenda)


def test_a_meeting_that_may_have_been_held_is_not_among_those_held(vague: World) -> None:
    text = page(vague, "meetings", "?as_of=2025-12-23&basis=hindsight")
    group = text.partition('id="h-possible"')[2].partition("</section>")[0]
    assert "Hidden" in group
    assert "Whole" not in group


def test_the_calendar_file_has_one_day_for_one_unknown_day(vague: World) -> None:
    whole = vague.client.get(f"{BASE}/meetings.ics").content.replace(b"\r\n ", b"").decode()
    entries = {
        re.findall(r"UID:([^@]+)@", each)[0]: each for each in whole.split("BEGIN:VEVENT")[1:]
    }
    assert "DTSTART;VALUE=DATE:20251222\r\nDTEND;VALUE=DATE:20251223" in entries["hidden"]
    assert "SUMMARY:some day within 22–24 December 2025: Hidden" in entries["hidden"]
    assert "STATUS:TENTATIVE" in entries["hidden"]
    assert "DTEND;VALUE=DATE:20260302" in entries["spring"]
    assert "DTSTART;VALUE=DATE:20251210" in entries["quarrel"]
    assert "DTSTART;VALUE=DATE:20251212" in entries["quarrel.2"]
    assert "SUMMARY:date disputed: Quarrel" in entries["quarrel.2"]
    assert "DTSTART;VALUE=DATE:20251204\r\nDTEND;VALUE=DATE:20251207" in entries["whole"]


def test_how_much_later_days_of_talks_became_known_is_a_range(vague: World) -> None:
    text = page(vague, f"events/{event_id(2)}")
    assert "22 to 24 days later" in text
    assert "22 to 24 days later" in page(vague, "events")


@pytest.mark.parametrize("name", ["people", "events", f"events/{event_id(6)}"])
def test_an_office_with_an_open_start_is_held_at_the_latest_since(vague: World, name: str) -> None:
    text = re.sub(r"<[^>]+>", "", main(page(vague, name)))
    assert re.search(r"at the latest since 8 Dec(ember)? 2025", text)
    assert "until 8" not in text


def test_what_was_stated_before_a_day_was_stated_on_it_at_the_latest(own_site: World) -> None:
    claim = {"attribution": "third-party", "attributed_by": "envoy", "occurred": "../2025-12-21"}
    told = {"id": event_id(101), "reports": [report("2025-12-29")]}
    own_site.record("2025-12-30T09:00:00Z", [STANCE | told | claim])
    text = main(page(own_site, "compare", "?from=2025-12-22"))
    assert "on 21 December 2025 at the latest" in text
    assert "until 21" not in text


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("../2025-12-08", "until 8 December 2025"),
        ("/2025-12-08", "until 8 December 2025, its beginning not known"),
        ("2019-02-06/", "from 6 February 2019, its end not known"),
        ("2019-02-06/..", "since 6 February 2019"),
        ("[2025-12-22..2025-12-24]", "some day within 22–24 December 2025"),
        ("2025-12-22/2025-12-24", "22–24 December 2025"),
    ],
)
def test_a_span_is_told_as_what_it_is(expression: str, told: str) -> None:
    assert explain_span(expression, DateFormatter(load_translations("en"), "UTC")) == told
