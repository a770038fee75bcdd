"""A difference over two registrations that became one: it says so, and names what did it."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.basis import Preset, Question
from domain.model import Json
from projections import answers
from projections.answers import diff as difference
from projections.answers import to_plain
from projections.view import View
from tests import reference
from tests.command_line import run_command
from tests.comparing import reference_clocks
from tests.facts import Batch, Event, act, event, event_id, report
from tests.fold_world import FoldWorld
from tests.histories import entries, histories
from tests.pages import main, page
from tests.test_time_properties import (
    ALL_IS_OUT,
    CAUSED_KINDS,
    audiences,
    basis_of,
    questions,
    steady,
)
from tests.world import KEY, World, tell_story

pytestmark = pytest.mark.usefixtures("older_log")
AT, LATER = "2026-01-09T12:00:00Z", "2026-01-20T12:00:00Z"
NOW = "2026-01-26T12:00:00Z"


def stated(label: str, day: str, party: str, stance: str) -> Event:
    fields = {"party": party, "issue": "i", "stance": stance, "occurred": day, "summary": label}
    return event(label, "position-stated", report(day, "Post"), **fields)


STORY = [
    event("opened", "negotiation-opened", title="Talks"),
    event("alpha", "party-registered", party="a", name="Alpha"),
    event("beta", "party-registered", party="b", name="Beta"),
    event("issue", "issue-defined", issue="i", title="I"),
    stated("accepted", "2026-01-05", "a", "accepts"),
    stated("rejected", "2026-01-07", "b", "rejects"),
]
MERGER = act(
    "merger",
    "correction-published",
    "beta",
    report("2026-01-20", "Gazette"),
    changes={"same_as": "a"},
)
OVER_THE_MERGER = {"from": "2026-01-10", "to": "2026-01-25"}


PRESETS: tuple[Preset, ...] = ("as-known", "as-recorded", "hindsight")


def tell_merger(world: World | FoldWorld, *more: Event) -> None:
    world.record(AT, [*STORY, *more])
    world.record(LATER, [MERGER])
    world.set_clock(NOW)


def diff(world: World, **asked: str) -> dict[tuple[str, str], Json]:
    changes = world.get("/diff", **(OVER_THE_MERGER | asked)).json()["data"]
    return {(each["kind"], each["subject"]): each for each in changes}


def test_a_difference_names_the_merger_and_what_was_held_before(http_world: World) -> None:
    tell_merger(http_world)
    found = diff(http_world)

    assert set(found) == {("party", "b"), ("position", "a/i")}
    assert {each["cause"] for each in found.values()} == {"knowledge"}
    merged, moved = found["party", "b"], found["position", "a/i"]
    assert merged["events"] == [event_id("beta"), event_id("merger")]
    assert merged["before"]["name"] == merged["after"]["name"] == "Beta"
    assert (merged["before"].get("same_as"), merged["after"]["same_as"]) == (None, "a")
    assert (moved["before"]["stance"], moved["after"]["stance"]) == ("accepts", "rejects")
    assert moved["events"] == [event_id("rejected"), event_id("beta"), event_id("merger")]


def test_backwards_it_is_the_same_exchanged(http_world: World) -> None:
    tell_merger(http_world)
    forwards = diff(http_world)
    backwards = diff(http_world, **{"from": "2026-01-25", "to": "2026-01-10"})

    assert backwards == {
        key: {**each, "before": each["after"], "after": each["before"]}
        for key, each in forwards.items()
    }


def test_what_is_only_shown_under_another_name_is_no_change(http_world: World) -> None:
    claim = stated("claimed", "2026-01-06", "b", "supports")
    claim |= {"attribution": "third-party", "attributed_by": "party:a"}
    said = {"statement": "s", "speaker": "party:b", "summary": "Words", "occurred": "2026-01-06"}
    met = {"meeting": "m", "occurred": "2026-01-06", "participants": [{"party": "b"}]}
    when = report("2026-01-06", "Post")
    more = [
        claim,
        event("s", "statement-made", when, **said),
        event("m", "meeting-held", when, **met),
    ]
    http_world.record(AT, [*STORY[:4], *more, STORY[5]])
    http_world.record(LATER, [MERGER])
    http_world.set_clock(NOW)

    assert set(diff(http_world)) == {("party", "b")}


def test_what_one_alone_had_is_compared_with_what_stands_for_it(http_world: World) -> None:
    tell_merger(http_world, stated("again", "2026-01-08", "a", "supports"))
    found = diff(http_world)

    assert set(found) == {("party", "b"), ("position", "b/i")}
    moved = found["position", "b/i"]
    assert (moved["before"]["party"], moved["before"]["stance"]) == ("b", "rejects")
    assert (moved["after"]["party"], moved["after"]["stance"]) == ("a", "supports")
    assert event_id("merger") in moved["events"]


def gap(world: World | FoldWorld, as_of: str) -> dict[str, dict[tuple[str, str], Json]]:
    """Return what was not yet known and what was missed, at the level of the world."""
    if isinstance(world, World) and world.level == "http":
        found = world.get("/gap", as_of=as_of).json()["data"]
    else:
        with world.open_session() as session:
            moment = session.log_timeline.date_reader(None).read("as_of", as_of)
            asked = (Question(basis=preset, as_of=moment) for preset in PRESETS)
            bases = [session.resolve_basis(question) for question in asked]
            found = to_plain(difference.find_gap(session.open_view, *bases))
    return {
        side: {(each["kind"], each["subject"]): each for each in changes}
        for side, changes in found.items()
    }


def test_a_gap_over_a_merger_that_came_out_later_says_what_did_it(world: World | FoldWorld) -> None:
    tell_merger(world)
    found = gap(world, "2026-01-10")
    later = gap(world, "2026-01-25")

    assert found["missed"] == {}
    assert set(found["not_yet_known"]) == {("party", "b"), ("position", "a/i")}
    merged, moved = found["not_yet_known"].values()
    assert {merged["cause"], moved["cause"]} == {"knowledge"}
    assert merged["events"] == [event_id("beta"), event_id("merger")]
    assert (moved["before"]["stance"], moved["after"]["stance"]) == ("accepts", "rejects")
    assert moved["events"] == [event_id("rejected"), event_id("beta"), event_id("merger")]
    assert later == {"not_yet_known": {}, "missed": {}}


def test_a_gap_over_a_merger_that_the_record_caught_up_with_was_missed(
    world: World | FoldWorld,
) -> None:
    world.record(AT, STORY)
    world.record(LATER, [act("merger", "record-corrected", "beta", changes={"same_as": "a"})])
    world.set_clock(NOW)
    found = gap(world, "2026-01-10")

    assert found["not_yet_known"] == {}
    assert set(found["missed"]) == {("party", "b"), ("position", "a/i")}
    merged, moved = found["missed"].values()
    assert {merged["cause"], moved["cause"]} == {"record"}
    assert event_id("merger") in moved["events"]
    assert gap(world, "2026-01-25") == {"not_yet_known": {}, "missed": {}}


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Beta and Alpha are the same; both count as one.",
                "Who counts as one party has changed."
                " Alpha on “I”: rejects; before, Alpha: accepts.",
            ],
        ),
        (
            "uk",
            [
                "Beta та Alpha — те саме; обидва записи рахуються за один.",
                "Змінилося, хто вважається однією стороною. Alpha щодо «I»: відкидає;"
                " раніше Alpha: приймає.",
            ],
        ),
    ],
)
def test_the_brief_says_it_in_sentences(
    http_world: World, language: str, sentences: list[str]
) -> None:
    tell_merger(http_world)
    query = f"?from=2026-01-10&as_of=2026-01-25&lang={language}"
    text = re.sub(
        r"\s+", " ", re.sub("<[^>]*>", "", html.unescape(main(page(http_world, "compare", query))))
    )

    for sentence in sentences:
        assert sentence in text
    assert "Gazette" in text
    assert "Post" not in text


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        tell_merger(world)
    printed = run_command(
        *("diff", "talks", "2026-01-10", "2026-01-25", "--db", tmp_path / "world.db"),
        MINUTEBOOK_LOG_KEY=KEY,
    ).stdout

    assert (
        "party Beta (it became known)\n    before: counts by itself\n    after:  the same as Alpha"
        in printed
    )
    assert "position Alpha on I (it became known)\n    before: accepts" in printed
    assert "position b" not in printed


SECONDS = ((1002, "north"), (1004, "envoy"))
"""The registrations of histories that can be of another, and the slug of that."""


@st.composite
def merging_histories(draw: st.DrawFn) -> list[Batch]:
    """Draw a history in which a party or a person becomes the same as another, or ceases to be."""
    theme = draw(st.sampled_from(["claims", "others", "meetings", "positions"]))
    batches = draw(histories(most_events=12, about=theme))
    for number in range(draw(st.integers(1, 3))):
        target, other = draw(st.sampled_from(SECONDS))
        same_as = draw(st.sampled_from([other, other, other, None]))
        batch = draw(st.integers(1, len(batches) - 1))
        type_ = draw(st.sampled_from(["record-corrected", "correction-published"]))
        reports = [] if type_ == "record-corrected" else [report(batches[batch][0][:10])]
        changes = {"same_as": same_as}
        batches[batch][1].append(act(900 + number, type_, target, *reports, changes=changes))
    return batches


@steady(60)
@given(st.data())
def test_a_merger_between_two_bases_is_told_with_what_did_it(data: st.DataObject) -> None:
    batches = data.draw(merging_histories())
    recorded = entries(batches)
    audience = {"audience": data.draw(audiences)}
    asked = st.lists(questions(len(recorded)), min_size=2, max_size=3)
    acts = {event_id(900 + number) for number in range(3)}
    with tell_story(batches) as world:
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            first = {"known_at": ALL_IS_OUT, "valid_at": ALL_IS_OUT, "seq": 7}
            last = first | {"seq": len(recorded)}
            for pair in ((first, last), *pairwise(data.draw(asked))):
                questions_asked = [each | audience for each in pair]
                bases = [basis_of(session, each) for each in questions_asked]
                views = [session.open_view(basis) for basis in bases]
                changes = list(difference.diff_bases(session.open_view, *bases))

                clocks = [reference_clocks(each, recorded, ALL_IS_OUT) for each in questions_asked]
                assert {
                    (each["kind"], each["subject"]): each["cause"]
                    for each in changes
                    if each["kind"] in CAUSED_KINDS
                } == reference.changes(recorded, *clocks)
                for each in changes:
                    if each["kind"] in ("party", "person"):
                        place = each["kind"], each["subject"]
                        slugs = [view.merges.slug_of(*place) for view in views]
                        assert slugs[0] != slugs[1]
                        assert acts & {*each["events"]} or each["before"]["same_as"]
                    if each["kind"] == "position":
                        assert_stands(views, each)
                assert not list(difference.diff_bases(session.open_view, bases[0], bases[0]))


def assert_stands(views: list[View], change: Json) -> None:
    """Check both ends of a changed position against what each side answers for its party."""
    party, *cell = change["subject"].split("/")
    for view, value in zip(views, (change["before"], change["after"]), strict=True):
        shown = view.merges.slug_of("party", party)
        found = to_plain(answers.select_positions(view, shown))
        names = ("issue", "plan", "point")
        standing = [x for x in found if [x[n] for n in names if x.get(n)] == cell]
        assert [value] == (standing or [None])
