"""Fixtures: a world at each level, and the demonstration negotiation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import LEVELS, World


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
