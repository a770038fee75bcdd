"""An editor's briefs on the overview: under one heading, and what they put first comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.pages.shared.i18n import load_translations
from tests.facts import OPENING, Event, event, report, statement
from tests.pages import BASE, main, page
from tests.world import World, tell_story

AT = "2025-12-24T12:00:00Z"
SAID = report("2025-12-19")
ORDER = ["statement:s1", "issue:fees", "deadline:sign", "plan:old", "meeting:port", "vote:v2"]


def told(type_: str, **fields: Any) -> Event:
    return event(type_ + str(fields), type_, SAID, **{"occurred": "2025-12-19"} | fields)


def brief(day: int, **fields: Any) -> Event:
    shared = {"brief": f"day-{day}", "occurred": f"2025-12-{day}", "text": f"Words of day {day}."}
    return event(f"b{day}", "brief-written", report("2025-12-22", "the desk"), **shared | fields)


def stance(issue: str) -> Event:
    return told("position-stated", party="north", issue=issue, stance="accepts", summary="yes")


EVENTS = [
    *(statement(n, day=10 + n) for n in range(1, 8)),
    *(
        {"type": "issue-defined", "issue": slug, "title": slug.capitalize()}
        for slug in ("harbour", "fees")
    ),
    *(stance(issue) for issue in ("border", "harbour", "fees")),
    *(
        told("deadline-set", deadline=slug, title=slug, due=f"2026-01-{10 + n}")
        for n, slug in enumerate(["sign", *"abcdefg"])
    ),
    *(
        told("plan-introduced", plan=slug, title=slug, reports=[report(f"2025-12-{10 + n}")])
        for n, slug in enumerate(["old", "newer", "newest"])
    ),
    *(
        told("meeting-announced", meeting=slug, title=slug, expected=f"2026-01-{10 + n}")
        for n, slug in enumerate(["geneva", "port"])
    ),
    *(told("vote-held", vote=slug, motion=f"Motion {slug}") for slug in ("v1", "v2", "v3")),
    brief(15, order=["issue:harbour"]),
    brief(16),
    brief(17, order=ORDER),
    brief(18),
]


@pytest.fixture(scope="module")
def briefed() -> Iterator[World]:
    with tell_story([(AT, [*OPENING, *EVENTS])], "http") as world:
        yield world


def overview(site: World, query: str = "") -> Any:
    return site.client.get(f"{BASE}.json{query}").json()["data"]


def test_briefs_stand_under_one_heading_with_a_link_to_the_rest(briefed: World) -> None:
    shown = main(page(briefed, "", "?lang=en"))

    assert shown.count(">In brief</h2>") == 1
    assert shown.count("An editor’s own words, not news.") == 1
    assert re.findall(r"Words of day (\d+)", shown) == ["18", "17"]
    assert re.search(r'href="[^"]*events\?[^"]*type=brief-written">All 4 briefs<', shown)
    assert f"{load_translations('uk')('overview.all-briefs', n=4)}<" in page(
        briefed, "", "?lang=uk"
    )


def test_what_the_newest_order_names_comes_first_in_each_list(briefed: World) -> None:
    data = overview(briefed)
    first = {
        "statements": "statement",
        "stands": "issue",
        "positions": "issue",
        "deadlines": "deadline",
        "plans": "plan",
        "upcoming": "meeting",
        "moved": "meeting",
        "redrawn": "plan",
    }

    assert {f"{kind}:{data[name][0][kind]}" for name, kind in first.items()} == set(ORDER[:-1])
    assert [each.get("vote") or each["deadline"] for each in data["listed"]][:2] == ["sign", "v2"]
    assert [each["issue"] for each in data["stands"]] == ["fees", "border", "harbour"]
    assert [each["statement"] for each in data["statements"]] == ["s1", "s7", "s6", "s5"]
    assert len(data["deadlines"]) == 6


def test_the_page_says_what_an_editor_puts_first_and_in_which_brief(briefed: World) -> None:
    text = re.sub(r"<[^>]+>", "", main(page(briefed, "", "?lang=en")))

    told_order = "What comes first, by the brief of 17 December 2025: Word 1 · Fees · sign"
    assert f"{told_order} · old · port · Motion v2" in text


def test_without_briefs_nothing_is_put_first(briefed: World) -> None:
    data = overview(briefed, "?only_source=herald")

    assert (data["briefs"], data["n_briefs"], data["order"]) == ([], 0, None)
    assert data["statements"][0]["statement"] == "s7"
    assert data["stands"][0]["issue"] == "border"
