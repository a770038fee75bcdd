# Cyrillic letters are meant
"""Who the parties of a communiqué are, whoever else it names."""

from __future__ import annotations

import pytest

from tests.intake.talks import PEACE, fields

HEADS = [
    "JOINT COMMUNIQUÉ\n\nDelegations of Ukraine and the United States met in Geneva on 11 March. "
    "Russia was told.",
    "Joint statement of Ukraine and the United States\n\nRussia was told of the talks.",
    "Communiqué\n\nUkraine and the United States (hereinafter “the Parties”), having heard Russia:",
    "Communiqué\n\nRussia had asked Ukraine for talks in Geneva.\n\nFor the United States: "
    "Steve Witkoff\n\nFor Ukraine: Rustem Umerov",
]
SPELLED = ["The Parties", "The two sides", "Both delegations"]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("called", SPELLED)
def test_the_parties_are_those_that_issue_it(head: str, called: str) -> None:
    text = f"{head}\n\n{called} agreed on security guarantees. {called} will meet on 20 March."
    found = fields(text, "position-stated", "party", "attribution", registry=PEACE)
    (invited,) = fields(text, "meeting-announced", "invitees", registry=PEACE)

    assert {party for party, _ in found} == {"ukraine", "united-states"}
    assert {attribution for _, attribution in found} == {"joint"}
    assert set(invited[0]) == {"party:ukraine", "party:united-states"}


def test_the_sides_of_a_report_are_those_that_met() -> None:
    text = (
        "Ukraine and the United States held talks in Geneva on Tuesday. Russia asked what for. "
        "The two sides will meet again on 20 March."
    )
    (invited,) = fields(text, "meeting-announced", "invitees", registry=PEACE)

    assert invited == (["party:ukraine", "party:united-states"],)
