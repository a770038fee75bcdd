"""Which registered deadline a sentence speaks of."""

from __future__ import annotations

from intake.registry import KnownDeadline
from intake.rules.likeness import content_stems
from intake.rules.story import ReadSentence, Story
from intake.rules.terms import DueTime, last_day_of


def find_deadline(read: ReadSentence, due: DueTime | None, story: Story) -> KnownDeadline | None:
    """Return the open deadline that a sentence speaks of: by its words, or by its day."""
    stems = content_stems(read.sentence.text)
    best: tuple[int, KnownDeadline | None] = (1, None)
    for each in story.registry.deadlines:
        if each.status not in ("open", "passed"):
            continue
        likeness = len(stems & content_stems(each.title or each.slug.replace("-", " ")))
        if due is not None and is_same_day(each, due):
            likeness += 1
        if likeness > best[0]:
            best = (likeness, each)
    return best[1]


def only_open_deadline(story: Story) -> KnownDeadline | None:
    """Return the one deadline that is open or passed, if there is but one."""
    known = [each for each in story.registry.deadlines if each.status in ("open", "passed")]
    return known[0] if len(known) == 1 else None


def is_same_day(known: KnownDeadline, due: DueTime) -> bool:
    """Return whether a time is the day on which a deadline is due already."""
    return known.due is not None and last_day_of(known.due) == due.last_day
