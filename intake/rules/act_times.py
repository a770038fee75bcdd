"""When an act was, by the sentence that tells it."""

from __future__ import annotations

from datetime import timedelta

from intake.rules.moments import UNKNOWN_TIME, TimePhrase, When
from intake.rules.reality import clause_of
from intake.rules.story import ReadSentence, Story
from intake.rules.terms import last_day_of
from intake.rules.times import find_times

OLD_DAYS = 200
"""An act told in passing that lies further back is history rather than news."""


def past_times(read: ReadSentence, story: Story) -> list[TimePhrase]:
    """Return the times of a sentence that do not lie ahead of the article."""
    anchor = story.calendar.anchor
    found = find_times(read.sentence, story.calendar, "past")
    if anchor is None:
        return found
    return [each for each in found if first_day_of(each.expression) <= str(anchor)]


def when_done(
    read: ReadSentence, start: int, end: int, story: Story, *, lead: str | None = None
) -> When:
    """Return the time nearest to the words of an act, in their clause before others; ``start`` and
    ``end`` count from the beginning of the sentence."""
    times = past_times(read, story)
    if not times:
        return own_day(story)
    first, last = (
        read.sentence.start + each for each in clause_of(read.sentence.masked, start, end)
    )
    at, to = read.sentence.start + start, read.sentence.start + end

    def distance(each: TimePhrase) -> tuple[bool, int]:
        inside = first <= each.start and each.end <= last
        return not inside, max(each.start - to, at - each.end, 0)

    return When.from_phrase(min(times, key=distance))


def own_day(story: Story) -> When:
    """Return the day of an article that tells as it happens, else nothing."""
    return When(story.anchor_text) if story.tells_its_own_day else UNKNOWN_TIME


def is_history(when: When, story: Story) -> bool:
    """Return whether a time lies so far back that it is told as background."""
    anchor = story.calendar.anchor
    if anchor is None or when.expression is None:
        return False
    return last_day_of(when.expression) < str(anchor - timedelta(days=OLD_DAYS))


def first_day_of(expression: str) -> str:
    """Return the first day that an expression names, or the last where it has no first."""
    days = [each for each in _parts(expression) if each]
    return days[0] if days else ""


def _parts(expression: str) -> list[str]:
    return expression.strip("[]").replace("..", "/").split("/")
