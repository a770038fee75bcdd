"""The plans: which points live on, who touched them last, and redlines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.pages.plan.redline import show_rewriting
from api.pages.shared.i18n import load_translations
from projections.answers.lineage import list_descents
from tests.facts import OPENING, Event, event_id, report
from tests.pages import BASE, main, page, without_links
from tests.world import World, tell_story

FIRST: Event = {
    "type": "plan-introduced",
    "id": event_id(200),
    "plan": "first",
    "title": "The first",
    "sponsors": ["north"],
    "claimed_points": 4,
    "occurred": "2025-12-10",
    "points": [
        {"point": "a", "number": 1, "text": "Troops leave the old town."},
        {"point": "b", "number": 2, "text": "The bridge stays open.", "text_status": "paraphrase"},
        {"point": "c", "number": 3, "text": "A tribunal sits.", "text_status": "paraphrase"},
    ],
    "reports": [{"published": "2025-12-10", "publisher": "herald"}],
}
SECOND: Event = {
    "type": "plan-introduced",
    "id": event_id(201),
    "plan": "second",
    "title": "The second",
    "derived_from": ["first"],
    "occurred": "2025-12-15",
    "points": [
        {"point": "b", "number": 1, "text": "The bridge stays open."},
        {"point": "d", "number": 2, "text": "Prisoners return."},
    ],
    "reports": [{"published": "2025-12-15", "publisher": "herald"}],
}
AMENDED: list[Event] = [
    {
        "type": "plan-amended",
        "id": event_id(202),
        "plan": "second",
        "occurred": "2025-12-18",
        "operations": [
            {
                "op": "insertion",
                "point": "e",
                "number": 3,
                "from_plan": "first",
                "from_points": ["a"],
                "text": "Troops leave the whole town.",
            }
        ],
        "reports": [{"published": "2025-12-18", "publisher": "gazette"}],
    },
    {
        "type": "amendment-proposed",
        "plan": "second",
        "amendment": "a1",
        "occurred": "2025-12-19",
        "proposed_by": ["north"],
        "operations": [{"op": "repeal", "point": "d"}],
        "reports": [{"published": "2025-12-19", "publisher": "herald"}],
    },
    {
        "type": "plan-endorsed",
        "plan": "second",
        "party": "north",
        "occurred": "2025-12-19",
        "points": ["b"],
        "reports": [{"published": "2025-12-19", "publisher": "herald"}],
    },
    {
        "type": "position-stated",
        "party": "north",
        "plan": "second",
        "point": "b",
        "stance": "accepts",
        "summary": "yes",
        "occurred": "2025-12-19",
        "reports": [{"published": "2025-12-19", "publisher": "herald"}],
    },
]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("planned"), "http") as made:
        made.record("2025-12-20T09:00:00Z", [*OPENING, FIRST, SECOND, *AMENDED])
        made.set_clock("2025-12-22T09:00:00Z")
        yield made


def fetch_data(site: World, path: str) -> Any:
    return site.client.get(f"{BASE}/{path}").json()["data"]


def test_the_lineage_says_which_points_live_on(planned: World) -> None:
    found = fetch_data(planned, "plans.json")["lineage"]

    assert found["line"] == ["first", "second"]
    assert (found["survivors"], found["gone"], found["new"]) == (["a", "b"], ["c"], ["d"])
    assert {tuple(each["from"] + each["to"]) for each in found["strands"]} == {
        ("first", "a", "second", "e"),
        ("first", "b", "second", "b"),
    }
    text = page(planned, "plans")
    assert "2 of the 3 points of “The first” live on in “The second”." in text
    assert text.count('class="strand"') == 2
    assert planned.client.get(f"{BASE}/plans?line=none").status_code == 422


def test_plans_are_a_table_for_spreadsheets(planned: World) -> None:
    lines = page(planned, "plans.csv").splitlines()
    assert lines[0].startswith("plan,title,status,sponsors,points,claimed_points")
    assert "first,The first,,north,3,4,3,0,3,0,," in lines[2]
    assert page(planned, "plans/first.csv").splitlines()[1].startswith("first,a,1,,Troops leave")


def test_a_plan_shows_who_touched_each_point_last(planned: World) -> None:
    found = {each["point"]: each for each in fetch_data(planned, "plans/second.json")["points"]}
    text = page(planned, "plans/second")

    assert found["e"]["touched"]["event"] == event_id(202)
    assert found["e"]["touched"]["publisher"] == "gazette"
    assert found["b"]["stances"][0]["word"] == "accepts"
    assert f'href="/desk/talks/events/{event_id(202)}"' in text
    assert "strikes out" in text
    assert "endorsed" in text
    assert planned.client.get(f"{BASE}/plans/third").status_code == 404
    assert planned.client.get(f"{BASE}/plans/%00").status_code == 404


def test_a_redline_of_two_plans_marks_words_and_points(planned: World) -> None:
    found = fetch_data(planned, "plans/first.json?to_plan=second")["redline"]
    marks = {each["point"]: [one["mark"] for one in each["marks"]] for each in found["points"]}
    text = page(planned, "plans/first", "?to_plan=second")

    assert marks == {
        "b": ["paraphrased", "moved"],
        "d": ["not-comparable"],  # one of the four points of the first is not known
        "e": ["changed", "renumbered"],
        "c": ["removed"],
    }
    assert re.search(r"<del><span class=\"vh\"> deleted: </span>old<", text)
    assert re.search(r"<ins><span class=\"vh\"> inserted: </span>whole<", text)


def test_a_redline_of_two_dates_shows_only_what_changed_where_asked(planned: World) -> None:
    query = "?from=2025-12-16&to=2025-12-20"
    assert len(fetch_data(planned, f"plans/second.json{query}")["redline"]["points"]) == 3
    found = fetch_data(planned, f"plans/second.json{query}&only=changed&view=side")["redline"]
    assert [each["point"] for each in found["points"]] == ["e"]
    assert 'class="pair"' in page(planned, "plans/second", f"{query}&view=side")
    refused = page(planned, "plans/second", "?from=2025-12-01&view=heap", 422)
    assert "The plan “The second” was not known then: 1 December 2025." in refused
    assert "The corrected address" in refused


UNSEEN: list[Event] = [
    {
        "type": "plan-introduced",
        "plan": name,
        "title": name.title(),
        "derived_from": derived_from,
        "occurred": f"2025-12-{day}",
        "points": points,
        "reports": [{"published": f"2025-12-{day}", "publisher": "herald"}],
    }
    for name, day, derived_from, points in (
        (
            "early",
            16,
            [],
            [
                {"point": "hidden", "number": 1, "text_status": "unseen"},
                {
                    "point": "told",
                    "number": 2,
                    "text": "They said so.",
                    "text_status": "paraphrase",
                },
                {
                    "point": "leaked",
                    "number": 3,
                    "text": "Word for word.",
                    "text_status": "verbatim",
                },
                {"point": "shown", "number": 4, "text_status": "unseen"},
            ],
        ),
        (
            "late",
            17,
            ["early"],
            [
                {"point": "hidden", "number": 1, "text_status": "unseen"},
                {
                    "point": "told",
                    "number": 2,
                    "text": "They said so.",
                    "text_status": "paraphrase",
                },
                {
                    "point": "leaked",
                    "number": 3,
                    "text": "Word for word.",
                    "text_status": "verbatim",
                },
                {
                    "point": "shown",
                    "number": 4,
                    "text": "Now it is out.",
                    "text_status": "verbatim",
                },
            ],
        ),
    )
]


@pytest.mark.parametrize("view", ["inline", "side"])
def test_what_nobody_has_seen_or_is_told_in_other_words_is_not_compared_by_words(
    own_site: World, view: str
) -> None:
    own_site.record("2025-12-30T09:00:00Z", UNSEEN)
    path = f"?to_plan=late&view={view}"
    found = fetch_data(own_site, f"plans/early.json{path}")["redline"]
    text = page(own_site, "plans/early", path).partition('id="redline"')[2]

    assert found["counts"] == {"same": 1, "paraphrased": 1, "not-comparable": 2}
    assert found["same"] == 1
    assert {each["point"]: each["text_change"] for each in found["points"]} == {
        "hidden": "not-comparable",
        "told": "paraphrased",
        "leaked": "same",
        "shown": "not-comparable",
    }
    assert "<ins>" not in text
    assert "<del>" not in text
    assert text.count("Now it is out.") == 1


def test_lines_of_descent_end_even_where_plans_derive_from_each_other() -> None:
    def plan(slug: str, *parents: str) -> dict[str, Any]:
        return {"plan": slug, "derived_from": parents, "points": ()}

    round_ = {"a": plan("a", "b"), "b": plan("b", "a", "b"), "c": plan("c", "b", "gone")}
    assert list_descents(round_) == [["a", "b", "c"]]


def test_a_text_with_few_words_in_common_is_shown_as_rewritten() -> None:
    def ops(*pairs: tuple[str, str]) -> list[dict[str, str]]:
        return [{"op": op, "text": text} for op, text in pairs]

    patch = ops(("delete", "one two"), ("insert", "six"), ("equal", " of "), ("insert", "seven"))
    edit = ops(("equal", "The long old road to "), ("delete", "war"), ("insert", "peace"))

    assert show_rewriting(patch) == ops(("delete", "one two of "), ("insert", "six of seven"))
    assert show_rewriting(edit) == edit


def test_where_a_point_came_from_is_said_by_its_number(own_site: World) -> None:
    told = {"occurred": "2025-12-21", "reports": [report("2025-12-21")], "plan": "draft"}
    numbers = {"p10": "10", "p1-2": "1.2", "p1-10": "1.10"}
    points = [{"point": point, "number": number} for point, number in numbers.items()]
    split = {"op": "split", "point": "p10", "into": [{"point": "p10a", "number": "10a"}]}
    join = {"op": "join", "point": "p1", "number": "1", "from": ["p1-2", "p1-10"]}
    own_site.record(
        "2025-12-21T09:00:00Z",
        [
            {"type": "plan-introduced", "title": "Draft", "points": points, **told},
            {"type": "plan-amended", "operations": [split, join], **told},
        ],
    )
    text = re.sub(r"<[^>]+>", "", main(page(own_site, "plans/draft")))

    assert "split from point 10" in text
    assert "joined from point 1.2, point 1.10" in " ".join(text.split())


@pytest.mark.parametrize(
    ("texts", "told", "share"),
    [
        (["x", "y", "z"], "3 points of Paper are named, all with text: 1, 2, 3.", "all"),
        ([None, "y", None], "3 points of Paper are named, 1 with text: 1, 2, 3.", "some"),
        ([None, None, None], "3 points of Paper are named, none with text: 1, 2, 3.", "none"),
        ([None], "1 point of Paper is named, without its text: 1.", "none"),
    ],
)
def test_points_are_counted_by_name_and_by_text(
    texts: list[str | None], told: str, share: str
) -> None:
    points = [
        {"point": f"p{n}", "number": n, **({"text": text} if text else {})}
        for n, text in enumerate(texts, 1)
    ]
    paper = {**FIRST, "title": "Paper", "claimed_points": None, "points": points}
    with tell_story([("2025-12-15T12:00:00Z", [*OPENING, paper])], "http") as world:
        query = "?from=2025-12-01&as_of=2025-12-15"
        brief = without_links(page(world, "compare", f"{query}&lang=en"))
        overview = page(world, "", "?as_of=2025-12-15&lang=en")
        plan = page(world, "plans/first", "?as_of=2025-12-15&lang=en")
        brief_uk = without_links(page(world, "compare", f"{query}&lang=uk"))

    counted = told.partition(":")[0].replace(" of Paper", "")
    assert told in brief
    assert f"new, {counted.replace(' are', '').replace(' is', '')}" in overview
    assert f"{counted}." in plan.partition("</head>")[0]
    assert (
        load_translations("uk")(f"plan.texts-{share}", len(texts) if share != "some" else 1)
        in brief_uk
    )
