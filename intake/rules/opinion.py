"""An opinion drafts nothing but that it was published."""

from __future__ import annotations

from domain.model import Json
from domain.slugs import make_slug
from intake.rules.moments import When
from intake.rules.story import DraftProposal, Story


def propose_publication(story: Story) -> None:
    """Propose the publication of an article that holds an opinion."""
    heading = next((block for block in story.blocks if block.end - block.line_start > 12), None)
    if heading is None:
        return
    title = story.text[heading.line_start : min(heading.end, heading.line_start + 200)].strip()
    fields: Json = {"document": make_slug(title)[:60].strip("-") or "opinion", "title": title}
    if story.article.url:
        fields["url"] = story.article.url
    fields["language"] = story.article.read_language
    when = When(story.anchor_text)
    why = "The article gives an opinion: what it says is nobody's act."
    story.propose(
        DraftProposal(
            "document-published",
            fields,
            heading.line_start,
            min(heading.end, heading.line_start + 200),
            why,
            0.5,
            when,
        )
    )
    if heading.end < len(story.text):
        story.hold_back(heading.end, len(story.text), "The article gives an opinion.")
