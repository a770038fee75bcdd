"""Following over any disconnects, appends and ends of embargoes, from mark to mark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.caller import Reader
from api.http import stream_pages
from api.http.resume_mark import ResumeMark, Told
from domain.basis import Question
from domain.errors import InvalidQuestionError, UnknownNegotiationError
from domain.events import Audience
from domain.instants import from_rfc3339
from projections.log_query import LogQuery
from tests.facts import OPENING, STANCE, Batch, act, event_id, report, statement
from tests.histories import FIRST, STEP, STEPS, histories, source_filters
from tests.test_time_properties import ALL_IS_OUT, audiences, steady
from tests.world import World, tell_story

NO_FILTER = Question()


class Follower:
    """One who reads a stream, is cut off after some events, and resumes by the last id."""

    def __init__(
        self, world: World, question: Question = NO_FILTER, audience: Audience = "public"
    ) -> None:
        self.world, self.last_id = world, str(ResumeMark(Told(0, 0)))
        self.follower = stream_pages.Follower(world.name, Reader(audience), question)

    def read_horizon(self) -> stream_pages.Horizon:
        return stream_pages.read_horizon(self.world.ledger, self.follower)

    def take(self, limit: int = 10**6) -> list[str]:
        """Return the ids of the next events, as many as come before the stream is cut."""
        ledger, given = self.world.ledger, ResumeMark.parse(self.last_id)
        if self.is_unknown():
            return []
        mark = stream_pages.resolve_mark(ledger, self.follower, given)
        horizon = self.read_horizon()
        events: list[str] = []
        while mark.end or not mark.start.covers(horizon.reached):
            key = (self.follower, mark, horizon.reached)
            chunk, mark = stream_pages.read_page(ledger, key)
            for block in filter(None, chunk.decode().split("\n\n")):
                if len(events) == limit:
                    return events
                fields = dict(line.split(": ", 1) for line in block.splitlines())
                self.last_id = fields["id"]
                events.append(json.loads(fields["data"])["id"])
        return events

    def is_unknown(self) -> bool:
        """Return whether nothing at all can be seen, so that there is no such negotiation."""
        try:
            self.read_horizon()
        except UnknownNegotiationError:
            return True
        return False

    def visible_ids(self) -> set[str]:
        """Return what can be seen now."""
        if self.is_unknown():
            return set()
        with self.follower.open_session(self.world.ledger) as session:
            view = session.open_view(
                session.resolve_basis(self.follower.question, refuse_unknown=False)
            )
            items = view.read_log(LogQuery(1000))
            return {item.event for item in items}


@pytest.mark.usefixtures("older_log")
@steady(15)
@given(histories(most_events=20), audiences, st.data())
def test_each_event_comes_once_each_time_that_it_becomes_visible(
    batches: list[Batch], audience: Audience, data: st.DataObject
) -> None:
    """Whatever the moments at which it connects, and after how many events it is cut off."""
    follow_to_the_end(batches, NO_FILTER, audience, data)


@pytest.mark.usefixtures("older_log")
@steady(15)
@given(histories(most_events=20), audiences, source_filters, st.data())
def test_each_event_comes_once_each_time_that_it_passes_the_filters(
    batches: list[Batch], audience: Audience, filters: Mapping[str, Any], data: st.DataObject
) -> None:
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in filters.items()}
    follow_to_the_end(batches, Question(**given), audience, data)


def follow_to_the_end(
    batches: list[Batch], question: Question, audience: Audience, data: st.DataObject
) -> None:
    steps = data.draw(st.lists(st.integers(0, STEPS + 11), max_size=6))
    recorded_at = {from_rfc3339(at): events for at, events in batches}
    moments = sorted({*recorded_at, *(FIRST + step * STEP for step in steps), ALL_IS_OUT})
    limits = st.integers(0, 4)
    received: list[str] = []
    appearances: dict[str, int] = {}
    seen: set[str] = set()
    with tell_story([]) as world, mock.patch.object(stream_pages, "PAGE_SIZE", 3):
        follower = Follower(world, question, audience)
        for moment in moments:
            world.moment = moment
            if moment in recorded_at:
                (at,) = [at for at, _ in batches if from_rfc3339(at) == moment]
                world.record(at, recorded_at[moment])
            if not any(at <= moment for at in recorded_at):
                continue
            visible = follower.visible_ids()
            for event in visible - seen:
                appearances[event] = appearances.get(event, 0) + 1
            seen = visible
            taken = follower.take(data.draw(limits)) if moment < ALL_IS_OUT else follower.take()
            assert set(taken) <= visible
            received += taken
        assert follower.take() == []

    counts = {event: received.count(event) for event in appearances}
    assert set(received) <= set(appearances)
    assert all(1 <= counts[event] <= appearances[event] for event in seen), (counts, appearances)
    assert all(counts[event] <= appearances[event] for event in appearances)


@pytest.mark.parametrize("audience", ["public", "staff"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_what_only_filtered_news_shows_comes_once_wherever_it_is_cut_off(
    audience: Audience, limit: int
) -> None:
    """To staff too: only what a source reported passes, and what that names."""
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, statement(1), STANCE])]) as world:
        follower = Follower(world, Question(only_source=("herald",)), audience)
        taken = [event for _ in range(8) for event in follower.take(limit)]
        wanted = follower.visible_ids()

    assert sorted(taken) == sorted(wanted)


SHOWN_TWICE = [statement(1), act(2, "record-voided", 1), statement(3)]
"""News that shows the opening, its void, and news that shows the opening again."""


def opening_id(world: World) -> str:
    (opened,) = world.get("/events", type="negotiation-opened").json()["data"]
    return str(opened["id"])


@pytest.mark.parametrize(("page_size", "times"), [(1, 2), (250, 1)])
def test_what_news_shows_again_comes_again_where_a_page_ended_between(
    page_size: int, times: int
) -> None:
    with tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world:
        world.record("2025-12-22T09:00:00Z", SHOWN_TWICE)
        with mock.patch.object(stream_pages, "PAGE_SIZE", page_size):
            taken = Follower(world).take()
        opening = opening_id(world)

    assert taken.count(opening) == times
    assert taken.count(event_id(3)) == 1


EMBARGOED = statement(1, reports=[report("2025-12-24T06:00:00Z")])


def test_the_end_of_an_embargo_is_told_after_any_resume() -> None:
    with tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world:
        world.record("2025-12-22T09:00:00Z", [EMBARGOED, statement(2)])
        follower = Follower(world)
        before = follower.take()
        world.set_clock("2025-12-24T05:59:59Z")
        still_before = follower.take()
        world.set_clock("2025-12-24T06:00:00Z")

        assert before[-1] == event_id(2)
        assert still_before == []
        assert follower.take() == [event_id(1)]
        assert follower.take() == []


def test_a_page_read_under_embargo_is_not_served_when_it_has_ended() -> None:
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, STANCE, EMBARGOED])]) as world:
        under_embargo = Follower(world).read_horizon()
        world.set_clock("2025-12-24T06:00:00Z")
        after_it = Follower(world).read_horizon()

        assert under_embargo.steady_until == from_rfc3339("2025-12-24T06:00:00Z")
        assert under_embargo.reached != after_it.reached


def registered_ids(world: World) -> list[str]:
    """Return the ids of the opening, the party, the person and the issue."""
    with world.open_session() as session:
        view = session.open_view(session.resolve_basis(Question()))
        items = view.read_log(LogQuery(4))
        return [item.event for item in items]


def test_a_first_mention_tells_what_became_visible_by_it() -> None:
    with tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world:
        follower = Follower(world)
        opening, party, envoy, issue = registered_ids(world)
        assert follower.take() == []
        world.record("2025-12-21T09:00:00Z", [statement(1)])
        assert follower.take() == [opening, envoy, event_id(1)]
        world.record("2025-12-22T09:00:00Z", [STANCE])

        assert follower.take() == [party, issue, STANCE["id"]]


def test_who_is_cut_off_among_what_one_mention_tells_gets_the_rest() -> None:
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, statement(1)])]) as world:
        follower = Follower(world)
        opening, _, envoy, _ = registered_ids(world)

        assert [follower.take(1), follower.take()] == [[opening], [envoy, event_id(1)]]


def test_a_report_added_later_tells_what_was_kept_from_an_audience() -> None:
    staff_only = statement(1, reports=[report("2025-12-20", audience="staff")])
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, staff_only, statement(2)])]) as world:
        follower = Follower(world)
        follower.take()
        world.record("2025-12-22T09:00:00Z", [act(3, "report-added", 1, report("2025-12-21"))])

        assert follower.take() == [event_id(1), event_id(3)]


def test_a_bare_seq_of_an_older_client_stands_for_when_it_was_recorded() -> None:
    with tell_story([("2025-12-20T09:00:00Z", [*OPENING, EMBARGOED])]) as world:
        world.record("2025-12-22T09:00:00Z", [statement(2)])
        world.set_clock("2025-12-25T06:00:00Z")
        follower = Follower(world)
        follower.last_id = "6"

        assert follower.take() == [event_id(1)]


@pytest.mark.parametrize(
    "mark",
    [
        ResumeMark(Told(7, 1_766_000_000_000_000)),
        ResumeMark(Told(7, 1), Told(9, 1_766_000_000_000_001), 8),
    ],
)
def test_a_mark_is_read_as_it_is_written(mark: ResumeMark) -> None:
    assert ResumeMark.parse(str(mark)) == mark


@pytest.mark.parametrize("text", ["7@", "7@x", "7@2025-13-01T00:00:00Z", "7@2025-12-22T18:00:00"])
def test_what_is_no_mark_is_refused(text: str) -> None:
    with pytest.raises(InvalidQuestionError):
        ResumeMark.parse(text)


TWO_ORIGINS = Question(min_sources=2)


def test_a_second_source_under_embargo_is_told_when_it_comes_out() -> None:
    later = report("2025-12-24T06:00:00Z", publisher="Courier")
    told_twice = statement(1, reports=[report("2025-12-22", publisher="Herald"), later])
    with tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world:
        world.record("2025-12-22T09:00:00Z", [told_twice])
        follower = Follower(world, TWO_ORIGINS)
        horizon = follower.read_horizon()
        before = follower.take()
        world.set_clock("2025-12-24T06:00:00Z")

        assert before == []
        assert horizon.steady_until <= from_rfc3339("2025-12-24T06:00:00Z")
        assert event_id(1) in follower.take()
        assert follower.take() == []


def test_a_second_source_tells_what_one_alone_had_told() -> None:
    with tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world:
        world.record(
            "2025-12-22T09:00:00Z",
            [statement(1, reports=[report("2025-12-22", publisher="Herald")])],
        )
        follower, plain = Follower(world, TWO_ORIGINS), Follower(world)
        assert (follower.take(), event_id(1) in plain.take()) == ([], True)
        second = act(3, "report-added", 1, report("2025-12-22", publisher="Courier"))
        world.record("2025-12-23T09:00:00Z", [second])

        assert event_id(1) in follower.take()
        assert event_id(1) not in plain.take()


def test_followers_with_other_filters_share_no_page() -> None:
    herald = statement(1, reports=[report("2025-12-22", publisher="Herald")])
    courier = statement(2, reports=[report("2025-12-22", publisher="Courier")])
    with tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world:
        world.record("2025-12-22T09:00:00Z", [herald, courier])
        without_herald = Follower(world, Question(exclude_source=("Herald",)))
        only_herald = Follower(world, Question(only_source=("herald",)))

        assert [each.take()[-1] for each in (without_herald, only_herald)] == [
            event_id(2),
            event_id(1),
        ]
