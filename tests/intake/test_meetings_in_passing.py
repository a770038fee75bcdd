# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings told by their bodies, in the perfect, by what was decided at them, and only beside."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_in

HELD, AHEAD = "meeting-held", "meeting-announced"
TOLD = [
    ("labour", "Members voted for the pay rise at a meeting in Cork on Tuesday.", HELD,
     ("occurred", "2026-03-10")),
    ("labour", "The talks wound up in Cork on Wednesday.", HELD, ("occurred", "2026-03-11")),
    ("labour", "Portline's board meets on 24 March.", AHEAD, ("expected", "2026-03-24")),
    ("labour", "Haas said a special meeting would be convened in Cork on 24 March.", AHEAD,
     ("expected", "2026-03-24")),
    ("labour", "The fourth round, which was to open on Monday, will be held on Thursday instead.",
     "meeting-rescheduled", ("expected", "2026-03-19")),
    ("labour", "The fourth round, due on Monday, has been vacated.", "meeting-cancelled",
     ("meeting", "round-4")),
    ("ukrainian", "Переговори України та Польщі у вівторок зірвалися.", "meeting-concluded",
     ("outcome", "no-result")),
]  # fmt: skip
NONE = [
    ("labour", "The walkout is due to begin on 24 March, the day before the next meeting."),
    ("labour", "The cranes will start again on 24 March, after the harbour meeting."),
]


@pytest.mark.parametrize(("world", "text", "kind", "field"), TOLD)
def test_a_meeting_is_told_in_passing(
    world: str, text: str, kind: str, field: tuple[str, str]
) -> None:
    found = acts_in(world, text, kind)

    assert [each[field[0]] for each in found] == [field[1]]


@pytest.mark.parametrize(("world", "text"), NONE)
def test_what_begins_beside_a_meeting_is_none(world: str, text: str) -> None:
    assert acts_in(world, text, "meeting") == []
