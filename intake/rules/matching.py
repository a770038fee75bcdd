"""What of an article is recorded already."""

from __future__ import annotations

from typing import Literal

from intake.rules.story import DraftProposal, Story
from intake.rules.words import fold_word


def match_recorded(proposal: DraftProposal, story: Story) -> Literal["new", "nothing"]:
    """Return whether a proposal brings something new."""
    if proposal.type == "statement-made":
        return _match_statement(proposal, story)
    return "new"


def _match_statement(proposal: DraftProposal, story: Story) -> Literal["new", "nothing"]:
    text = _plain(str(proposal.fields.get("text") or ""))
    for known in story.registry.statements:
        if (
            text
            and known.text
            and _plain(known.text) == text
            and (known.speaker == proposal.fields["speaker"])
        ):
            return "nothing"
    return "new"


def _plain(text: str) -> str:
    return " ".join(filter(None, (fold_word(word) for word in text.split())))
