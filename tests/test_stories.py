"""Every worked case of TIME.md, at every level that the world fixture offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fold_world import FoldWorld
from tests.stories import STORIES, Story
from tests.world import World

MUCH_LATER = "2026-06-01T00:00:00Z"
"""When the questions are asked: nothing is under embargo any more."""


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_worked_case(world: World | FoldWorld, story: Story) -> None:
    for recorded_at, events in story.batches:
        world.record(recorded_at, events)
    world.set_clock(MUCH_LATER)
    for params, check in story.asks:
        data = world.read_state(**params)
        assert check(data), f"{story.name}: {params} answered {data}"


IMPORTED_WITH_THE_FOLD = """
import sys
import tests.fold_world
print(*{name.partition(".")[0] for name in sys.modules} & {"sqlite3", "psycopg", "eventsourcing"})
"""


def test_the_level_of_the_domain_touches_no_database() -> None:
    run = subprocess.run(
        [sys.executable, "-c", IMPORTED_WITH_THE_FOLD], check=True, capture_output=True, text=True
    )

    assert run.stdout.split() == []
