"""Read-outs of calls, and questions and answers that stand below an article's own words."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_of, read_in

READ_OUT = """Telephone conversation with the Defence Minister of Southland

Foreign Minister Ada Lund had a telephone conversation with Defence Minister Omar Said of Southland.

Ada Lund pointed out that Northland will free prisoners only if the withdrawal is completed.

Omar Said informed about the state of the withdrawal.

The ministers exchanged views on the harvest at some length.

The weather in both capitals was touched on.

The question of a visit was not raised.

Words of sympathy were expressed.

The ministers wished each other a good spring.

The ministers will keep in touch.

See also

Ada Lund answered questions from journalists

Question: Did they speak of the prisoners?
Ada Lund: They spoke of everything. That is what such calls are for.

Question: Will you travel to Amman?
Ada Lund: When there is a journey, there will be a bag.

Question: Is there a date for the withdrawal?
Ada Lund: I am not going to comment on that today, as you know.
"""


def test_a_read_out_tells_a_call_of_its_own_day() -> None:
    reading = read_in("truce", READ_OUT)
    held = acts_of(reading, "meeting-held")

    assert reading.genre == "communique"
    assert [(each["occurred"], each.get("format")) for each in held] == [("2026-03-12", "phone")]


def test_prose_and_the_turns_below_it_are_both_read() -> None:
    said = acts_of(read_in("truce", READ_OUT), "statement-made")

    assert [each["speaker"] for each in said] == [
        "person:ada-lund",
        "person:omar-said",
        "person:ada-lund",
    ]


def test_an_answer_is_about_what_was_asked() -> None:
    said = acts_of(read_in("truce", READ_OUT), "statement-made")

    assert said[-1]["text"].startswith("They spoke of everything.")
    assert said[-1]["about"] == ["issue:prisoners"]


@pytest.mark.parametrize(
    "title",
    [
        "Readout of the call with Northland",
        "Prime Minister's phone call with the President of Northland",
        "Meeting with Ada Lund",
    ],
)
def test_titles_of_offices_tell_a_read_out(title: str) -> None:
    text = f"{title}\n\nThe ministers spoke of the withdrawal for an hour.\n"

    assert read_in("truce", text).genre == "communique"
