"""The week's list of the overview, which tells changes apart as a difference does."""

from __future__ import annotations

from typing import Any

from tests.facts import act, event, event_id, report
from tests.pages import BASE, page, without_links
from tests.world import World

BEFORE, IN_THE_WEEK = report("2025-12-10"), report("2025-12-28")
POINTS = [{"point": "a", "number": "1", "heading": "Army", "text": "Guns."}, {"point": "b"}]
INTRODUCED = event(
    50, "plan-introduced", BEFORE, plan="p", title="Plan", occurred="2025-12-10", points=POINTS
)
HELD = event(51, "meeting-held", BEFORE, meeting="m", title="Talks", occurred="2025-12-09")


def week_of(world: World) -> dict[str, Any]:
    data = world.client.get(f"{BASE}.json?as_of=2025-12-29").json()
    return dict(data.get("data", data))


def test_a_heading_alone_that_changed_is_in_the_week(own_site: World) -> None:
    headed = [{**POINTS[0], "heading": "Armed forces"}, POINTS[1]]
    changed = act(52, "correction-published", 50, IN_THE_WEEK, changes={"points": headed})
    own_site.record("2025-12-30T09:00:00Z", [INTRODUCED, changed])

    (redrawn,) = week_of(own_site)["redrawn"]
    assert (redrawn["plan"], redrawn["new"], redrawn["points"]) == ("p", False, 1)


def test_a_second_account_of_a_date_is_in_the_week(own_site: World) -> None:
    first = act(52, "event-disputed", 51, BEFORE, rival={"occurred": "2025-12-08"})
    second = act(53, "event-disputed", 51, IN_THE_WEEK, rival={"occurred": "2025-12-07"})
    own_site.record("2025-12-30T09:00:00Z", [HELD, first, second])

    (moved,) = week_of(own_site)["moved"]
    assert (moved["meeting"], moved["before"]) == ("m", "held")


def test_one_more_report_is_no_change_of_the_week(own_site: World) -> None:
    again = act(52, "report-added", 51, IN_THE_WEEK)
    own_site.record("2025-12-30T09:00:00Z", [INTRODUCED, HELD, again])

    week = week_of(own_site)
    assert (week["moved"], week["redrawn"]) == ([], [])


def test_each_line_of_the_week_says_since_when_and_why(own_site: World) -> None:
    late = event(54, "meeting-held", IN_THE_WEEK, meeting="l", title="Lunch", occurred="2025-12-09")
    seen = act(55, "text-published", 50, IN_THE_WEEK, points=[{"point": "b", "text": "Bread."}])
    own_site.record("2025-12-30T09:00:00Z", [INTRODUCED, HELD, late, seen])

    week = week_of(own_site)
    (moved,), (redrawn,) = week["moved"], week["redrawn"]
    assert moved["origin"]["path"] == f"events/{event_id(54)}"
    assert redrawn["origin"]["path"] == f"events/{event_id(55)}"
    for each in (moved["origin"], redrawn["origin"]):
        assert each["known_at"] == "2025-12-28T23:59:59.999999Z"
        assert each["cause"] == "knowledge"
        assert [source["publisher"] for source in each["sources"]] == ["herald"]
    text = without_links(page(own_site, "", "?as_of=2025-12-29"))
    assert text.count("known since 28 December 2025, ") == 2
    assert text.count("because it became known") == 2
