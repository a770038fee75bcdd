"""What an article tells twice is drafted once; what only sounds alike is not."""

from __future__ import annotations

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
