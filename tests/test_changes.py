"""What changed: the story of each event, and differences that are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from domain.basis import Question
from domain.instants import from_rfc3339
from domain.model import Json
from projections.answers import diff
from tests.facts import Batch, event_id
from tests.histories import histories
from tests.test_resolution import AT, LATEST, OPENING, STANCE, report
from tests.test_time_properties import WholeView, steady
from tests.world import World, tell_story

pytestmark = pytest.mark.usefixtures("older_log")


@steady(40)
@given(histories(most_events=20))
def test_the_story_of_an_event_tells_all_that_it_changed(batches: list[Batch]) -> None:
    """Only the cells that an event can bear on are looked at; no other cell may have changed."""
    with tell_story(batches) as world, world.open_session() as session:
        now = session.resolve_basis(Question())
        for item, changes in diff.build_story(session.open_view, now):
            before, after = (replace(now, seq=seq) for seq in (item.seq - 1, item.seq))
            views = {basis: WholeView(session.open_view(basis)) for basis in (before, after)}
            differences = diff.diff_bases(views.__getitem__, before, after)
            assert reduce_changes(changes) == reduce_changes(differences), item


def test_an_event_that_names_a_merged_party_changes_the_cell_of_the_other(world: World) -> None:
    them = {"type": "party-registered", "party": "them", "name": "Them", "same_as": "us"}
    stated = {**STANCE, "party": "them"}
    world.record(AT, [*OPENING, them, stated])

    with world.open_session() as session:
        now = session.resolve_basis(Question())
        *_, (item, changes) = diff.build_story(session.open_view, now)
        assert [(each["kind"], each["subject"]) for each in changes] == [("position", "us/border")]
        before = replace(now, seq=item.seq - 1)
        assert reduce_changes(diff.diff_bases(session.open_view, before, now)) == reduce_changes(
            changes
        )


def reduce_changes(changes: list[Json]) -> list[Json]:
    return [
        {name: each[name] for name in ("kind", "subject", "before", "after")} for each in changes
    ]


def test_saying_the_same_again_changes_nothing(world: World) -> None:
    again = {
        **STANCE,
        "id": event_id(2),
        "occurred": "2025-12-22",
        "reports": report("Herald", LATEST),
    }
    world.record(AT, [*OPENING, STANCE])
    world.record(LATEST, [again])

    with world.open_session() as session:
        start, end = (
            session.resolve_basis(Question(as_of=world.moment - days * 86_400_000_000))
            for days in (1, 0)
        )
        assert not list(diff.diff_bases(session.open_view, start, end))


def test_a_replay_as_recorded_tells_what_was_voided_since(world: World) -> None:
    world.record(AT, [*OPENING, STANCE])
    world.record(LATEST, [{"id": event_id(9), "type": "record-voided", "event": event_id(1)}])

    with world.open_session() as session:
        told = {
            basis: [
                item.event
                for item, _ in diff.build_story(
                    session.open_view, session.resolve_basis(Question(basis))
                )
            ]
            for basis in ("as-known", "as-recorded")
        }
        assert event_id(1) not in told["as-known"]
        assert {event_id(1), event_id(9)} < set(told["as-recorded"])


def test_a_meeting_of_no_known_date_is_not_known_before_its_news(world: World) -> None:
    ended = {
        "type": "meeting-concluded",
        "meeting": "m",
        "outcome": "partial",
        "occurred": None,
        "reports": report("Herald", LATEST),
    }
    world.record(AT, OPENING)
    world.record(LATEST, [ended])

    with world.open_session() as session:
        then = session.resolve_basis(Question(known_at=from_rfc3339(AT), valid_at=from_rfc3339(AT)))
        later = replace(then, known_at=from_rfc3339(LATEST))
        gap = diff.find_gap(session.open_view, then, then, later)
        assert [change["kind"] for change in gap["not_yet_known"]] == ["meeting"]
        assert gap["missed"] == []
