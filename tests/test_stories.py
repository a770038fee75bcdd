"""Every worked case of TIME.md, at every level that the world fixture offers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories import STORIES, Story

world = pytest.importorskip("tests.world").world


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_worked_case(world: Any, story: Story) -> None:
    for recorded_at, events in story.batches:
        world.record(recorded_at, events)
    for params, check in story.asks:
        data = world.state(**params)
        assert check(data), f"{story.name}: {params} answered {data}"
