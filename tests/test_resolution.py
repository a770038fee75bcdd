"""What is held of an event: its sources, its rivals, who spoke, and when bookkeeping shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts import event_id
from tests.world import World

AT, LATER, LATEST = "2025-12-20T12:00:00Z", "2025-12-21T12:00:00Z", "2025-12-22T12:00:00Z"


def report(publisher: str, published: str = "2025-12-20T10:00:00Z") -> list[dict[str, Any]]:
    return [{"published": published, "publisher": publisher}]


OPENING: list[dict[str, Any]] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "us", "name": "United States", "id": event_id(10)},
    {"type": "person-registered", "person": "witkoff", "name": "Witkoff"},
    {"type": "issue-defined", "issue": "border", "title": "Border"},
]
STANCE: dict[str, Any] = {
    "id": event_id(1),
    "type": "position-stated",
    "party": "us",
    "issue": "border",
    "stance": "accepts",
    "summary": "Yes.",
    "occurred": "2025-12-20",
    "reports": report("Gazette"),
}


def disputed(**rival: str) -> dict[str, Any]:
    return {
        "type": "event-disputed",
        "event": event_id(1),
        "rival": rival,
        "reports": report("Post"),
    }


def test_a_corrected_item_rests_on_the_source_of_its_correction(world: World) -> None:
    corrected = {
        "type": "correction-published",
        "event": event_id(1),
        "changes": {"summary": "No."},
        "reports": report("Herald", "2025-12-21T10:00:00Z"),
    }
    world.record(AT, [*OPENING, STANCE])
    world.record(LATER, [corrected])

    before, after = (
        world.read_state(as_of=day)["positions"][0] for day in ("2025-12-20", "2025-12-21")
    )
    assert [each["publisher"] for each in before["sources"]] == ["Gazette"]
    assert [each["publisher"] for each in after["sources"]] == ["Gazette", "Herald"]
    assert (before["single_source"], after["single_source"]) == (True, False)


def test_a_watch_rests_on_the_sources_that_were_looked_at(world: World) -> None:
    watch = {
        "type": "watch-recorded",
        "from": "2025-12-19",
        "to": "2025-12-20",
        "result": "no-change",
        "sources": ["Gazette", "Herald"],
    }
    world.record(AT, [*OPENING, STANCE, watch])

    last = world.read_state(as_of="2025-12-20", audience="staff")["coverage"]["last_watch"]
    assert [each["publisher"] for each in last["sources"]] == ["Gazette", "Herald"]


def test_a_default_that_is_disputed_stands_among_its_rivals(world: World) -> None:
    world.record(AT, [*OPENING, STANCE, disputed(attribution="third-party")])

    state = world.read_state(as_of="2025-12-20")
    rivals = state["disputed"][0]["rivals"]
    assert [rival["value"] for rival in rivals] == ["self", "third-party"]
    assert state["positions"] == []


def test_two_disputes_of_one_field_tell_the_original_once(world: World) -> None:
    world.record(AT, [*OPENING, STANCE, disputed(summary="No."), disputed(summary="Perhaps.")])

    rivals = world.read_state(as_of="2025-12-20")["disputed"][0]["rivals"]
    assert [rival["value"] for rival in rivals] == ["Yes.", "No.", "Perhaps."]


def test_a_correction_of_the_time_is_no_anomaly(world: World) -> None:
    """It was told of a later time only after that time had come."""
    corrected = {
        "type": "correction-published",
        "event": event_id(1),
        "changes": {"occurred": "2025-12-21"},
        "reports": report("Herald", "2025-12-21T10:00:00Z"),
    }
    world.record(AT, [*OPENING, STANCE])
    world.record(LATEST, [corrected])

    assert world.read_state(as_of="2025-12-22")["anomalies"] == []


def test_an_appointment_announced_in_advance_is_no_anomaly(world: World) -> None:
    appointed = {
        "type": "role-assumed",
        "person": "envoy",
        "party": "us",
        "title": "Envoy",
        "occurred": "2025-12-25",
        "reports": report("Gazette", "2025-12-19T10:00:00Z"),
    }
    envoy = {"type": "person-registered", "person": "envoy", "name": "An Envoy"}
    world.record(AT, [*OPENING, envoy, appointed])

    before, after = (world.read_state(as_of=day) for day in ("2025-12-20", "2025-12-26"))
    assert [each["title"] for each in before["scheduled"]] == ["Envoy"]
    assert (before["roles"], before["anomalies"]) == ([], [])
    assert [each["title"] for each in after["roles"]] == ["Envoy"]


def test_bookkeeping_whose_reports_were_mended_follows_the_mended_ones(world: World) -> None:
    reports = report("Gazette", "2025-12-21T10:00:00Z")
    mended = {"type": "record-corrected", "event": event_id(10), "changes": {"reports": reports}}
    world.record(AT, [*OPENING, STANCE])
    assert [each["party"] for each in world.read_state(as_of="2025-12-20")["parties"]] == ["us"]

    world.record(LATEST, [mended])
    assert world.read_state(as_of="2025-12-20")["parties"] == []
    assert [each["party"] for each in world.read_state(as_of="2025-12-21")["parties"]] == ["us"]


def test_an_adopted_text_rests_on_its_proposal_too(world: World) -> None:
    plan = {
        "type": "plan-introduced",
        "plan": "p",
        "title": "Plan",
        "occurred": "2025-12-20",
        "points": [{"point": "a", "text": "old"}],
        "reports": report("Gazette"),
    }
    own = {"plan": "p", "amendment": "x", "occurred": "2025-12-20"}
    proposed = {
        "id": event_id(2),
        "type": "amendment-proposed",
        "reports": report("Herald"),
        **own,
        "operations": [{"op": "substitution", "point": "a", "text": "new"}],
    }
    adopted = {"id": event_id(3), "type": "amendment-adopted", "reports": report("Post"), **own}
    world.record(AT, [*OPENING, plan, proposed, adopted])

    (point,) = world.read_state(as_of="2025-12-20")["plans"][0]["points"]
    assert point["text"] == "new"
    assert {event_id(2), event_id(3)} < set(point["events"])
    assert [each["publisher"] for each in point["sources"]] == ["Gazette"]
    assert [each["publisher"] for each in point["text_sources"]] == ["Post", "Herald"]


def test_a_disputed_time_happens_from_the_first_claim_on(http_world: World) -> None:
    held = {
        "id": event_id(6),
        "type": "meeting-held",
        "meeting": "m",
        "occurred": "2025-12-18",
        "reports": report("Gazette"),
    }
    rival = {**disputed(occurred="2025-12-16"), "event": event_id(6)}
    http_world.record(AT, [*OPENING, held, rival])

    asked = {"from": "2025-12-15", "to": "2025-12-19", "basis": "hindsight"}
    (change,) = http_world.get("/diff", **asked).json()["data"]
    assert (change["kind"], change["cause"]) == ("meeting", "world")


def test_a_correction_to_the_default_is_no_difference(http_world: World) -> None:
    said = {
        "id": event_id(1),
        "type": "statement-made",
        "statement": "s",
        "speaker": "us",
        "summary": "Well.",
        "occurred": "2025-12-20",
        "reports": report("Gazette"),
    }
    corrected = {
        "type": "correction-published",
        "event": event_id(1),
        "changes": {"modality": "actual"},
        "reports": report("Herald", "2025-12-21T10:00:00Z"),
    }
    http_world.record(AT, [*OPENING, said, OF_ANOTHER])
    http_world.record(LATER, [corrected])

    asked = {"from": "2025-12-20", "to": "2025-12-21"}
    assert http_world.get("/diff", **asked).json()["data"] == []


# Who a bare slug is.

INVITED: dict[str, Any] = {
    "id": event_id(4),
    "type": "meeting-announced",
    "meeting": "m",
    "expected": "2025-12-23",
    "occurred": "2025-12-20",
    "announced_by": "us",
    "invitees": ["us", "witkoff"],
    "reports": report("Gazette"),
}


def test_bare_speakers_are_written_in_full_wherever_they_stand(http_world: World) -> None:
    mended = {
        "id": event_id(5),
        "type": "record-corrected",
        "event": event_id(4),
        "changes": {"announced_by": "witkoff"},
    }
    http_world.record(AT, [*OPENING, INVITED, mended])

    (meeting,) = http_world.read_state(as_of="2025-12-20")["meetings"]
    assert meeting["invitees"] == ["party:us", "person:witkoff"]
    assert meeting["announced_by"] == "person:witkoff"


def test_a_repeat_is_one_also_when_a_person_took_the_slug_since(http_world: World) -> None:
    http_world.record(AT, [*OPENING, INVITED])
    http_world.record(LATER, [{"type": "person-registered", "person": "us", "name": "U. S."}])

    assert http_world.record(LATEST, [INVITED])["duplicates"] == [event_id(4)]
    (meeting,) = http_world.read_state(as_of="2025-12-20")["meetings"]
    assert meeting["announced_by"] == "party:us"


# Full text.


OF_ANOTHER = {
    "type": "issue-defined",
    "issue": "fish",
    "title": "Fish",
    "reports": [{"published": "2025-12-01", "publisher": "chronicle"}],
}
"""What another source reports, so that leaving it out changes nothing else."""


@pytest.mark.parametrize(
    "query", ["naive", "NAÏVE", "strasse", "Straße", "ceas", "draft 20_points"]
)
@pytest.mark.parametrize("filtered", [{}, {"exclude_source": "chronicle"}])
def test_words_are_found_without_case_and_accents(
    http_world: World, query: str, filtered: dict[str, str]
) -> None:
    said = {**STANCE, "summary": "A naïve draft of 20_points, STRASSE by Strasse: ceasefire"}
    http_world.record(AT, [*OPENING, said, OF_ANOTHER])

    answer = http_world.get("/search", q=query, as_of="2025-12-20", **filtered).json()
    assert [each["id"] for each in answer["data"]] == [event_id(1)]


@pytest.mark.parametrize("query", ["!", "_", "na ive"])
@pytest.mark.parametrize("filtered", [{}, {"exclude_source": "chronicle"}])
def test_what_is_no_word_of_an_event_finds_nothing(
    http_world: World, query: str, filtered: dict[str, str]
) -> None:
    http_world.record(AT, [*OPENING, {**STANCE, "summary": "naïve!_"}, OF_ANOTHER])

    answer = http_world.get("/search", q=query, as_of="2025-12-20", **filtered).json()
    assert answer["data"] == []


@pytest.mark.parametrize("length", [2046, 2047, 2048, 60_000])
def test_a_very_long_word_is_found_by_its_beginning(http_world: World, length: int) -> None:
    http_world.record(AT, [*OPENING, {**STANCE, "summary": "é" + "b" * (length - 2)}])

    answer = http_world.get("/search", q="ebbb", as_of="2025-12-20").json()
    assert [each["id"] for each in answer["data"]] == [event_id(1)]


def test_an_index_behind_its_log_is_not_answered_from(http_world: World) -> None:
    http_world.record(AT, [*OPENING, STANCE])
    with http_world.ledger.take_writer() as c:
        c.execute("UPDATE tracking SET notification_id = notification_id - 1")

    answer = http_world.get("/state")
    assert answer.status_code == 503
    assert "rebuild" in answer.json()["hint"]


def test_what_happened_must_say_when(http_world: World) -> None:
    http_world.record(AT, OPENING)
    timeless = {name: value for name, value in STANCE.items() if name != "occurred"}

    refused = http_world.post(timeless)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/occurred"
    assert "null" in refused.json()["errors"][0]["hint"]
    assert http_world.post({**timeless, "occurred": None}).status_code == 201


def test_reports_put_in_place_are_shown_to_nobody_they_are_not_open_to(http_world: World) -> None:
    hidden = [
        *report("Gazette"),
        {"published": AT, "audience": "staff", "quote": "whispered"},
        {"published": "2099-01-01", "quote": "whispered"},
    ]
    mended = {
        "id": event_id(6),
        "type": "record-corrected",
        "event": event_id(1),
        "changes": {"reports": hidden, "note": "Mended."},
    }
    again = {
        "id": event_id(7),
        "type": "record-corrected",
        "event": event_id(6),
        "changes": {"changes": {"reports": hidden}},
    }
    rival = {
        "id": event_id(8),
        "type": "event-disputed",
        "event": event_id(6),
        "reports": report("Post"),
        "rival": {"changes": {"reports": hidden}},
    }
    http_world.record(AT, [*OPENING, STANCE, mended])
    assert "whispered" in http_world.get(f"/events/{event_id(1)}", audience="staff").text
    http_world.record(LATER, [again, rival])

    own = [f"events/{event_id(number)}" for number in (1, 6, 7, 8)]
    receipts = [f"/receipt?of={each}" for each in own]
    for path in ("/events", "/state", "/changes", *(f"/{each}" for each in own), *receipts):
        answer = http_world.get(path)
        assert answer.status_code == 200
        assert "whispered" not in answer.text, path
