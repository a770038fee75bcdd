"""The page of one event: what was recorded, what stands now, and what it changed on its date."""

from __future__ import annotations

import re

import pytest

from tests.facts import STANCE, act, event, event_id, report, statement
from tests.pages import BASE, main, page
from tests.world import World


def section(text: str, start: str, end: str) -> str:
    part = re.sub(r"<[^>]+>", " ", text.partition(f'id="{start}"')[2].partition(f'id="{end}"')[0])
    return re.sub(r"\s+", " ", part)


@pytest.mark.parametrize(
    ("act_type", "reports"),
    [("record-corrected", []), ("correction-published", [report("2025-12-22")])],
)
def test_what_was_recorded_is_as_recorded_and_what_stands_now_is_beside_it(
    own_site: World, act_type: str, reports: list[dict[str, str]]
) -> None:
    changes = {"summary": "Word mended", "occurred": "2025-12-19"}
    own_site.record(
        "2025-12-30T09:00:00Z", [statement(1), act(2, act_type, 1, *reports, changes=changes)]
    )
    text = page(own_site, f"events/{event_id(1)}")
    recorded, stands = section(text, "h-what", "h-stands"), section(text, "h-stands", "h-reports")

    assert "Word 1" in recorded
    assert "20 December 2025" in recorded
    assert "Word mended" not in recorded
    assert "Word mended" in stands
    assert "19 December 2025" in stands
    assert "Word 1" not in stands


def test_what_stands_now_of_a_disputed_field_is_every_account(own_site: World) -> None:
    rival = act(2, "event-disputed", 1, report("2025-12-22"), rival={"summary": "Another word"})
    own_site.record("2025-12-30T09:00:00Z", [statement(1), rival])
    stands = section(page(own_site, f"events/{event_id(1)}"), "h-stands", "h-reports")
    assert "disputed" in stands
    assert "Word 1" in stands
    assert "Another word" in stands


def test_what_nothing_changed_stands_as_recorded_alone(own_site: World) -> None:
    assert 'id="h-stands"' not in page(own_site, f"events/{event_id(100)}")


def test_a_back_dated_event_changed_what_it_changed_on_its_own_date(own_site: World) -> None:
    early = {"id": event_id(101), "stance": "rejects", "summary": "no", "occurred": "2025-12-10"}
    own_site.record("2025-12-30T09:00:00Z", [STANCE | early | {"reports": [report("2025-12-29")]}])
    text = main(page(own_site, f"events/{event_id(101)}"))
    found = own_site.client.get(f"{BASE}/events/{event_id(101)}.json").json()["data"]

    assert "changed no position" not in text
    assert "As of its own date" in text
    assert found["effect"] == []
    assert [each["kind"] for each in found["effect_then"]] == ["position"]


def test_an_event_that_repeats_another_changed_nothing_on_any_date(own_site: World) -> None:
    claim = {"attribution": "third-party", "attributed_by": "envoy", "modality": "denied"}
    own_site.record("2025-12-30T09:00:00Z", [STANCE | claim | {"id": event_id(103)}])
    text = main(page(own_site, f"events/{event_id(103)}"))
    assert "changed no position, meeting, plan or role, nor did it as of its own date" in text


def test_a_disputed_day_is_shown_as_every_account(own_site: World) -> None:
    rival = act(2, "event-disputed", 1, report("2025-12-22"), rival={"occurred": "2025-12-18"})
    own_site.record("2025-12-22T09:00:00Z", [statement(1), rival])
    accounts = r"date disputed:?\s+18 Dec(ember)? 2025 / 20 Dec(ember)? 2025"
    for name in (f"events/{event_id(1)}", "events"):
        assert re.search(accounts, re.sub(r"<[^>]+>", "", main(page(own_site, name))))


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("", ">withdrawn<"),
        ("people", ">withdrawn<"),
        (f"events/{event_id(1)}", "The speaker withdrew this statement."),
    ],
)
def test_a_withdrawn_statement_says_so(own_site: World, name: str, mark: str) -> None:
    withdrawal = event(2, "statement-withdrawn", report("2025-12-22"), statement="s1")
    own_site.record("2025-12-22T09:00:00Z", [statement(1), withdrawal | {"occurred": "2025-12-22"}])

    assert mark in main(page(own_site, name))
    assert mark not in main(page(own_site, name, "?as_of=2025-12-21"))


def test_the_fields_of_an_event_name_things_and_say_choices_in_words(own_site: World) -> None:
    talks = {"meeting": "round-1", "occurred": "2025-12-20"}
    about = ["meeting:round-1"]
    own_site.record(
        "2025-12-30T09:00:00Z",
        [
            event(120, "meeting-held", report("2025-12-21"), title="First round", **talks),
            event(121, "meeting-concluded", report("2025-12-21"), outcome="no-result", **talks),
            statement(122, about=about),
            STANCE | {"id": event_id(123), "attribution": "third-party", "attributed_by": "envoy"},
        ],
    )
    held, concluded, said, claimed = (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main(page(own_site, f"events/{event_id(n)}"))))
        for n in range(120, 124)
    )

    assert "round-1" not in held + concluded + said
    assert "Meeting First round" in concluded
    assert "Outcome no result" in concluded
    assert re.search("About First round ", said)
    assert "Attribution somebody else, about it" in claimed
