"""The page of anomalies: a sentence for each, with its event, as many as the API lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from api.models.answers import Anomaly
from api.models.base import Provenance
from api.pages.anomalies.page import PAGE_SIZE
from api.pages.shared.i18n import LANGUAGES, load_translations
from tests.facts import OPENING, Event, act, event, event_id, report, statement
from tests.pages import BASE, main, page
from tests.world import World, accept_second_introductions, tell_story

AT = "2025-12-24T12:00:00Z"
SAID = report("2025-12-20")


def told(label: str, type_: str, **fields: Any) -> Event:
    return event(label, type_, SAID, **{"occurred": "2025-12-19"} | fields)


PLAN = {"plan": "draft", "title": "The draft", "points": [{"point": "p1", "number": 1}]}
STANCE = {"party": "north", "stance": "accepts", "summary": "yes"}
EVENTS = [
    told("plan", "plan-introduced", **PLAN),
    statement(1),
    told(
        "early", "vote-held", vote="v", motion="The offer", tz="Asia/Tokyo", occurred="2025-12-22"
    ),
    told("op", "plan-amended", plan="draft", operations=[{"op": "repeal", "point": "p7"}]),
    told("adopted", "amendment-adopted", plan="draft", amendment="a1"),
    told("met", "deadline-met", deadline="reply"),
    told("cancelled", "meeting-cancelled", meeting="geneva"),
    told("endorsed", "plan-endorsed", plan="ghost", party="north"),
    told("signed", "plan-signed", plan="draft", party="north", points=["p8"]),
    told("unsaid", "statement-withdrawn", statement="s9"),
    told("dropped", "position-withdrawn", party="north", issue="border"),
    told("stance", "position-stated", plan="draft", point="p9", **STANCE),
    act("settled", "dispute-resolved", 1, SAID, changes={}),
    act("again", "retraction-reversed", 1, SAID),
    statement(3, reply_to="gone"),
    statement(4, copy_of="gone"),
    told("inner", "meeting-held", meeting="inner", part_of="outer"),
    statement(5, reply_to="s6"),
    statement(6, reply_to="s5"),
    act("text", "text-published", "plan", SAID, points=[{"point": "p4", "text": "New."}]),
]
SENTENCES = {
    "early": "“The offer” was published before it is said to have happened: 22 December 2025,"
    " Tokyo time.",
    "op": "Point p7 of “The draft” is struck out, but nothing introduced it.",
    "adopted": "Amendment a1 of “The draft” is decided, but nobody is known to have proposed it.",
    "met": "Deadline met: “reply”, which nothing set.",
    "cancelled": "Meeting cancelled: “geneva”, which nothing announced or held.",
    "endorsed": "North endorsed, rejected or signed “ghost”, which nothing introduced.",
    "signed": "North endorsed, rejected or signed point p8, which “The draft” does not have.",
    "unsaid": "The statement s9 is withdrawn, but nobody is known to have made it.",
    "dropped": "North withdrew a stance on “The border” that is not known to have been taken.",
    "stance": "North took a stance on point p9 of “The draft”, which no plan has.",
    "settled": "A dispute about “Word 1” is resolved, but nobody is known to have disputed it.",
    "again": "“Word 1” is said to stand again, but nobody is known to have retracted it.",
    3: "The statement s3 replies to gone, which nobody is known to have made.",
    4: "The statement s4 is a copy of gone, which nobody is known to have made.",
    "inner": "“inner” is part of “outer”, which nothing announced or held.",
    5: "Statements that reply in a circle: s5 → s6 → back to the first.",
    "text": "A text is given of point p4, which “The draft” does not have.",
}


@pytest.fixture(scope="module")
def odd() -> Iterator[World]:
    with tell_story([(AT, [*OPENING, *EVENTS])], "http") as world:
        yield world


def listed(site: World, query: str = "") -> Any:
    return site.client.get(f"{BASE}/anomalies.json{query}").json()["data"]


def test_each_anomaly_is_a_sentence_that_leads_to_its_event(odd: World) -> None:
    shown = main(page(odd, "anomalies", "?lang=en"))
    links = dict(re.findall(r'<li><a href="[^"?]*/events/([^"?]+)[^"]*"><bdi>([^<]*)</bdi>', shown))

    assert links == {event_id(label): sentence for label, sentence in SENTENCES.items()}
    api = odd.get("/anomalies").json()["data"]
    assert [each["kind"] for each in listed(odd)["anomalies"]] == [each["kind"] for each in api]


def test_it_follows_the_date_and_is_a_table_too(odd: World) -> None:
    assert listed(odd, "?as_of=2025-12-18")["anomalies"] == []
    assert "adds up." in page(odd, "anomalies", "?as_of=2025-12-18&lang=en")
    lines = odd.client.get(f"{BASE}/anomalies.csv").text.splitlines()
    assert lines[0] == "kind,sentence,known_at,events,sources"
    assert len(lines) == 1 + len(SENTENCES)


def test_the_overview_and_the_audit_lead_to_it(odd: World) -> None:
    for name in ("", "audit"):
        assert re.search(r'href="/desk/talks/anomalies[^"]*">What does not add up', page(odd, name))


def test_every_kind_has_a_sentence_in_every_language() -> None:
    models = get_args(Anomaly.__value__)
    kinds = {
        kind
        for model in models
        if isinstance(model, type) and issubclass(model, Provenance)
        for kind in get_args(model.model_fields["kind"].annotation)
    }

    assert len(kinds) >= len(SENTENCES) - 1
    for lang in LANGUAGES:
        entries = load_translations(lang).entries
        told = "anomalies.told."
        sentences = {key.removeprefix(told) for key in entries if key.startswith(told)}
        assert sentences == kinds | {"published-before-occurred"}


def test_what_one_page_does_not_hold_is_on_the_next(own_site: World) -> None:
    many = [told(f"m{n}", "deadline-met", deadline=f"d{n}") for n in range(PAGE_SIZE + 3)]
    own_site.record(AT, many)

    first, rest = listed(own_site), listed(own_site, f"?cursor={PAGE_SIZE}")
    assert (len(first["anomalies"]), first["next"]) == (PAGE_SIZE, PAGE_SIZE)
    assert (len(rest["anomalies"]), rest["next"], rest["first"]) == (3, None, PAGE_SIZE + 1)
    assert f"cursor={PAGE_SIZE}" in main(page(own_site, "anomalies"))


def test_a_second_introduction_names_the_plan() -> None:
    again = told("again", "plan-introduced", plan="draft", title="Another")
    with (
        accept_second_introductions(),
        tell_story([(AT, [*OPENING, EVENTS[0], again])], "http") as older,
    ):
        (only,) = listed(older)["anomalies"]

    assert only["sentence"].endswith("is introduced a second time; the first introduction counts.")
