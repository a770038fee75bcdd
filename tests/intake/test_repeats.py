"""What an article tells twice is drafted once; what only sounds alike is not."""

from __future__ import annotations

import pytest

from tests.intake.talks import fields


def test_a_paraphrase_and_its_quotation_are_one_statement() -> None:
    text = (
        "Reed said the union would never work night shifts for single pay.\n\n"
        '"We will never work night shifts for single pay again," she said.'
    )

    assert fields(text, "statement-made", "text") == [
        ("We will never work night shifts for single pay again",)
    ]


def test_the_lead_and_the_body_are_one_statement() -> None:
    text = (
        "The dockers' union rejects the offer on pay as an insult, Reed said on Monday.\n\n"
        "The port has been closed since January. Ships wait off Dover.\n\n"
        'Reed said on Monday: "We reject the offer on pay. It is an insult to every docker."'
    )

    assert len(fields(text, "statement-made", "text")) == 1
    assert fields(text, "position-stated", "party", "issue", "stance") == [
        ("dockers", "pay", "rejects")
    ]


ONE_TURN = [
    'Reed said on Monday that the offer was thin. "We are not beggars," she said.',
    '"We are not beggars," Reed said. She added that the offer on pay was thin.',
    'Reed told the radio that the offer was thin.\n\n"We are not beggars," she said.',
    'Reed denied that the union had left the room. "We are not beggars," she said.',
    "Reed said the offer was thin. She added that “thin” was a kind word for it.",
]


@pytest.mark.parametrize("text", ONE_TURN)
def test_a_paraphrase_and_the_words_behind_it_are_one_turn(text: str) -> None:
    assert fields(text, "statement-made", "speaker") == [("person:ann-reed",)]


def test_words_of_another_day_are_another_turn() -> None:
    text = (
        "Reed said on Monday that the offer was thin. "
        'On Wednesday she told members: "We are not beggars."'
    )

    assert fields(text, "statement-made", "occurred") == [("2026-03-09",), ("2026-03-11",)]


DONE = [
    ("The union rejected the offer of 4% more pay.", "rejects"),
    ("The union welcomed the offer of 4% more pay.", "supports"),
    ("The union asked for 8% more pay.", "demands"),
]


@pytest.mark.parametrize(("text", "stance"), DONE)
def test_what_is_done_rather_than_said_is_a_position_alone(text: str, stance: str) -> None:
    assert fields(text, "position-stated", "stance") == [(stance,)]
    assert fields(text, "statement-made", "speaker") == []


def test_a_meeting_that_somebody_announces_is_no_statement_beside() -> None:
    text = "The two sides will meet again in Dover on 20 March, Reed said."

    assert len(fields(text, "meeting-announced", "expected")) == 1
    assert fields(text, "statement-made", "speaker") == []


def test_a_source_without_a_name_tells_acts_and_anonymous_positions() -> None:
    text = "A source close to the talks told the Post on Monday that the union had accepted 5%."

    assert fields(text, "position-stated", "party", "stance", "attribution", "occurred") == [
        ("dockers", "accepts", "anonymous", "2026-03-09")
    ]


def test_two_sayings_stay_two() -> None:
    text = (
        'Reed said on Monday: "The port of Dover stays closed until they come to their senses."\n\n'
        'Reed said on Monday: "Nobody has called us since the talks in January broke down."'
    )

    assert len(fields(text, "statement-made", "text")) == 2


def test_positions_point_to_the_statement_that_is_kept() -> None:
    text = (
        "Reed said the union would never work night shifts for single pay.\n\n"
        '"We will never work night shifts for single pay again," she said.'
    )
    [(statement,)] = fields(text, "statement-made", "statement")

    assert {each for (each,) in fields(text, "position-stated", "statement")} == {statement}


def test_a_stance_and_its_opposite_are_both_told() -> None:
    text = (
        "Reed said on Monday the union rejects 5% more pay.\n\n"
        "Blake said on Monday the company supports 5% more pay."
    )

    assert sorted(fields(text, "position-stated", "party", "stance")) == [
        ("dockers", "rejects"),
        ("harbour", "supports"),
    ]
