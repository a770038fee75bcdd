"""Keys: who asks and records, what each may, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from api.access.caller import SCOPES, Caller
from api.access.keys import PREFIX, SECRET_LENGTH, hash_secret, make_secret
from api.access.route_scope import ScopedRoute, iterate_routes, require_declared_scopes
from domain.errors import KeyRequiredError
from tests import postgres
from tests.facts import OPENING, report, statement
from tests.world import World

STAFF_ONLY = statement(2) | {"reports": [report("2025-12-20", audience="staff")]}


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A negotiation with an event that only staff see, on either database, without keys."""
    url = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    if url:
        postgres.empty_ledger(url)
    with World(tmp_path, "http", url) as opened:
        opened.record("2025-12-22T12:00:00Z", [*OPENING, statement(1), STAFF_ONLY])
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


@pytest.fixture
def admin(world: World) -> str:
    """The secret of the first key, which may do everything."""
    return make_key(world, "operator", "admin")


def test_a_secret_is_256_random_bits_with_a_checksum() -> None:
    secrets = {make_secret() for _ in range(100)}

    assert len(secrets) == 100
    for secret in secrets:
        assert (secret[:4], len(secret)) == (PREFIX, SECRET_LENGTH)
        assert len(hash_secret(secret)) == 32


def test_a_secret_that_was_cut_or_mistyped_is_told_from_an_unknown_one() -> None:
    secret = make_secret()
    mistyped = secret[:10] + ("A" if secret[10] != "A" else "B") + secret[11:]

    for text in (secret[:-1], secret[:20], PREFIX, mistyped, f"{secret}A", f"{secret}===="):
        with pytest.raises(KeyRequiredError, match="not whole"):
            hash_secret(text)
    with pytest.raises(KeyRequiredError, match="begins with mbk_"):
        hash_secret("hunter2")


def test_scopes_include_others_and_all_but_read_see_as_staff() -> None:
    included = {
        scope: (set(caller.scopes), caller.audience)
        for scope in SCOPES
        for caller in [Caller.with_scopes("x", (scope,), "public")]
    }

    assert included == {
        "read": ({"read"}, "public"),
        "propose": ({"read", "propose"}, "staff"),
        "append": ({"read", "propose", "append"}, "staff"),
        "audit": ({"read", "audit"}, "staff"),
        "admin": (set(SCOPES), "staff"),
    }


def test_every_route_declares_its_scope(world: World) -> None:
    routes = list(iterate_routes(world.client.app.routes))  # type: ignore[attr-defined]  # an application
    declared = {
        (each.path, method): each.scope_needed
        for each in routes
        if isinstance(each, ScopedRoute)
        for method in each.methods
    }
    others = {getattr(each, "path", "") for each in routes if not isinstance(each, ScopedRoute)}

    assert len(declared) > 80
    assert sorted(path.partition("/static")[1] or path for path in others) == [
        "/openapi.json",
        "/static",
    ]
    open_paths = {path for (path, _), scope in declared.items() if scope is None}
    assert open_paths == {
        *("/livez", "/readyz", "/version", "/v1/audit/checkpoint", "/v1/audit/key"),
        *("/docs", "/problems", "/problems/{slug}", "/desk", "/desk/{rest:path}"),
    }
    assert {key for key, scope in declared.items() if scope not in (None, "read")} == {
        ("/v1/negotiations/{negotiation}/events", "POST"),
        ("/desk/{negotiation}/record", "GET"),
        ("/desk/{negotiation}/record.json", "GET"),
        ("/desk/{negotiation}/record", "POST"),
        ("/v1/negotiations/{negotiation}/export", "GET"),
        ("/v1/audit/leaves/{seq}", "GET"),
        ("/v1/audit/tile/{place:path}", "GET"),
        ("/v1/keys", "GET"),
        ("/v1/keys", "POST"),
        ("/v1/keys/{name}/revoke", "POST"),
    }


def test_a_route_without_a_scope_cannot_be_registered() -> None:
    plain, scoped = APIRouter(), APIRouter(route_class=ScopedRoute)
    plain.add_api_route("/open", lambda: None)

    with pytest.raises(TypeError, match="/open declares no scope"):
        require_declared_scopes(plain.routes, open_paths=())
    with pytest.raises(TypeError, match="/open declares no scope"):
        scoped.add_api_route("/open", lambda: None)
    assert isinstance(plain.routes[0], APIRoute)
