# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Stances by nouns, in the passive, by pronouns and by insisting; and what only looks like one."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_in

TOLD = [
    # by a noun, with its owner in front or behind
    ("truce", "Northland's demand for a withdrawal was on the table.", "northland", "demands"),
    ("truce", "Lund spoke of the rejection of a withdrawal by Southland.", "southland", "rejects"),
    ("truce", "The monitors noted Southland's opposition to a withdrawal.", "southland", "opposes"),
    ("truce", "The text mentions the proposal of Northland to swap prisoners.", "northland",
     "proposes"),
    ("labour", "Quill said the union stood by its demand for more pay.", "dockers-union",
     "demands"),
    ("labour", "Portline's offer of a rise in pay runs for a year.", "portline", "proposes"),
    ("labour", "The board took note of the support for higher wages voiced by Portline.",
     "portline", "supports"),
    # in the passive
    ("labour", "A cut in wages was rejected by the union.", "dockers-union", "rejects"),
    ("labour", "The idea of higher pay was dismissed by Piet Haas as “a dream”.", "portline",
     "rejects"),
    ("truce", "A motion on prisoners, tabled by Northland, is before the council.", "northland",
     "proposes"),
    # whose it is, by a pronoun
    ("labour", "“Our members have waited. They want more pay and no less,” Quill said.",
     "dockers-union", "demands"),
    ("labour", "“Portline has told us that it accepts higher wages,” Quill said.", "portline",
     "accepts"),
    ("labour", "Haas said his company would not accept higher wages.", "portline", "rejects"),
    ("truce", "Lund accused Southland of having agreed to a withdrawal.", "southland", "accepts"),
    # by insisting on it
    ("truce", "Said maintained that the withdrawal comes first.", "southland", "demands"),
    ("truce", "Lund reiterated that prisoners go home before all else.", "northland", "demands"),
    # in other words
    ("truce", "There would be no withdrawal this year, Said told the radio.", "southland",
     "rejects"),
    ("truce", "“A withdrawal? That will not happen,” Lund said.", "northland", "rejects"),
    ("labour", "The union refused to drop its claim for more pay.", "dockers-union", "demands"),
    ("labour", "The union dropped its objections to a cut in pay.", "dockers-union", "accepts"),
    ("labour", "Haas said wages would be raised only once the strike was over.", "portline",
     "accepts-conditionally"),
    ("labour", "Haas said the firm would look at wages if the strike ended.", "portline",
     "accepts-conditionally"),
    ("ukrainian", "Коваль наполягала, що квоти на зерно лишаються.", "ukraine", "demands"),
]  # fmt: skip


@pytest.mark.parametrize(("world", "text", "party", "stance"), TOLD)
def test_a_stance_is_told_in_other_words_than_by_its_verb(
    world: str, text: str, party: str, stance: str
) -> None:
    found = acts_in(world, text, "position-stated")

    assert [(each["party"], each["stance"]) for each in found] == [(party, stance)]


def test_a_deal_is_accepted_by_each_of_its_sides() -> None:
    english = (
        "Northland and Southland struck a deal on prisoners, but failed to agree on much else."
    )
    ukrainian = "Україна і Польща домовилися про квоти на зерно."

    for world, text, sides in (
        ("truce", english, {"northland", "southland"}),
        ("ukrainian", ukrainian, {"ukraine", "poland"}),
    ):
        found = acts_in(world, text, "position-stated")
        assert {(each["party"], each["stance"]) for each in found} == {
            (side, "accepts") for side in sides
        }


NONE = [
    ("truce", "The sides have not reached a deal on prisoners."),
    ("ukrainian", "Нагадаємо, у серпні Польща пропонувала інші квоти на зерно."),
    ("labour", "Haas declined to comment on wages."),
    ("labour", "Haas refused to be drawn on pay."),
    ("labour", "Haas denied reports that Portline had agreed to raise wages."),
    ("labour", "Quill denied that the union had accepted a cut in pay."),
    ("labour", "There is no date for talks on pay, Haas said."),
    ("labour", "A report on wages was commissioned by Portline."),
    ("truce", "Lund said the demand for bread rises when prisoners come home."),
    ("truce", "The withdrawal would be approved by parliament, Lund said."),
    ("ukrainian", "Коваль від коментарів щодо зерна відмовилася."),
]


@pytest.mark.parametrize(("world", "text"), NONE)
def test_what_only_sounds_like_a_stance_is_none(world: str, text: str) -> None:
    assert acts_in(world, text, "position-stated") == []
