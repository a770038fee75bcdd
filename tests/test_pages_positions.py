"""The overview and the positions: who holds what on a date, and what changed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.facts import OPENING, STANCE, event, event_id, report, statement
from tests.pages import BASE, fetch_page, main, page
from tests.test_http import MORE
from tests.world import World, tell_story


def test_positions_show_who_holds_what_and_what_changed(site: World) -> None:
    text = page(site, "positions")
    cell = re.search(r'<td[^>]*data-label="North"[^>]*>.*?</td>', text, re.DOTALL)

    assert cell
    assert "is-changed" in cell[0]
    assert re.search(r"<del>.*accepts</del>", cell[0], re.DOTALL)
    assert "rejects" in cell[0]
    assert "2 statements" in cell[0]
    assert "1 position differs from 23 December 2025." in text


def test_positions_compare_with_the_date_that_is_named(site: World) -> None:
    found = site.client.get(f"{BASE}/positions.json?from=2025-12-28").json()["data"]
    assert (found["from"], found["changes"]) == ("2025-12-28", 0)
    found = site.client.get(f"{BASE}/positions.json?as_of=2025-12-21&from=2025-12-01").json()[
        "data"
    ]
    assert found["rows"][0]["cells"]["north"]["before"] is None
    assert found["rows"][0]["cells"]["north"]["word"] == "accepts"


def test_positions_are_a_table_for_spreadsheets(site: World) -> None:
    lines = page(site, "positions.csv").splitlines()
    assert lines[0].startswith("party,issue,plan,point,stance")
    assert lines[1].startswith("north,border,,,rejects,2025-12-27,2,0,True,accepts")


def test_a_cell_opens_without_a_script(site: World) -> None:
    text = page(site, "positions", "?cell=north/border")
    drawer = text.partition('<aside id="drawer"')[2].partition("</aside>")[0]

    assert "North" in drawer
    assert drawer.count("<article") == 2
    assert "28 December 2025" in drawer
    assert "/v1/audit/proofs/inclusion?seq=" in drawer
    assert "receipt?basis=as-known" in drawer
    assert re.search(
        r"Talks, as known at 30 December 2025, 09:00 UTC, record up to seq \d+", drawer
    )


def test_an_empty_cell_says_so_and_opens(own_site: World) -> None:
    sea = [
        {"type": "issue-defined", "issue": "sea", "title": "The sea"},
        {"type": "party-registered", "party": "south", "name": "South"},
        STANCE | {"id": event_id(101), "party": "south", "issue": "sea"},
    ]
    own_site.record("2025-12-30T09:00:00Z", sea)
    cell = re.search(
        r'<td[^>]*class="nobody"[^>]*>.*?</td>', page(own_site, "positions"), re.DOTALL
    )
    assert cell
    assert "no position known" in cell[0]
    link = re.search(r'href="([^"]*)#drawer"', cell[0])
    assert link
    drawer = fetch_page(own_site, link[1].replace("&amp;", "&")).partition('<aside id="drawer"')[2]
    assert "no position" in drawer
    assert "As of 30 December 2025 no position of its own on this is known" in drawer
    assert "not understood" in page(own_site, "positions", "?cell=nobody/border", 422)


def test_a_cell_says_what_is_held_in_short(site: World) -> None:
    found = re.search(r'<td[^>]*data-label="North"[^>]*>.*?</td>', page(site, "positions"), re.S)
    assert found
    assert 'class="gist"' in found[0]


def test_the_permalink_of_a_page_shows_the_same_for_ever(own_site: World) -> None:
    text = page(own_site, "positions", "?as_of=2025-12-21")
    found = re.search(r'id="permalink" href="([^"]*)"', text)
    assert found
    link = found[1].replace("&amp;", "&")
    before = main(fetch_page(own_site, link)).partition("</form>")[2]
    own_site.record("2025-12-30T10:00:00Z", [MORE[0]])

    assert main(fetch_page(own_site, link)).partition("</form>")[2] == before
    assert "accepts" in before


def test_the_overview_says_what_changed_and_what_is_contested(site: World) -> None:
    found = site.client.get(f"{BASE}.json").json()["data"]
    assert [each["word"] for each in found["positions"]] == ["rejects"]
    assert len(found["questions"]) == 3
    assert "Where the talks stand" in page(site, "")


def test_the_overview_of_a_quiet_week_tells_the_last_changes(tmp_path: Path) -> None:
    with World(tmp_path, "http") as quiet:
        quiet.record("2025-12-21T09:00:00Z", [*OPENING, STANCE])
        quiet.set_clock("2026-03-01T09:00:00Z")
        text = page(quiet, "")

    assert "What was new last, since 13 December 2025" in text
    assert "The last events before became known on 20 December 2025." in text
    assert "accepts" in text


def test_before_anything_was_known_a_page_is_empty_and_not_broken(site: World) -> None:
    for name in ("", "positions"):
        text = page(site, name, "?as_of=0002-01-01")
        assert "<td" not in text
        assert "5 later events" in text or "6 later events" in text


def test_pages_are_drawn_on_either_database(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", OPENING)
    http_world.record("2025-12-21T09:00:00Z", [statement(1), STANCE])
    http_world.set_clock("2025-12-22T09:00:00Z")

    assert "accepts" in page(http_world, "positions", "?cell=north/border")
    assert "2 later events are hidden" in page(http_world, "", "?as_of=2025-12-19")


def test_a_page_of_filtered_sources_is_the_same_page(site: World) -> None:
    found = [
        site.client.get(f"{BASE}/positions.json?{query}").json()["data"]["rows"]
        for query in ("only_source=herald&only_source=gazette", "")
    ]
    assert found[0] == found[1]


def test_the_overview_names_six_of_many_and_leads_to_all(own_site: World) -> None:
    parties = [
        {"type": "party-registered", "party": f"p{n}", "name": f"Party {n}"} for n in range(8)
    ]
    sea = {"type": "issue-defined", "issue": "sea", "title": "The sea"}
    told = [STANCE | {"id": event_id(200 + n), "party": f"p{n}", "issue": "sea"} for n in range(8)]
    own_site.record("2025-12-21T09:00:00Z", [*parties, sea, *told])

    text = main(page(own_site, ""))
    border, sea_text = text.partition('class="stands-on"')[2].split("<div><dt>")[1:3]
    assert "No answer of their own is recorded:" in border
    assert border.count("<bdi>Party ") == 6
    for named in (border, sea_text):
        assert ">2 more</a>" in named
    assert 'href="/desk/talks/positions?issues=sea"' in sea_text
    assert "No answers are recorded; these are acts, not sides:" in sea_text


def test_who_spoke_for_a_party_is_named_with_the_office_held_then() -> None:
    said = report("2025-12-20")
    role = {"person": "envoy", "party": "north", "occurred": "2025-12-01"}
    later = {**role, "occurred": "2025-12-25"}
    joint = {"party": "north", "issue": "border", "stance": "rejects", "occurred": "2025-12-18"}
    told = {**STANCE, "attribution": "spokesperson", "statement": "s1"}
    unknown = {**told, "id": event_id(101), "occurred": "2025-12-21", "statement": "s9"}
    events = [
        event("now", "role-assumed", said, title="Press secretary", **role),
        event("then", "role-assumed", report("2025-12-25"), title="Minister", **later),
        statement(1),
        told,
        unknown,
        event("joint", "position-stated", said, attribution="joint", summary="we", **joint),
    ]
    with tell_story([("2025-12-30T12:00:00Z", [*OPENING, *events])], "http") as world:
        drawer = page(world, "positions", "?cell=north/border&lang=en").partition("<aside")[2]
        party = page(world, "parties/north", "?lang=en")

    text = re.sub(r"<[^>]+>", "", drawer)
    assert re.findall(r"said by The envoy.*|by a spokesperson|in a joint text", text) == [
        "by a spokesperson",
        "said by The envoy, Press secretary",
        "in a joint text",
    ]
    assert 'href="/desk/talks/people/envoy' in drawer
    assert "Minister" not in text
    assert 'people/envoy?lang=en"><bdi>The envoy</bdi></a>, <bdi>Press secretary</bdi>' in party
