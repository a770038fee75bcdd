"""Deadlines, votes and incidents: what a sentence tells beside meetings and plans."""

from __future__ import annotations

from intake.rules.deadlines import read_deadlines
from intake.rules.incidents import read_incidents
from intake.rules.story import ReadSentence, Story
from intake.rules.votes import read_votes


def read_deeds(read: ReadSentence, said_by: str | None, story: Story) -> None:
    """Propose the vote, the deadlines and the incident that a sentence tells of."""
    read_votes(read, story)
    read_deadlines(read, said_by, story)
    read_incidents(read, said_by, story)
