"""What of an article is recorded already."""

from __future__ import annotations

from intake.registry import KnownStatement
from intake.rules.story import DraftProposal, Story
from intake.rules.words import fold_word


def match_recorded(proposal: DraftProposal, story: Story) -> DraftProposal | None:
    """Return a proposal that brings something new, or else the further report that it is; None
    where it is recorded and the event that recorded it is not known."""
    if proposal.type != "statement-made":
        return proposal
    known = _find_statement(proposal, story)
    if known is None:
        return proposal
    if known.event is None:
        return None
    why = f"The statement {known.slug} is recorded in the same words."
    fields = {"event": known.event}
    return DraftProposal("report-added", fields, proposal.start, proposal.end, why, 0.7)


def _find_statement(proposal: DraftProposal, story: Story) -> KnownStatement | None:
    """Return the recorded statement of the same speaker in the same words."""
    text = _plain(str(proposal.fields.get("text") or ""))
    for known in story.registry.statements:
        is_same_speaker = known.speaker == proposal.fields["speaker"]
        if text and is_same_speaker and known.text and _plain(known.text) == text:
            return known
    return None


def _plain(text: str) -> str:
    return " ".join(filter(None, (fold_word(word).strip(",.") for word in text.split())))
