# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Sentences as agencies write them, of several fields: which acts each tells, and which none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.act_worlds import acts_in, read_in

TOLD: list[tuple[str, str, list[tuple[str, dict[str, Any]]]]] = [
    (
        "labour",
        "The union's members voted to reject Portline's final offer by 412 votes to 96 on Tuesday.",
        [
            ("vote-held", {"result": "lost", "counts": {"for": 96, "against": 412}}),
            ("plan-rejected", {"party": "dockers-union", "occurred": "2026-03-10"}),
        ],
    ),
    (
        "truce",
        "Southland's parliament ratified the truce text by 88 votes to 30 on Monday.",
        [
            ("vote-held", {"occurred": "2026-03-09", "result": "carried"}),
            ("plan-endorsed", {"party": "southland"}),
        ],
    ),
    (
        "labour",
        "Dockers threw the offer out in a ballot on Monday by a margin of almost three to one.",
        [("vote-held", {"result": "lost", "counts": None})],
    ),
    (
        "labour",
        "Talks in Cork ended on Tuesday without a deal, but will resume on 20 March.",
        [
            ("meeting-held", {"occurred": "2026-03-10"}),
            ("meeting-concluded", {"outcome": "no-result"}),
            ("meeting-announced", {"expected": "2026-03-20"}),
        ],
    ),
    (
        "truce",
        "The two ministers spoke by phone on Monday evening, both governments said.",
        [("meeting-held", {"format": "phone", "occurred": "2026-03-09"})],
    ),
    (
        "truce",
        "An agreement was reached on Monday in a telephone call between the two ministers.",
        [("meeting-held", {"format": "phone"}), ("meeting-concluded", {"outcome": "agreement"})],
    ),
    (
        "truce",
        "The ministers traded blame on Monday, two days after talks in Doha broke up without a "
        "deal.",
        [("meeting-held", {"occurred": "2026-03-07", "place": "Doha"}), ("meeting-concluded", {})],
    ),
    (
        "truce",
        "Little has changed, officials on both sides said on Wednesday after two days of talks in "
        "Doha between Northland and Southland.",
        [("meeting-held", {"occurred": "2026-03-10/2026-03-11", "place": "Doha"})],
    ),
    (
        "truce",
        "Southland has until 1700 GMT on March 20 to reply to the text or walk away.",
        [("deadline-set", {"due": "2026-03-20", "on": ["southland"]})],
    ),
    (
        "truce",
        "Northland, which first spoke of it in January, proposed a swap of prisoners on March 3.",
        [("position-stated", {"party": "northland", "occurred": "2026-03-03"})],
    ),
    (
        "truce",
        "Talks in Doha on Monday produced a deal on prisoners, but the sides failed to agree on "
        "more.",
        [("meeting-held", {}), ("meeting-concluded", {"outcome": "partial"})],
    ),
    (
        "labour",
        "A workshop on safety for both sides will take place in Cork from 24 to 26 March.",
        [("meeting-announced", {"expected": "2026-03-24/2026-03-26", "place": "Cork"})],
    ),
    (
        "labour",
        "Both sides have been asked back for 20 March by the Labour Board.",
        [("meeting-announced", {"expected": "2026-03-20"})],
    ),
    (
        "labour",
        "The fourth round, which was to have met on Monday, will not do so, two people familiar "
        "with the talks said.",
        [("meeting-cancelled", {"meeting": "round-4"})],
    ),
    (
        "truce",
        "Lund received the head of the Truce Monitors, Jan Bek, in Amman on Monday for talks.",
        [("meeting-held", {"place": "Amman", "occurred": "2026-03-09"})],
    ),
    (
        "labour",
        "A 24-hour strike by crane drivers on Monday brought the port to a standstill.",
        [("incident-reported", {"kind": "strike", "occurred": "2026-03-09"})],
    ),
    (
        "truce",
        "Parties are invited to comment on the text by 31 March.",
        [("deadline-set", {"due": "2026-03-31"})],
    ),
    (
        "truce",
        "Southland said it would respond within ten days.",
        [("deadline-set", {"due": "2026-03-22", "by": "party:southland"})],
    ),
    (
        "truce",
        "Northland must hand over the lists by the end of March.",
        [("deadline-set", {"due": "2026-03-31", "on": ["northland"]})],
    ),
    (
        "truce",
        "The ministers agreed to reply before the end of the month.",
        [("deadline-set", {"due": "2026-03-31"})],
    ),
    (
        "labour",
        "The Labour Board extended the deadline for a reply by a week on Wednesday.",
        [("deadline-extended", {"due": "2026-03-27", "occurred": "2026-03-11"})],
    ),
    (
        "ukrainian",
        "До кінця березня Україна має передати Польщі перелік експортерів.",
        [("deadline-set", {"due": "2026-03-31", "on": ["ukraine"]})],
    ),
    (
        "ukrainian",
        "Делегації завершили у вівторок у Варшаві переговори, так і не узгодивши квоти.",
        [("meeting-held", {"occurred": "2026-03-10"}), ("meeting-concluded", {})],
    ),
]


@pytest.mark.parametrize(("world", "text", "wanted"), TOLD)
def test_a_sentence_tells_its_acts(
    world: str, text: str, wanted: list[tuple[str, dict[str, Any]]]
) -> None:
    acts = acts_in(world, text)

    for type_, fields in wanted:
        found = [each for each in acts if each["type"] == type_]
        assert len(found) == 1, (type_, acts)
        assert {name: found[0].get(name) for name in fields} == fields


def test_two_meetings_of_one_sentence_are_announced() -> None:
    text = (
        "They will speak by video next Tuesday, and ministers are due to meet in Doha on 2 April."
    )

    found = acts_in("truce", text, "meeting-announced")

    assert [each["expected"] for each in found] == ["2026-03-17", "2026-04-02"]


def test_an_announcement_is_told_once_with_the_day_that_comes_later() -> None:
    text = (
        "Both sides will meet again next week in Galway, the Labour Board said.\n\n"
        "The next session will open in Galway on 19 March, the board said."
    )

    found = acts_in("labour", text, "meeting-announced")

    assert [each["expected"] for each in found] == ["2026-03-19"]


SPOKEN = [
    ("Southland's army said the road to Marj was closed.", "party:southland"),
    ("Said accused Northland of playing for time.", "person:omar-said"),
    ("The monitors said the line was quiet that day.", "party:monitors"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speaker"), SPOKEN)
def test_bodies_and_names_that_are_verbs_speak(text: str, speaker: str) -> None:
    found = [dict(each.event) for each in read_in("truce", text).drafts]

    assert [e["speaker"] for e in found if e["type"] == "statement-made"] == [speaker]


NONE = [
    ("truce", "Boris Lund, a baker in Marj and no relation of the minister, said it was loud."),
    ("labour", "In 2017 the union left the talks on the final day, only to come back."),
    ("labour", "Contrary to what the Post writes, nothing is signed."),
    ("truce", "What both sides wrote that week filled two books."),
]


@pytest.mark.parametrize(("world", "text"), NONE)
def test_namesakes_and_history_draft_nothing(world: str, text: str) -> None:
    assert acts_in(world, text) == []
