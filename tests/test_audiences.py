"""An audience is a boundary: nothing tells it that there is more than it may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.facts import OPENING
from tests.keyed_world import HIDDEN, ON_BOTH, bearer, make_key
from tests.world import World


@pytest.fixture
def world(keyed_world: World) -> World:
    return keyed_world


def listed(world: World, audience: str) -> dict[str, tuple[int, int]]:
    answer = world.client.get(f"/v1/negotiations?audience={audience}").json()["data"]
    return {each["negotiation"]: (each["events"], each["head"]) for each in answer}


@ON_BOTH
def test_a_list_counts_what_its_audience_sees(world: World) -> None:
    """The opening, the envoy and a statement; the press see one more and the other negotiation."""
    assert listed(world, "public") == {"talks": (3, 5)}
    assert listed(world, "press") == {HIDDEN: (3, 12), "talks": (4, 7)}
    assert listed(world, "staff") == {HIDDEN: (5, 12), "talks": (7, 7)}


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/v1/negotiations/{}/state",
            "/v1/negotiations/{}/diff?from=2025-12-01&to=2025-12-31",
            "/v1/negotiations/{}/stream",
        ),
        *("/v1/negotiations/{}/events", "/v1/negotiations/{}/receipt", "/v1/negotiations/{}/rail"),
        *("/desk/{}", "/desk/{}/meetings.ics", "/desk/{}/positions.json"),
    ],
)
@ON_BOTH
def test_to_the_public_what_it_cannot_see_is_unknown(world: World, address: str) -> None:
    """A key for the public gets of a hidden negotiation what it gets of one that is not there."""
    make_key(world, "operator", "admin")
    hidden, absent = (world.client.get(address.format(name)) for name in (HIDDEN, "secret-chamber"))

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.text.replace(HIDDEN, "secret-chamber") == absent.text


@ON_BOTH
def test_no_hint_and_no_page_names_a_hidden_negotiation(world: World) -> None:
    make_key(world, "operator", "admin")
    for address in ("/", "/v1/negotiations", "/v1/negotiations/secret/state", "/desk/secret"):
        answer = world.client.get(address)
        assert HIDDEN not in answer.text, address
        assert HIDDEN not in str(answer.headers), address


@ON_BOTH
def test_the_press_sees_what_is_for_the_press(world: World) -> None:
    operator = make_key(world, "operator", "admin")
    press = bearer(make_key(world, "reporter", by=operator, audience="press"))

    def get(path: str) -> Any:
        return world.client.get(path, headers=press)

    state = get(f"/v1/negotiations/{HIDDEN}/state?audience=press")
    assert [each["statement"] for each in state.json()["data"]["statements"]] == ["s3"]
    asked_as_public = get(f"/v1/negotiations/{HIDDEN}/state")
    assert asked_as_public.status_code == 404
    assert "the audience press sees something of it" in asked_as_public.json()["hint"]
    assert get(f"/v1/negotiations/{HIDDEN}/state?audience=staff").status_code == 403


def test_the_first_page_leads_to_what_was_just_opened(tmp_path: Path) -> None:
    """Nobody but staff can know of a negotiation before anything of it is reported."""
    with World(tmp_path, "http") as world:
        world.record("2025-12-22T12:00:00Z", OPENING)
        answer = world.client.get("/", follow_redirects=False)

    assert answer.headers["location"] == "/desk/talks?audience=staff"


@ON_BOTH
def test_pages_name_nothing_that_no_visible_news_names(world: World) -> None:
    """Nothing public names the issue; staff are told of it from its registration on."""
    operator = bearer(make_key(world, "operator", "admin"))
    for path in ("/desk/talks", "/desk/talks.json"):
        assert "The border" in world.client.get(f"{path}?audience=staff", headers=operator).text
        assert "The border" not in world.client.get(path).text


@ON_BOTH
def test_no_page_tells_when_something_hidden_was_last_recorded(world: World) -> None:
    """The last event of the negotiation is for the press; how long the log is, everyone knows."""
    operator = bearer(make_key(world, "operator", "admin"))
    public = world.client.get("/desk/talks/audit").text
    staff = world.client.get("/desk/talks/audit?audience=staff", headers=operator).text

    assert 'data-seq="7"' in staff
    assert 'data-seq="12"' in public
    assert 'max="12"' in public


@ON_BOTH
def test_a_cell_that_no_visible_news_names_is_unknown(world: World) -> None:
    operator = bearer(make_key(world, "operator", "admin"))
    path = "/desk/talks/positions?cell=north/"
    hidden, absent = world.client.get(f"{path}border"), world.client.get(f"{path}harbour")
    staff = world.client.get(f"{path}border&audience=staff", headers=operator)

    assert staff.status_code == 200
    assert hidden.status_code == absent.status_code != 200
    assert hidden.text.replace("border", "harbour") == absent.text
