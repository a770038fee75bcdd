"""Fixtures: a world at each level; the profile of those who only ask whether a test fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.world import LEVELS, World

settings.register_profile("first-failure", phases=[Phase.explicit, Phase.generate])


@pytest.fixture(params=LEVELS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def http_world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, "http")
    yield made
    made.close()
