"""Fixtures: a world at each level, a PostgreSQL; the profile of those who only ask for failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests import postgres
from tests.world import LEVELS, World

settings.register_profile("first-failure", phases=[Phase.explicit, Phase.generate])


@pytest.fixture(params=LEVELS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = World(tmp_path, request.param, server)
    yield made
    made.close()


@pytest.fixture(params=("http", "postgres"))
def http_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Give a world over HTTP, on either database."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = World(tmp_path, "http", server)
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """Serve one cluster to this worker's tests; it does not outlast a crash of the machine."""
    if postgres.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.REMEDY)
    with postgres.cluster(postgres.UNSAFE) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """Give the address of an empty database."""
    with postgres_server.database() as url:
        yield url
