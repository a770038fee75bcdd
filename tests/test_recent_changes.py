"""The week's list of the overview, which tells changes apart as a difference does."""

from __future__ import annotations

from typing import Any

from tests.facts import act, event, report
from tests.pages import BASE
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
