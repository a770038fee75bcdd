# Cyrillic letters are meant
"""Deadlines as they are told in several fields, and what only looks like one."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake.act_worlds import acts_in

SET = "deadline-set"
TOLD = [
    (
        "labour",
        "Portline gave the union until Friday to accept the offer on pay.",
        {"type": SET, "due": "2026-03-13", "by": "party:portline", "on": ["dockers-union"]},
    ),
    (
        "labour",
        "The union has been given until midnight on 18 March to reply.",
        {"type": SET, "due": "2026-03-18", "on": ["dockers-union"]},
    ),
    (
        "labour",
        "The company set a deadline of 25 March for the ballot.",
        {"type": SET, "due": "2026-03-25", "by": "party:portline"},
    ),
    (
        "labour",
        "Nora Quill said the company had until the end of the month to withdraw the letter.",
        {"type": SET, "due": "2026-03-31", "by": "person:nora-quill"},
    ),
    (
        "labour",
        "Both sides must file their submissions by 2 April.",
        {"type": SET, "due": "2026-04-02"},
    ),
    (
        "labour",
        "The Labour Board ordered Portline to publish the rota by Tuesday.",
        {"type": SET, "due": "2026-03-17", "by": "party:labour-board", "on": ["portline"]},
    ),
    (
        "labour",
        "Portline undertook to pay the arrears by 31 March.",
        {"type": SET, "due": "2026-03-31", "by": "party:portline", "on": ["portline"]},
    ),
    (
        "labour",
        "The parties are to report back within ten days.",
        {"type": SET, "due": "2026-03-22"},
    ),
    ("labour", "The offer expires on Friday.", {"type": SET, "due": "2026-03-13"}),
    ("labour", "By 20 March the company is to open its books.", {"type": SET, "due": "2026-03-20"}),
    (
        "labour",
        "The time limit for appeals runs out on 1 April.",
        {"type": SET, "due": "2026-04-01"},
    ),
    (
        "labour",
        "The company extended the deadline for a reply by a week.",
        {"type": "deadline-extended", "deadline": "reply-to-offer", "due": "2026-03-27"},
    ),
    (
        "labour",
        "The deadline for the union's reply to the offer has been pushed back to 27 March.",
        {"type": "deadline-extended", "deadline": "reply-to-offer", "due": "2026-03-27"},
    ),
    (
        "labour",
        "Portline agreed to an extension of the deadline until 27 March.",
        {"type": "deadline-extended", "deadline": "reply-to-offer", "due": "2026-03-27"},
    ),
    (
        "labour",
        "Portline withdrew its deadline on Wednesday.",
        {"type": "deadline-withdrawn", "deadline": "reply-to-offer", "occurred": "2026-03-11"},
    ),
    (
        "labour",
        "The union met the deadline: its reply reached Portline an hour early.",
        {"type": "deadline-met", "deadline": "reply-to-offer"},
    ),
    (
        "labour",
        "The union replied to the offer on Wednesday.",
        {"type": "deadline-met", "deadline": "reply-to-offer", "occurred": "2026-03-11"},
    ),
    (
        "truce",
        "Southland gave Northland 48 hours to pull back its guns.",
        {"type": SET, "due": "2026-03-14", "by": "party:southland", "on": ["northland"]},
    ),
    ("truce", "Northland has ten days in which to answer.", {"type": SET, "due": "2026-03-22"}),
    (
        "truce",
        "Omar Said demanded that Northland pull back by Sunday.",
        {"type": SET, "due": "2026-03-15", "by": "person:omar-said", "on": ["northland"]},
    ),
    (
        "truce",
        "Northland must complete its withdrawal no later than 1 April.",
        {"type": SET, "due": "2026-04-01"},
    ),
    ("ukrainian", "Україна має до 20 березня подати список.", {"type": SET, "due": "2026-03-20"}),
    (
        "ukrainian",
        "Варшава дала Києву час до п'ятниці на відповідь.",
        {"type": SET, "due": "2026-03-13", "by": "party:poland", "on": ["ukraine"]},
    ),
    (
        "ukrainian",
        "Польща пообіцяла відкрити кордон до кінця березня.",
        {"type": SET, "due": "2026-03-31", "on": ["poland"]},
    ),
    (
        "ukrainian",
        "Сторони повинні узгодити квоти не пізніше 1 квітня.",
        {"type": SET, "due": "2026-04-01"},
    ),
    ("ukrainian", "Ультиматум Варшави спливає 15 березня.", {"type": SET, "due": "2026-03-15"}),
]
NONE = [
    ("labour", "Unless the company moves by Monday, the union will strike."),
    ("labour", "The union could set a deadline of Friday."),
    ("labour", "The union wants 7% by 2030."),
    ("labour", "The deadline passed without a reply."),
    ("labour", "The port is closed until Friday."),
    ("labour", "Portline must publish its accounts by 30 April every year."),
    ("labour", "By Monday Portline had lost 3% of its value."),
    ("labour", "The strike will last until Sunday."),
    ("labour", "If Portline sets a deadline of Friday, the union will walk out."),
    ("labour", "Haas denied that he had set a deadline of 20 March."),
    ("labour", "The union has two weeks to reply to the offer."),
    ("truce", "Southland says it will not extend the deadline."),
    ("ukrainian", "Якщо Польща встановить дедлайн до п'ятниці, Україна відповість."),
]


@pytest.mark.parametrize(("world", "sentence", "wanted"), TOLD)
def test_deadlines_are_drafted(world: str, sentence: str, wanted: Json) -> None:
    (event,) = acts_in(world, sentence, "deadline")
    assert {name: event.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("world", "sentence"), NONE)
def test_what_is_no_deadline_is_not_drafted(world: str, sentence: str) -> None:
    assert acts_in(world, sentence, "deadline") == []


def test_a_recorded_deadline_gets_a_further_report() -> None:
    sentence = "The union has until 20 March to reply to the offer."
    (report,) = acts_in("labour", sentence, "report-added")
    assert report["event"] == "00000000-0000-4000-8000-000000000001"
