"""The demonstration tells what was known on four days, and covers all that it was compiled from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from tests.world import World


def batches() -> list[dict[str, Any]]:
    text = resources.files("demo").joinpath("ukraine-peace-talks.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("demo"), "http") as made:
        for batch in batches():
            made.record(batch["recorded_at"], batch["events"])
        yield made


def meeting(data: dict[str, Any], slug: str) -> dict[str, Any] | None:
    return next((each for each in data["meetings"] if each["meeting"] == slug), None)


def position(data: dict[str, Any], party: str, issue: str) -> dict[str, Any] | None:
    wanted = (party, issue)
    return next(
        (each for each in data["positions"] if (each["party"], each.get("issue")) == wanted), None
    )


def texts(data: dict[str, Any], plan: str) -> list[str]:
    (found,) = (each for each in data["plans"] if each["plan"] == plan)
    return [point["text"] for point in found["points"] if point["text"]]


def test_every_source_row_is_coded() -> None:
    coded: dict[str, set[str]] = {"source-facts": set(), "amendments": set()}
    for batch in batches():
        for event in batch["events"]:
            for book, ids in event.get("codes", {}).items():
                coded.setdefault(book, set()).update(ids.split())
    facts = {f"UA-{n:03}" for n in range(1, 117)} | {f"SEED-{n:02}" for n in range(1, 36)}
    amendments = {f"AM-{n:03}" for n in range(1, 59)}

    assert facts <= coded["source-facts"]
    assert amendments <= coded["amendments"]


def test_22_december_the_report_is_only_announced_and_the_text_unseen(talks: World) -> None:
    data = talks.read_state(as_of="2025-12-22")
    report = meeting(data, "dmitriev-report-to-putin")
    florida = [each for each in data["meetings"] if each["meeting"].startswith("florida-us")]

    assert report is not None
    assert report["status"] == "announced"
    assert {each["status"] for each in florida} == {"held"}
    assert texts(data, "us-ua-20") == []


def test_22_december_a_claim_about_russia_is_not_its_position(talks: World) -> None:
    data = talks.read_state(as_of="2025-12-22")
    claims = [
        each
        for each in data["attributed"]
        if each["party"] == "russia" and each["issue"] == "commitment-to-peace"
    ]

    assert [each["attributed_by"] for each in claims] == ["person:steve-witkoff"]
    assert "fully committed" in claims[0]["quote"]
    assert position(data, "russia", "commitment-to-peace") is None


def test_22_december_no_breakthrough_and_elections_or_a_referendum(talks: World) -> None:
    data = talks.read_state(as_of="2025-12-22")
    said = talks.get(
        "/statements", as_of="2025-12-22", speaker="yuri-ushakov", q="breakthrough"
    ).json()["data"]
    territory = position(data, "ukraine", "territory")

    assert len(said) == 1
    assert territory is not None
    assert "elections or a referendum" in territory["quote"]


def test_1_november_the_leaked_calls_are_not_known(talks: World) -> None:
    known, later = (
        talks.read_state(as_of="2025-11-01"),
        talks.read_state(as_of="2025-11-01", basis="hindsight"),
    )
    leaked = {each["meeting"] for each in later["meetings"]} - {
        each["meeting"] for each in known["meetings"]
    }

    assert any("ushakov" in slug for slug in leaked)


def test_24_november_russia_has_received_nothing_official(talks: World) -> None:
    stance = position(talks.read_state(as_of="2025-11-24"), "russia", "revised-framework")

    assert stance is not None
    assert "othing official" in stance["summary"]


def test_25_december_the_report_took_place_and_the_points_are_public(talks: World) -> None:
    data = talks.read_state(as_of="2025-12-25")
    report = meeting(data, "dmitriev-report-to-putin")

    assert report is not None
    assert report["status"] == "held"
    assert len(texts(data, "us-ua-20")) >= 19


def test_the_press_read_the_points_a_day_before_the_public(talks: World) -> None:
    public = texts(talks.read_state(as_of="2025-12-23"), "us-ua-20")
    press = texts(talks.read_state(as_of="2025-12-23", audience="press"), "us-ua-20")

    assert public == []
    assert len(press) >= 19


def test_something_was_missed_on_22_december(talks: World) -> None:
    found = talks.get("/gap", as_of="2025-12-22").json()["data"]

    assert found["missed"]
    assert found["not_yet_known"]
    assert {each["cause"] for each in found["missed"]} == {"record"}


def read_redline(talks: World, path: str, **params: str) -> list[dict[str, Any]]:
    answer = talks.get(f"/plans/{path}/diff", **params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_28_points_against_a_version_of_which_only_19_are_claimed_are_not_comparable(
    talks: World,
) -> None:
    found = read_redline(talks, "us-28", to_plan="gva-19")

    assert [each["change"] for each in found] == ["not-comparable"] * 28


def test_one_day_before_the_20_points_were_public_nothing_is_added_or_removed(talks: World) -> None:
    dates = {"from": "2025-12-23", "to": "2025-12-23"}
    found = read_redline(talks, "us-28", to_plan="us-ua-20", **dates)

    assert [each["change"] for each in found] == ["not-comparable"] * 48


def test_the_20_points_compare_with_the_28_in_both_directions(talks: World) -> None:
    def pairs(found: list[dict[str, Any]], old: str, new: str) -> set[tuple[Any, Any]]:
        return {
            (each[old]["number"], each[new]["number"])
            for each in found
            if each["from"] and each["to"]
        }

    there = read_redline(talks, "us-28", to_plan="us-ua-20")
    back = read_redline(talks, "us-ua-20", to_plan="us-28")
    kept = {each["to"]["number"]: each for each in there if each["to"]}

    assert pairs(there, "from", "to") == pairs(back, "to", "from")
    assert {(5, 3), (12, 8), (12, 9), (28, 20)} <= pairs(there, "from", "to")
    assert (kept[3]["change"], kept[3]["coded"]["codes"]) == (
        "changed",
        {"comparison-of-plans": "keep"},
    )
    assert (kept[10]["change"], kept[20]["change"]) == ("added", "not-comparable")
    assert not any(each["verbatim"] for each in there)


def test_siblings_of_the_28_points_compare_by_what_they_came_from(talks: World) -> None:
    found = read_redline(talks, "e3-28", to_plan="us-ua-20")

    assert (14, 14) not in {
        (each["from"]["number"], each["to"]["number"])
        for each in found
        if each["from"] and each["to"]
    }
    assert ("e3-21-territory", "usua20-14") in {
        (each["from"]["point"], each["to"]["point"])
        for each in found
        if each["from"] and each["to"]
    }


def test_the_28_points_were_known_two_days_before_their_wording(talks: World) -> None:
    (plan,) = (each for each in talks.read_state()["plans"] if each["plan"] == "us-28")
    point = plan["points"][0]

    assert (point["known_at"][:10], point["text_known_at"][:10]) == ("2025-11-18", "2025-11-20")


def test_22_to_25_december_the_report_is_learned_of_and_no_office_is_news(talks: World) -> None:
    changes = talks.get("/diff", **{"from": "2025-12-22", "to": "2025-12-25"}).json()["data"]
    (report,) = (each for each in changes if each["subject"] == "dmitriev-report-to-putin")
    brief = talks.client.get(
        "/desk/talks/compare.json", params={"from": "2025-11-20", "as_of": "2025-12-25"}
    ).json()["data"]["lines"]

    assert (report["before"]["status"], report["after"]["status"]) == ("announced", "held")
    assert report["cause"] == "knowledge"
    assert not [each for each in brief if each["kind"] == "role" and each["cause"] == "knowledge"]


def answers_shown(data: dict[str, Any], issue: str) -> list[str]:
    (found,) = (each for each in data["issues"] if each["issue"] == issue)
    return [each["answer"] for each in found.get("answers", ())]


def test_an_answer_to_an_issue_shows_once_a_position_names_it(talks: World) -> None:
    then, later = (talks.read_state(as_of=day) for day in ("2025-12-11", "2025-12-27"))

    assert answers_shown(then, "ceasefire") == ["local", "energy-first", "full"]
    assert answers_shown(later, "ceasefire") == [
        *("local", "energy-first", "after-withdrawal", "sixty-days", "full")
    ]


def test_26_december_the_ceasefire_that_ukraine_demands_is_another(talks: World) -> None:
    then, later = (
        position(talks.read_state(as_of=day), "ukraine", "ceasefire")
        for day in ("2025-12-26", "2025-12-27")
    )

    assert then is not None
    assert later is not None
    assert (then["stance"], then["answer"], then["since"]) == ("demands", "full", "2025-04-23")
    assert (later["stance"], later["answer"]) == ("demands", "sixty-days")
    assert later["since"] == "2025-12-26"


def test_one_size_of_the_army_is_one_place_whatever_the_stance(talks: World) -> None:
    found = position(talks.read_state(as_of="2025-12-25"), "france", "army-size")

    assert found is not None
    assert (found["answer"], found["value"]) == ("cap-800000", 800_000)
    assert (found["stance"], found["mixed"]) == ("supports", False)
    assert (found["since"], found["last_stated"]) == ("[2025-11-22..2025-11-23]", "2025-12-15")


def test_a_position_whose_words_give_no_answer_names_none(talks: World) -> None:
    found = position(talks.read_state(as_of="2026-02-01"), "russia", "territory")

    assert found is not None
    assert (found["stance"], found["answer"], found["value"]) == ("demands", None, None)
