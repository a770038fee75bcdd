"""The state as of now is carried on from the one before, and equals one that is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.live_states import MAX_KEPT, LiveStates
from api.services import server_services
from domain.basis import Basis
from domain.events import Audience
from domain.instants import LATEST, Instant, from_rfc3339
from projections import answers
from projections.answers.kept_parts import ANYTHING, ENDINGS, NotingView, ViewRead, is_touched
from projections.scope import Scope, Touched
from tests.comparing import assert_equal
from tests.facts import ADDRESS, OPENING, STANCE, Batch, event_id, report, statement
from tests.histories import STEP, THEMES, audiences, histories
from tests.test_erased_stubs import erase
from tests.test_time_properties import steady
from tests.world import World, read_as, tell_story

if TYPE_CHECKING:
    from starlette.applications import Starlette

pytestmark = pytest.mark.usefixtures("older_log")


def live_bases(batches: list[Batch], audience: Audience, data: st.DataObject) -> Iterator[Basis]:
    """Yield bases as of now, some moments after each batch; of two, the earlier may come last, as
    where two ask at once."""
    last_seq = 0
    starts = [from_rfc3339(at) for at, _ in batches]
    for (at, events), (_, end) in zip(batches, pairwise([*starts, LATEST]), strict=True):
        last_seq += len(events)
        start, step = from_rfc3339(at), data.draw(st.integers(0, 9)) * STEP
        moments = sorted({start, min(start + step, end - 1)}, reverse=data.draw(st.booleans()))
        for now in moments:
            yield live_basis(now, start, last_seq, audience)


def live_basis(now: Instant, recorded_at: Instant, seq: int, audience: Audience) -> Basis:
    return Basis("as-known", now, now, recorded_at, seq, audience, defaulted=True)


@pytest.mark.parametrize("theme", THEMES)
@steady(12)
@given(st.data())
def test_a_state_carried_on_equals_one_made_anew(theme: str | None, data: st.DataObject) -> None:
    assert_carried_on(theme, data)


def assert_carried_on(theme: str | None, data: st.DataObject, server: str | None = None) -> None:
    batches = data.draw(histories(about=theme))
    audience = data.draw(audiences)
    with tell_story(batches, server=server) as world, world.open_session() as session:
        states, reader = LiveStates(), read_as(session, audience)
        for basis in live_bases(batches, audience, data):
            view = reader.open_view(basis)
            carried = states.build_state(view, World.name, ADDRESS)
            anew = answers.build_state(view, ADDRESS)
            assert_equal(answers.to_plain(carried), answers.to_plain(anew), basis)


def read_live(world: World, audience: str) -> dict[str, Any]:
    """Return the state as of now over HTTP, carried on."""
    response = world.get("/state", audience=audience)
    assert response.status_code == 200, response.text
    state: dict[str, Any] = response.json()["data"]
    return state


def all_kept(world: World) -> str:
    """Return all that the application keeps of states, as text."""
    services = server_services(cast("Starlette", world.client.app))
    texts = [repr(services.live_states.kept)]
    for kept in services.live_states.kept.values():
        texts += (str(orjson.dumps(part.value, default=repr)) for part in kept.parts.values())
    return "".join(texts)


def test_each_audience_has_its_own_state_and_each_append_is_in_it() -> None:
    own = STANCE | {"reports": [report("2025-12-20", audience="staff")]}
    begun = [*OPENING, statement(1, 18)]
    with tell_story([("2025-12-19T12:00:00Z", begun)], level="http") as world:
        assert [read_live(world, each)["positions"] for each in ("staff", "public")] == [[], []]
        world.record("2025-12-21T12:00:00Z", [own])
        assert len(read_live(world, "staff")["positions"]) == 1
        assert read_live(world, "public")["positions"] == []
        world.record("2025-12-21T13:00:00Z", [statement(2, summary="said to all")])
        for audience in ("staff", "public"):
            assert read_live(world, audience)["statements"][0]["summary"] == "said to all"
        assert read_live(world, "public")["positions"] == []


def test_the_clock_moves_a_state_on_without_an_append() -> None:
    later = statement(2, 22, reports=[report("2025-12-22T10:00:00Z")])
    told = [*OPENING, statement(1, 18), later]
    with tell_story([("2025-12-20T12:00:00Z", told)], level="http") as world:
        assert len(read_live(world, "public")["statements"]) == 1
        world.set_clock("2025-12-23T12:00:00Z")
        assert len(read_live(world, "public")["statements"]) == 2


def test_what_a_moment_before_did_not_know_yet_is_not_taken_from_the_moment_after() -> None:
    """As where two ask at once, and the later one is answered first."""
    later = statement(
        2, 22, about=["party:north", "issue:border"], reports=[report("2025-12-22T10:00:00Z")]
    )
    told = [*OPENING, statement(1, 18), later]
    with tell_story([("2025-12-20T12:00:00Z", told)], level="http") as world:
        for moment, parties in (("2025-12-23T12:00:00Z", 1), ("2025-12-21T12:00:00Z", 0)):
            world.set_clock(moment)
            assert len(read_live(world, "public")["parties"]) == parties


def test_nothing_erased_is_kept() -> None:
    said = [statement(1, summary="the secret word"), statement(2)]
    with tell_story([("2025-12-21T12:00:00Z", [*OPENING, *said])], level="http") as world:
        assert "the secret word" in str(read_live(world, "staff"))
        assert "the secret word" in all_kept(world)
        erase(world, event_id(1))
        assert "the secret word" not in str(read_live(world, "staff"))
        assert "the secret word" not in all_kept(world)


def test_states_are_kept_of_those_that_were_asked_for_last() -> None:
    with tell_story([("2025-12-21T12:00:00Z", OPENING)]) as world, world.open_session() as session:
        states, moment = LiveStates(), world.moment
        view = session.open_view(live_basis(moment, moment, len(OPENING), "staff"))
        names = [f"talks-{n}" for n in range(MAX_KEPT + 1)]
        for name in names:
            states.build_state(view, name, ADDRESS)
        assert [name for name, *_ in states.kept] == names[1:]


TOUCHED = Touched(
    cells=Scope({"position": frozenset({("north", "border")})}),
    events=frozenset({event_id(1)}),
    seqs=frozenset({5}),
    types=frozenset({"position-stated"}),
    standings=frozenset({"actual", "disputed"}),
    first_known_at=100,
    has_ended=False,
)


@pytest.mark.parametrize(
    ("read", "other"),
    [
        (("cells", "position"), ("cells", "attributed")),
        (("cells", "position", "north"), ("cells", "position", "south")),
        (("event", event_id(1)), ("event", event_id(2))),
        (("seqs", frozenset({4, 5})), ("seqs", frozenset({4, 6}))),
        (("type", "position-stated"), ("type", "statement-made")),
        (("standing", "disputed"), ("standing", "withdrawn")),
        (("first known", 100), ("first known", 99)),
        (("first known", None), ("first known", 99)),
        (ANYTHING, ENDINGS),
    ],
)
def test_a_part_is_made_again_where_what_it_read_is_touched(
    read: ViewRead, other: ViewRead
) -> None:
    assert is_touched(read, TOUCHED)
    assert not is_touched(other, TOUCHED)
    assert is_touched(ENDINGS, replace(TOUCHED, has_ended=True))


def test_what_a_view_is_asked_otherwise_may_be_of_anything() -> None:
    with tell_story([("2025-12-21T12:00:00Z", OPENING)]) as world, world.open_session() as session:
        moment = world.moment
        view = session.open_view(live_basis(moment, moment, len(OPENING), "staff"))
        noting = NotingView(view, None, None)
        assert noting.known_days(moment, 0) == view.known_days(moment, 0)
        assert noting.reads == {ANYTHING}
