"""What parties do to a registered plan, and offices that somebody takes up."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake.act_worlds import acts_in

TOLD = [
    (
        "labour",
        "The union signed the agreement on Wednesday.",
        {
            "type": "plan-signed",
            "plan": "portline-offer",
            "party": "dockers-union",
            "occurred": "2026-03-11",
        },
    ),
    (
        "truce",
        "Northland signed the truce text on Wednesday.",
        {"type": "plan-signed", "plan": "truce-text", "party": "northland"},
    ),
    (
        "truce",
        "On Monday Southland ratified the truce text.",
        {
            "type": "plan-endorsed",
            "plan": "truce-text",
            "party": "southland",
            "occurred": "2026-03-09",
        },
    ),
    (
        "labour",
        "The union elected Ann Droke as its new chief negotiator on Monday.",
        {
            "type": "role-assumed",
            "person": "ann-droke",
            "party": "dockers-union",
            "title": "New chief negotiator",
            "occurred": "2026-03-09",
        },
    ),
    (
        "labour",
        "Quill resigned as General Secretary on Tuesday.",
        {"type": "role-ended", "person": "nora-quill", "occurred": "2026-03-10"},
    ),
]
NONE = [
    ("truce", "Northland will sign the truce text on Friday."),
    ("truce", "Northland has not signed the truce text."),
    ("truce", "If Southland ratified the truce text, the guns would fall silent."),
    ("truce", "In 2019 Northland signed the truce text of that year."),
    ("truce", "Northland signed the visitors' book on Monday."),
    ("labour", "The union may elect Ann Droke as its chief negotiator."),
]


@pytest.mark.parametrize(("world", "sentence", "wanted"), TOLD)
def test_acts_on_plans_and_offices_are_drafted(world: str, sentence: str, wanted: Json) -> None:
    (event,) = acts_in(world, sentence, "plan", "role")
    assert {name: event.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("world", "sentence"), NONE)
def test_what_is_no_act_is_not_drafted(world: str, sentence: str) -> None:
    assert acts_in(world, sentence, "plan", "role") == []
