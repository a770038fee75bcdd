"""The pages of a person, a party and an issue: what each tells, as of the date, and of whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.pages.overview.page import share_lines
from tests.facts import Event, event, event_id, report, statement
from tests.pages import main, page
from tests.world import World

ISSUE: Event = {
    "type": "issue-defined",
    "issue": "force",
    "title": "The size of the force",
    "question": "How many soldiers may North have?",
    "answers": [
        {"answer": "many", "label": "As many as it likes"},
        {"answer": "some", "label": "At most", "value": 800},
        {"answer": "none", "label": "None"},
    ],
}


def stance(label: str, day: int, party: str, answer: str | None, **fields: Any) -> Event:
    told = report(f"2025-12-{day + 1:02}")
    given = {"answer": answer} if answer else {}
    base: Event = {"party": party, "issue": "force", "stance": "proposes", **given}
    base |= {"occurred": f"2025-12-{day:02}", "summary": f"{party} says {label}"}
    return event(label, "position-stated", told, **(base | fields))


def role(label: str, kind: str, day: str, person: str = "envoy", **fields: Any) -> Event:
    told = report(day)
    return event(
        label, kind, told, person=person, party="north", occurred=day, **{"title": "Envoy"} | fields
    )


THINGS: list[Event] = [
    {"type": "negotiation-opened", "title": "Talks"},
    *(
        {"type": "party-registered", "party": name, "name": name.title(), "kind": "state"}
        for name in ("north", "south", "east", "west")
    ),
    {"type": "party-registered", "party": "northern", "name": "The North", "same_as": "north"},
    {
        "type": "person-registered",
        "person": "envoy",
        "name": "The Envoy",
        "names": {"fr": "L’Envoyé"},
    },
    {"type": "person-registered", "person": "mediator", "name": "The Mediator"},
    ISSUE,
    role("r1", "role-assumed", "2025-11-01", authority="envoy"),
    role("r2", "role-ended", "2025-12-05"),
    role("r3", "role-assumed", "2025-12-08", title="Minister"),
    stance("p1", 1, "north", "many", quote="As many as we like."),
    stance("p2", 2, "south", "none"),
    stance("p3", 3, "east", None, stance="reserves"),
    stance("p4", 10, "north", "some"),
    stance("p5", 11, "north", "some", summary="the same again"),
    stance("p6", 12, "northern", "some", stance="accepts"),
    stance("p7", 4, "south", "many", attribution="third-party", attributed_by="person:mediator"),
    event(
        "e1",
        "position-stated",
        report("2025-12-03"),
        party="west",
        plan="draft",
        point="p",
        stance="accepts",
        occurred="2025-12-02",
        summary="fine",
    ),
    event(
        "d1",
        "plan-introduced",
        report("2025-12-01"),
        plan="draft",
        title="The draft",
        sponsors=["north"],
        occurred="2025-12-01",
        points=[{"point": "p", "number": "1", "heading": "Peace"}],
    ),
    event(
        "d2",
        "plan-rejected",
        report("2025-12-02"),
        plan="draft",
        party="south",
        occurred="2025-12-02",
    ),
    event(
        "m1",
        "meeting-announced",
        report("2025-12-04"),
        meeting="talks-1",
        title="First talks",
        occurred="2025-12-03",
        expected="2025-12-09",
        invitees=["party:north", "party:south"],
    ),
    event(
        "m2",
        "meeting-held",
        report("2025-12-07"),
        meeting="talks-2",
        title="Quiet talks",
        occurred="2025-12-06",
        participants=[{"person": "envoy", "party": "north", "head": True}],
    ),
    statement(1, day=5, speaker="person:envoy", about=["issue:force"]),
    statement(2, day=6, speaker="person:mediator", about=["person:envoy"], summary="He lies"),
    event(
        "x1",
        "deadline-set",
        report("2025-12-07"),
        deadline="answer-by",
        title="Answer by then",
        due="2026-01-10",
        occurred="2025-12-06",
        by="party:south",
        about=["issue:force"],
    ),
]
LATER: list[Event] = [
    {"type": "party-registered", "party": "islands", "name": "The Islands"},
    {**stance("l1", 28, "islands", "none"), "reports": [report("2025-12-29")]},
]


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("things"), "http") as world:
        world.record("2025-12-20T09:00:00Z", sorted(THINGS, key=_in_order))
        world.record("2025-12-29T12:00:00Z", LATER)
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


def _in_order(each: Event) -> bool:
    """Put stances on points behind the plans that these are of."""
    return each.get("plan") is not None and each["type"] == "position-stated"


def data(talks: World, path: str, query: str = "") -> dict[str, Any]:
    response = talks.client.get(f"/desk/talks/{path}.json{query}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["data"]
    return found


def test_an_issue_lists_its_answers_in_order_with_who_gives_each(talks: World) -> None:
    found = data(talks, "issues/force", "?as_of=2025-12-15")

    given = {
        each["answer"]: [party for said in each["stances"] for party in said["parties"]]
        for each in found["scale"]
    }
    assert given == {"many": [], "some": ["north"], "none": ["south"]}
    assert list(given) == ["many", "some", "none"]
    assert found["cells"]["north"]["since"] == "2025-12-10"
    assert found["acts"] == ["east"]  # it acts, and answers nothing
    assert found["silent"] == ["west"]  # it stands elsewhere


def test_how_an_issue_came_about_tells_moves_alone(talks: World) -> None:
    moves = data(talks, "issues/force", "?as_of=2025-12-15")["moves"]["items"]

    told = [(each["party"], each["answer_before"], each["answer_words"]) for each in moves]
    assert told == [
        ("north", "As many as it likes", "At most, 800"),  # said again twice: no move
        ("east", None, None),
        ("south", None, "None"),
        ("north", None, "As many as it likes"),
    ]
    assert moves[0]["known_at"].startswith("2025-12-11")
    assert moves[-1]["quote"] == "As many as we like."
    assert [source["publisher"] for source in moves[0]["sources"]] == ["herald"]


def test_what_names_an_issue_is_on_its_page(talks: World) -> None:
    found = data(talks, "issues/force")

    assert [each["statement"] for each in found["statements"]["items"]] == ["s1"]
    assert [each["type"] for each in found["events"]["items"]] == ["deadline-set"]
    (claim,) = found["claims"]["items"]
    assert (claim["party"], claim["claimant"]) == ("south", "The Mediator")


def test_a_party_tells_its_answers_meetings_and_plans(talks: World) -> None:
    found = data(talks, "parties/north", "?as_of=2025-12-15")

    (position,) = found["positions"]
    assert (position["answer_words"], position["word"]) == ("At most, 800", "accepts")
    assert [each["person"] for each in found["people"]["items"]] == ["envoy"]
    meetings = {each["meeting"]: each for each in found["meetings"]["items"]}
    assert {slug: each["status"] for slug, each in meetings.items()} == {
        "talks-2": "held",
        "talks-1": "overdue",
    }
    assert meetings["talks-1"]["part"] == {"role": "invited", "head": False}
    assert [act["type"] for act in found["plans"]["items"][0]["acts"]] == ["plan-introduced"]
    rejected = data(talks, "parties/south")["plans"]["items"][0]
    assert [act["type"] for act in rejected["acts"]] == ["plan-rejected"]
    assert [each["claimant"] for each in data(talks, "parties/south")["claims"]["items"]] == [
        "The Mediator"
    ]


def test_a_person_tells_the_roles_held_with_their_ends(talks: World) -> None:
    found = data(talks, "people/envoy")

    terms = [(each["title"], each["since"], each["until"]) for each in found["roles"]]
    assert terms == [("Minister", "2025-12-08", None), ("Envoy", "2025-11-01", "2025-12-05")]
    assert [each["statement"] for each in found["statements"]["items"]] == ["s1"]
    assert [each["statement"] for each in found["about"]["items"]] == ["s2"]
    assert [each["meeting"] for each in found["meetings"]["items"]] == ["talks-2"]
    then = data(talks, "people/envoy", "?as_of=2025-12-02")
    assert [(each["title"], each["ended"]) for each in then["roles"]] == [("Envoy", False)]
    assert then["meetings"]["items"] == then["statements"]["items"] == []
    (claim,) = data(talks, "people/mediator")["claims"]["items"]
    assert (claim["party"], claim["issue"]) == ("south", "force")


def test_a_second_registration_leads_to_what_it_is_the_same_as(talks: World) -> None:
    text = main(page(talks, "parties/northern"))

    assert "“northern” is a second registration of the same." in text
    assert "At most, 800" in text


def test_what_nobody_registered_is_told_with_the_nearest_names(talks: World) -> None:
    text = main(page(talks, "parties/sout", status=404))
    assert 'href="/desk/talks/parties/south"' in text
    response = talks.client.get("/desk/talks/parties/sout.json")
    assert response.status_code == 404
    assert "south" in response.json()["hint"]


def test_what_is_known_later_only_says_so_and_no_more(talks: World) -> None:
    text = main(page(talks, "parties/islands", "?as_of=2025-12-15"))
    assert "Nothing of this was known on 15 December 2025; it became known later." in text
    assert "None" not in text
    assert "None" in main(page(talks, "parties/islands"))


def test_an_embargoed_party_is_no_party_to_those_who_may_not_see_it(tmp_path: Any) -> None:
    hidden = {
        **stance("h1", 1, "isles", "none"),
        "reports": [report("2025-12-02", audience="press")],
    }
    party = {"type": "party-registered", "party": "isles", "name": "The Isles"}
    opening: Event = {"type": "negotiation-opened", "title": "Talks"}
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [opening, party, ISSUE, hidden, statement_of_nobody()])
        world.set_clock("2025-12-30T09:00:00Z")
        hidden_text = page(world, "parties/isles", "?audience=public", status=404)
        assert "The Isles" not in hidden_text
        assert "The Isles" in page(world, "parties/isles", "?audience=press")


def statement_of_nobody() -> Event:
    return event(
        "n1",
        "incident-reported",
        report("2025-12-02"),
        incident="i1",
        title="A noise",
        occurred="2025-12-01",
    )


def test_the_pages_are_tables_too(talks: World) -> None:
    rows = {
        path: talks.client.get(f"/desk/talks/{path}.csv").text.splitlines()
        for path in ("issues/force", "parties/north", "people/envoy")
    }
    assert len(rows["issues/force"]) == 1 + 4
    assert rows["parties/north"][1].startswith("north,force,,,The size of the force,some,")
    assert "Minister" in rows["people/envoy"][1]


def test_a_list_is_shown_in_part_and_then_in_whole(tmp_path: Any) -> None:
    speaker: Event = {"type": "person-registered", "person": "envoy", "name": "The Envoy"}
    said = [statement(n, speaker="person:envoy") for n in range(1, 31)]
    with World(tmp_path, "http") as world:
        world.record(
            "2025-12-20T09:00:00Z", [{"type": "negotiation-opened", "title": "T"}, speaker, *said]
        )
        world.set_clock("2025-12-30T09:00:00Z")
        assert len(data(world, "people/envoy")["statements"]["items"]) == 20
        text = main(page(world, "people/envoy"))
        assert 'href="/desk/talks/people/envoy?all=statements#h-statements"' in text
        assert len(data(world, "people/envoy", "?all=statements")["statements"]["items"]) == 30


def test_an_end_whose_beginning_is_not_known_is_told(tmp_path: Any) -> None:
    with World(tmp_path, "http") as world:
        people = [each for each in THINGS if each["type"].endswith(("opened", "registered"))]
        world.record("2025-12-20T09:00:00Z", [*people, role("r2", "role-ended", "2025-12-05")])
        world.set_clock("2025-12-30T09:00:00Z")
        (term,) = data(world, "people/envoy")["roles"]
        assert (term["since"], term["until"], term["ended"]) == (None, "2025-12-05", True)
        assert "since an unknown day" in main(page(world, "people/envoy"))


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("", ["issues/force", "people/mediator"]),
        ("positions", ["issues/force", "parties/north"]),
        ("positions?cell=north/force", ["parties/north", "issues/force"]),
        ("people", ["people/envoy", "parties/north"]),
        ("meetings", ["people/envoy", "parties/north"]),
        ("plans", ["parties/north"]),
        ("plans/draft", ["parties/north"]),
        ("events", ["parties/north"]),
        (f"events/{event_id('p7')}", ["parties/south", "people/mediator", "issues/force"]),
    ],
)
def test_names_lead_to_their_pages(talks: World, path: str, leads_to: list[str]) -> None:
    name, _, query = path.partition("?")
    text = main(page(talks, name, f"?as_of=2025-12-15{'&' + query if query else ''}"))

    for target in leads_to:
        assert f'href="/desk/talks/{target}?as_of=2025-12-15"' in text, target


@pytest.mark.parametrize(
    ("lengths", "shares"),
    [((3, 0, 1, 0), (3, 0, 1, 0)), ((20, 2, 1, 9), (4, 2, 1, 3)), ((0, 30, 0, 0), (0, 10, 0, 0))],
)
def test_what_is_new_has_ten_lines(lengths: tuple[int, ...], shares: tuple[int, ...]) -> None:
    names = ("positions", "moved", "redrawn", "listed")
    shown = share_lines(dict(zip(names, lengths, strict=True)), 10)
    assert tuple(shown.values()) == shares
