"""What an article reported before, how one side voted, and who takes over."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_in

NONE = [
    ("truce", "At 13:05 we reported that Northland had left the talks on Tuesday."),
    ("truce", "An earlier version wrongly said that Southland accepted a withdrawal."),
    ("labour", "The number of crane drivers who voted for a strike on Tuesday should read 214."),
]


@pytest.mark.parametrize(("world", "text"), NONE)
def test_what_the_article_reported_before_is_not_told_again(world: str, text: str) -> None:
    assert acts_in(world, text) == []


def test_how_one_side_voted_is_no_vote() -> None:
    text = "Portline, which voted against, said on Tuesday that wages were high."

    assert acts_in("labour", text, "vote-held") == []


def test_who_takes_over_an_office_takes_it_up() -> None:
    text = "Omar Said has taken over as head of delegation."

    found = acts_in("truce", text, "role-assumed")

    assert [(each["person"], each["title"]) for each in found] == [
        ("omar-said", "Head of delegation")
    ]


def test_who_takes_over_for_a_while_takes_up_no_named_office() -> None:
    assert acts_in("truce", "Omar Said has taken over the tickets.", "role-assumed") == []
