# Cyrillic letters are meant
"""Whose stance is told, and which: by cue and issue, the subject of the embedded clause decides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.talks import PEACE, fields

OWN = [
    ("Reed said the union demands 8% more pay.", "demands"),
    ("Reed said the union would accept 5% more pay if it came now.", "accepts-conditionally"),
    ("Reed said the union accepts the offer on pay.", "accepts"),
    ("Reed said the union would never sign away its pay.", "red-line"),
    ("Reed said the union rejects the offer on pay.", "rejects"),
    ("Reed said the union would not agree to less pay.", "rejects"),
    ("Reed said the union is not going to sign less pay.", "rejects"),
    ("Reed said the union supports more pay for all.", "supports"),
    ("Reed said the union opposes the cut in pay.", "opposes"),
    ("Reed said the union had not taken a view on pay.", "undecided"),
    ("Reed said the union proposed 6% more pay.", "proposes"),
    ("Reed said the union reserves its right on pay.", "reserves"),
    ('"We will never work night shifts," Reed said.', "red-line"),
    ("Reed said that the offer on pay was an insult.", "opposes"),
    ("Reed described the pay offer as “derisory”.", "opposes"),
    ("Reed ruled out any cut in pay.", "rejects"),
    ("Reed called for night shifts to be scrapped.", "demands"),
    ("Reed said night shifts were not up for discussion.", "red-line"),
    ("Reed said she would recommend the rise in pay to members.", "supports"),
    ("The union has thrown out an offer of 4%.", "rejects"),
    ("The union is holding out for 8%.", "demands"),
    ("The union dropped its opposition to night shifts on Monday.", "accepts"),
    ("Reed said the union could move to 5% if night shifts went.", "accepts-conditionally"),
]


@pytest.mark.parametrize(("text", "stance"), OWN)
def test_a_cue_tells_the_stance(text: str, stance: str) -> None:
    assert [
        (party, told) for party, told in fields(text, "position-stated", "party", "stance")
    ] == [("dockers", stance)]


NONE = [
    "Reed said the union did not rule out a deal on pay.",
    "Reed said nobody had agreed to less pay.",
    "“We never said we would not sign less pay,” Reed said.",
    "Pay was on the agenda. “We never said we would not sign,” Reed said.",
    "Reed said the union had not claimed that it would accept less pay.",
    "Reed said it was not true that the union rejects more pay.",
    "Reed said it was wrong to say that the union would never take less pay.",
    "“Nor did we say that we demand 8% more pay,” Reed said.",
    "The union did not say that it opposes less pay.",
    "“We did not promise to accept less pay,” Reed said.",
    "“We are not saying that we reject the offer on pay,” Reed said.",
    "“We never spoke of the rejection of night shifts by the union,” Reed said.",
    "Reed said the union was ready to discuss pay.",
    "Reed dismissed as false a report that the union had agreed to less pay.",
    "Reed said many countries support more pay.",
    "Reed declined to say whether the union would accept 5%.",
    "Reed said pay came up on Monday.",
    "Reed said the union demands an answer.",
    "The union might accept 5% more pay.",
    "If the union accepts less pay, the strike is over.",
]


@pytest.mark.parametrize("text", NONE)
def test_no_stance_is_told_without_cue_and_issue(text: str) -> None:
    assert fields(text, "position-stated", "stance") == []


WHOSE: list[tuple[str, tuple[Any, ...]]] = [
    ("Blake said the union had accepted 5% more pay.",
     ("dockers", "third-party", "person:tom-blake")),
    ("Blake said it would never raise pay.", ("harbour", "delegate", None)),
    ("Blake said his side would never raise pay.", ("harbour", "delegate", None)),
    ("The company said the union demands too much pay.",
     ("dockers", "third-party", "party:harbour")),
    ("The union, which wants 8% more pay, was silent.", ("dockers", "self", None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "whose"), WHOSE)
def test_what_one_says_of_another_is_third_party(text: str, whose: tuple[Any, ...]) -> None:
    assert fields(text, "position-stated", "party", "attribution", "attributed_by") == [whose]


UKRAINIAN = [
    ("Умєров заявив, що Україна не погодиться на територіальні поступки.", "territory", "rejects"),
    ("Умєров сказав, що Україна вимагає гарантій безпеки.", "guarantees", "demands"),
    ("«Ми ніколи не віддамо Донбас», — сказав Умєров.", "territory", "red-line"),
]


@pytest.mark.parametrize(("text", "issue", "stance"), UKRAINIAN)
def test_ukrainian_stances_are_read(text: str, issue: str, stance: str) -> None:
    assert fields(text, "position-stated", "issue", "stance", registry=PEACE) == [(issue, stance)]


def test_a_denial_in_ukrainian_tells_no_stance() -> None:
    text = "«Ми ніколи не казали, що не віддамо Донбас», — сказав Умєров."

    assert fields(text, "position-stated", "stance", registry=PEACE) == []


def test_a_list_behind_one_cue_is_a_stance_on_each_issue() -> None:
    text = "The union asked for 8% more pay and an end of night shifts."

    assert sorted(fields(text, "position-stated", "issue", "stance")) == [
        ("night-shifts", "demands"),
        ("pay", "demands"),
    ]


def test_the_condition_is_kept() -> None:
    text = "Reed said the union could accept less pay, provided it is phased in over two years."

    assert fields(text, "position-stated", "conditions") == [(["it is phased in over two years"],)]
