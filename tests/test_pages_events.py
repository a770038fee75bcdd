"""The log of events: narrowed, page by page, and each event with what it changed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli import maintenance
from api.pages.events import page as events_page
from api.settings import Settings
from tests.facts import OPENING, event, event_id, report, statement
from tests.pages import BASE, fetch_page, main, page
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year")

UNKNOWN = event_id(10**6)


def test_the_log_tells_when_it_happened_and_when_it_became_known(site: World) -> None:
    text = page(site, "events", "?type=statement-made")

    assert f'href="/desk/talks/events/{event_id(3)}"' in text
    assert '<th role="columnheader" scope="col">Became known</th>' in text
    assert re.search(r"27 Dec 2025.*28 Dec 2025", main(text), re.DOTALL)
    assert f'<a href="/desk/talks/events/{event_id(3)}" class="p-link"><title>Word 3' in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=statement-made", {1, 2, 3, 50}),
        ("party=north", {100, 101}),
        ("issue=border&party=north&publisher=gazette", {101}),
        ("q=word", {1, 2, 3, 50}),
        ("from=2025-12-27&to=2025-12-27", {3, 101}),
        ("as_of=2025-12-21&type=position-stated", {100}),
        ("q=nothing-of-the-kind", set()),
    ],
)
def test_the_log_is_narrowed_by_what_is_asked(site: World, query: str, found: set[int]) -> None:
    told = site.client.get(f"{BASE}/events.json?{query}").json()["data"]["events"]
    own = {event_id(each) for each in range(1000)} & {each["event"] for each in told}
    assert own - {event_id(50)} == {event_id(each) for each in found} - {event_id(50)}


def test_the_log_goes_on_where_a_page_ends(tmp_path: Path) -> None:
    with World(tmp_path, "http") as long:
        long.record("2025-12-21T09:00:00Z", [*OPENING, *(statement(n) for n in range(1, 71))])
        first = page(long, "events", "?type=statement-made")
        older = re.search(r'<a rel="next" href="([^"]*)"', first)
        assert older
        second = fetch_page(long, older[1].replace("&amp;", "&"))

    pages = [re.findall(r'<th role="rowheader"', each) for each in (first, second)]
    assert [len(each) for each in pages] == [40, 30]
    assert 'rel="next"' not in second


def test_a_long_log_is_counted_and_drawn_so_far_and_shown_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_page, "MAX_COUNTED", 20)
    monkeypatch.setattr(events_page, "PAGE_SIZE", 8)
    monkeypatch.setattr(events_page, "WHOLE_LOG", replace(events_page.WHOLE_LOG, limit=20))
    with World(tmp_path, "http") as long:
        long.record("2025-12-21T09:00:00Z", [*OPENING, *(statement(n) for n in range(1, 31))])
        text = page(long, "events", "?type=statement-made")
        cursor, told, firsts = "", list[str](), list[int | None]()
        while cursor is not None:
            query = f"?type=statement-made&cursor={cursor}"
            data = long.client.get(f"{BASE}/events.json{query}").json()["data"]
            told += [each["event"] for each in data["events"]]
            firsts.append(data["first"])
            cursor = data["next"]
            assert (data["total"], data["more"], data["timeline"]["events"]) == (20, True, 20)
            assert "statement-made" in data["facets"]["types"]
        older = page(long, "events", f"{query}")

    assert told == [event_id(n) for n in range(30, 0, -1)]
    assert firsts == [1, 9, None, None]
    assert "20 events or more" in text
    assert "Events 1–8 of at least 20, newest record first" in text
    assert "Only the newest 20 are drawn" in text
    assert "Events older than the newest 20" in older


def test_an_event_tells_what_it_changed_and_how_to_check_it(site: World) -> None:
    found = site.client.get(f"{BASE}/events/{event_id(101)}.json").json()["data"]
    stance = next(each for each in found["effect"][0]["fields"] if each["name"] == "stance")
    text = page(site, f"events/{event_id(101)}")

    assert (stance["before"], stance["after"]) == ("accepts", "rejects")
    assert found["proof"].startswith(f"/v1/audit/proofs/inclusion?seq={found['seq']}&size=")
    assert site.client.get(found["proof"]).status_code == 200
    assert "minutebook verify" in text
    assert "gazette" in text


@pytest.mark.parametrize("event", [UNKNOWN, "nothing", "%00"])
def test_an_event_that_is_not_known_is_told_on_a_page(site: World, event: str) -> None:
    assert "<h1>" in page(site, f"events/{event}", status=404)
    assert "<h1>" in page(site, f"events/{event_id(101)}", "?as_of=2025-12-21", 404)


def test_a_watch_says_what_came_of_it_until_it_is_erased(tmp_path: Path) -> None:
    watch = {
        "id": event_id(77),
        "type": "watch-recorded",
        "from": "2025-12-19",
        "to": "2025-12-20",
        "result": "no-change",
        "reports": [{"published": "2025-12-20"}],
    }
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, watch])
        listed = page(world, "events")
        assert "Looked, and found nothing new" in listed
        (line,) = world.client.get(f"{BASE}/events.json?type=watch-recorded").json()["data"][
            "events"
        ]
        assert line["occurred"] == "2025-12-19/2025-12-20"
        assert "date unknown" not in listed
    maintenance.erase_payload(
        Settings(db=tmp_path / "world.db", log_key=Path(KEY)), watch["id"], "by law"
    )
    with World(tmp_path, "http") as world:
        world.set_clock("2025-12-21T09:00:00Z")
        text, own = page(world, "events"), page(world, f"events/{watch['id']}")

    assert "Looked, and found nothing new" not in text
    assert "Its content was erased for legal compliance" in own
    assert 'id="h-stands"' not in own


def test_a_day_of_another_zone_is_shown_with_the_city(own_site: World) -> None:
    day = {"tz": "America/New_York", "occurred": "2025-12-29"}
    moment = {"tz": "America/New_York", "occurred": "2025-12-29T10:00:00Z"}
    own_site.record("2025-12-30T09:00:00Z", [statement(7) | day, statement(8) | moment])
    lines = own_site.client.get(f"{BASE}/events.json").json()["data"]["events"]
    zones = {each["event"]: each["own_zone"] for each in lines}

    assert (zones[event_id(7)], zones[event_id(8)]) == ("New York", None)
    own = page(own_site, f"events/{event_id(7)}")
    assert "29 December 2025</time>, <bdi>New York time</bdi>" in own
    assert "29 Dec 2025</time>, <bdi>New York time</bdi>" in page(own_site, "events")


def test_a_meeting_and_a_deadline_of_another_zone_name_the_city(own_site: World) -> None:
    told, tokyo = report("2025-12-29"), {"tz": "Asia/Tokyo"}
    held = {"meeting": "away", "title": "Away", "occurred": "2025-12-28"}
    own_site.record(
        "2025-12-30T09:00:00Z",
        [
            event(7, "meeting-held", told, **tokyo, **held),
            event(
                8,
                "deadline-set",
                told,
                **tokyo,
                deadline="reply",
                title="Reply",
                due="2026-01-05",
                occurred="2025-12-28",
            ),
        ],
    )
    text = page(own_site, "meetings")

    assert "28 Dec 2025</time>, <bdi>Tokyo time</bdi>" in text
    assert re.search(r"5 Jan 2026</time>, <bdi>Tokyo time</bdi>", text)
    calendar = own_site.client.get(f"{BASE}/meetings.ics").text
    assert "DTSTART;VALUE=DATE:20251228" in calendar
    assert "DESCRIPTION:held: 28 December 2025\\, Tokyo time" in calendar
