# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings, plans, offices and deeds, what is recorded already, and genres of their own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.talks import PEACE, RECORDED, fields, read

ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("The union and the company met in Hull on Monday.", "meeting-held",
     {"occurred": "2026-03-09", "place": "Hull"}),
    ("The two sides held talks over the weekend.", "meeting-held",
     {"occurred": "2026-03-07/2026-03-08"}),
    ("Three days of talks between the union and the company ended on Monday.", "meeting-held",
     {"occurred": "2026-03-07/2026-03-09"}),
    ("The second round of talks took place on Tuesday.", "meeting-held",
     {"meeting": "round-2", "occurred": "2026-03-10"}),
    ("The talks between the union and the company ended on Monday without agreement.",
     "meeting-concluded", {"outcome": "no-result", "occurred": "2026-03-09"}),
    ("The union walked out of the talks on Monday.", "meeting-concluded", {"outcome": "walkout"}),
    ("The two sides will meet again on Tuesday in York.", "meeting-announced",
     {"expected": "2026-03-17", "place": "York"}),
    ("They meet again next week, Acas said.", "meeting-announced",
     {"expected": "[2026-03-16..2026-03-22]"}),
    ("Acas has called both sides back for March 19.", "meeting-announced",
     {"expected": "2026-03-19", "announced_by": "party:acas"}),
    ("The second round, which had been set for Tuesday, was put off until 20 March.",
     "meeting-rescheduled", {"meeting": "round-2", "expected": "2026-03-20"}),
    ("The second round of talks was called off.", "meeting-cancelled", {"meeting": "round-2"}),
    ("The company put a 9-point offer to the union on Monday.", "plan-introduced",
     {"claimed_points": 9, "sponsors": ["harbour"], "occurred": "2026-03-09"}),
    ("On Monday the union came back with a paper of its own.", "plan-introduced",
     {"sponsors": ["dockers"], "occurred": "2026-03-09"}),
    ("Last month the company appointed Jo Park to mediate.", "role-assumed",
     {"person": "jo-park", "occurred": "2026-02", "title": "Mediator"}),
    ("Ann Reed resigned on Monday.", "role-ended", {"person": "ann-reed", "party": "dockers"}),
    ("The company gave the union until Monday to answer.", "deadline-set",
     {"due": "2026-03-16", "by": "party:harbour", "on": ["dockers"]}),
    ("The union has until 22 March to answer.", "deadline-set",
     {"due": "2026-03-22", "on": ["dockers"]}),
    ("The company extended the deadline to 27 March.", "deadline-extended",
     {"deadline": "answer", "due": "2026-03-27"}),
    ("The dockers' union went on strike on Monday.", "incident-reported",
     {"kind": "strike", "occurred": "2026-03-09", "parties": ["dockers"]}),
    ("Drone strikes on Monday killed at least 12 people.", "incident-reported",
     {"kind": "attack", "casualties": {"killed": "at least 12"}}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "type_", "expected"), ACTS, ids=lambda each: str(each)[:40])
def test_an_act_is_drafted(text: str, type_: str, expected: dict[str, Any]) -> None:
    found = fields(text, type_, *expected)

    assert found == [tuple(expected.values())]


NOTHING = [
    "If the talks fail on Monday, the port will close.",
    "The two sides might meet on Monday.",
    "No talks were held on Monday.",
    "Will the two sides meet on Monday?",
    "Had the company put 8% on the table in January, there would be a deal.",
    "The union will vote on the offer next week.",
    "There was no announcement of new meetings on Monday.",
    "The walkout over Christmas cost the company 9 million pounds.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_supposed_asked_or_denied_is_no_act(text: str) -> None:
    types = {each.type for each in read(text).drafts}

    assert types - {"statement-made"} == set()


def test_ukrainian_meetings_are_read() -> None:
    text = (
        "Переговори між Україною та Росією у Женеві, які тривали два дні, завершилися в понеділок "
        "без домовленостей. Сторони зустрінуться знову 20 березня."
    )

    assert fields(text, "meeting-held", "occurred", registry=PEACE) == [("2026-03-08/2026-03-09",)]
    assert fields(text, "meeting-concluded", "outcome", registry=PEACE) == [("no-result",)]
    assert fields(text, "meeting-announced", "expected", registry=PEACE) == [("2026-03-20",)]


RECORDED_ALREADY = [
    "The first round was held on 20 February.",
    '"There is no deal," Reed said on Monday.',
]


@pytest.mark.parametrize("text", RECORDED_ALREADY)
def test_what_is_recorded_is_a_further_report(text: str) -> None:
    reading = read(text)

    assert [(each.type, each.event["event"]) for each in reading.drafts] == [
        ("report-added", RECORDED)
    ]


def test_an_opinion_drafts_its_publication_alone() -> None:
    text = 'Opinion\n\nThe dockers are right\n\n"No deal," Reed said on Monday. They met on Monday.'

    assert [each.type for each in read(text).drafts] == ["document-published"]


def test_a_notice_of_correction_is_held_back() -> None:
    reading = read("Reed said there was no deal.\n\nCorrection: An earlier version named Blake.")

    assert len(reading.drafts) == 1
    assert "correction" in reading.held_back[0].reason


def test_a_transcript_drafts_turns_of_substance_on_its_day() -> None:
    text = (
        "MS REED: Good morning, everybody.\n\nQ: Would you take 5%?\n\nMS REED: I don't do ifs.\n\n"
        "Q (Post): And the offer on pay?\n\nMS REED: We will never accept less pay than the others "
        "have.\n\nQ: Thank you."
    )

    assert fields(text, "statement-made", "speaker", "occurred") == [
        ("person:ann-reed", "2026-03-12")
    ]
    assert fields(text, "position-stated", "stance") == [("red-line",)]


def test_a_thread_is_said_by_its_author() -> None:
    text = "Ann Reed (@annreed)\n\n1/ Today we met the company.\n\n2/ We will not accept less pay."

    assert fields(text, "statement-made", "speaker", "occurred") == [
        ("person:ann-reed", "2026-03-12")
    ]
    assert fields(text, "position-stated", "party", "stance") == [("dockers", "rejects")]


def test_a_communique_tells_what_the_parties_agreed() -> None:
    text = (
        "Joint statement\n\n1. The Dockers' Union and Harbour Ltd met in Hull on 10 March 2026.\n\n"
        "2. The parties agreed that pay should rise by 5%."
    )

    found = fields(text, "position-stated", "party", "stance", "attribution")

    assert sorted(found) == [("dockers", "accepts", "joint"), ("harbour", "accepts", "joint")]
