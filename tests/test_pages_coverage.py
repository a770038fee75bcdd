"""Silence is told as what it is: nothing changed, or nobody looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.facts import OPENING, STANCE, Event, event, report
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
        (
            [FIRST, watch("2026-02-22", "2026-02-25")],
            "On some of these days nobody looked, last on 1 March 2026.",
        ),
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
