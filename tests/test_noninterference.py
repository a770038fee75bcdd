"""Nobody learns from any answer that there is more than they may see."""

from __future__ import annotations

import pytest

from domain.events import Audience
from tests.evidence.boundary import LEAKS, LEVELS, ask_much


@pytest.mark.parametrize("audience", LEVELS)
def test_ledgers_that_differ_in_what_is_hidden_answer_alike(audience: Audience) -> None:
    """Every route once, and random requests; make evidence-security asks thousands."""
    trial = ask_much(audience, pairs=1)

    assert trial.difference is None
    assert trial.asked


@pytest.mark.parametrize("leak", ["a list counts hidden events", "a hint names"])
def test_a_leak_is_found(leak: str) -> None:
    (name,) = (each for each in LEAKS if leak in each)
    with LEAKS[name]():
        trial = ask_much("public", pairs=2)

    assert trial.difference
