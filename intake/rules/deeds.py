"""Deeds away from the table."""

from __future__ import annotations

from intake.rules.story import ReadSentence, Story


def read_deeds(read: ReadSentence, said_by: str | None, story: Story) -> None:
    return
