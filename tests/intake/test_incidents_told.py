# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Incidents as they are told in several fields, and what only sounds like one."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake.act_worlds import acts_in, read_in

TOLD = [
    (
        "truce",
        "Three soldiers were killed on Tuesday when shells hit a Northlandic post.",
        {"kind": "attack", "casualties": {"killed": 3}, "parties": ["northland"]},
    ),
    (
        "truce",
        "Southlandic drones struck a convoy near Harra on Monday, wounding four drivers.",
        {"kind": "attack", "casualties": {"injured": 4}, "occurred": "2026-03-09"},
    ),
    (
        "truce",
        "On Wednesday Northland released eleven prisoners at the Harra crossing.",
        {"kind": "release", "occurred": "2026-03-11"},
    ),
    (
        "truce",
        "Northland seized a Southlandic trawler on 9 March.",
        {"kind": "seizure", "occurred": "2026-03-09"},
    ),
    ("truce", "Northland imposed tariffs on Southlandic steel on Monday.", {"kind": "sanction"}),
    (
        "truce",
        "At least 12 people died in an air strike on Harra on Sunday.",
        {"kind": "attack", "casualties": {"killed": "At least 12"}},
    ),
    (
        "truce",
        "An explosion near the Southlandic embassy injured two guards on Monday.",
        {"kind": "attack", "casualties": {"injured": 2}},
    ),
    ("truce", "Two Southlandic pilots were freed on Wednesday.", {"kind": "release"}),
    (
        "truce",
        "A ceasefire monitor was shot dead near Harra on Saturday.",
        {"kind": "attack", "casualties": {"killed": 1}, "occurred": "2026-03-07"},
    ),
    (
        "truce",
        "The killing of two Southlandic guards on 7 March overshadowed the talks.",
        {"kind": "attack", "occurred": "2026-03-07"},
    ),
    (
        "truce",
        "Protesters blocked the bridge at Harra on Tuesday, demanding the release of captives.",
        {"kind": "other"},
    ),
    (
        "labour",
        "Dockers went on strike on Monday.",
        {"kind": "strike", "parties": ["dockers-union"], "occurred": "2026-03-09"},
    ),
    ("labour", "Portline locked out 40 crane drivers on Tuesday.", {"kind": "strike"}),
    ("labour", "Pickets blocked the gates of Portline on Wednesday.", {"kind": "other"}),
    (
        "labour",
        "The union gave notice of a three-day strike from 23 March.",
        {"kind": "strike", "modality": "announced"},
    ),
    (
        "ukrainian",
        "У ніч на вівторок дрони атакували порт в Ізмаїлі, загинули двоє портовиків.",
        {"kind": "attack", "casualties": {"killed": 2}, "occurred": "2026-03-10"},
    ),
    ("ukrainian", "Польські фермери у понеділок заблокували рух на кордоні.", {"kind": "other"}),
    ("ukrainian", "Польща у середу звільнила трьох українських моряків.", {"kind": "release"}),
    (
        "ukrainian",
        "Прикордонники затримали судно з українським зерном 9 березня.",
        {"kind": "seizure", "occurred": "2026-03-09"},
    ),
]
NONE = [
    ("truce", "Southland accused Northland of shelling the village of Dera on Tuesday."),
    ("truce", "Ada Lund said Southland had broken the truce on Monday."),
    ("truce", "If Northland attacks the convoy, the talks are over."),
    ("truce", "Northland attacked the plan on Monday."),
    ("truce", "The two sides struck a deal on Tuesday."),
    ("truce", "In the war of 1998, 4,000 people were killed."),
    ("truce", "Northland did not attack the convoy on Monday."),
    ("truce", "Talks collapsed on Monday."),
    ("truce", "The release of forty captives, set for Tuesday, was delayed."),
    ("labour", "A man was killed in a car accident in Cork on Monday."),
    ("labour", "Haas was attacked in the press on Monday."),
    ("labour", "The strike was called off on Wednesday."),
    ("labour", "A fire in a crane at the Ringaskiddy terminal on 2 March stopped work."),
    ("labour", "The union has threatened to strike on Friday."),
    ("labour", "Liverpool's striker scored on Saturday."),
    ("labour", "The company released its figures on Monday."),
    ("ukrainian", "Україна звинуватила Польщу в затриманні вантажу."),
]


@pytest.mark.parametrize(("world", "sentence", "wanted"), TOLD)
def test_incidents_are_drafted(world: str, sentence: str, wanted: Json) -> None:
    (event,) = acts_in(world, sentence, "incident")
    assert {name: event.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("world", "sentence"), NONE)
def test_what_is_no_incident_is_not_drafted(world: str, sentence: str) -> None:
    assert acts_in(world, sentence, "incident") == []


def test_casualties_told_next_go_to_the_incident() -> None:
    text = "Northlandic drones hit a convoy near Harra on Tuesday. Two drivers were killed."
    (event,) = acts_in("truce", text, "incident")
    assert event["casualties"] == {"killed": 2}


def test_what_one_side_tells_of_is_held_back() -> None:
    reading = read_in("truce", "Ada Lund said Southland had broken the truce on Monday.")
    assert any("Only Ada Lund" in each.reason for each in reading.held_back)
