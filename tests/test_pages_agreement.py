"""On what parties differ and agree: judged by answers alone, listed on three pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from api.pages.shared.agreement import AnswerSpread, judge_spread
from tests.facts import Event, event, event_id, report
from tests.pages import BASE, main, page, without_links
from tests.world import World

ANSWERS = [{"answer": "yes", "label": "Yes"}, {"answer": "no", "label": "No"}]
SEEN = report("2025-12-20")
ISSUES = ("truce", "dam", "port", "gold", "quiet")


def stands(label: str, party: str, issue: str, answer: str, stance: str = "supports") -> Event:
    day = "2025-12-10" if label.startswith("early") else "2025-12-20"
    fields = {"party": party, "issue": issue, "answer": answer, "stance": stance}
    told = report("2025-12-10") if label.startswith("early") else SEEN
    return event(label, "position-stated", told, occurred=day, summary=label, **fields)


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give talks whose parties differ on one issue, come together on another, refuse an answer
    together, leave one open, and agree on one point of a plan."""
    parties = [
        {"type": "party-registered", "party": slug, "name": slug.title()}
        for slug in ("north", "south", "east")
    ]
    issues = [
        {"type": "issue-defined", "issue": slug, "title": f"The {slug}", "answers": ANSWERS}
        for slug in ISSUES
    ]
    plan = event(
        "plan",
        "plan-introduced",
        SEEN,
        plan="deal",
        title="The deal",
        sponsors=["north"],
        occurred="2025-12-20",
        points=[{"point": "a", "number": 1, "text": "A."}, {"point": "b", "number": 2}],
    )
    on_point = {"plan": "deal", "point": "a", "stance": "accepts", "summary": "Fine."}
    verdict = event("v", "position-stated", SEEN, party="north", occurred="2025-12-20", **on_point)
    with World(tmp_path_factory.mktemp("agreement"), "http") as world:
        world.record(
            "2025-12-20T09:00:00Z",
            [
                {"type": "negotiation-opened", "title": "Talks"},
                *parties,
                *issues,
                stands("early truce", "north", "truce", "yes"),
                stands("early truce 2", "south", "truce", "no"),
                stands("truce", "south", "truce", "yes", "accepts"),
                stands("early dam", "north", "dam", "yes"),
                stands("early dam 2", "south", "dam", "yes", "red-line"),
                stands("port", "north", "port", "yes", "rejects"),
                stands("port 2", "south", "port", "yes", "opposes"),
                stands("gold", "north", "gold", "yes", "reserves"),
                stands("gold 2", "south", "gold", "yes", "undecided"),
                plan,
                verdict,
            ],
        )
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


@pytest.mark.parametrize(
    ("stances", "spread"),
    [
        ([("supports", "yes"), ("demands", "yes")], "agreed"),
        ([("supports", "yes"), ("supports", "no")], "apart"),
        ([("supports", "yes"), ("rejects", "yes")], "apart"),
        ([("opposes", "yes"), ("red-line", "yes")], "agreed"),
        ([("reserves", "yes"), ("undecided", "yes")], "open"),
        ([("supports", "yes"), ("undecided", "yes")], "apart"),
        ([("supports", "yes"), ("rejects", None)], "single"),
        ([("mixed", None)], "silent"),
        ([], "silent"),
    ],
)
def test_who_refuses_an_answer_does_not_agree_with_who_holds_it(
    stances: list[tuple[str, str | None]], spread: AnswerSpread
) -> None:
    assert judge_spread(stances) == spread


def lists_of(text: str) -> dict[str, str]:
    """Return what a page lists that parties differ, or agree, on, without its counts."""
    found = text.partition('<dl class="spreads">')[2].partition("</dl>")[0]
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", without_links(found), re.DOTALL)
    return {re.sub(r" *<[^>]+>\d*", "", head): re.sub(r"<[^>]+>", "", said) for head, said in pairs}


def test_the_positions_begin_with_what_parties_differ_and_agree_on(talks: World) -> None:
    assert lists_of(page(talks, "positions")) == {
        "They differ on": "The dam",
        "All who answer agree on": "The truce, The port",
        "Points agreed by all": "The deal: point 1",
    }
    data = talks.client.get(f"{BASE}/positions.json?agreement=open").json()["data"]
    assert [row["issue"] for row in data["rows"]] == ["gold"]
    uk = lists_of(page(talks, "positions", "?lang=uk"))
    assert uk["Згодні всі, хто відповів"] == "The truce, The port"


def test_a_comparison_says_which_of_them_was_otherwise_on_the_earlier_day(talks: World) -> None:
    listed = lists_of(page(talks, "compare", "?from=2025-12-15&as_of=2025-12-28"))
    assert listed["They differ on"] == "The dam"
    assert listed["All who answer agree on"] == (
        "The truce not so on 15 December 2025, The port not so on 15 December 2025"
    )
    earlier = lists_of(page(talks, "compare", "?from=2025-12-11&as_of=2025-12-15"))
    assert earlier == {
        "They differ on": "The truce, The dam",
        "All who answer agree on": "no question",
    }


def test_the_overview_lists_what_agrees_apart_from_what_differs(talks: World) -> None:
    text = main(page(talks, ""))
    differing, agreeing = text.partition("Where they differ")[2].split("Where all who answer agree")

    assert "The dam" in differing
    assert "The truce" not in differing
    agreed = agreeing.partition("All positions")[0]
    assert "The truce" in agreed
    assert "The port" in agreed
    assert "The gold" not in agreed
    assert "Points agreed by all" in agreed
    assert 'href="/desk/talks/plans/deal#a"' in agreed


def test_who_has_no_answer_of_its_own_leads_to_what_there_is(talks: World) -> None:
    text = main(page(talks, "", "?as_of=2025-12-15"))
    assert "Silent" not in text
    assert "No answer of its own is recorded:" not in text  # nobody else takes any position
    issue = main(page(talks, "issues/port"))
    assert "Silent" not in issue
    with_third = event("east", "position-stated", SEEN, party="east", issue="dam", answer="no")
    with_third |= {"stance": "demands", "summary": "No.", "occurred": "2025-12-20"}
    talks.record("2025-12-29T09:00:00Z", [with_third | {"id": event_id("east")}])
    text = main(page(talks, ""))
    assert "No answer of its own is recorded:" in text
    assert 'href="/desk/talks/positions?cell=east%2Ftruce"' in text
    issue = main(page(talks, "issues/truce"))
    assert 'href="/desk/talks/positions?cell=east%2Ftruce"' in issue
    drawer = page(talks, "positions", "?cell=east/truce")
    assert "As of 29 December 2025 no position of its own on this is known" in drawer
    assert "Events that name both" in drawer
