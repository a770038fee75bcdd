"""What changed: the story of each event, and differences that are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.basis import Question
from domain.instants import from_rfc3339, to_rfc3339
from domain.model import Json
from projections.answers import diff, story
from projections.index import seq_span, touched
from projections.index.reach import REACH_WIDTHS
from tests.facts import Batch, event_id, statement
from tests.histories import histories
from tests.test_resolution import AT, LATEST, OPENING, STANCE, report
from tests.test_time_properties import WholeView, steady
from tests.world import World, tell_story

pytestmark = pytest.mark.usefixtures("older_log")


@steady(40)
@given(histories(most_events=20), st.sampled_from([(2, 2), (1, 0)]), st.sampled_from([1, 7, 100]))
def test_the_story_of_an_event_tells_all_that_it_changed(
    batches: list[Batch], row_counts: tuple[int, int], in_a_row: int
) -> None:
    """Only the cells that an event can bear on are looked at; no other cell may have changed."""
    with (
        tell_story(batches) as world,
        mock.patch.multiple(seq_span, PAGE_GROWTH=row_counts[0], SPARE_ROWS=row_counts[1]),
        mock.patch.object(story, "MOST_IN_A_ROW", in_a_row),
        world.open_session() as session,
    ):
        now = session.resolve_basis(Question())
        for item, changes in story.build_story(session.open_view, now):
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
        *_, (item, changes) = story.build_story(session.open_view, now)
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
                for item, _ in story.build_story(
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


@pytest.mark.parametrize("recorded", ["2025-12-20T18:00:00Z", "2035-12-20T18:00:00Z"])
def test_news_is_found_by_its_own_moments_whenever_it_was_recorded(
    tmp_path: Path, recorded: str
) -> None:
    """Else a difference between two dates would look at all of an old history."""
    with World(tmp_path) as world:
        world.record(recorded, [*OPENING, STANCE])
        with world.open_session() as session:
            session.cursor.execute(
                "SELECT begins, settles, reach FROM version WHERE reach IS NOT NULL"
            )
            ((begins, settles, reach),) = map(tuple, session.cursor.fetchall())
    assert (to_rfc3339(begins)[:10], to_rfc3339(settles)[:10]) == ("2025-12-20", "2025-12-20")
    assert reach < len(REACH_WIDTHS) / 2


def test_what_was_recorded_is_found_the_same_by_seq_and_by_when_it_was_known(
    http_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = {**STANCE, "id": event_id(2), "reports": report("Herald", "2026-03-01T09:00:00Z")}
    void = {"id": event_id(4), "type": "record-voided", "event": event_id(1)}
    http_world.record(AT, OPENING)
    http_world.record("2026-03-01T10:00:00Z", [STANCE, soon, statement(3, speaker="party:us")])
    http_world.record("2026-03-02T10:00:00Z", [void])
    http_world.set_clock("2026-03-04T10:00:00Z")
    addresses = [
        f"/v1/negotiations/{http_world.name}/{question}"
        for day in ("2025-12-20T08:00:00Z", "2026-02-01", "2026-03-01T09:30:00Z", "2026-03-01")
        for question in (
            f"gap?as_of={day}",
            f"diff?from={day}&to=2026-03-03&basis=as-recorded",
            f"diff?from=2025-12-19&to={day}",
        )
    ]
    answers = []
    for few_seqs in (touched.FEW_SEQS, 0):
        monkeypatch.setattr(touched, "FEW_SEQS", few_seqs)
        answers.append([http_world.client.get(each).json()["data"] for each in addresses])
    assert answers[0] == answers[1]
    assert len({str(answer) for answer in answers[0]}) > 6


def test_what_is_recorded_after_both_bases_is_not_looked_at(http_world: World) -> None:
    http_world.record(AT, OPENING)
    http_world.record(LATEST, [STANCE, statement(3, speaker="party:us")])
    now = from_rfc3339("2026-03-01T00:00:00Z")

    with http_world.open_session() as session:
        for seq, touched_events in ((len(OPENING), 0), (len(OPENING) + 2, 1)):
            then, later = (
                session.resolve_basis(Question(known_at=known_at, valid_at=now, seq=seq))
                for known_at in (from_rfc3339(AT) - 1, now)
            )
            scope = session.open_view(later).touched_since(then)
            assert scope is not None
            assert len(scope.seqs.get("statement-made", ())) == touched_events


def test_an_amendment_waits_until_its_decision_is_recorded(world: World) -> None:
    """Whenever that became known: each of the clocks has to pass it."""
    own = {"plan": "p", "amendment": "x", "occurred": "2025-12-20"}
    operations = [{"op": "insertion", "point": "a", "text": "new"}]
    proposed = {"type": "amendment-proposed", "operations": operations, "reports": report("Post")}
    adopted = {"type": "amendment-adopted", "reports": report("Post", "2025-12-21T10:00:00Z")}
    world.record(AT, [*OPENING, proposed | own])
    world.record("2026-03-01T10:00:00Z", [adopted | own])
    last = len(OPENING) + 2

    def waiting(**asked: Any) -> list[str]:
        (plan,) = world.read_state(as_of="2025-12-22", **asked)["plans"]
        return [each["amendment"] for each in plan["pending"]]

    assert waiting() == waiting(seq=last) == []
    assert waiting(seq=last - 1) == waiting(basis="as-recorded") == ["x"]
    assert waiting(known_at="2025-12-21T09:00:00Z") == ["x"]


def test_what_was_retracted_between_two_dates_is_no_more(world: World) -> None:
    """The end of what was known is a moment like its beginning."""
    retracted = {"type": "event-retracted", "event": event_id(1), "reason": "It was never said."}
    world.record(AT, [*OPENING, STANCE])
    world.record("2026-02-01T10:00:00Z", [retracted | {"reports": report("Post", "2025-12-25")}])

    with world.open_session() as session:
        days = (from_rfc3339(f"2025-12-{day}T12:00:00Z") for day in (24, 26))
        start, end = (session.resolve_basis(Question(as_of=day)) for day in days)
        changes = diff.diff_bases(session.open_view, start, end)
    assert [each["kind"] for each in changes] == ["position", "withdrawn"]
    assert changes[0]["before"]["stance"] == "accepts"
    assert changes[0]["after"] is None
