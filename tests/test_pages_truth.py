"""What pages say is what somebody said: quotes, dates, disputed words, and no sides taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.facts import OPENING, STANCE, act, event_id, report, statement
from tests.pages import BASE, main, page
from tests.world import World


def cell_of(text: str, party: str) -> str:
    found = re.search(rf'<td[^>]*data-label="{party}"[^>]*>.*?</td>', text, re.DOTALL)
    assert found
    return found[0]


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give a statement and a position of which two accounts differ."""
    rival = report("2025-12-21", "gazette")
    with World(tmp_path_factory.mktemp("disputed"), "http") as world:
        world.record(
            "2025-12-20T09:00:00Z", [*OPENING, statement(1, summary="By the 27th"), STANCE]
        )
        world.record(
            "2025-12-21T09:00:00Z",
            [
                act(11, "event-disputed", 1, rival, rival={"summary": "By the 26th"}),
                act(12, "event-disputed", 100, rival, rival={"summary": "no"}),
            ],
        )
        world.set_clock("2025-12-22T09:00:00Z")
        yield world


@pytest.mark.parametrize("name", ["", "events", "people", f"events/{event_id(1)}"])
def test_a_disputed_statement_keeps_its_words_and_is_marked(disputed: World, name: str) -> None:
    text = main(page(disputed, name))
    assert "By the 27th" in text
    assert "By the 26th" in text
    assert "disputed" in text


def test_a_brief_tells_a_disputed_statement_in_the_words_of_each_account(disputed: World) -> None:
    found = disputed.client.get(f"{BASE}/compare.json?from=2025-12-20").json()["data"]["lines"]
    told = [each["sentence"] for each in found if each["kind"] == "statement"]
    assert len(told) == 1
    assert "The envoy: By the 27th / By the 26th (disputed)" in told[0]


def test_a_position_whose_words_are_disputed_keeps_them(disputed: World) -> None:
    cell = cell_of(page(disputed, "positions"), "North")
    assert "yes / no" in cell
    assert "disputed" in cell


def test_a_quote_stands_only_under_the_stance_that_it_is_of(own_site: World) -> None:
    quoting = report("2025-12-21") | {"quote": "Everything is ours."}
    own = {"id": event_id(102), "stance": "rejects", "occurred": "2025-12-22"}
    borrowed = STANCE | {"id": event_id(101), "occurred": "2025-12-21", "reports": [quoting]}
    own_site.record(
        "2025-12-30T09:00:00Z",
        [borrowed, STANCE | own | {"quote": "Not one yard.", "reports": [report("2025-12-22")]}],
    )
    drawer = page(own_site, "positions", "?cell=north/border").partition('<aside id="drawer"')[2]
    assert "Not one yard." in drawer
    assert "Everything is ours." not in drawer


def test_a_text_stands_with_its_own_date_and_the_stance_with_its_beginning(own_site: World) -> None:
    newer = {"id": event_id(101), "summary": "yes, for 60 days", "occurred": "2025-12-26"}
    own_site.record("2025-12-30T09:00:00Z", [STANCE | newer | {"reports": [report("2025-12-26")]}])
    text = page(own_site, "positions", "?cell=north/border")
    cell = re.sub(r"<[^>]+>", "", cell_of(text, "North"))
    drawer = re.sub(r"<[^>]+>", "", text.partition('<aside id="drawer"')[2])

    assert "yes, for 60 dayssaid 26 Dec 2025" in cell
    assert "since 20 Dec 2025" in cell
    assert "since 20 December 2025, last said 26 December 2025" in drawer
    row = own_site.client.get(f"{BASE}/positions.json").json()["data"]["rows"][0]["cells"]["north"]
    assert (row["since"], row["last_stated"]) == ("2025-12-20", "2025-12-26")


def test_the_overview_lists_every_issue_by_act_and_takes_no_side(own_site: World) -> None:
    own_site.record(
        "2025-12-30T09:00:00Z",
        [
            {"type": "issue-defined", "issue": "sea", "title": "The sea"},
            statement(5, about=["issue:sea"]),
        ],
    )
    text = main(page(own_site, ""))
    stands = text.partition('id="h-apart"')[2].partition("</section>")[0]

    assert "The border" in stands
    assert re.search(r"The sea.*no position known", stands, re.DOTALL)
    assert "accepts" in stands
    for word in ("For", "Against", "apart"):
        assert f">{word}<" not in text
