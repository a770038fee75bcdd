"""How like two statements, or positions, of one subject and time are."""

from __future__ import annotations

from typing import Any

import pytest

from api.inbox.repeats import LIKE, measure_likeness
from tests.inbox.conftest import holds, said

LONG = "The envoy: The line of contact stays where it is until both sides sign the treaty."


@pytest.mark.parametrize(
    ("one", "other", "is_like"),
    [
        (said(summary=LONG), said(summary=LONG), True),
        (
            said(summary=LONG),
            said(summary=LONG, text="Until both sides sign, the line stays."),
            True,
        ),
        (
            said(summary=LONG),
            said(summary="The envoy: Grain ships may leave the port again."),
            False,
        ),
        (said(summary="The envoy: A treaty."), said(summary=LONG), False),
        (said(summary="The envoy: No."), said(summary="The envoy: No."), True),
        (said(summary=LONG), said(summary="Посланець: Лінія лишається на місці."), True),
        (holds(), holds(summary="In other words"), True),
        (holds(), holds(stance="rejects"), False),
        ({"meeting": "geneva"}, {"meeting": "geneva", "title": "Second round"}, True),
    ],
)
def test_statements_are_alike_by_words_and_positions_by_stance(
    one: dict[str, Any], other: dict[str, Any], is_like: bool
) -> None:
    assert (measure_likeness(one, other) >= LIKE) == is_like
    assert (measure_likeness(other, one) >= LIKE) == is_like
