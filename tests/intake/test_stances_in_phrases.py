# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Stances told by set phrases: to honour, to live with, to make an offer, to turn down."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_in

TOLD = [
    ("truce", "“We will honour the withdrawal,” Lund said.", "northland", "accepts"),
    ("truce", "Said said Southland would abide by the withdrawal.", "southland", "accepts"),
    ("truce", "Southland has expressed its readiness to free prisoners.", "southland", "accepts"),
    ("truce", "Lund said that Northland could live with a withdrawal.", "northland", "accepts"),
    ("truce", "“We have an agreement on the prisoners,” Lund told reporters.", "northland",
     "accepts"),
    ("truce", "Northland does not object to a withdrawal.", "northland", "accepts"),
    ("labour", "The union voted 5-2 on Tuesday night to accept the cut in pay.", "dockers-union",
     "accepts"),
    ("labour", "Portline made an offer on pay.", "portline", "proposes"),
    ("truce", "A proposal by Northland to swap prisoners fell short of a majority.", "northland",
     "proposes"),
    ("truce", "Lund has said for weeks that she will not discuss a withdrawal.", "northland",
     "rejects"),
    ("labour", "“What we cannot do is cut pay,” Quill said.", "dockers-union", "rejects"),
    ("truce", "“We did not come here to trade prisoners,” Said told the radio.", "southland",
     "rejects"),
    ("labour", "The union turned the pay rise down.", "dockers-union", "rejects"),
    ("labour", "Quill said the pay rise had to start in May.", "dockers-union", "demands"),
    ("labour", "“Six per cent more pay and not a cent less,” Quill said.", "dockers-union",
     "demands"),
    ("truce", "Said said Southland would free prisoners only if the guns fell silent.",
     "southland", "accepts-conditionally"),
    ("labour", "Haas said Portline could raise wages once the strike was over.", "portline",
     "accepts-conditionally"),
    ("labour", "Portline will let the wages rise, its chief executive has said, but only after the "
     "strike.", "portline", "accepts-conditionally"),
    ("truce", "The group could move its prisoners if Southland pulled back, Lund said.",
     "northland", "accepts-conditionally"),
    ("ukrainian", "«Квоти на зерно – і ні на тонну менше», – сказала Коваль.", "ukraine",
     "demands"),
    ("ukrainian", "Україна висловила готовність скасувати квоти на зерно.", "ukraine", "accepts"),
]  # fmt: skip
NONE = [
    ("truce", "Lund said she would not discuss the details of a withdrawal."),
    ("truce", "The guns had fallen silent once the prisoners were home."),
    ("labour", "The union came to Cork to talk of pay."),
]


@pytest.mark.parametrize(("world", "text", "party", "stance"), TOLD)
def test_a_set_phrase_tells_a_stance(world: str, text: str, party: str, stance: str) -> None:
    found = acts_in(world, text, "position-stated")

    assert [(each["party"], each["stance"]) for each in found] == [(party, stance)]


@pytest.mark.parametrize(("world", "text"), NONE)
def test_what_resembles_such_a_phrase_tells_none(world: str, text: str) -> None:
    assert acts_in(world, text, "position-stated") == []
