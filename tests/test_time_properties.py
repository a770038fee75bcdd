"""The properties of time over random histories (docs/time.md).

``MINUTEBOOK_EXAMPLES=10`` tries ten times as many, and others on every run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any
from unittest import mock

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.pages.shared import page_state
from api.pages.shared.page_state import StanceCache
from api.session import Session
from api.stance_words import Stand, position_stand
from domain.basis import Basis, Question
from domain.cells import CellKey, ResolvedPosition
from domain.edtf import parse_span
from domain.instants import DAY, LATEST, from_rfc3339, local_day, midnight_instant, to_rfc3339
from domain.model import Entry
from ledger import log
from ledger.database import database_dialect
from projections import answers, full_text
from projections.answers import diff
from projections.answers.facets import CELL_FIELDS, comparable_part
from projections.answers.newest import WHOLE
from projections.answers.positions import add_json, resolve_positions
from projections.audit import KEYS_ON_POSTGRES, KEYS_ON_SQLITE
from projections.delegating_view import DelegatingView
from projections.fold import FoldView
from projections.index import catch_up, kept_sources, rebuild, tables, touched
from projections.log_query import LogQuery
from projections.merged_view import merge_registrations
from projections.search import find_news
from projections.view import View
from tests import reference
from tests.comparing import assert_equal, reduce_reference, reduce_view, reference_clocks
from tests.facts import ADDRESS
from tests.histories import (
    FIRST,
    PUBLISHERS,
    STEP,
    STEPS,
    THEMES,
    Batch,
    Event,
    audiences,
    bases,
    entries,
    histories,
    instants,
    often,
    source_filters,
)
from tests.reference import RANK
from tests.small_blocks import small_blocks
from tests.world import UNCACHED, World, read_as, tell_story

pytestmark = pytest.mark.usefixtures("older_log")

TIMES = int(os.environ.get("MINUTEBOOK_EXAMPLES", "1"))


def steady(examples: int) -> settings:
    """Try the same examples on every run, unless more are asked for."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


ALL_IS_OUT = FIRST + (STEPS + 12) * STEP
"""When nothing that a history holds is under embargo any more."""
presets = st.sampled_from(["as-known", "as-recorded", "hindsight"])


def everything(view: View) -> bytes:
    """Return all that a view answers, as bytes."""
    items = view.read_log(LogQuery(1000))
    plans = answers.to_plain(answers.select_plans(view, ""))
    points = [(each["plan"], point["point"]) for each in plans for point in each["points"]]
    found = answers.to_plain(
        {
            "state": answers.build_state(view, ADDRESS),
            "events": answers.build_event_lines(items, view),
            "people": answers.select_people(view),
            "statements": list(answers.select_statements(view)),
            "moves": [
                [move.key, move.row.seq, move.before and list(move.before)]
                for move in answers.find_moves(view, None, 100)
            ],
            "terms": {
                person: answers.trace_roles(view, person)
                for person in {key[0] for key in view.read_cells("role")}
            },
            "points": [answers.find_point(view, *each) for each in points],
            "rail": diff.events_per_week(view),
            "days": list(
                map(list, view.known_days(view.basis.known_at - DAY // 3, view.basis.seq - 2))
            ),
            "days at the end": list(
                map(list, view.known_days(view.basis.known_at - DAY // 3, view.basis.seq))
            ),
            "types": list(map(list, view.known_types())),
            "happened": list(map(list, view.happened_weeks())),
            "moments": [
                list(map(list, view.news_moments(kind))) for kind in (None, "party", "issue")
            ],
            "moments of a day": list(map(list, view.moments_after(view.basis.known_at - DAY))),
            "counted": {
                name: sorted(("/".join(key), n) for key, n in view.count_cells(name).items())
                for name in ("position", "attributed", "role")
            },
            "registered": {
                name: [item.json_fragment for item in view.all_records(name)]
                for name in ("party-registered", "issue-defined")
            },
            "search": [item.event for item in find_news(view, "yes")],
            "standing": {
                name: [item.event for item in view.read_log(LogQuery(1000, standing=name))]
                for name in ("happened", "possible", "scheduled", "withdrawn", "disputed")
            },
        }
    )
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def fold_view(entries: list[Entry], basis: Basis, zone: str) -> View:
    return merge_registrations(FoldView(entries, basis, zone))


def basis_of(session: Session, drawn: dict[str, Any]) -> Basis:
    clocks = dict(drawn)
    reader = read_as(session, clocks.pop("audience", "public"))
    return reader.resolve_basis(Question(**clocks), refuse_unknown=False)


def questions(last_seq: int) -> st.SearchStrategy[dict[str, Any]]:
    """Draw bases clock by clock, and presets as of a moment."""
    preset = st.fixed_dictionaries({"basis": presets, "as_of": instants, "audience": audiences})
    return often(bases(last_seq), bases(last_seq), preset)


def bases_that_show_much(count: int) -> list[dict[str, Any]]:
    """Bases under which much of a history shows, to be asked beside the drawn ones."""
    early, middle, late = (FIRST + step * STEP for step in (10, STEPS // 2, STEPS + 8))
    return [
        {"known_at": known, "valid_at": valid, "seq": count, "audience": audience}
        for known, valid in ((middle, middle), (late, early), (late, middle), (late, late))
        for audience in ("public", "staff")
    ]


def assert_same(one: bytes, other: bytes, why: Any) -> None:
    if one != other:
        lines = zip(one.splitlines(), other.splitlines(), strict=False)
        place = next(((a, b) for a, b in lines if a != b), None)
        raise AssertionError(f"{why}: {place}")


# Indexed equals folded, and both equal the independent oracle.


@pytest.mark.parametrize("about", THEMES)
@steady(12)
@given(data=st.data())
def test_the_index_answers_as_the_plain_fold(about: str, data: st.DataObject) -> None:
    assert_index_is_fold(about, data)


def assert_index_is_fold(about: str, data: st.DataObject, server: str | None = None) -> None:
    batches = data.draw(histories(most_events=24, about=about))
    count = sum(len(events) for _, events in batches)
    telling = bases_that_show_much(count)
    if server:  # where each question takes longer, half of them run the same statements
        telling = telling[1::2]
    filters = data.draw(st.lists(source_filters, min_size=1, max_size=2))
    filtered = [question | chosen for question in telling[::2] for chosen in filters]
    asking = st.builds(dict.__or__, questions(count), often(st.just({}), source_filters))
    drawn = data.draw(st.lists(asking, min_size=2, max_size=6))
    with tell_story(batches, server=server) as world, few_of_sources(data):
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            for asked in [*telling, *filtered, *drawn]:
                basis = basis_of(session, asked)
                fold = everything(fold_view(folded, basis, session.zone))
                indexed = everything(session.open_view(basis))
                assert_same(indexed, fold, asked)


@steady(50)
@given(st.data())
def test_what_was_known_to_have_happened_is_counted_on_each_day_and_at_its_end(
    data: st.DataObject,
) -> None:
    batches = data.draw(histories(most_events=24))
    count = sum(len(events) for _, events in batches)
    audience = data.draw(audiences)
    with small_blocks(), tell_story(batches) as world:
        world.moment = data.draw(instants)
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            at_end = basis_of(session, {"audience": audience})
            now, now_folded = session.open_view(at_end), fold_view(folded, at_end, session.zone)
            for day in range(STEPS * STEP // DAY + 12):
                day_shown = local_day(FIRST + (day - 1) * DAY, session.zone)
                end = midnight_instant(day_shown, session.zone) - 1
                for at in (end, end - data.draw(st.integers(1, DAY - 1))):
                    for seq in (count, data.draw(st.integers(1, count))):
                        asked = {"as_of": at, "seq": seq, "audience": audience}
                        basis = basis_of(session, asked)
                        indexed = session.open_view(basis).happened_weeks()
                        then = fold_view(folded, basis, session.zone)
                        assert indexed == then.happened_weeks(), asked
                        assert now.known_days(at, seq) == now_folded.known_days(at, seq), asked


def few_of_sources(data: st.DataObject) -> AbstractContextManager[object]:
    """Have as few events of the sources that filters leave looked for one by one as is drawn."""
    few = data.draw(st.sampled_from([0, 0, 0, kept_sources.FEW_OF_SOURCES]))
    return mock.patch.object(kept_sources, "FEW_OF_SOURCES", few)


@pytest.mark.parametrize("about", THEMES)
@steady(30)
@given(data=st.data())
def test_both_answer_as_the_independent_oracle(about: str, data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24, about=about))
    recorded = entries(batches)
    drawn = data.draw(st.lists(questions(len(recorded)), min_size=2, max_size=6))
    with tell_story(batches) as world:
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            for question in [*bases_that_show_much(len(recorded)), *drawn]:
                basis = basis_of(session, question)
                asked = reference_clocks(question, recorded, ALL_IS_OUT)
                wanted = reduce_reference(reference.fold(recorded, **asked))
                assert_equal(reduce_view(session.open_view(basis)), wanted, question)
                if question in drawn:  # as the fold answers, the index does, by the test before
                    folded_view = fold_view(folded, basis, session.zone)
                    assert_equal(reduce_view(folded_view), wanted, question)


@steady(150)
@given(st.data())
def test_filtered_sources_answer_as_the_independent_oracle(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    recorded = entries(batches)
    drawn = data.draw(st.lists(questions(len(recorded)), max_size=3))
    filters = data.draw(st.lists(source_filters, min_size=1, max_size=3))
    with tell_story(batches) as world, few_of_sources(data):
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            for question in [*bases_that_show_much(len(recorded))[1::2], *drawn]:
                for chosen in filters:
                    basis = basis_of(session, question | chosen)
                    asked = reference_clocks(question | chosen, recorded, ALL_IS_OUT)
                    wanted = reduce_reference(reference.fold(recorded, **asked))
                    assert_equal(reduce_view(session.open_view(basis)), wanted, question | chosen)


CAUSED_KINDS = ("withdrawn", "attributed", "role", "meeting", "deadline", "party", "person")


@steady(75)
@given(st.data())
def test_every_change_has_the_cause_of_the_last_step_that_produced_it(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    recorded = entries(batches)
    audience = {"audience": data.draw(audiences)}
    asked = st.lists(questions(len(recorded)), min_size=2, max_size=5)
    drawn = [question | audience for question in data.draw(asked)]
    with tell_story(batches) as world:
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            for start, end in pairwise(drawn):
                found = {
                    (each["kind"], each["subject"]): each["cause"]
                    for each in diff.diff_bases(
                        session.open_view, basis_of(session, start), basis_of(session, end)
                    )
                    if each["kind"] in CAUSED_KINDS
                }
                clocked = [reference_clocks(each, recorded, ALL_IS_OUT) for each in (start, end)]
                assert found == reference.changes(recorded, *clocked), (start, end)


class WholeView(DelegatingView):
    """A view of which anything may differ from another."""

    def touched_since(self, before: Basis) -> None:
        return None


@steady(50)
@given(st.data())
def test_what_is_touched_holds_every_difference(data: st.DataObject) -> None:
    about = data.draw(st.sampled_from([None, *THEMES]))
    batches = data.draw(histories(most_events=24, about=about))
    count = sum(len(events) for _, events in batches)
    asker = {"audience": data.draw(audiences)}
    asker |= data.draw(often(st.just({}), source_filters))
    drawn = data.draw(st.lists(questions(count), min_size=2, max_size=4))
    few_seqs = data.draw(st.sampled_from([touched.FEW_SEQS, 0]))
    with (
        tell_story(batches) as world,
        few_of_sources(data),
        mock.patch.object(touched, "FEW_SEQS", few_seqs),
    ):
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            for asked in pairwise([*bases_that_show_much(count)[::2], *drawn]):
                start, end = (basis_of(session, question | asker) for question in asked)
                for each in (end, *one_clock_moved(start, end)):
                    found = list(diff.diff_bases(session.open_view, start, each))

                    def open_whole(basis: Basis) -> View:
                        return WholeView(session.open_view(basis))

                    assert found == list(diff.diff_bases(open_whole, start, each)), (start, each)
                    some = [(change["kind"], change["subject"]) for change in found[::3]]
                    told = diff.ChangesBetween(session.open_view, start, each).build_changes(some)
                    assert told == found[::3], (start, each)
                    held, then = (positions_of(session, basis) for basis in (start, each))
                    stands = {key: position_stand(position) for key, position in held.items()}
                    kept = kept_before(session, start, each, [*held, *then])
                    assert kept == (stands, held), (start, each)


Positions = dict[CellKey, ResolvedPosition]


def positions_of(session: Session, basis: Basis) -> Positions:
    view = session.open_view(basis)
    return add_json(view, resolve_positions(view))


def kept_before(
    session: Session, start: Basis, end: Basis, keys: list[CellKey]
) -> tuple[Mapping[CellKey, Stand], Positions]:
    """Return where all stand at the start, and the positions, as pages find them from those at the
    end."""
    cache = StanceCache(2)
    with mock.patch.object(page_state, "NEAR", LATEST):
        cache.read_positions(session, end, keys)
        return cache.read_stands(session, start), cache.read_positions(session, start, keys)


def one_clock_moved(start: Basis, end: Basis) -> list[Basis]:
    """Return a basis with one clock of another one, for each clock."""
    return [
        replace(start, known_at=end.known_at),
        replace(start, valid_at=end.valid_at),
        replace(start, seq=end.seq, recorded_at=end.recorded_at),
    ]


@steady(50)
@given(st.data())
def test_changed_claims_are_the_difference_of_both_states(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24, about="claims"))
    count = sum(len(events) for _, events in batches)
    audience = {"audience": data.draw(audiences)}
    drawn = data.draw(st.lists(questions(count), min_size=2, max_size=5))
    with tell_story(batches) as world:
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            for asked in pairwise([*bases_that_show_much(count)[::2], *drawn]):
                bases = [basis_of(session, question | audience) for question in asked]
                before, after = (claims_of(session.open_view(basis)) for basis in bases)
                found = {
                    each["subject"]: (
                        comparable_claim(each["before"]),
                        comparable_claim(each["after"]),
                    )
                    for each in diff.diff_bases(session.open_view, *bases)
                    if each["kind"] == "attributed"
                }

                assert found == {
                    subject: (before.get(subject), after.get(subject))
                    for subject in before.keys() | after.keys()
                    if before.get(subject) != after.get(subject)
                }, asked


def claims_of(view: View) -> dict[str, Any]:
    """Return the claims that a state lists, whole, under cell and event."""
    claims = answers.to_plain(answers.build_state(view, ADDRESS, WHOLE)["attributed"])
    return {
        f"{'/'.join(each[name] for name in CELL_FIELDS if each.get(name))}#{each['event']}": (
            comparable_claim(each)
        )
        for each in claims
    }


def comparable_claim(claim: Any) -> Any:
    return None if claim is None else comparable_part("attributed", claim)


# Immutable answers.

PATHS = (
    "/state",
    "/positions",
    "/plans",
    "/meetings",
    "/statements",
    "/events",
    "/people",
    "/events?limit=2",
    "/search?q=yes",
    "/changes?limit=2",
    "/replay?limit=2",
)


def pinned_questions(last_seq: int, now: int) -> st.SearchStrategy[dict[str, Any]]:
    """Draw all three clocks, or all but seq; some lie ahead of now or of the head."""
    known = often(instants, st.integers(-4, 4).map(lambda step: now + step * STEP))
    seq = often(st.just(last_seq), st.integers(1, last_seq + 3)).map(lambda n: {"seq": n})
    given = _clocks_but_seq(known)
    return st.tuples(given, often(seq, seq, st.just({}))).map(lambda both: both[0] | both[1])


def _clocks_but_seq(known: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "known_at": known.map(to_rfc3339),
            "valid_at": instants.map(to_rfc3339),
            "audience": audiences,
        },
        optional={
            "basis": presets,
            "min_sources": st.just(2),
            "exclude_source": st.just(["herald"]),
        },
    )


settled_questions = st.fixed_dictionaries(
    {
        "basis": st.just("as-recorded"),
        "as_of": st.integers(-1, STEPS).map(lambda step: to_rfc3339(FIRST + step * STEP)),
        "audience": audiences,
    }
)


@steady(25)
@given(st.data())
def test_pinned_and_settled_answers_never_change(data: st.DataObject) -> None:
    assert_immutable(data)


def assert_immutable(data: st.DataObject, server: str | None = None) -> None:
    batches = data.draw(histories(most_events=24))
    cut = data.draw(st.integers(1, len(batches)))
    count = sum(len(events) for _, events in batches[:cut])
    last = batches[cut - 1][0]
    pinned = pinned_questions(count, from_rfc3339(last))
    asked = st.lists(often(pinned, pinned, settled_questions), min_size=1, max_size=3)
    unpinned = {"known_at": last, "valid_at": last, "audience": "staff"}
    questions = [unpinned, unpinned | {"seq": count}, *data.draw(asked)]
    with tell_story(batches[:cut], server=server) as world:
        kept = dict(chain.from_iterable(_immutable(world, each) for each in questions))
        for recorded_at, events in batches[cut:]:
            world.record(recorded_at, events)
        for address, before in kept.items():
            after = world.client.get(address, headers=UNCACHED)
            assert_same(after.content, before.content, address)
            assert after.headers["etag"] == before.headers["etag"]
            assert after.headers["link"] == before.headers["link"]


def _immutable(world: World, question: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the addresses, as asked and canonical, whose answers say that they never change."""
    for path in PATHS:
        first = world.get(path.partition("?")[0], **question, **_query(path))
        if first.status_code == 422 and "no report names" in first.text:
            continue  # a question that a later report may change
        if first.status_code == 404 and question.get("audience") != "staff":
            continue  # as long as this audience has seen nothing
        assert first.status_code == 200, first.text
        for address in (str(first.url), first.links["canonical"]["url"]):
            answer = world.client.get(address)
            if "immutable" in answer.headers["cache-control"]:
                yield address, answer


def _query(path: str) -> dict[str, str]:
    query = path.partition("?")[2]
    return dict([query.split("=")]) if query else {}  # type: ignore[list-item]  # one pair at most


def test_the_questions_are_immutable_often_enough() -> None:
    """Guards the property above against asking nothing."""
    with tell_story([(to_rfc3339(FIRST), [{"type": "negotiation-opened", "title": "T"}])]) as world:
        pinned = {"known_at": to_rfc3339(FIRST), "valid_at": to_rfc3339(FIRST), "seq": 1}
        settled = {"basis": "as-recorded", "as_of": to_rfc3339(FIRST)}
        for question in (pinned, settled):
            answer = world.get("/state", **question, audience="staff")
            assert "immutable" in answer.headers["cache-control"]
            assert (
                "immutable"
                in world.client.get(answer.links["canonical"]["url"]).headers["cache-control"]
            )


# Nothing is known too early, and an embargo holds.


def _earliest(event: Event, recorded_at: str, audience: str, timezone: str) -> int | None:
    """The first moment at which an event's own reports let this audience know of it."""
    recorded, found = from_rfc3339(recorded_at), []
    for report in event.get("reports", ()):
        zone = report.get("tz") or event.get("tz") or timezone
        bounds = parse_span(report["published"], zone).start
        if RANK[report["audience"]] <= RANK[audience]:
            within = bounds.lo <= recorded < bounds.last
            found.append(recorded if within else bounds.last)
    if audience == "staff":
        found.append(recorded)
    return min(found, default=None)


def _named(value: Any) -> set[str]:
    """Every event that an answer shows or rests on; an act may name one that is not shown."""
    found: set[str] = set()
    if isinstance(value, dict):
        found |= {value["id"]} if isinstance(value.get("id"), str) else set()
        events = value.get("events")
        found |= (
            {each for each in events if isinstance(each, str)}
            if isinstance(events, list)
            else set()
        )
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            found |= _named(each)
    return found


def _without_other_reports(batches: list[Batch]) -> list[Batch]:
    """Leave out what gives an event other reports than those it came with."""

    def adds(event: Event) -> bool:
        return event["type"] == "report-added" or "reports" in event.get("changes", {})

    gone = {event["id"] for _, events in batches for event in events if adds(event)}
    kept = []
    for recorded_at, events in batches:
        left = []
        for event in events:
            if event["id"] in gone or event.get("event") in gone:
                gone.add(event["id"])
            else:
                left.append(event)
        kept.append((recorded_at, left))
    return [(recorded_at, events) for recorded_at, events in kept if events]


@steady(60)
@given(st.data())
def test_nothing_first_known_later_is_in_an_answer(data: st.DataObject) -> None:
    batches = _without_other_reports(data.draw(histories(most_events=24)))
    at = data.draw(instants)
    audience = data.draw(audiences)
    with tell_story(batches) as world, world.open_session() as session:
        basis = read_as(session, audience).resolve_basis(Question(as_of=at))
        shown = _named(orjson.loads(everything(session.open_view(basis))))
        filtered = session.open_view(replace(basis, exclude_source=("nobody",)))
        shown |= _named(orjson.loads(everything(filtered)))
        limit, timezone = min(at, world.moment), batches[0][1][0].get("timezone", "UTC")
        for recorded_at, events in batches[1:]:
            for event in events:
                first = _earliest(event, recorded_at, audience, timezone)
                if event["type"] not in ("record-corrected", "record-voided") and (
                    first is None or first > limit
                ):
                    assert event["id"] not in shown


SECRET = "leaked-secret"  # noqa: S105  # a word to look for
KEPT = (
    [
        {
            "published": to_rfc3339(FIRST + (STEPS + 20) * STEP),
            "audience": "public",
            "publisher": SECRET,
        }
    ],
    [{"published": to_rfc3339(FIRST), "audience": "staff", "publisher": SECRET}],
)
"""Reports that nobody outside can read yet: one under embargo, one for staff."""
PLACES = ("/state", "/events", "/people", "/gap", "/changes", "/replay", "/statements", "/rail")
prying = st.fixed_dictionaries(
    {"basis": presets},
    optional={
        "as_of": st.sampled_from(["2099-01-01", "2026-06-01"]),
        "known_at": st.just("2099-01-01"),
        "seq": st.just(10**6),
        "exclude_source": st.sampled_from([["nobody"], [PUBLISHERS[0]]]),
    },
)


def _secrets(target: str, reports: list[Event]) -> list[list[Event]]:
    """Return what may be kept secret: a statement, with each act on an event that tells of it."""
    hidden = {
        "type": "statement-made",
        "id": "00000000-0000-0000-0000-00000000ffff",
        "statement": SECRET,
        "speaker": "person:envoy",
        "summary": SECRET,
        "occurred": "2025-12-10",
        "reports": reports,
    }
    acts: list[Event] = [
        {"type": "report-added"},
        {"type": "event-disputed", "rival": {"note": SECRET}},
        {"type": "correction-published", "changes": {"note": SECRET}},
    ]
    return [[hidden, {**act, "event": target, "reports": reports}] for act in acts]


@steady(40)
@given(st.data())
def test_an_embargo_holds(data: st.DataObject) -> None:
    """What is kept from an audience is not told by any question it may ask, nor by its traces."""
    batches = data.draw(histories(most_events=24))
    event = data.draw(st.sampled_from([e for _, events in batches[1:] for e in events]))
    audience = data.draw(st.sampled_from(["public", "press"]))
    secrets = _secrets(event["id"], data.draw(st.sampled_from(KEPT)))
    at = to_rfc3339(FIRST + STEPS * STEP)
    question = data.draw(prying)
    with tell_story([*batches, (at, data.draw(st.sampled_from(secrets)))]) as world:
        for path in PLACES:
            answer = world.get(path, audience=audience, **question)
            is_refused = answer.status_code == 422 and "exclude_source" in question
            assert answer.status_code == 200 or is_refused, answer.text
            assert SECRET not in answer.text, path
        found = world.get("/search", q="leaked", audience=audience)
        assert SECRET not in found.text.replace("q=leaked", "")
        diff = world.get("/diff", **{"from": "2025-12-01", "to": "2099-01-01"}, audience=audience)
        assert SECRET not in diff.text


# The read model.


def rows(c: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the read model, those inside the full text too."""
    found = {}
    for table in KEYS_ON_POSTGRES if database_dialect(c) == "postgres" else KEYS_ON_SQLITE:
        c.execute(f"SELECT * FROM {table}")  # noqa: S608  # only our own names
        found[table] = sorted((tuple(row) for row in c.fetchall()), key=repr)
    return found


@steady(40)
@given(histories(), st.integers(1, 30))
def test_a_rebuild_equals_the_live_read_model(batches: list[Batch], page: int) -> None:
    with mock.patch.object(full_text, "BLOCK_SIZE", 3):
        live = assert_rebuilt(batches, page)
    assert live["word_idx"]


def assert_rebuilt(
    batches: list[Batch], page: int, server: str | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """Rebuild in place of the live one, then catch up from nothing; return the live rows."""
    with tell_story(batches, server=server) as world, world.ledger.take_writer() as c:
        live = rows(c)
        list(rebuild.rebuild_index(c, page=page))
        assert_rows(rows(c), live)
        tables.recreate_tables(c)
        list(catch_up.catch_up_index(c, page=page))
        assert_rows(rows(c), live)
    return live


def assert_rows(found: dict[str, Any], live: dict[str, Any]) -> None:
    for table in live:
        assert found[table] == live[table], table


# Order.


NAMING = ("party", "issue", "meeting", "person", "statement")


def _moved(facts: list[Event]) -> set[str]:
    """Return the fields naming a cell that any act contradicts or changes."""
    said = [each.get("changes") or each.get("rival") or {} for each in facts]
    said += [each["changes"] for each in said if isinstance(each.get("changes"), dict)]
    return {name for each in said for name in NAMING if name in each}


def _cells_of(events: list[Event]) -> list[tuple[str, ...]]:
    """Return for each event the cell that it bears on; an act bears on that of its target."""
    moved, found = _moved(events), dict[str, tuple[str, ...]]()
    for event in events:
        kind = event["type"].partition("-")[0]
        named = [f"{name}:{event[name]}" for name in NAMING if name in event]
        cell = (kind,) if moved & set(NAMING) & set(event) else (kind, *named)
        cell = ("plan",) if "plan" in event else cell
        found[event["id"]] = found.get(event.get("event", ""), cell)
    return list(found.values())


def _in_order(events: list[Event], cells: list[tuple[str, ...]]) -> list[Event]:
    """Deal the events out to this order of cells; those of one cell keep theirs."""
    own = _cells_of(events)
    waiting = {cell: [e for e, c in zip(events, own, strict=True) if c == cell] for cell in own}
    return [waiting[cell].pop(0) for cell in cells]


@steady(80)
@given(st.data())
def test_the_order_of_recording_does_not_matter(data: st.DataObject) -> None:
    """Events of different cells, recorded long after they were published, in any order."""
    assert_orderless(data)


def assert_orderless(data: st.DataObject, server: str | None = None) -> None:
    batches = data.draw(histories(most_events=18))
    events = [e for _, events in batches[1:] for e in events]
    shuffled = _in_order(events, data.draw(st.permutations(_cells_of(events))))
    late = FIRST + (STEPS + 40) * STEP

    def recorded(order: list[Event]) -> list[Batch]:
        return [
            batches[0],
            *((to_rfc3339(late + n * STEP), [event]) for n, event in enumerate(order)),
        ]

    audience = data.draw(st.sampled_from(["public", "press"]))
    moments = [data.draw(instants), ALL_IS_OUT]
    seen = []
    for order in (events, shuffled):
        with tell_story(recorded(order), server=server) as world, world.open_session() as session:
            asked = [Question(basis="hindsight", as_of=at) for at in moments]
            asked += [replace(each, basis="as-known") for each in asked]
            reader = read_as(session, audience)
            views = [reader.open_view(reader.resolve_basis(each)) for each in asked]
            seen.append(
                [_unordered(answers.to_plain(answers.build_state(each, ADDRESS))) for each in views]
            )
    assert seen[0] == seen[1]


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unordered(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted((_unordered(each) for each in value), key=repr)
    return value


@pytest.mark.parametrize("audience", ["public", "press"])
def test_an_embargo_ends_when_it_ends(audience: str) -> None:
    """The other side of the embargo: the same event is there as soon as it may be."""
    opening = [
        {"type": "negotiation-opened", "title": "T"},
        {"type": "person-registered", "person": "envoy", "name": "E"},
    ]
    said = {
        "type": "statement-made",
        "statement": "s",
        "speaker": "envoy",
        "summary": "hush",
        "occurred": "2025-12-10",
        "reports": [
            {"published": "2025-12-12T06:00:00Z", "audience": "public"},
            {"published": "2025-12-11T15:00:00Z", "audience": "press"},
        ],
    }
    opens = {"public": "2025-12-12T06:00:00Z", "press": "2025-12-11T15:00:00Z"}[audience]
    with tell_story([("2025-12-10T12:00:00Z", [*opening, said])]) as world:
        world.set_clock(opens)
        world.moment -= 1
        assert "hush" not in world.get("/state", audience=audience, known_at="2030-01-01").text
        world.set_clock(opens)
        assert "hush" in world.get("/state", audience=audience).text
