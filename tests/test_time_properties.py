"""The properties of time over random histories (docs/time.md)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.archive import Desk
from domain.basis import Basis, Question
from domain.instants import from_text, full_text
from domain.spans import parse
from ledger import log
from projections import answers, changes, index
from projections.fold import FoldView
from projections.indexed import IndexView
from projections.view import View
from tests import reference
from tests.histories import (
    FIRST,
    STEP,
    STEPS,
    Batch,
    Event,
    audiences,
    bases,
    entries,
    histories,
    instants,
    source_filters,
)
from tests.world import World

steady = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
presets = st.sampled_from(["as-known", "as-recorded", "hindsight"])


@contextmanager
def told(batches: list[Batch]) -> Iterator[World]:
    """Yield a world in which the batches were recorded."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for recorded_at, events in batches:
                world.record(recorded_at, events)
            yield world
        finally:
            world.close()


def everything(view: View) -> bytes:
    """Return all that a view answers, as bytes."""
    items = view.log(after=0, limit=1000, type=None, subject=None, standing=None)
    plans = answers.spelled_out(answers.plans(view))
    points = [(each["plan"], point["point"]) for each in plans for point in each["points"]]
    found = answers.spelled_out(
        {
            "state": answers.state(view),
            "events": answers.events(items, view),
            "people": answers.people(view),
            "statements": list(answers.statements(view)),
            "points": [answers.point(view, *each) for each in points],
            "rail": changes.rail(view),
            "search": [item.event for item in view.search("yes")],
            "standing": {
                name: [item.event for item in view.log(
                    after=0, limit=1000, type=None, subject=None, standing=name)]
                for name in ("happened", "possible", "scheduled", "withdrawn", "disputed")
            },
        },
    )  # fmt: skip
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def basis_of(desk: Desk, drawn: dict[str, Any]) -> Basis:
    return desk.basis(Question(**drawn))


def telling(count: int) -> list[dict[str, Any]]:
    """Bases under which much of a history shows, to be asked beside the drawn ones."""
    moments = [FIRST + step * STEP for step in (STEPS // 2, STEPS + 8)]
    return [
        {"known_at": known, "valid_at": valid, "seq": count, "audience": audience}
        for known in moments
        for valid in moments
        for audience in ("public", "staff")
    ]


def assert_same(one: bytes, other: bytes, why: Any) -> None:
    if one != other:
        lines = zip(one.splitlines(), other.splitlines(), strict=False)
        place = next(((a, b) for a, b in lines if a != b), None)
        raise AssertionError(f"{why}: {place}")


# Indexed equals folded, and both equal the independent oracle.


@settings(steady, max_examples=15)
@given(st.data())
def test_the_index_answers_as_the_plain_fold(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    count = sum(len(events) for _, events in batches)
    with told(batches) as world, world.desk() as desk:
        folded = log.entries(desk.c, world.name)
        for drawn in [*telling(count), *data.draw(st.lists(bases(count), max_size=4))]:
            basis = basis_of(desk, drawn)
            fold = everything(FoldView(folded, basis, desk.zone))
            indexed = everything(IndexView(desk.c, world.name, basis, desk.zone))
            assert_same(indexed, fold, drawn)


def _cell(value: dict[str, Any]) -> str:
    names = ("party", "issue", "plan", "point")
    return "/".join(value[name] for name in names if value.get(name))


def reduced(view: View) -> dict[str, Any]:
    """Return of a view what the oracle knows too, in its form."""
    state = answers.spelled_out(answers.state(view))
    items = view.log(after=0, limit=1000, type=None, subject=None, standing=None)
    news = [i for i in items if i.type not in reference.ACTS | reference.BOOKKEEPING]
    return {
        "standing": {item.event: answers.standing_of(item, view) for item in news},
        "known_at": {item.event: item.known_at for item in news},
        "disputed": sorted(item.event for item in news if item.value.get("rivals")),
        "positions": {
            _cell(each): {name: each[name] for name in ("stance", "mixed")}
            for each in state["positions"]
        },
        "attributed": _attributed(state["attributed"]),
        "meetings": {
            each["meeting"]: {name: each[name] for name in ("status", "ongoing")}
            for each in state["meetings"]
        },
        "points": {
            f"{plan['plan']}/{point['point']}": {
                name: point[name] for name in ("text", "number", "heading")
            }
            for plan in state["plans"]
            for point in plan["points"]
        },
        "roles": sorted("/".join(each[n] for n in ("person", "party", "title"))
                        for each in state["roles"]),
        "early": sorted(each["event"] for each in state["anomalies"]
                        if each["kind"] == "published-before-occurred"
                        and not each.get("disputed")),
    }  # fmt: skip


def _attributed(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for each in found:
        cells.setdefault(_cell(each), []).append(each["event"])
    return {cell: sorted(events) for cell, events in cells.items()}


def settle_early(answer: dict[str, Any], recorded: list[Event]) -> dict[str, Any]:
    """Leave out whether an event came early of those acted on: TIME.md leaves that open."""
    acted = {event["event"] for event in recorded if "event" in event}
    return answer | {"early": [event for event in answer["early"] if event not in acted]}


def oracle(known: dict[str, Any]) -> dict[str, Any]:
    """Return the oracle's answer in the form of ``reduced``.

    Whether a disputed event came early is left out: its time is the hull of both.
    """
    kept = {name: known[name] for name in
            ("standing", "known_at", "disputed", "attributed", "points", "roles")}  # fmt: skip
    for name, fields in (("positions", ("stance", "mixed")), ("meetings", ("status", "ongoing"))):
        kept[name] = {
            cell: {field: each[field] for field in fields} for cell, each in known[name].items()
        }
    early = [
        event for kind, event in known["anomalies"]
        if kind == "published-before-occurred" and event not in known["disputed"]
    ]  # fmt: skip
    return kept | {"early": sorted(early)}


@settings(steady, max_examples=25)
@given(st.data())
def test_both_answer_as_the_independent_oracle(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    recorded = entries(batches)
    with told(batches) as world, world.desk() as desk:
        folded = log.entries(desk.c, world.name)
        for drawn in [
            *telling(len(recorded)),
            *data.draw(st.lists(bases(len(recorded)), max_size=4)),
        ]:
            basis = basis_of(desk, drawn)
            asked = {**drawn, "known_at": basis.known_at}
            wanted = settle_early(oracle(reference.fold(recorded, **asked)), recorded)
            found = reduced(FoldView(folded, basis, desk.zone))
            assert settle_early(found, recorded) == wanted, drawn
            assert settle_early(reduced(desk.view(basis)), recorded) == wanted, drawn


@settings(steady, max_examples=25)
@given(st.data())
def test_filtered_sources_answer_as_the_independent_oracle(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    recorded = entries(batches)
    drawn = data.draw(bases(len(recorded))) | data.draw(source_filters)
    with told(batches) as world, world.desk() as desk:
        basis = basis_of(desk, drawn)
        asked = {**drawn, "known_at": basis.known_at}
        wanted = settle_early(oracle(reference.fold(recorded, **asked)), recorded)
        assert settle_early(reduced(desk.view(basis)), recorded) == wanted, drawn


# Immutable answers.

PATHS = ("/state", "/positions", "/plans", "/meetings", "/statements", "/events", "/people",
         "/events?limit=2", "/search?q=yes", "/changes?limit=2")  # fmt: skip


def pinned_questions(last_seq: int) -> st.SearchStrategy[dict[str, Any]]:
    past = st.integers(-2, 1).map(lambda step: FIRST + step * STEP)
    known = st.one_of(instants, past)
    return st.fixed_dictionaries(
        {
            "known_at": known.map(full_text),
            "valid_at": instants.map(full_text),
            "seq": st.integers(1, last_seq),
            "audience": audiences,
        },
        optional={"min_sources": st.just(2), "exclude_source": st.just(["herald"])},
    )


settled_questions = st.fixed_dictionaries(
    {
        "basis": st.just("as-recorded"),
        "as_of": st.integers(-1, STEPS).map(lambda step: full_text(FIRST + step * STEP)),
        "audience": audiences,
    }
)


@settings(steady, max_examples=6)
@given(st.data())
def test_pinned_and_settled_answers_never_change(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=24))
    cut = data.draw(st.integers(1, len(batches)))
    count = sum(len(events) for _, events in batches[:cut])
    asked = st.one_of(pinned_questions(count), settled_questions)
    last = batches[cut - 1][0]
    newest = {"known_at": last, "valid_at": last, "seq": count, "audience": "staff"}
    questions = [newest, data.draw(asked)]
    with told(batches[:cut]) as world:
        client = world.client
        kept: dict[str, Any] = {}
        for question in questions:
            for path in PATHS:
                first = world.client.get(
                    f"/v1/negotiations/{world.name}{path.partition('?')[0]}",
                    params=question | _query(path),
                )
                assert first.status_code == 200, first.text
                canonical = first.links["canonical"]["url"]
                for address in (str(first.url), canonical):
                    answer = client.get(address)
                    if "immutable" in answer.headers["cache-control"]:
                        kept[address] = answer
        for recorded_at, events in batches[cut:]:
            world.record(recorded_at, events)
        for address, before in kept.items():
            after = client.get(address)
            assert_same(after.content, before.content, address)
            assert after.headers["etag"] == before.headers["etag"]
            assert after.headers["link"] == before.headers["link"]


def _query(path: str) -> dict[str, str]:
    query = path.partition("?")[2]
    return dict([query.split("=")]) if query else {}  # type: ignore[list-item]  # one pair at most


def test_the_questions_are_immutable_often_enough() -> None:
    """Guards the property above against asking nothing."""
    with told([(full_text(FIRST), [{"type": "negotiation-opened", "title": "T"}])]) as world:
        pinned = {"known_at": full_text(FIRST), "valid_at": full_text(FIRST), "seq": 1}
        settled = {"basis": "as-recorded", "as_of": full_text(FIRST)}
        for question in (pinned, settled):
            answer = world.get("/state", **question)
            assert "immutable" in answer.headers["cache-control"]
            assert "immutable" in world.client.get(answer.links["canonical"]["url"]).headers[
                "cache-control"
            ]  # fmt: skip


# Nothing is known too early, and an embargo holds.


def _earliest(event: Event, recorded_at: str, audience: str) -> int | None:
    """The first moment at which an event's own reports let this audience know of it."""
    recorded, found = from_text(recorded_at), []
    for report in event.get("reports", ()):
        bounds = parse(report["published"]).start
        if reference.RANK[report["audience"]] <= reference.RANK[audience]:
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


@settings(steady, max_examples=30)
@given(st.data())
def test_nothing_first_known_later_is_in_an_answer(data: st.DataObject) -> None:
    batches = _without_other_reports(data.draw(histories(most_events=24)))
    at = data.draw(instants)
    audience = data.draw(audiences)
    with told(batches) as world, world.desk() as desk:
        basis = desk.basis(Question(as_of=at, audience=audience))
        shown = _named(orjson.loads(everything(desk.view(basis))))
        filtered = desk.view(replace(basis, exclude_source=("nobody",)))
        shown |= _named(orjson.loads(everything(filtered)))
        limit = min(at, world.moment)
        for recorded_at, events in batches[1:]:
            for event in events:
                first = _earliest(event, recorded_at, audience)
                if event["type"] not in ("record-corrected", "record-voided") and (
                    first is None or first > limit
                ):
                    assert event["id"] not in shown


@settings(steady, max_examples=15)
@given(st.data())
def test_an_embargo_holds(data: st.DataObject) -> None:
    """What is kept from an audience is not told by any question it may ask, nor by its traces."""
    batches = data.draw(histories(most_events=24))
    secret = "leaked-secret"  # noqa: S105  # a word to look for
    event = data.draw(st.sampled_from([e for _, events in batches[1:] for e in events]))
    ahead = full_text(FIRST + (STEPS + 20) * STEP)
    audience = data.draw(audiences.filter(lambda name: name != "staff"))
    only_later = [{"published": ahead, "audience": "public", "publisher": secret}]
    only_inside = [{"published": full_text(FIRST), "audience": "staff", "publisher": secret}]
    hidden = {
        "type": "statement-made", "id": "00000000-0000-0000-0000-00000000ffff",
        "statement": secret, "speaker": "person:envoy", "summary": secret,
        "occurred": "2025-12-10", "reports": data.draw(st.sampled_from([only_later, only_inside])),
    }  # fmt: skip
    acts: list[Event] = [
        {"type": "report-added", "event": event["id"], "reports": hidden["reports"]},
        {"type": "event-disputed", "event": event["id"], "rival": {"note": secret},
         "reports": hidden["reports"]},
        {"type": "correction-published", "event": event["id"], "changes": {"note": secret},
         "reports": hidden["reports"]},
    ]  # fmt: skip
    act = data.draw(st.sampled_from(acts))
    at = full_text(FIRST + STEPS * STEP)
    question = data.draw(
        st.fixed_dictionaries(
            {"basis": presets},
            optional={
                "as_of": st.sampled_from(["2099-01-01", "2026-06-01"]),
                "known_at": st.just("2099-01-01"),
                "seq": st.just(10**6),
            },
        )
    )
    with told([*batches, (at, [hidden, act])]) as world:
        for path in ("/state", "/events", "/people", "/gap", "/changes", "/statements", "/rail"):
            answer = world.get(path, audience=audience, **question)
            assert answer.status_code == 200, answer.text
            assert secret not in answer.text, path
        assert secret not in world.get("/search", q="leaked", audience=audience).text.replace(
            "q=leaked", ""
        )
        diff = world.get("/diff", **{"from": "2025-12-01", "to": "2099-01-01"}, audience=audience)
        assert secret not in diff.text


# The read model.

COLUMNS = {
    "version": "*", "cell": "*", "placement": "*", "mention": "*", "link": "*", "tracking": "*",
}  # fmt: skip


def rows(c: Any) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for table, columns in COLUMNS.items():
        c.execute(f"SELECT {columns} FROM {table}")  # noqa: S608  # only our own names
        found[table] = sorted((tuple(row) for row in c.fetchall()), key=repr)
    return found


@settings(steady, max_examples=25)
@given(histories(), st.integers(1, 30))
def test_a_rebuild_equals_the_live_read_model(batches: list[Batch], page: int) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for recorded_at, events in batches:
            world.record(recorded_at, events)
        world.close()
        connection = sqlite3.connect(Path(folder) / "world.db", isolation_level=None)
        connection.row_factory = sqlite3.Row
        c: Any = connection.cursor()
        live = rows(c)
        index.drop(c)
        index.create(c)
        list(index.catch_up(c, page=page))
        rebuilt = rows(c)
        for table in COLUMNS:
            assert rebuilt[table] == live[table], table
        connection.close()


# Order.


def _subject(event: Event) -> tuple[str, ...]:
    kind = event["type"].partition("-")[0]
    names = ("party", "issue", "plan", "meeting", "person", "statement")
    return (kind, *(str(event[name]) for name in names if name in event))


def _placed_alike(event: Event) -> bool:
    """Tell whether its reports lie all before the recording of anything, and its time is given."""
    return all(parse(each["published"]).start.hi <= FIRST + STEPS * STEP
               for each in event["reports"])  # fmt: skip


@settings(steady, max_examples=12)
@given(st.data())
def test_the_order_of_recording_does_not_matter(data: st.DataObject) -> None:
    """Events of different cells, recorded long after they were published, in any order."""
    batches = data.draw(histories(most_events=24))
    facts = [e for _, events in batches[1:] for e in events if "event" not in e]
    by_cell: dict[tuple[str, ...], Event] = {}
    for event in facts:
        cell = ("plan",) if "plan" in event else _subject(event)
        if _placed_alike(event):
            by_cell.setdefault(cell, event)
    chosen = list(by_cell.values())
    late = FIRST + (STEPS + 40) * STEP

    def recorded(order: list[Event]) -> list[Batch]:
        return [
            batches[0],
            *((full_text(late + n * STEP), [event]) for n, event in enumerate(order)),
        ]

    audience = data.draw(st.sampled_from(["public", "press"]))
    at = data.draw(instants)
    seen = []
    for order in (chosen, chosen[::-1]):
        with told(recorded(order)) as world, world.desk() as desk:
            for preset in ("as-known", "hindsight"):
                basis = desk.basis(Question(basis=preset, as_of=at, audience=audience))
                state = answers.spelled_out(answers.state(desk.view(basis)))
                seen.append(_unordered(state))
    assert seen[:2] == seen[2:]


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
        "type": "statement-made", "statement": "s", "speaker": "envoy", "summary": "hush",
        "occurred": "2025-12-10",
        "reports": [{"published": "2025-12-12T06:00:00Z", "audience": "public"},
                    {"published": "2025-12-11T15:00:00Z", "audience": "press"}],
    }  # fmt: skip
    opens = {"public": "2025-12-12T06:00:00Z", "press": "2025-12-11T15:00:00Z"}[audience]
    with told([("2025-12-10T12:00:00Z", [*opening, said])]) as world:
        world.at(opens)
        world.moment -= 1
        assert "hush" not in world.get("/state", audience=audience, known_at="2030-01-01").text
        world.at(opens)
        assert "hush" in world.get("/state", audience=audience).text
