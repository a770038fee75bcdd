"""What nothing tells, or accounts dispute, is called so: no page turns it into a fact."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from api.models.changes import AnyChange
from api.pages.shared.i18n import LANGUAGES, load_translations
from tests.facts import OPENING, Event, act, event, event_id, report
from tests.pages import BASE, main, page
from tests.world import World, tell_story

AT = "2025-12-24T12:00:00Z"
COURIER = report("2025-12-21", "courier")


def told(label: str, type_: str, **fields: Any) -> Event:
    return event(label, type_, report("2025-12-20"), **{"occurred": "2025-12-19"} | fields)


ON_THE_BORDER = {"issue": "border", "stance": "accepts", "summary": "yes"}
CLAIM = {"attribution": "third-party", "attributed_by": "party:north"}
CHANGE = {"op": "substitution", "point": "p1", "text": "B"}
FACTS = [
    *OPENING,
    {"type": "party-registered", "party": "south", "name": "South"},
    {"type": "issue-defined", "issue": "fees", "title": "Fees"},
    told("plan", "plan-introduced", plan="draft", title="Draft", status="draft"),
    told("two", "plan-introduced", plan="two", title="Two", points=[{"point": "p1", "text": "A"}]),
    told("stance", "position-stated", party="north", **ON_THE_BORDER),
    told("claim", "position-stated", party="south", **ON_THE_BORDER, **CLAIM),
    told("said", "statement-made", statement="s1", speaker="envoy", summary="Word"),
    told("announced", "meeting-announced", meeting="g", title="G", expected="2025-12-29"),
    told("held", "meeting-held", meeting="h", title="H", place="Y"),
    told("concluded", "meeting-concluded", meeting="h", outcome="partial", summary="z"),
    told("endorsed", "plan-endorsed", plan="draft", party="north"),
    told("amendment", "amendment-proposed", plan="two", amendment="a1", operations=[CHANGE]),
    told("agreed", "plan-signed", plan="two", party="south"),
    told("role", "role-assumed", person="envoy", party="north", title="Envoy"),
    told("due", "deadline-set", deadline="d", title="D", due="2025-12-30", on=["north"]),
    told("vote", "vote-held", vote="v", motion="M", result="carried", counts={"for": 1}),
    told("incident", "incident-reported", incident="i", title="I", kind="attack", place="P"),
]
OTHERWISE = {
    "title": "Other",
    "status": "official",
    "stance": "rejects",
    "summary": "other",
    "party": "south",
    "issue": "fees",
    "speaker": "party:south",
    "expected": "2025-12-31",
    "occurred": "2025-12-18",
    "place": "Q",
    "outcome": "walkout",
    "plan": "two",
    "due": "2026-01-01",
    "on": ["south"],
    "motion": "N",
    "result": "lost",
    "counts": {"for": 2},
    "kind": "strike",
    "attributed_by": "party:south",
}
"""What another account says of a field."""


def disputes() -> Iterator[Event]:
    for each in FACTS[6:]:
        rival = {name: OTHERWISE[name] for name in each if name in OTHERWISE}
        if each["type"] == "plan-introduced":
            del rival["plan"]
        label = f"rival {each['id']}"
        yield {**act(label, "event-disputed", "", COURIER, rival=rival), "event": each["id"]}


DISPUTES = list(disputes())
PAGES = ("", "positions", "plans", "plans/draft", "plans/two", "meetings", "events", "people")
FACT_LIKE = re.compile(
    r"\b(?:None|null|nothing|somebody(?! else, about it)|without a status|result not told)\b"
)


@pytest.fixture(scope="module")
def disputed() -> Iterator[World]:
    with tell_story([(AT, [*FACTS, *DISPUTES])], "http") as world:
        yield world


def text_of(site: World, name: str, query: str = "?lang=en") -> str:
    text = re.sub(r"<[^>]+>|\s+", " ", main(page(site, name, query)))
    explained = ("nothing, as nobody had", "nothing, as it was not")
    for said_of_all in ("nothing to agree on yet", "say nothing of what the answer", *explained):
        text = text.replace(said_of_all, "")
    return re.sub(r" +", " ", text)


@pytest.mark.parametrize("name", [*PAGES, *(f"events/{each['id']}" for each in FACTS[6:])])
def test_a_page_of_disputed_facts_calls_none_of_them_a_fact(disputed: World, name: str) -> None:
    assert FACT_LIKE.findall(text_of(disputed, name)) == []


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("compare", "?from=2025-12-01"),
        ("compare", "?from=2025-12-20"),
        ("gap", "?as_of=2025-12-20"),
    ],
)
def test_nor_does_a_sentence(disputed: World, name: str, query: str) -> None:
    shown = text_of(disputed, name, query)

    assert FACT_LIKE.findall(shown.replace("Nothing: all", "")) == []
    assert "status disputed" in shown
    assert "result disputed" in shown


def test_an_event_shows_what_it_put_in_dispute(disputed: World) -> None:
    shown = text_of(disputed, f"events/{DISPUTES[0]['id']}")

    assert "Status draft disputed" in shown
    assert "Rival accounts none" in shown


def test_a_deadline_whose_parties_are_disputed_is_shown_with_both(disputed: World) -> None:
    assert disputed.get("/deadlines").json()["data"][0]["on"] is None
    shown = text_of(disputed, "meetings")
    assert "For : North ( herald ) / South ( courier )" in shown


def test_what_nothing_tells_is_called_untold() -> None:
    facts = [
        told("v", "vote-held", vote="v", motion="M"),
        told("i", "incident-reported", incident="i", title="I"),
        told("p", "plan-introduced", plan="draft", title="Draft"),
    ]
    with tell_story([(AT, [*OPENING, *facts])], "http") as world:
        shown = text_of(world, "compare", "?from=2025-12-01")
        table = world.client.get(f"{BASE}/compare.csv?from=2025-12-01").text
        event_page = text_of(world, f"events/{event_id('v')}")
        ukrainian = text_of(world, "compare", "?from=2025-12-01&lang=uk")

    for words in ("Vote on “M”: result not told", "I (kind not told)", "(status not told)"):
        assert words in shown
    assert "результат не названо" in ukrainian
    assert {(row["before"], row["after"]) for row in csv.DictReader(io.StringIO(table))} == {
        ("", "")
    }
    assert "Motion – M" in event_page


def test_every_kind_of_change_has_a_name() -> None:
    union = get_args(get_args(AnyChange.__value__)[0])
    kinds = {get_args(change.model_fields["kind"].annotation)[0] for change in union}

    assert len(kinds) > 10
    for lang in LANGUAGES:
        entries = load_translations(lang).entries
        assert {kind for kind in kinds if f"event.kind.{kind}" not in entries} == set()
