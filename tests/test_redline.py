"""Two texts of plans compared: what was seen, what was not, and which points belong together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from projections.answers.pairing import pair_points
from tests.facts import OPENING, Event, event_id, report
from tests.pages import page
from tests.world import World

Point = dict[str, Any]


def plan(slug: str, day: int, *points: Point, **fields: Any) -> Event:
    """Return a plan introduced and reported on a day of December 2025."""
    on = f"2025-12-{day:02}"
    return {
        "type": "plan-introduced",
        "id": event_id(slug),
        "plan": slug,
        "title": slug.title(),
        "occurred": on,
        "points": list(points),
        "reports": [report(on)],
        **fields,
    }


def amended(slug: str, day: int, *operations: Point) -> Event:
    on = f"2025-12-{day:02}"
    return {
        "type": "plan-amended",
        "plan": slug,
        "occurred": on,
        "operations": list(operations),
        "reports": [report(on)],
    }


def point(name: str, number: Any = None, text: str | None = None, **fields: Any) -> Point:
    given = {"point": name, "number": number, "text": text, **fields}
    return {name: value for name, value in given.items() if value is not None}


LONG = plan("long", 1, *(point(f"l{n}", n, f"Long {n}.") for n in range(1, 29)))
SHORT = plan(
    "short",
    10,
    *(point(f"s{n}", n, text_status="unseen") for n in range(1, 4)),
    derived_from=["long"],
)
CLAIMED = plan("claimed", 5, claimed_points=19)
SEEN = amended(
    "short",
    12,
    {"op": "substitution", **point("s1", 1, "Long 1."), "from_plan": "long", "from_points": ["l1"]},
    {"op": "substitution", **point("s2", 2, "Half."), "from_plan": "long", "from_points": ["l2"]},
    {
        "op": "substitution",
        **point("s3", 3, text_status="unseen"),
        "from_plan": "long",
        "from_points": ["l2"],
    },
)
SIBLING = plan("sibling", 6)
BORN = amended(
    "sibling",
    6,
    {"op": "insertion", **point("b2", 2, "Half."), "from_plan": "long", "from_points": ["l2"]},
)
OPERATED = plan("operated", 1, *(point(name, n, f"{name}.") for n, name in enumerate("abcd", 1)))
SPLIT = amended(
    "operated",
    10,
    {"op": "split", "point": "a", "into": [point("a1", 1, "a."), point("a2", 2, "new.")]},
    {"op": "join", "from": ["c", "d"], **point("cd", 3, "c. d."), "codes": {"ours": "keep"}},
)
TOLD = [
    plan("told", 1, point("t", 1, "Peace.", text_status="paraphrase")),
    plan("retold", 2, point("t", 1, "Peace.", text_status="paraphrase", heading="End")),
    amended("retold", 15, {"op": "renumbering", "point": "t", "heading": "The end"}),
    plan("words", 2, point("t", 1, "Peace.")),
]
DARK = plan("dark", 3, point("x", 1, text_status="unseen"))
ENDED = amended("dark", 20, {"op": "repeal", "point": "x"})


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("redline"), "http") as world:
        events = [LONG, SHORT, CLAIMED, SEEN, SIBLING, BORN, OPERATED, SPLIT, *TOLD, DARK, ENDED]
        world.record("2025-12-24T09:00:00Z", [*OPENING, *events])
        world.set_clock("2025-12-25T09:00:00Z")
        yield world


def compare(world: World, slug: str, **params: str) -> list[dict[str, Any]]:
    named = {"from" if name == "since" else name: value for name, value in params.items()}
    answer = world.get(f"/plans/{slug}/diff", **named)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def changes(found: list[dict[str, Any]]) -> dict[tuple[str | None, str | None], str]:
    def name(each: dict[str, Any] | None) -> str | None:
        return None if each is None else str(each["point"])

    return {(name(each["from"]), name(each["to"])): each["change"] for each in found}


def test_nothing_is_removed_from_a_text_of_which_fewer_points_are_known_than_claimed(
    plans: World,
) -> None:
    there = compare(plans, "long", to_plan="claimed")
    back = compare(plans, "claimed", to_plan="long")

    assert [each["change"] for each in there] == ["not-comparable"] * 28
    assert [each["change"] for each in back] == ["not-comparable"] * 28
    text = page(plans, "plans/long", "?to_plan=claimed")
    assert "28 not comparable" in text
    assert "<del>" not in text


def test_a_plan_that_is_not_known_on_one_side_is_one_entry(plans: World) -> None:
    (entry,) = compare(plans, "short", since="2025-12-09", to="2025-12-11")

    assert (entry["change"], entry["side"], entry["point"]) == ("not-known-then", "from", None)
    assert "was not known then" in page(plans, "plans/short", "?from=2025-12-09")
    assert plans.get("/plans/no-plan/diff").status_code == 404


def test_a_text_that_nobody_has_seen_adds_and_removes_nothing(plans: World) -> None:
    found = compare(plans, "long", to_plan="short", since="2025-12-11", to="2025-12-11")

    assert {each["change"] for each in found} == {"not-comparable"}
    assert len(found) == 31


def test_a_point_unseen_on_both_dates_is_never_the_same(plans: World) -> None:
    found = compare(plans, "short", since="2025-12-10", to="2025-12-24")

    assert changes(found)["s3", "s3"] == "not-comparable"


def test_a_point_that_was_struck_out_is_removed_though_nobody_has_seen_it(plans: World) -> None:
    (found,) = compare(plans, "dark", since="2025-12-10", to="2025-12-24")

    assert (found["change"], found["coded"]) == ("removed", {"op": "repeal", "codes": {}})


def test_lineage_pairs_points_in_both_directions(plans: World) -> None:
    there = changes(compare(plans, "long", to_plan="short"))
    back = changes(compare(plans, "short", to_plan="long"))

    assert there["l1", "s1"] == back["s1", "l1"] == "same"
    assert there["l2", "s2"] == back["s2", "l2"] == "changed"
    assert there["l2", "s3"] == back["s3", "l2"] == "not-comparable"
    assert there["l3", None] == "removed"
    assert back[None, "l3"] == "added"


def test_siblings_pair_by_the_point_that_both_came_from(plans: World) -> None:
    found = changes(compare(plans, "sibling", to_plan="short"))

    assert found["b2", "s2"] == "same"
    assert found["b2", "s3"] == "not-comparable"


def test_what_a_split_or_a_join_made_is_compared_with_its_sources(plans: World) -> None:
    there = compare(plans, "operated", since="2025-12-05", to="2025-12-24")
    back = changes(compare(plans, "operated", since="2025-12-24", to="2025-12-05"))

    assert changes(there) == {
        ("a", "a1"): "same",
        ("a", "a2"): "changed",
        ("b", "b"): "same",
        ("c", "cd"): "changed",
        ("d", "cd"): "changed",
    }
    assert back.keys() == {(new, old) for old, new in changes(there)}
    assert {each["coded"]["op"] for each in there if each["coded"]} == {"split", "join"}
    assert "coded by the editor: keep" in page(
        plans, "plans/operated", "?from=2025-12-05&to=2025-12-24"
    )


def test_a_paraphrase_is_never_word_for_word(plans: World) -> None:
    (retold,) = compare(plans, "told", to_plan="retold", to="2025-12-10")
    (words,) = compare(plans, "told", to_plan="words")

    assert (retold["change"], retold["verbatim"]) == ("same", False)
    assert (words["change"], words["verbatim"]) == ("same", False)
    assert "word for word" not in page(plans, "plans/told", "?to_plan=words")


def test_a_heading_alone_is_a_change(plans: World) -> None:
    (found,) = compare(plans, "retold", since="2025-12-10", to="2025-12-24")

    assert (found["change"], found["differs"]) == ("changed", ["heading"])
    text = page(plans, "plans/retold", "?from=2025-12-10&to=2025-12-24&only=changed")
    assert "heading changed" in text


def test_points_that_both_texts_have_pair_with_themselves_alone() -> None:
    origins = {("p", "b"): {("p", "a")}, ("p", "c"): {("p", "a")}}
    both = [("p", "b"), ("p", "c")]

    assert pair_points(both, both, origins) == [(key, key) for key in both]
    assert pair_points([("p", "a")], both, origins) == [(("p", "a"), key) for key in both]


def test_pairing_ten_thousand_points_takes_a_moment() -> None:
    old = [("p", f"a{at}") for at in range(10_000)]
    new = [("q", f"b{at}") for at in range(5_000)] + [
        ("q", f"a{at}") for at in range(5_000, 10_000)
    ]
    origins = {key: {old[at]} for at, key in enumerate(new[:2_500])}
    start = time.process_time()
    pairs = pair_points(old, new, origins)

    assert time.process_time() - start < 1
    assert len(pairs) == 7_500


def test_an_inserted_point_makes_no_unseen_one_known(http_world: World) -> None:
    first = plan("first", 1, point("f1", 1, "One."), point("f2", 2, "Two."), claimed_points=3)
    inserted = amended("first", 3, {"op": "insertion", **point("f4", 4, "Four.")})
    second = plan(
        "second", 5, *(point(f"f{n}", n, f"Text {n}.") for n in (1, 2, 3)), derived_from=["first"]
    )
    http_world.record("2025-12-30T09:00:00Z", [*OPENING, first, inserted, second])

    params = {"from": "2025-12-10", "to": "2025-12-10"}
    for path in ("/plans/first/diff?to_plan=second", "/plans/second/diff?to_plan=first"):
        found = http_world.get(path.partition("?")[0], **params, to_plan=path.rpartition("=")[2])
        by_point = {each["point"]: each["change"] for each in found.json()["data"]}
        assert by_point["f3"] == "not-comparable"


def test_a_renumbered_point_has_moved_and_none_around_it(http_world: World) -> None:
    text = plan("text", 1, point("a", 1, "A."), point("b", 2, "B."), point("annex", None, "End."))
    moved = amended("text", 3, {"op": "renumbering", "point": "a", "number": 3, "after": "annex"})
    http_world.record("2025-12-30T09:00:00Z", [*OPENING, text, moved])

    for dates in (("2025-12-02", "2025-12-04"), ("2025-12-04", "2025-12-02")):
        params = dict(zip(("from", "to"), dates, strict=True))
        found = http_world.get("/plans/text/diff", **params).json()["data"]
        differs = {each["point"]: set(each["differs"]) for each in found}
        assert differs == {"a": {"number", "place"}, "b": set(), "annex": set()}
