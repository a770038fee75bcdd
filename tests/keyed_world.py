"""A negotiation with something for each audience, on which tests make keys and sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.facts import OPENING, event_id, report, statement
from tests.world import World

TALKS = "/v1/negotiations/talks"
HIDDEN = "secret-channel"
"""A negotiation of which only the press and staff can know."""
PRESS_ONLY = statement(3, reports=[report("2025-12-20", audience="press")])
STAFF_ONLY = statement(2, reports=[report("2025-12-20", audience="staff")])

ON_BOTH = pytest.mark.parametrize("keyed_world", ["sqlite", "postgres"], indirect=True)
"""Has a test run on either database: one in which tables or statements have a part."""
ON_SERVER = pytest.mark.parametrize("keyed_world", ["postgres"], indirect=True)
"""Has a test run on PostgreSQL: one process alone serves a SQLite file."""


@contextmanager
def open_keyed_world(folder: Path, url: str | None) -> Iterator[World]:
    """Yield two negotiations without keys: one public, with something hidden, and a hidden one."""
    if url:
        postgres.empty_ledger(url)
    with World(folder, "http", url) as opened:
        opened.record("2025-12-22T12:00:00Z", [*OPENING, statement(1), STAFF_ONLY, PRESS_ONLY])
        opened.name = HIDDEN
        opened.record("2025-12-22T12:00:00Z", [*OPENING, PRESS_ONLY | {"id": event_id(50)}])
        opened.name = "talks"
        yield opened


def make_key(world: World, name: str, *scopes: str, by: str | None = None, **terms: Any) -> str:
    """Make a key as its operator does, and return its secret."""
    body = {"name": name, "scopes": scopes or ("read",), **terms}
    response = world.client.post("/v1/keys", json=body, headers=bearer(by) if by else {})
    assert response.status_code == 201, response.text
    secret: str = response.json()["secret"]
    return secret


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
