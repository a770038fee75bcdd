"""Deadlines, votes and incidents: what a sentence tells beside meetings and plans."""

from __future__ import annotations

from intake.rules.deadlines import read_deadlines
from intake.rules.incidents import read_incidents
from intake.rules.story import ReadSentence, Story
from intake.rules.votes import read_votes


def read_deeds(read: ReadSentence, said_by: str | None, story: Story) -> None:
    """Propose the deadline, the vote or else the incident that a sentence tells of."""
    if read_votes(read, story) or read_deadlines(read, said_by, story):
        return
    read_incidents(read, story)
