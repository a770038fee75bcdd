"""Every worked case of TIME.md, at every level that the world fixture offers."""

from __future__ import annotations

import pytest

from tests.stories import STORIES, Story
from tests.world import World

MUCH_LATER = "2026-06-01T00:00:00Z"
"""When the questions are asked: nothing is under embargo any more."""


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_worked_case(world: World, story: Story) -> None:
    for recorded_at, events in story.batches:
        world.record(recorded_at, events)
    world.at(MUCH_LATER)
    for params, check in story.asks:
        data = world.state(**params)
        assert check(data), f"{story.name}: {params} answered {data}"
