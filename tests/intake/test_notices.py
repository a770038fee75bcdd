# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Corrections, retractions and withdrawals, matched with what is recorded."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake.act_worlds import acts_in, read_in

VOTE = "00000000-0000-4000-8000-000000000007"
FIRE = "00000000-0000-4000-8000-000000000003"
ROUND = "00000000-0000-4000-8000-000000000004"
TYPES = ("statement-withdrawn", "correction-published", "event-retracted")
TOLD = [
    (
        "labour",
        "Piet Haas withdrew his remark that there was no more money on Wednesday.",
        {
            "type": "statement-withdrawn",
            "statement": "haas-no-more-money",
            "occurred": "2026-03-11",
        },
    ),
    (
        "labour",
        "Haas took back his statement on Tuesday.",
        {
            "type": "statement-withdrawn",
            "statement": "haas-no-more-money",
            "by": "person:piet-haas",
        },
    ),
    (
        "labour",
        "Correction: An earlier version said that the strike ballot of the crane drivers was "
        "carried by 41 votes to 21. It was 41 to 12.",
        {
            "type": "correction-published",
            "event": VOTE,
            "changes": {"counts": {"for": 41, "against": 12}},
        },
    ),
    (
        "labour",
        "Correction: The fire in the crane at Ringaskiddy was on 3 March, not 2 March.",
        {"type": "correction-published", "event": FIRE, "changes": {"occurred": "2026-03-03"}},
    ),
    (
        "labour",
        "An earlier version of this story gave the wrong date for the fourth round in Cork. "
        "It is on 17 March, not 16 March.",
        {"type": "correction-published", "event": ROUND, "changes": {"expected": "2026-03-17"}},
    ),
    (
        "labour",
        "The Cork Herald has withdrawn its report of a fire in a crane at Ringaskiddy.",
        {"type": "event-retracted", "event": FIRE},
    ),
    (
        "labour",
        "Editor's note: This story has been retracted. The fire in the crane at Ringaskiddy "
        "did not happen.",
        {"type": "event-retracted", "event": FIRE},
    ),
]
NONE = [
    ("labour", "Haas refused to withdraw his remark."),
    ("labour", "Correction: An earlier version misspelt the name of a harbour seal."),
    ("labour", "Portline withdrew its offer on Tuesday."),
    ("labour", "Haas deleted the photograph."),
    ("labour", "The union said Haas should withdraw his statement."),
    ("ukrainian", "Коваль відкликала свою заяву про квоти."),
]


@pytest.mark.parametrize(("world", "sentence", "wanted"), TOLD)
def test_what_is_taken_back_is_matched(world: str, sentence: str, wanted: Json) -> None:
    (event,) = acts_in(world, sentence, *TYPES)
    assert {name: event.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("world", "sentence"), NONE)
def test_what_matches_nothing_is_not_drafted(world: str, sentence: str) -> None:
    assert acts_in(world, sentence, *TYPES) == []


@pytest.mark.parametrize(
    ("world", "text"),
    [
        (
            "labour",
            '"We are ready," Quill wrote on Tuesday.\n\nThe post was deleted an hour later.',
        ),
        (
            "ukrainian",
            "«Ми закриємо кордон», – написала Коваль у вівторок.\n\nДопис зник за годину.",
        ),
    ],
)
def test_a_deleted_post_is_the_statement_told_before(world: str, text: str) -> None:
    (said,) = acts_in(world, text, "statement-made")
    (withdrawn,) = acts_in(world, text, "statement-withdrawn")
    assert withdrawn["statement"] == said["statement"]
    assert withdrawn["by"] == said["speaker"]
    assert withdrawn["occurred"] == "2026-03-10"


def test_an_entry_that_is_struck_out_drafts_nothing() -> None:
    text = "[Struck out at 09:12] Haas left the talks in anger on Tuesday, the Herald reports."
    reading = read_in("labour", text)
    assert list(reading.drafts) == []
    assert any("struck this out" in each.reason for each in reading.held_back)
