"""Silence is told as what it is: nothing changed, or nobody looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.facts import OPENING, STANCE, Event, event, report, statement
from tests.pages import ADDRESSES, main, page
from tests.world import World


def watch(to: str) -> Event:
    return event(
        50, "watch-recorded", report(to), **{"from": "2025-12-20", "to": to, "result": "no-change"}
    )


def overview(folder: Path, *watches: Event) -> str:
    with World(folder, "http") as world:
        world.record("2025-12-21T09:00:00Z", [*OPENING, STANCE, *watches])
        world.set_clock("2026-03-01T09:00:00Z")
        return page(world, "")


def test_a_quiet_week_in_which_nobody_looked_says_so(tmp_path: Path) -> None:
    text = overview(tmp_path, watch("2025-12-21"))
    assert "Nothing changed" not in text
    assert "no position, meeting or plan changed" not in main(text)
    assert "Of these seven days nothing is known. Nobody has looked since 21 December 2025." in text


def test_a_quiet_week_without_any_watch_says_that_coverage_is_not_recorded(tmp_path: Path) -> None:
    assert "Of these seven days nothing is known. Coverage is not recorded." in overview(tmp_path)


def test_a_quiet_week_that_was_watched_says_so(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-21T09:00:00Z", [*OPENING, STANCE])
        world.record("2026-03-01T09:00:00Z", [watch("2026-03-01")])
        text = page(world, "")
    assert "Of these seven days nothing is known. Somebody watched until their end." in text
    assert "Nobody has looked" not in text


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name != "record"])
def test_every_rail_says_since_when_nobody_has_looked(own_site: World, name: str) -> None:
    own_site.record("2025-12-30T09:00:00Z", [watch("2025-12-22")])
    assert "Nobody has looked since 22 December 2025." in page(own_site, name)
    assert "Nobody has looked" not in page(own_site, name, "?as_of=2025-12-22")


def test_where_news_came_after_the_last_watch_it_is_not_said_that_nobody_looked(
    own_site: World,
) -> None:
    own_site.record("2025-12-30T09:00:00Z", [watch("2025-12-22"), statement(1, day=28)])
    text = page(own_site, "")
    assert "No watch is recorded since 22 December 2025." in text
    assert "Nobody has looked" not in text
