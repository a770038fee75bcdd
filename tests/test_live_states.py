"""The state as of now is carried on from the one before, and equals one that is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.live_states import MAX_KEPT, LiveStates
from domain.basis import Basis
from domain.events import Audience
from domain.instants import LATEST, Instant, from_rfc3339
from projections import answers
from projections.answers import kept_parts
from projections.view import View
from tests.facts import ADDRESS, Batch
from tests.histories import STEP, THEMES, audiences, histories
from tests.test_time_properties import steady
from tests.world import World, read_as, tell_story

pytestmark = pytest.mark.usefixtures("older_log")


def carried_and_new(view: View, states: LiveStates, name: str = World.name) -> list[object]:
    """Return a state twice: carried on, and made anew."""
    carried = states.build_state(view, name, ADDRESS)
    return [answers.to_plain(each) for each in (carried, answers.build_state(view, ADDRESS))]


def live_bases(
    batches: list[Batch], audience: Audience, data: st.DataObject
) -> Iterator[Basis]:
    """Yield bases as of now, some moments after each batch."""
    last_seq = 0
    starts = [from_rfc3339(at) for at, _ in batches]
    for (at, events), (_, end) in zip(batches, pairwise([*starts, LATEST]), strict=True):
        last_seq += len(events)
        start, step = from_rfc3339(at), data.draw(st.integers(0, 9)) * STEP
        for now in sorted({start, min(start + step, end - 1)}):
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
            carried, anew = carried_and_new(reader.open_view(basis), states)
            assert carried == anew
