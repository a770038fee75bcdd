"""The log says of an act what it bears on and what it does; a null is told in words."""

from __future__ import annotations

import pytest

from api.cli.item_text import cell_label
from api.cli.value_text import value_text
from api.cli.wording import Wording
from api.models.events import StatedPosition
from tests.facts import event_id
from tests.port_talks import MOTION, SHORT_MOTION, Ask


@pytest.mark.parametrize(
    "line",
    [
        'record-corrected of #3 party-registered port: The port name: "The port" → "The Port!"',
        f'record-corrected of #14 vote-held {SHORT_MOTION} body: not told → "All crews"; It was'
        " left out.",
        f"event-disputed of #14 vote-held {SHORT_MOTION} result disputed: carried or not told;"
        " votes disputed: Crane crew for or nothing",
        "report-added of #7 plan-introduced The offer report of Post, 2026-01-09",
        "text-published of #7 plan-introduced The offer text of a: Eight.",
        "record-voided of #4 party-registered tugs: The tugs The wrong file.",
    ],
)
def test_the_log_says_what_an_act_bears_on_and_does(ask: Ask, line: str) -> None:
    assert line in ask("log")


def test_the_log_with_slugs_names_the_target_by_slug(ask: Ask) -> None:
    assert "record-corrected of #14 vote-held v body:" in ask("log", "--slugs")


@pytest.mark.parametrize(
    "question",
    [
        ("as-of", "2026-01-10"),
        ("log",),
        ("diff", "2026-01-01", "2026-01-10"),
        ("replay",),
        ("search", "strike"),
    ],
)
def test_a_null_is_never_printed_as_none(ask: Ask, question: tuple[str, ...]) -> None:
    told = ask(*question)
    assert "None" not in told
    assert " none " not in told
    assert "[]" not in told


def test_rivals_are_told_in_words(ask: Ask) -> None:
    told = ask("as-of", "2026-01-10", "--section", "votes")
    assert f"disputed 2026-01-06 {MOTION}" in told
    assert "votes disputed: Crane crew for or nothing" in told
    assert "result disputed: carried or not told" in told


@pytest.mark.parametrize(
    ("value", "disputed", "text"),
    [
        (None, False, "not told"),
        (None, True, "disputed"),
        ([], False, "nothing"),
        ({"killed": None, "injured": 2}, False, "killed not told, injured 2"),
        ([{"person": "ada", "party": "crew", "head": True}], False, "ada crew head"),
        (False, False, "no"),
    ],
)
def test_a_value_is_told_in_words(value: object, disputed: bool, text: str) -> None:
    assert value_text(Wording(), value, disputed=disputed) == text


def test_a_position_whose_issue_is_disputed_says_so() -> None:
    item = StatedPosition.model_validate(
        {
            "event": event_id(1),
            "type": "position-stated",
            "party": "crew",
            "issue": None,
            "disputed": True,
            "rivals": [{"field": "issue", "value": "hours", "event": event_id(2)}],
            "events": [],
            "known_at": None,
            "sources": [],
            "single_source": True,
        }
    )
    assert cell_label(Wording(), item) == "crew on disputed"
