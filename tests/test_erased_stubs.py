"""Who sees that an event was erased: who could see the event, on the dates on which they could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli import maintenance
from api.settings import Settings
from domain.basis import Question
from ledger import erasure, log
from projections.index import rebuild
from projections.view import View
from tests import reference
from tests.command_line import run_command
from tests.facts import (
    ADDRESS,
    OPENING,
    STANCE,
    Batch,
    Event,
    act,
    event,
    event_id,
    report,
    statement,
)
from tests.histories import audiences, entries, histories, instants
from tests.test_documents import cited_events
from tests.test_following import Follower
from tests.test_round_trips import kept_beside
from tests.test_time_properties import (
    ALL_IS_OUT,
    assert_rows,
    assert_same,
    everything,
    fold_view,
    rows,
    steady,
)
from tests.world import KEY, World, read_as, tell_story

pytestmark = pytest.mark.usefixtures("in_any_year")

# The rules: what a stub shows equals what an oracle says was seen.


@pytest.mark.usefixtures("older_log")
@steady(40)
@given(st.data())
def test_a_stub_stands_where_the_event_was_seen(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=16))
    assert_stubs(batches, data)


def assert_stubs(batches: list[Batch], data: st.DataObject, server: str | None = None) -> None:
    recorded = entries(batches)
    count = len(recorded)
    target = data.draw(st.sampled_from(recorded))
    drawn = data.draw(
        st.lists(st.tuples(st.integers(1, count + 1), instants, audiences), min_size=3, max_size=8)
    )
    with tell_story(batches, server=server) as world:
        world.moment = ALL_IS_OUT
        erasing = erase(world, target["id"])
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            for seq, known_at, audience in drawn:
                asked = Question(known_at=known_at, valid_at=known_at, seq=seq)
                reader = read_as(session, audience)
                basis = reader.resolve_basis(asked, refuse_unknown=False)
                sees = reference.sees_stub(
                    recorded, target["id"], min(seq, count), basis.known_at, audience
                )
                views = fold_view(folded, basis, session.zone), session.open_view(basis)
                for view in views:
                    assert shows(view, target["id"]) == sees, (asked, audience)
                    assert shows(view, erasing) == (sees and seq > count), (asked, audience)
                assert_same(everything(views[1]), everything(views[0]), asked)
        with world.ledger.take_writer() as c:
            live = rows(c)
            list(rebuild.rebuild_index(c, page=2))
            assert_rows(rows(c), live)


def erase(world: World, event: str) -> str:
    """Erase an event; return the id of the event that says so."""
    with world.ledger.take_writer() as c:
        return maintenance.erase_from_log(c, event, "an order", world.ledger.clock()).id


def shows(view: View, event: str) -> bool:
    return view.find_visible_item(event) is not None


def test_an_erased_registration_is_in_the_list_of_stubs_alone() -> None:
    opening = [{**each, "id": event_id(n)} for n, each in enumerate(OPENING, 20)]
    with tell_story(
        [("2025-12-20T09:00:00Z", [*opening, STANCE, statement(3, 11)])], "http"
    ) as world:
        world.set_clock(ERASED_AT)
        for each in opening:
            erase(world, each["id"])
        state = world.read_state(as_of="2025-12-22")
        paths = ("/people", "/parties", "/issues", "/positions", "/statements")
        statuses = [world.get(path).status_code for path in paths]
        pages = [world.client.get(f"/desk/talks{path}").status_code for path in ("", "/events")]

    assert {each["event"] for each in state["erased"]} == {each["id"] for each in opening}
    assert (state["negotiation"], state["parties"], state["issues"]) == (None, [], [])
    assert (set(statuses), set(pages)) == ({200}, {200})


# The same at every level.

SECRET, BRIEFING, SAID, EMBARGOED = event_id(1), event_id(2), event_id(50), event_id(60)
AGREED = "meeting-held"
STORY: list[Batch] = [
    ("2025-12-12T09:00:00Z", [*OPENING, statement(3, 11)]),
    (
        "2025-12-20T09:00:00Z",
        [
            event(1, AGREED, meeting="secret", occurred="2025-12-18"),
            event(2, AGREED, report("2025-12-19", audience="press"), meeting="told", occurred=None),
            statement(50, 10, summary="Their name."),
            statement(60, 18, reports=[report("2026-01-15")]),
        ],
    ),
]
ERASED_AT = "2025-12-22T09:00:00Z"
SEEN_FROM = {
    "public": {SAID: "2025-12-10"},
    "press": {SAID: "2025-12-10", BRIEFING: "2025-12-19"},
    "staff": {
        SAID: "2025-12-10",
        BRIEFING: "2025-12-19",
        SECRET: "2025-12-20",
        EMBARGOED: "2025-12-20",
    },
}
"""The first date on which each audience could see what."""
ERASED = (SECRET, BRIEFING, SAID, EMBARGOED)


@contextmanager
def erased_story(server: str | None = None) -> Iterator[tuple[World, dict[str, str]]]:
    """Yield a story in which all but one statement is erased, with what erased each event."""
    with tell_story(STORY, "http", server) as world:
        world.set_clock(ERASED_AT)
        erasing = {each: erase(world, each) for each in ERASED}
        world.set_clock("2026-02-01T09:00:00Z")
        yield world, erasing


@pytest.fixture(scope="module")
def story() -> Iterator[tuple[World, dict[str, str]]]:
    with erased_story() as told:
        yield told


def test_each_audience_finds_the_stubs_of_what_it_saw(story: tuple[World, dict[str, str]]) -> None:
    assert_found(*story)


def test_each_audience_finds_the_stubs_of_what_it_saw_on_postgres(ledger_url: str) -> None:
    with erased_story(ledger_url) as (world, erasing):
        assert_found(world, erasing)


def assert_found(world: World, erasing: dict[str, str]) -> None:
    for audience, seen_from in SEEN_FROM.items():
        for day in ("2025-12-09", "2025-12-10", "2025-12-19", "2025-12-21", "2026-01-31"):
            asked = {"audience": audience, "as_of": day}
            seen = {each for each in ERASED if seen_from.get(each, "9999") <= day}
            found = {each for each in ERASED if world.get(f"/events/{each}", **asked).is_success}
            told = {
                each for each in ERASED if world.get(f"/events/{erasing[each]}", **asked).is_success
            }
            recorded = set(ERASED) if audience == "staff" and day > ERASED_AT else set()
            assert (found, told) == (seen, seen | recorded), asked
            listed = world.get("/events", standing="erased", **asked).json()["data"]
            assert {each["id"] for each in listed} == seen
            stubs = world.read_state(**asked)["erased"]
            assert {each["event"] for each in stubs} == seen
            assert all(each["events"] == [each["event"], erasing[each["event"]]] for each in stubs)


def test_before_its_recording_there_is_no_stub(story: tuple[World, dict[str, str]]) -> None:
    world, _ = story
    for audience in SEEN_FROM:
        asked = {"audience": audience, "as_of": "2025-12-19", "basis": "as-recorded"}
        assert world.read_state(**asked)["erased"] == []


PATHS = (
    "/state",
    "/events",
    "/events?limit=1",
    "/changes",
    "/replay",
    "/gap?as_of=2025-12-21",
    "/diff?from=2025-12-09&to=2026-01-31",
    "/rail",
    "/anomalies",
    "/search?q=their",
)
PAGES = ("", "/events", "/meetings", "/anomalies")


@pytest.mark.parametrize("audience", ["public", "press"])
def test_nothing_tells_of_what_an_audience_never_saw(
    story: tuple[World, dict[str, str]], audience: str
) -> None:
    world, erasing = story
    hidden = [each for each in ERASED if each not in SEEN_FROM[audience]]
    words = [*hidden, *(erasing[each] for each in hidden), "visible", "known_from"]
    for path in PATHS:
        mark = "&" if "?" in path else "?"
        answer = world.client.get(f"{ADDRESS}{path}{mark}audience={audience}")
        assert answer.is_success, path
        assert [word for word in words if word in answer.text] == [], path
    for path in PAGES:
        page = world.client.get(f"/desk/talks{path}?audience={audience}")
        assert page.is_success, path
        assert [word for word in words[:-2] if word in page.text] == [], path
    for each in words[:-2]:
        page = world.client.get(f"/desk/talks/events/{each}?audience={audience}")
        assert page.status_code == 404


def test_the_page_of_a_stub_shows_on_the_dates_of_its_event(
    story: tuple[World, dict[str, str]],
) -> None:
    world, erasing = story
    days = ("2025-12-09", "2025-12-10", "2026-01-31")
    pages = [world.client.get(f"/desk/talks/events/{SAID}?as_of={day}") for day in days]
    told = world.client.get(f"/desk/talks/events/{erasing[SAID]}")

    assert [page.status_code for page in pages] == [404, 200, 200]
    assert all("erased for legal compliance" in page.text for page in pages[1:])
    assert "Their name." not in pages[1].text
    assert "an order" in told.text


def test_a_receipt_keeps_from_others_who_saw_what_was_erased(
    story: tuple[World, dict[str, str]],
) -> None:
    world, erasing = story
    with world.ledger.take_writer() as c:
        assert world.ledger.checkpoints
        world.ledger.checkpoints.sign_head(c)
    for audience, seen in SEEN_FROM.items():
        receipt = world.get("/receipt", audience=audience)
        assert receipt.is_success, receipt.text
        cited = {orjson.loads(each["leaf"])["id"] for each in cited_events(receipt.text)}
        assert {*seen, *(erasing[each] for each in seen)} <= cited
        assert cited.isdisjoint(each for each in ERASED if each not in seen)
        assert ("known_from" in receipt.text) == (audience == "staff")


def test_a_follower_who_was_told_an_event_is_told_of_its_erasure() -> None:
    with tell_story(STORY) as world:
        followers = {each: Follower(world, audience=each) for each in SEEN_FROM}
        told_before = {each: follower.take() for each, follower in followers.items()}
        world.set_clock(ERASED_AT)
        erasing = {each: erase(world, each) for each in ERASED}
        told = {each: follower.take() for each, follower in followers.items()}
        anew = {each: Follower(world, audience=each).take() for each in SEEN_FROM}
        world.set_clock("2026-02-01T09:00:00Z")
        later = {each: follower.take() for each, follower in followers.items()}

    for audience, seen in SEEN_FROM.items():
        assert set(seen) == set(told_before[audience]) & set(ERASED)
        assert told[audience] == [erasing[each] for each in ERASED if each in seen]
        assert anew[audience] == told_before[audience] + told[audience]
        assert later[audience] == []


def test_what_an_older_version_erased_only_staff_see(monkeypatch: pytest.MonkeyPatch) -> None:
    record = erasure.record_own_event

    def record_as_before(c: Any, name: str, payload: Event, **given: Any) -> Any:
        del payload["visible"]
        return record(c, name, payload, **given)

    monkeypatch.setattr(erasure, "record_own_event", record_as_before)
    with erased_story() as (world, erasing):
        for audience in SEEN_FROM:
            for each in (*ERASED, *erasing.values()):
                found = world.get(f"/events/{each}", audience=audience)
                assert found.is_success == (audience == "staff")
        early = {"audience": "staff", "as_of": "2025-12-19"}
        assert world.read_state(**early)["erased"] == []


def test_a_void_hides_the_stub_too() -> None:
    with tell_story(STORY, "http") as world:
        world.record("2025-12-21T09:00:00Z", [act(4, "record-voided", 50)])
        world.set_clock(ERASED_AT)
        erasing = erase(world, SAID)
        now, before = ({"audience": "staff"}, {"audience": "staff", "seq": 9})
        found = [
            [world.get(f"/events/{each}", **asked).is_success for each in (SAID, erasing)]
            for asked in (now, before)
        ]
    assert found == [[False, True], [True, False]]


def test_the_command_line_shows_stubs_to_an_audience_alone(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        for recorded_at, events in STORY:
            world.record(recorded_at, events)
    db = ("--db", tmp_path / "world.db")
    beside = kept_beside(tmp_path)
    for each in ERASED:
        place = Settings(db=tmp_path / "world.db", log_key=Path(KEY))
        maintenance.erase_payload(place, each, "an order")
    for audience, seen in SEEN_FROM.items():
        ran = run_command("log", "talks", "--audience", audience, "--json", *db, **beside)
        told = {each["event"] for each in orjson.loads(ran.stdout)["data"] if each["id"] in ERASED}
        assert told == {*seen, EMBARGOED}, ran.stdout  # by the clock of this machine it is out
