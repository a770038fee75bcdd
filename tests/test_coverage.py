"""On which days nobody looked for news, as every answer and page says."""

from __future__ import annotations

from typing import Any

from api.cli.basis_text import coverage_text
from api.models.answers import Coverage
from tests.facts import OPENING, Event, act, event, event_id, report, statement
from tests.fold_world import FoldWorld
from tests.world import World

AT = "2025-12-30T12:00:00Z"
NOT_RECORDED = {"recorded": False, "last_watch": None, "gaps": []}


def watch(start: str, end: str, result: str = "no-change", **fields: Any) -> Event:
    fields = {"reports": [report(end)]} | fields
    period = {"from": start, "to": end, "result": result}
    return {"id": event_id(f"watch {start}"), "type": "watch-recorded", **period, **fields}


def gap(start: str, end: str, days: int) -> Event:
    return {"from": f"2025-12-{start}", "to": f"2025-12-{end}", "days": days}


def coverage(world: World | FoldWorld, *events: Event, **asked: Any) -> Any:
    world.record(AT, [*OPENING, statement(1, day=10), *events])
    return world.read_state(**asked)["coverage"]


def test_gaps_reach_from_the_first_known_event_to_the_date_asked(world: World | FoldWorld) -> None:
    watches = watch("2025-12-12", "2025-12-14"), watch("2025-12-18", "2025-12-20")
    found = coverage(world, *watches, as_of="2025-12-24")

    assert found["gaps"] == [gap("10", "11", 2), gap("15", "17", 3), gap("21", "24", 4)]
    assert found["last_watch"]["event"] == event_id("watch 2025-12-18")


def test_a_failed_watch_covers_nothing(world: World | FoldWorld) -> None:
    watches = watch("2025-12-10", "2025-12-14"), watch("2025-12-15", "2025-12-20", "failed")
    found = coverage(world, *watches, as_of="2025-12-20")

    assert found["gaps"] == [gap("15", "20", 6)]
    assert found["last_watch"]["event"] == event_id("watch 2025-12-10")


def test_without_any_watch_coverage_is_not_recorded(world: World | FoldWorld) -> None:
    assert coverage(world) == NOT_RECORDED


def test_no_watch_counts_before_it_is_known(world: World | FoldWorld) -> None:
    late = watch("2025-12-10", "2025-12-14", reports=[report("2025-12-20")])

    assert coverage(world, late, as_of="2025-12-19") == NOT_RECORDED
    assert world.read_state(as_of="2025-12-20")["coverage"]["gaps"] == [gap("15", "20", 6)]


def test_an_unreported_watch_is_known_to_staff_from_its_end_and_to_nobody_else(
    world: World | FoldWorld,
) -> None:
    quiet = watch("2025-12-10", "2025-12-14", reports=[])
    found = coverage(world, quiet, as_of="2025-12-15", audience="staff")

    assert found["gaps"] == [gap("15", "15", 1)]
    before = world.read_state(as_of="2025-12-13", audience="staff")["coverage"]
    assert before == NOT_RECORDED
    assert world.read_state(as_of="2025-12-15")["coverage"] == NOT_RECORDED


def test_a_watch_ends_for_staff_where_we_say_after_our_slip(world: World | FoldWorld) -> None:
    quiet = watch("2025-12-10", "2025-12-24", reports=[])
    mended = act("mended", "record-corrected", "watch 2025-12-10", changes={"to": "2025-12-14"})
    del mended["reports"]
    found = coverage(world, quiet, mended, as_of="2025-12-15", audience="staff")

    assert found["gaps"] == [gap("15", "15", 1)]


def test_a_watch_covers_each_day_of_the_negotiation_that_it_touches(http_world: World) -> None:
    opening = OPENING[0] | {"timezone": "America/New_York"}
    seen = watch("2025-12-11T04:00:00Z", "2025-12-12T06:00:00Z")
    told = event("told", "statement-made", statement="told", speaker="envoy", summary="x")
    told |= {"occurred": "2025-12-10", "reports": [report("2025-12-10T12:00-05:00")]}
    http_world.record(AT, [opening, *OPENING[1:], told, seen])
    found = http_world.read_state(as_of="2025-12-13", tz="America/New_York")["coverage"]

    assert found["gaps"] == [gap("13", "13", 1)]


def test_the_command_line_says_when_nobody_looked() -> None:
    watched = {"event": "w", "type": "watch-recorded", "from": "2025-12-01", "to": "2025-12-14"}
    rests = {"events": ["w"], "known_at": None, "sources": [], "single_source": True}
    gaps = [{"from": "2025-12-15", "to": "2025-12-16", "days": 2}]
    said = {"recorded": True, "last_watch": watched | {"result": "changed"} | rests, "gaps": gaps}

    assert coverage_text(Coverage.model_validate(NOT_RECORDED)) == "Coverage is not recorded."
    assert coverage_text(Coverage.model_validate(said)) == (
        "Watched until 2025-12-14. No watch covers 2 days, lastly 2025-12-15 to 2025-12-16."
    )


def test_every_page_says_who_has_not_looked(own_site: World) -> None:
    quiet = own_site.client.get(f"/desk/{own_site.name}").text
    assert "Coverage is not recorded" in quiet

    own_site.record(AT, [watch("2025-12-20", "2025-12-24")])
    for page in ("", "/positions", "/meetings", "/audit", "/record"):
        text = own_site.client.get(f"/desk/{own_site.name}{page}").text
        assert "Watched until 24 December 2025" in text, page
        assert "25–30 December 2025</a>.</p>" in text, page
