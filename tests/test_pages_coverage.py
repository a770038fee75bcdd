"""Silence is told as what it is: nothing changed, or nobody looked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.facts import OPENING, STANCE, Event, event, report, statement
from tests.pages import page
from tests.world import World


def watch(start: str, end: str) -> Event:
    about = {"from": start, "to": end, "result": "no-change"}
    return event(f"watch {start}", "watch-recorded", report(end), **about)


FIRST = watch("2025-12-20", "2025-12-21")
SILENT = "Nobody has looked since 21 December 2025."


@pytest.mark.parametrize(
    ("watches", "told"),
    [
        ([], "Coverage is not recorded."),
        ([FIRST], SILENT),
        ([FIRST, watch("2026-02-22", "2026-02-25")], "Nobody watched 26 February – 1 March 2026."),
        ([FIRST, watch("2026-02-20", "2026-03-01")], "Somebody watched all the while."),
    ],
)
def test_a_week_of_which_nothing_is_known_says_whether_anybody_looked(
    tmp_path: Path, watches: list[Event], told: str
) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-21T09:00:00Z", [*OPENING, STANCE])
        world.record("2026-03-01T09:00:00Z", watches) if watches else None
        world.set_clock("2026-03-01T10:00:00Z")
        overview, compare = page(world, ""), page(world, "compare", "?from=2026-02-22")

    assert f"Of these seven days nothing is known. {told}" in overview
    assert f"No change is known between the two dates. {told}" in compare
    for text in overview, compare:
        assert "Nothing changed" not in text


def test_live_says_when_somebody_last_watched(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-21T09:00:00Z", [*OPENING, STANCE, FIRST])
        world.set_clock("2025-12-30T10:00:00Z")
        assert "<small>last watched 21 December 2025</small>" in page(world, "")
        assert "<small>last watched" not in page(world, "", "?as_of=2025-12-28")
        world.set_clock("2025-12-21T22:00:00Z")
        assert "<small>last watched" not in page(world, "")


def test_days_that_nobody_watched_are_named_and_lead_to_themselves(tmp_path: Path) -> None:
    watches = [
        watch("2025-12-20", "2025-12-21"),
        watch("2025-12-24", "2025-12-24"),
        watch("2025-12-26", "2025-12-27"),
        watch("2025-12-29", "2025-12-30"),
        watch("2026-01-04", "2026-01-04"),
    ]
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
        world.record("2026-01-04T09:00:00Z", [statement(1, day=25), *watches])
        world.set_clock("2026-01-04T10:00:00Z")
        query = "?as_of=2026-01-04"
        overview = page(world, "", f"{query}&lang=en")
        told_uk = text_of(page(world, "", f"{query}&lang=uk"))
        some = text_of(page(world, "", "?as_of=2025-12-25&lang=en"))
        activity = page(world, "pictures/activity", f"{query}&lang=en")
        empty = page(world, "pictures/chronology", f"{query}&from=2025-12-31&to=2026-01-02&lang=en")

    told = (
        "22–23 December 2025, 28 December 2025, 31 December 2025 – 3 January 2026 and 1 other day"
    )
    assert f"Nobody watched {told}." in text_of(overview)
    assert "Ніхто не стежив: 22–23 грудня 2025" in told_uk
    assert "Nobody watched 22–23 December 2025 and 25 December 2025." in some
    stretch = (
        "pictures/chronology?as_of=2026-01-04&amp;lang=en&amp;from=2025-12-31&amp;to=2026-01-03"
    )
    rail, sentence = overview.partition('id="strip"')[::2]
    assert "<title>Nobody watched 31 December 2025 – 3 January 2026.</title>" in rail
    assert stretch in rail
    assert stretch in sentence
    week = re.findall("<title>Week to 28 December 2025: ([^<]+)", rail)
    days = "22–23 December 2025, 25 December 2025 and 28 December 2025"
    assert week == [f"1 became known. Nobody watched {days}."]
    assert "Nobody watched 31 December 2025 – 2 January 2026." in empty
    listed = re.findall(r'<li><a href="[^"]*">([^<]+)</a> <span class="gist">(\d+)', activity)
    assert [days for _, days in listed] == ["4", "1", "1", "2"]
    assert "<title>Nobody watched 25 December 2025.</title>" in activity


def text_of(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup)
