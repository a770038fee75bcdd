"""Acts beside meetings and plans: votes, deadlines, incidents, what is taken back."""

from __future__ import annotations

from intake.rules.deadlines import read_deadlines
from intake.rules.endorsements import read_endorsements
from intake.rules.incidents import read_incidents
from intake.rules.notices import read_retraction
from intake.rules.story import ReadSentence, Story
from intake.rules.votes import read_votes
from intake.rules.withdrawals import read_withdrawal


def read_deeds(read: ReadSentence, said_by: str | None, story: Story) -> None:
    """Propose the vote, what is done to a plan, the deadlines and the incident that a sentence
    tells of, or else what somebody takes back."""
    if read_retraction(read, story) or read_withdrawal(read, story):
        return
    read_votes(read, story)
    read_endorsements(read, said_by, story)
    read_deadlines(read, said_by, story)
    read_incidents(read, said_by, story)
