"""Sources: whose reports count, how publishers are compared, and what independence is."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InvalidQuestionError
from domain.sources import check_names, distinct_names, publisher_key
from ledger.proofs import verify_bundle
from tests.facts import OPENING, STANCE, Event, act, event, event_id, statement
from tests.pages import page
from tests.world import World

AT = "2025-12-21T09:00:00Z"
NOW = "2025-12-31T09:00:00Z"


def by(publisher: str | None, day: int = 20, **fields: Any) -> Event:
    """Return a report by a publisher on a day of December 2025."""
    named = {"publisher": publisher} if publisher else {}
    return {"published": f"2025-12-{day}", **named, **fields}


def tell(world: World, *events: Event) -> None:
    world.record("2025-12-19T09:00:00Z", OPENING)
    world.record(AT, list(events))
    world.set_clock(NOW)


def seen(world: World, query: str = "") -> set[str]:
    response = world.client.get(f"/v1/negotiations/talks/statements?{query}")
    assert response.status_code == 200, response.text
    return {each["statement"] for each in response.json()["data"]}


@pytest.mark.parametrize(
    "spelling",
    ["Reuters", "reuters ", "REUTERS", " Reuters", "Ｒｅｕｔｅｒｓ"],  # noqa: RUF001  # full width
)
def test_a_publisher_is_one_in_every_spelling(http_world: World, spelling: str) -> None:
    named = [by("Reuters"), by(spelling)]
    tell(http_world, statement(1, reports=named), statement(2, reports=[by("Die Straße")]))

    assert seen(http_world, f"exclude_source={spelling}") == {"s2"}
    assert seen(http_world, f"only_source={spelling}") == {"s1"}
    assert seen(http_world, "exclude_source=die%20%20STRASSE") == {"s1"}
    assert seen(http_world, "min_sources=2") == set()
    (item,) = http_world.get("/statements", only_source=spelling).json()["data"]
    assert item["single_source"] is True
    assert len(item["sources"]) == 1


def test_a_difference_looks_at_times_that_only_a_filter_shows(http_world: World) -> None:
    """Without one of two corrections a position has a time that no version has with both."""
    told = STANCE | {"id": event_id(7), "occurred": "2025-12-26", "reports": [by("Wire")]}
    moved = act(8, "correction-published", 7, by("Herald"), changes={"occurred": "2025-12-20"})
    elsewhere = {"tz": "Pacific/Kiritimati"}
    placed = act(9, "correction-published", 7, by("Gazette"), changes=elsewhere)
    tell(http_world, told, moved, placed)
    span = {"from": "2025-12-22", "to": "2025-12-26T12:00:00Z", "exclude_source": "herald"}

    changes = http_world.get("/diff", **span).json()["data"]
    (change,) = (each for each in changes if each["kind"] == "position")
    assert (change["before"], change["after"]["stance"]) == (None, "accepts")


def test_who_repeats_a_publisher_is_no_source_of_its_own(http_world: World) -> None:
    repeated = [by("Wire"), by("Herald", 21, origin="WIRE")]
    further = [by("Gazette", 22, origin="herald")]
    tell(
        http_world,
        statement(1, reports=repeated),
        statement(2, reports=[by("Herald"), by("Gazette", origin="Wire")]),
        statement(3, reports=further),
    )

    assert seen(http_world, "min_sources=2") == {"s2"}
    assert seen(http_world, "exclude_source=wire") == {"s2", "s3"}, "one step: not what repeats it"
    assert seen(http_world, "exclude_source=herald") == {"s1", "s2"}
    assert seen(http_world, "only_source=wire") == {"s1", "s2"}
    assert seen(http_world, "only_source=herald") == {"s1", "s2", "s3"}
    assert seen(http_world, "only_source=herald&exclude_source=wire") == {"s2", "s3"}
    items = {each["statement"]: each for each in http_world.get("/statements").json()["data"]}
    assert {name: each["single_source"] for name, each in items.items()} == {
        "s1": True,
        "s2": False,
        "s3": True,
    }
    assert items["s1"]["sources"] == [
        {"publisher": "Wire", "published": "2025-12-20"},
        {"publisher": "Herald", "origin": "WIRE", "published": "2025-12-21"},
    ]


def test_a_report_that_names_nobody_counts_towards_no_number(http_world: World) -> None:
    tell(http_world, statement(1, reports=[by("Herald"), by(None)]))

    assert seen(http_world) == seen(http_world, "exclude_source=nobody&" + PINNED) == {"s1"}
    assert seen(http_world, "min_sources=2") == set()
    assert seen(http_world, "exclude_source=herald") == {"s1"}
    assert seen(http_world, "only_source=herald") == {"s1"}


PINNED = "known_at=2025-12-30&valid_at=2025-12-30&seq=5"


def test_an_event_that_loses_all_its_reports_is_not_known_to_staff_either(
    http_world: World,
) -> None:
    tell(
        http_world,
        statement(1, reports=[by("Herald")]),
        statement(2, reports=[]),
        statement(3, reports=[by("Gazette")]),
    )

    assert seen(http_world, "audience=staff") == {"s1", "s2", "s3"}
    assert seen(http_world, "audience=staff&exclude_source=herald") == {"s2", "s3"}
    assert seen(http_world, "audience=staff&only_source=herald") == {"s1"}
    assert seen(http_world, "audience=staff&exclude_source=herald&only_source=herald") == set()


def test_what_only_staff_registered_shows_under_one_source_where_it_is_named(
    http_world: World,
) -> None:
    fish = {"type": "issue-defined", "issue": "fish", "title": "Fish"}
    tell(http_world, STANCE, fish, statement(1, reports=[by("Gazette")]))

    def issues(query: str) -> list[str]:
        response = http_world.client.get(f"/v1/negotiations/talks/issues?audience=staff&{query}")
        return [each["issue"] for each in response.json()["data"]]

    assert issues("only_source=herald") == ["border"]
    assert issues("exclude_source=herald") == ["border", "fish"]


def test_an_act_whose_reports_are_all_left_out_does_not_count(http_world: World) -> None:
    tell(
        http_world,
        STANCE,
        act(1, "correction-published", 100, by("Gazette", 21), changes={"stance": "rejects"}),
        act(2, "record-corrected", 100, changes={"summary": "mended"}),
        statement(3, reports=[by("Herald")]),
        act(4, "record-voided", 3),
    )

    def position(query: str) -> list[tuple[str, str]]:
        response = http_world.client.get(f"/v1/negotiations/talks/positions?{query}")
        return [(each["stance"], each["summary"]) for each in response.json()["data"]["positions"]]

    for audience in ("public", "staff"):
        assert position(f"audience={audience}") == [("rejects", "mended")]
        assert position(f"audience={audience}&exclude_source=gazette") == [("accepts", "mended")]
        assert position(f"audience={audience}&only_source=herald") == [("accepts", "mended")]
        assert seen(http_world, f"audience={audience}&only_source=herald") == set()


PLAN = event(
    70,
    "plan-introduced",
    by("Herald"),
    by("Gazette"),
    plan="deal",
    title="Deal",
    occurred="2025-12-20",
    points=[{"point": "p"}, {"point": "q", "text": "known to both"}],
)
SEEN = act(71, "text-published", 70, by("Herald", 21), points=[{"point": "p", "text": "seen"}])


def wordings(world: World, query: str) -> dict[str, str | None]:
    response = world.client.get(f"/v1/negotiations/talks/plans/deal?{query}")
    assert response.status_code == 200, response.text
    return {each["point"]: each["text"] for each in response.json()["data"]["points"]}


def test_a_wording_needs_as_many_origins_as_an_assertion(http_world: World) -> None:
    repeated = act(72, "report-added", 71, by("Courier", 23, origin="herald"))
    tell(http_world, PLAN, SEEN, repeated)
    http_world.record("2025-12-25T09:00:00Z", [act(73, "report-added", 71, by("Gazette", 25))])
    http_world.set_clock(NOW)

    assert wordings(http_world, "as_of=2025-12-23")["p"] == "seen"
    assert wordings(http_world, "as_of=2025-12-24&min_sources=2") == {
        "p": None,
        "q": "known to both",
    }
    assert wordings(http_world, "as_of=2025-12-25&min_sources=2")["p"] == "seen"


def test_a_corrected_wording_needs_as_many_origins_as_an_assertion(http_world: World) -> None:
    points = [{"point": "p"}, {"point": "q", "text": "corrected"}]
    corrected = act(74, "correction-published", 70, by("Herald", 22), changes={"points": points})
    title = act(75, "correction-published", 70, by("Herald", 22), changes={"title": "The deal"})
    tell(http_world, PLAN, corrected, title)

    assert wordings(http_world, "")["q"] == "corrected"
    assert wordings(http_world, "min_sources=2")["q"] == "known to both"
    assert http_world.get("/plans/deal", min_sources=2).json()["data"]["title"] == "The deal"


# Names that nobody bears.


def test_a_name_that_no_report_bears_is_refused_with_the_nearest(http_world: World) -> None:
    secret = by("Reuters Confidential", audience="staff")
    tell(http_world, statement(1, reports=[by("Herald", origin="Reuters"), secret]))

    for name in ("exclude_source", "only_source"):
        response = http_world.get("/state", **{name: "Reuter"})
        assert response.status_code == 422
        (error,) = response.json()["errors"]
        assert error["pointer"] == name
        assert error["detail"] == "no report names 'Reuter'"
        assert error["hint"] == "the nearest names are 'Reuters'"
    assert http_world.get("/state", exclude_source="Reuters Confidential").status_code == 422
    staff = http_world.get("/state", exclude_source="Reuters Confidential", audience="staff")
    assert staff.status_code == 200
    assert http_world.get("/state", exclude_source="reuters").status_code == 200
    nobody = http_world.get("/state", exclude_source="Zxq").json()["errors"][0]
    assert nobody["hint"] == "publishers are named such as 'Herald', 'Reuters'"


def test_the_whole_ledger_refuses_a_name_that_no_negotiation_knows(http_world: World) -> None:
    tell(http_world, statement(1, reports=[by("Herald")]))
    list_them = "/v1/negotiations?exclude_source="

    assert http_world.client.get(f"{list_them}herald").status_code == 200
    assert http_world.client.get(f"{list_them}nobody").status_code == 422


def test_a_pinned_question_is_answered_with_the_name_unmatched(http_world: World) -> None:
    tell(http_world, statement(1, reports=[by("Herald")]))
    settled = "basis=as-recorded&as_of=2025-12-20T12:00:00Z"
    asked = "exclude_source=Nobody&exclude_source=herald&only_source=later"
    addresses = [f"/v1/negotiations/talks/state?{each}&{asked}" for each in (PINNED, settled)]
    before = [http_world.client.get(address) for address in addresses]
    assert [each.json()["basis"]["unmatched"] for each in before] == [
        ["Nobody", "later"],
        ["Nobody", "herald", "later"],
    ]
    http_world.record("2025-12-31T10:00:00Z", [statement(2, reports=[by("Later"), by("nobody")])])

    for address, answer in zip(addresses, before, strict=True):
        again = http_world.client.get(address, headers={"accept": "application/json, */*"})
        assert again.content == answer.content
        assert again.headers["etag"] == answer.headers["etag"]


def test_a_name_known_since_is_asked_for_on_an_earlier_date(http_world: World) -> None:
    tell(http_world, statement(1), statement(2, day=28, reports=[by("Gazette", 28)]))

    answer = http_world.get("/state", as_of="2025-12-22", exclude_source="gazette")
    assert answer.json()["basis"]["unmatched"] == ["gazette"]
    pinned = http_world.client.get(answer.links["canonical"]["url"])
    assert pinned.json()["basis"]["unmatched"] == ["gazette"]


def test_names_are_compared_and_refused_by_rule() -> None:
    assert publisher_key(" The  TIMES\t") == publisher_key("the times") == "the times"
    assert distinct_names(["b", "A", "a", "  "]) == ("A", "b")
    check_names({"only_source": ["TIMES "]}, {"times": "Times"})
    with pytest.raises(InvalidQuestionError) as refused:
        check_names({"only_source": ["tmes", "x"]}, {"times": "Times"})
    assert (
        refused.value.detail
        == "only_source: no report names 'tmes'; only_source: no report names 'x'"
    )
    assert refused.value.hint == "the nearest names are 'Times'"


# Claims.


def claim(label: int, day: str, *reports: Event, **fields: Any) -> Event:
    told = {"id": event_id(label), "occurred": day, "reports": list(reports), "summary": day}
    return STANCE | told | fields


def test_of_each_claimant_the_last_claim_stands_with_the_count_of_those_before(
    http_world: World,
) -> None:
    by_envoy = {"attribution": "third-party", "attributed_by": "person:envoy"}
    unnamed: Event = {"attribution": "anonymous"}
    tell(
        http_world,
        claim(1, "2025-12-10", by("Herald"), **by_envoy),
        claim(2, "2025-12-11", by("Gazette"), **by_envoy),
        claim(3, "[2025-12-11..2025-12-12]", by("Gazette"), **by_envoy),
        claim(4, "2025-12-10", by("Herald", origin="Wire"), **unnamed),
        claim(5, "2025-12-12", by("WIRE"), **unnamed),
        claim(6, "2025-12-11", by("Gazette"), **unnamed),
        claim(7, "2025-12-01", by(None), **unnamed),
        claim(8, "2025-12-02", by(None), **unnamed),
        claim(9, "2025-12-03", by("Herald"), attribution="third-party"),
    )

    attributed = http_world.get("/state").json()["data"]["attributed"]
    assert [(each["event"], each["claimant"], each["earlier_claims"]) for each in attributed] == [
        (event_id(5), "publisher:WIRE", 1),
        (event_id(3), "person:envoy", 1),
        (event_id(6), "publisher:Gazette", 0),
        (event_id(2), "person:envoy", 1),
        (event_id(9), None, 0),
        (event_id(8), None, 0),
        (event_id(7), None, 0),
    ]
    whole = http_world.get("/positions/north/border").json()["data"]["attributed"]
    assert len(whole) == 9


# Pages.


def test_a_filtered_page_says_so_and_offers_all_sources(site: World) -> None:
    text = page(site, "positions", "?exclude_source=GAZETTE&only_source=herald&min_sources=2")

    line = text[text.index('<p class="filtered">') :].split("</p>")[0]
    assert "Left out are reports by, or repeating, <bdi>GAZETTE</bdi>." in line
    assert "Only reports count that are by, or repeat, <bdi>herald</bdi>." in line
    assert "Only what 2 independent sources report counts." in line
    assert 'href="/desk/talks/positions"' in line
    assert 'class="filtered"' not in page(site, "positions")


def test_every_page_keeps_the_filter_and_says_so(site: World) -> None:
    for path in ("", "positions", "plans", "meetings", "events", "people", "compare", "gap"):
        text = page(site, path, "?only_source=herald")
        assert 'class="filtered"' in text, path
        assert "only_source=herald" in text, path


def test_a_page_leaves_out_a_name_that_no_report_bears_and_says_so(site: World) -> None:
    response = site.client.get("/desk/talks?exclude_source=Heralt&only_source=gazette")

    assert response.status_code == 422
    assert "no report names &#39;Heralt&#39;" in response.text
    assert "the nearest names are &#39;herald&#39;" in response.text
    assert "exclude_source" not in response.text.split('id="permalink"')[1].split(">")[0]
    assert site.client.get("/desk/talks.json?exclude_source=Heralt").status_code == 422


def test_a_pinned_page_says_which_name_no_report_bears(site: World) -> None:
    pinned = "known_at=2025-12-29&valid_at=2025-12-29&seq=5"
    text = page(site, "", f"?{pinned}&exclude_source=Heralt")

    assert "No report known on this basis is by <bdi>Heralt</bdi>." in text


def test_a_filtered_table_for_spreadsheets_is_named_so(site: World) -> None:
    names = [
        site.client.get(f"/desk/talks/positions.csv{query}").headers["content-disposition"]
        for query in ("", "?only_source=herald")
    ]

    assert names == [
        'inline; filename="talks-positions.csv"',
        'inline; filename="talks-positions-filtered.csv"',
    ]


# Receipts.


def test_a_receipt_cites_the_filtered_answer(http_world: World) -> None:
    tell(http_world, statement(1, reports=[by("Herald")]), statement(2, reports=[by("Wire")]))
    receipt = http_world.get("/receipt", only_source="wire").text
    address, _, answer, _ = verify_bundle.read_receipt(receipt)

    assert "only_source=wire" in address
    assert "Word 2" in answer
    assert "Word 1" not in answer
