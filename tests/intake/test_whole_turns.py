"""Transcripts whose turns have many paragraphs, names on lines of their own, and short answers."""

from __future__ import annotations

import re

import pytest

from tests.intake.act_worlds import acts_in, read_in

NAMES_ABOVE = """Press conference of the Dockers' Union and Portline

MODERATOR
Welcome. One statement each, then questions.

NORA QUILL
(through interpreter)
Good morning. We worked through the night.
We will never accept seven night shifts in a row.

PIET HAAS
Thank you, Nora.
We need three years of calm on wages.

QUESTION
(Cork Herald) Mr Haas, could Portline accept ten per cent on wages?

PIET HAAS
No.

QUESTION
Ms Quill, when will you meet again?

NORA QUILL
On 20 March, in Cork.
"""
COLON_ABOVE = re.sub(r"(?m)^([A-Z]{3,}(?: [A-Z]+)?)$", r"\1:", NAMES_ABOVE)
LONG_TURNS = """Briefing at Portline

MR HAAS: Good morning, everybody.

I shall begin with the weather, which closed the quay for two days last week.

On wages, let me be plain. We will not accept ten per cent.

There is a second point, and I am told that you have all heard it already.

The night shift stays. We insist on the night shift, as we did in March.

QUESTION: Is the fire at the terminal over?

MR HAAS: It is. My thanks go to the brigade.

They were there in minutes.

And they stayed until dawn.

QUESTION: Thank you.

MR HAAS: Thank you.
"""


@pytest.mark.parametrize("text", [NAMES_ABOVE, COLON_ABOVE])
def test_who_is_named_on_a_line_of_its_own_says_what_stands_below(text: str) -> None:
    told = {
        (each["party"], each["issue"], each["stance"])
        for each in acts_in("labour", text, "position-stated")
    }

    assert read_in("labour", text).genre == "transcript"
    assert ("dockers-union", "night-shift", "red-line") in told
    assert ("portline", "wages", "demands") in told


@pytest.mark.parametrize("text", [NAMES_ABOVE, COLON_ABOVE])
def test_no_to_a_question_whether_one_would_accept_is_a_refusal(text: str) -> None:
    found = [
        (each["party"], each["issue"], each["stance"])
        for each in acts_in("labour", text, "position-stated")
    ]

    assert ("portline", "wages", "rejects") in found


def test_a_day_answers_the_question_when_they_meet() -> None:
    found = acts_in("labour", NAMES_ABOVE, "meeting-announced")

    assert [(each["expected"], each["place"]) for each in found] == [("2026-03-20", "Cork")]


def test_each_paragraph_of_a_turn_is_said_by_whom_it_is_of() -> None:
    told = [
        (each["party"], each["issue"], each["stance"])
        for each in acts_in("labour", LONG_TURNS, "position-stated")
    ]

    assert read_in("labour", LONG_TURNS).genre == "transcript"
    assert told == [("portline", "wages", "rejects"), ("portline", "night-shift", "demands")]


QUESTIONS = [
    ("Would you accept six per cent on wages?", "Yes.", "accepts"),
    ("Would you accept six per cent on wages?", "We would.", "accepts"),
    ("Would you accept six per cent on wages?", "No, we would not.", "rejects"),
    ("Will Portline rule out a pay freeze on wages?", "Absolutely.", "rejects"),
    ("Would you accept six per cent on wages?", "You would have to ask the board.", None),
    ("What do you say to six per cent on wages?", "No comment.", None),
    ("Is it true that wages were discussed?", "Yes.", None),
]


@pytest.mark.parametrize(("question", "answer", "stance"), QUESTIONS)
def test_yes_and_no_are_stances_of_who_is_asked(
    question: str, answer: str, stance: str | None
) -> None:
    text = f"MR HAAS: Good morning.\n\nQUESTION: {question}\n\nMR HAAS: {answer}\n"

    found = [each["stance"] for each in acts_in("labour", text, "position-stated")]

    assert found == ([stance] if stance else [])


def test_no_to_a_question_about_others_is_what_is_said_of_them() -> None:
    text = (
        "MR HAAS: Good morning.\n\nQUESTION: Does the union accept six per cent on wages?\n\n"
        "MR HAAS: No.\n"
    )
    (told,) = acts_in("labour", text, "position-stated")

    assert (told["party"], told["stance"]) == ("dockers-union", "rejects")
    assert (told["attribution"], told["attributed_by"]) == ("third-party", "person:piet-haas")


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("THE GENERAL SECRETARY", "person:nora-quill"),
        ("General Secretary", "person:nora-quill"),
        ("THE MINISTER", None),
    ],
)
def test_a_label_names_who_alone_holds_an_office(label: str, speaker: str | None) -> None:
    text = LONG_TURNS.replace("MR HAAS", label)
    said = [
        each.event["speaker"]
        for each in read_in("labour", text).drafts
        if each.type == "statement-made"
    ]

    assert set(said) == ({speaker} if speaker else set())


def test_what_somebody_unregistered_says_on_an_issue_is_held_back_with_the_name() -> None:
    text = LONG_TURNS.replace("MR HAAS", "DR ORLA FENN")

    reasons = {each.reason for each in read_in("labour", text).held_back}

    assert "“DR ORLA FENN”, who speaks here, is not registered." in reasons
