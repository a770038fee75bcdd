"""Who tells: behind a comma at the end, without a name, by a body of a party, by nobody."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_in

NOBODY = [
    ("truce", "If the truce holds, Northland could free 40 prisoners, diplomats say."),
    ("truce", "Southland may yet keep its prisoners, a retired judge said."),
    ("truce", "Prisoners have been ill since May, according to Northland's doctors."),
    ("labour", "Had wages risen, no ballot would have been needed, Portline's gardener joked."),
    ("labour", "Piet Haas also visited Cork, where he was warmly welcomed by the mayor."),
]
TOLD = [
    ("truce", "It was emphasised by the Southlandic side that the prisoners stay.",
     "party:southland"),
    ("truce", "It was stressed from the Northlandic side that the withdrawal had stopped.",
     "party:northland"),
    ("labour", "Wages are a matter for the board, Portline's spokesman said.", "party:portline"),
    ("labour", "“No more pay,” said Portline's quick-tempered chief buyer, Piet Haas.",
     "person:piet-haas"),
    ("labour", "Wages are a matter for the board, Nora Quill said.", "person:nora-quill"),
]  # fmt: skip
STANCES = [
    ("truce", "“Southland's delegation told us it would suspend the withdrawal,” Lund said.",
     [("southland", "accepts", "third-party")]),
    ("truce", "Lund added that the group would release 40 prisoners on Monday.",
     [("northland", "accepts", "self")]),
    ("labour", "Members Of Many States Union aside, Portline supports higher wages.",
     [("portline", "supports", "self")]),
    ("labour", "The board of Portline voted 5-2 on Tuesday night to accept higher wages.",
     [("portline", "accepts", "self")]),
    ("truce", "A Northlandic official, speaking on condition of anonymity, said the group had "
     "accepted a withdrawal.", [("northland", "accepts", "anonymous")]),
    ("truce", "Northland and the rebel Southland have agreed to a withdrawal, the Truce Monitors "
     "said.", [("northland", "accepts", "third-party"), ("southland", "accepts", "third-party")]),
    ("truce", "Lund and Said spoke of a withdrawal. Lund said Northland could live with such a "
     "withdrawal.", [("northland", "accepts", "self")]),
]  # fmt: skip


@pytest.mark.parametrize(("world", "text"), NOBODY)
def test_no_party_says_what_another_tells(world: str, text: str) -> None:
    assert acts_in(world, text, "statement-made") == []


@pytest.mark.parametrize(("world", "text", "speaker"), TOLD)
def test_who_tells_may_stand_behind(world: str, text: str, speaker: str) -> None:
    assert [each["speaker"] for each in acts_in(world, text, "statement-made")] == [speaker]


@pytest.mark.parametrize(("world", "text", "stances"), STANCES)
def test_whose_stance_it_is(world: str, text: str, stances: list[tuple[str, str, str]]) -> None:
    found = acts_in(world, text, "position-stated")

    assert [(each["party"], each["stance"], each["attribution"]) for each in found] == stances
