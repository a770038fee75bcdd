"""The log by what happened, by what became known and by what was recorded, from and to."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sources import publisher_key
from ledger import log
from projections.index import log_reader
from projections.log_query import LogOrder, LogQuery, Window
from projections.names import read_terms
from projections.view import View
from tests import reference
from tests.comparing import reference_clocks
from tests.facts import event, event_id, report
from tests.histories import (
    PUBLISHERS,
    STEP,
    STEPS,
    entries,
    histories,
    instants,
    often,
    one,
    record,
    source_filters,
)
from tests.reference import NO_NEWS
from tests.small_blocks import small_blocks
from tests.stories import opening
from tests.test_time_properties import (
    ALL_IS_OUT,
    THEMES,
    bases_that_show_much,
    basis_of,
    few_of_sources,
    fold_view,
    questions,
    steady,
)
from tests.world import World, tell_story

pytestmark = pytest.mark.usefixtures("older_log")

ORDERS: tuple[LogOrder, ...] = ("recorded", "known", "happened")
windows = often(
    st.none(),
    st.tuples(instants, st.integers(0, STEPS)).map(
        lambda drawn: Window(drawn[0], drawn[0] + drawn[1] * STEP)
    ),
)
drawn_queries = record(
    order=one(*ORDERS),
    newest_first=st.booleans(),
    type=one(None, None, None, "position-stated", "deadline-met"),
    subjects=one((), (), (), ("party:north",), ("issue:fund",), ("party:south", "issue:fund")),
    others=one((), (), (), ("party:south",), ("issue:fund", "person:envoy")),
    publisher=one(None, None, None, *map(publisher_key, filter(None, PUBLISHERS))),
    standing=one(None, None, "happened", "possible", "scheduled", "withdrawn", "disputed", "ahead"),
    first_seq=one(0, 0, 3, 9),
    last_seq=one(2**62, 2**62, 12, 20),
    known=windows,
    happened=windows,
    limit=one(2, 5, 1000),
)


def read_all(view: View, query: LogQuery, words: str | None) -> list[str]:
    """Return the ids of the whole log, page after page."""
    terms = None if words is None else read_terms(view, words)
    asked, ids = LogQuery(**{**_fields(query), "terms": terms}), list[str]()
    while page := view.read_log(asked):
        ids += [item.event for item in page]
        if len(page) < asked.limit:
            break
        asked = LogQuery(**{**_fields(asked), "after": page[-1].seq})
    return ids


def _fields(query: LogQuery) -> dict[str, Any]:
    return {name: getattr(query, name) for name in LogQuery.__dataclass_fields__}


def assert_log_is_fold(data: st.DataObject, server: str | None = None) -> None:
    about = data.draw(st.sampled_from([None, *THEMES]))
    batches = data.draw(histories(most_events=24, about=about))
    count = sum(len(events) for _, events in batches)
    chosen = data.draw(often(st.just({}), source_filters))
    asked = [*bases_that_show_much(count)[::3], *data.draw(st.lists(questions(count), max_size=2))]
    queries = data.draw(st.lists(drawn_queries, min_size=4, max_size=10))
    words = data.draw(one(None, None, "yes", "north talks"))
    blocks = small_blocks() if data.draw(st.booleans()) else nullcontext()
    with blocks, tell_story(batches, server=server) as world, few_of_sources(data):
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            for question in asked:
                basis = basis_of(session, question | chosen)
                views = session.open_view(basis), fold_view(folded, basis, session.zone)
                for drawn in queries:
                    query = LogQuery(**drawn)
                    expected = read_all(views[1], query, words)
                    for few in (0, 10_000):
                        with patch.object(log_reader, "few_of", lambda *_, few=few: few):
                            found = read_all(views[0], query, words)
                        assert found == expected, (few, query, words, question, chosen)


@steady(100)
@given(st.data())
def test_the_index_reads_the_log_as_the_plain_fold(data: st.DataObject) -> None:
    assert_log_is_fold(data)


@steady(60)
@given(data=st.data())
def test_both_find_in_a_window_what_the_independent_oracle_finds(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    recorded = entries(batches)
    drawn = data.draw(st.lists(questions(len(recorded)), max_size=3))
    asked_windows = {clock: data.draw(windows) for clock in ("known", "happened")}
    seqs = data.draw(one(None, Window(3, 12)))
    told = {name: tuple(each) for name, each in asked_windows.items() if each}
    told |= {"recorded": tuple(seqs)} if seqs else {}
    first, last = seqs or (0, 2**62)
    with tell_story(batches) as world:
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            for question in [*bases_that_show_much(len(recorded))[::3], *drawn]:
                basis = basis_of(session, question)
                clocks = reference_clocks(question, recorded, ALL_IS_OUT)
                for order in ORDERS:
                    expected = reference.news_in_order(recorded, order, told, **clocks)
                    query = LogQuery(
                        1000, order=order, first_seq=first, last_seq=last, **asked_windows
                    )
                    for view in (session.open_view(basis), fold_view(folded, basis, session.zone)):
                        items = view.read_log(query)
                        found = [item.event for item in items if item.type not in NO_NEWS]
                        assert found == expected, (order, told, question)


# Over HTTP.


@pytest.fixture(scope="module")
def told() -> Any:
    """A vague meeting that was told late, a day told at once, an instant, a date nobody knows."""
    held = {"place": "Geneva"}
    batches = [
        opening("2025-12-20T09:00:00Z"),
        (
            "2025-12-21T09:00:00Z",
            [
                event(1, "meeting-held", report("2025-12-21T08:00:00Z"), occurred="2025-12-18",
                      meeting="day", **held),
            ],
        ),
        (
            "2025-12-28T09:00:00Z",
            [
                event(2, "meeting-held", report("2025-12-27T08:00:00Z"),
                      occurred="[2025-12-10..2025-12-16]", meeting="vague", **held),
                event(3, "meeting-held", report("2025-12-24T08:00:00Z"),
                      occurred="2025-12-23T18:00:00Z/2025-12-26T12:00:00Z", meeting="long", **held),
                event(4, "meeting-held", report("2025-12-26T08:00:00Z"), occurred=None,
                      meeting="undated", **held),
            ],
        ),
    ]  # fmt: skip
    with tell_story(batches) as world:
        world.set_clock("2025-12-31T00:00:00Z")
        yield world


def ids(world: World, **params: Any) -> list[str]:
    answer = world.get("/events", type="meeting-held", **params)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]


def labels(*numbers: int) -> list[str]:
    return [event_id(number) for number in numbers]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, (1, 2, 3, 4)),
        ({"order": "known"}, (1, 3, 4, 2)),
        ({"order": "happened"}, (2, 1, 3, 4)),
        # A vague event belongs to each window that it may lie in, one without a date to none.
        ({"happened_from": "2025-12-16", "happened_to": "2025-12-18"}, (1, 2)),
        ({"happened_to": "2025-12-10"}, (2,)),
        ({"happened_from": "2025-12-17", "happened_to": "2025-12-17"}, ()),
        # A duration belongs to the window in which it began.
        ({"happened_from": "2025-12-23", "happened_to": "2025-12-23"}, (3,)),
        ({"happened_from": "2025-12-24"}, ()),
        # Both bounds are included: a day that is given last counts whole.
        ({"known_from": "2025-12-24", "known_to": "2025-12-26", "order": "known"}, (3, 4)),
        ({"known_from": "2025-12-24T08:00:00Z", "known_to": "2025-12-24T08:00:00Z"}, (3,)),
        ({"recorded_to": "2025-12-21"}, (1,)),
        ({"recorded_from": "2025-12-21T09:00:00.000001Z"}, (2, 3, 4)),
        ({"recorded_from": "2025-12-22", "known_to": "2025-12-25"}, (3,)),
        ({"recorded_from": "2025-12-29"}, ()),
        ({"q": "geneva", "order": "happened", "happened_from": "2025-12-11"}, (2, 1, 3)),
        ({"q": "zurich"}, ()),
        # What is asked as of a date has nothing that became known later.
        ({"as_of": "2025-12-25", "known_from": "2025-12-20", "known_to": "2026-01-31"}, (1, 3)),
    ],
)  # fmt: skip
def test_the_log_is_limited_and_ordered_by_three_clocks(
    told: World, params: dict[str, str], expected: tuple[int, ...]
) -> None:
    assert ids(told, **params) == labels(*expected)


@pytest.mark.parametrize("order", ORDERS)
def test_the_next_page_goes_on_in_its_order(told: World, order: str) -> None:
    whole, answer = ids(told, order=order), told.get("/events", order=order, limit=2)
    paged = list[str]()
    while "next" in answer.links:
        paged += [each["id"] for each in answer.json()["data"]]
        answer = told.client.get(answer.links["next"]["url"])
    paged += [each["id"] for each in answer.json()["data"]]

    assert [each for each in paged if each in whole] == whole


@pytest.mark.parametrize(
    ("params", "pointer", "hint"),
    [
        (
            {"known_from": "2025-12-24", "known_to": "2025-12-22"},
            "known_from",
            "name a date up to 2025-12-22",
        ),
        ({"happened_to": "20/12"}, "happened_to", "use a day such as 2025-12-22"),
        ({"recorded_from": "7"}, "recorded_from", "use a day such as 2025-12-22"),
        ({"order": "published"}, "order", ""),
        ({"order": "known", "after": "999"}, "after", "take the address of the next page"),
    ],
)
def test_a_window_that_cannot_be_read_is_refused_with_its_remedy(
    told: World, params: dict[str, str], pointer: str, hint: str
) -> None:
    answer = told.get("/events", **params)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert hint in error["hint"]


def test_a_place_that_the_audience_does_not_see_is_refused_like_none() -> None:
    held = {"occurred": "2025-12-20", "place": "Bern"}
    kept = event(1, "meeting-held", report("2025-12-21", audience="staff"), meeting="m", **held)
    shown = event(2, "meeting-held", report("2025-12-21"), meeting="n", **held)
    batches = [opening("2025-12-20T09:00:00Z"), ("2025-12-22T09:00:00Z", [kept, shown])]
    with tell_story(batches) as world:
        world.set_clock("2025-12-31T00:00:00Z")
        refusals = [
            world.get("/events", order="known", after=after, audience="public").json()["errors"]
            for after in (6, 9)
        ]

    assert refusals[0][0]["detail"].replace("seq 6", "seq 9") == refusals[1][0]["detail"]


def test_a_relative_window_is_not_kept_for_ever(told: World) -> None:
    pinned = {"known_at": "2025-12-30T00:00:00Z", "valid_at": "2025-12-30T00:00:00Z", "seq": 5}
    fixed, relative = (
        told.get("/events", known_to=day, **pinned) for day in ("2025-12-25", "yesterday")
    )

    assert "immutable" in fixed.headers["Cache-Control"]
    assert "immutable" not in relative.headers["Cache-Control"]
