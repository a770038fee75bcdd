"""What is recorded, as something that a notice may speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from intake.registry import Registry
from intake.rules.likeness import content_stems

Kind = Literal["vote", "incident", "meeting", "deadline", "statement", "position"]
_LEAST_SHARED = 2


@dataclass(frozen=True)
class RecordedThing:
    """One thing that is recorded: of which kind, by which event, and the words that tell it."""

    kind: Kind
    slug: str
    event: str
    words: str
    actor: str | None = None
    status: str | None = None


def find_recorded(
    text: str, registry: Registry, *, actors: frozenset[str] = frozenset()
) -> RecordedThing | None:
    """Return what is recorded that a text speaks of: what shares most words with it, and is of one
    of the actors, where it names any."""
    stems = content_stems(text)
    best: tuple[float, RecordedThing | None] = (0.0, None)
    for each in _all_recorded(registry):
        shared = len(stems & content_stems(each.words))
        likeness = shared + (0.5 if each.actor in actors else 0.0)
        if shared >= _LEAST_SHARED and likeness > best[0]:
            best = (likeness, each)
    return best[1]


def _all_recorded(registry: Registry) -> Iterator[RecordedThing]:
    for vote in registry.votes:
        if vote.event:
            words = f"vote {vote.motion or ''} {vote.slug.replace('-', ' ')}"
            yield RecordedThing("vote", vote.slug, vote.event, words)
    for incident in registry.incidents:
        if incident.event:
            words = f"{incident.title or ''} {incident.place or ''} {incident.slug}"
            yield RecordedThing("incident", incident.slug, incident.event, words.replace("-", " "))
    for meeting in registry.meetings:
        if meeting.event:
            words = f"{meeting.title or ''} {meeting.place or ''} {meeting.slug.replace('-', ' ')}"
            yield RecordedThing("meeting", meeting.slug, meeting.event, words, None, meeting.status)
    for deadline in registry.deadlines:
        if deadline.event:
            words = f"deadline {deadline.title or ''} {deadline.slug.replace('-', ' ')}"
            yield RecordedThing("deadline", deadline.slug, deadline.event, words)
    for statement in registry.statements:
        if statement.event:
            words = f"{statement.text or ''} {statement.summary or ''} {_name(statement.speaker)}"
            yield RecordedThing(
                "statement", statement.slug, statement.event, words, statement.speaker
            )
    for position in registry.positions:
        if position.event:
            words = f"{position.summary or ''} {position.quote or ''} {position.party}"
            actor = f"party:{position.party}"
            yield RecordedThing("position", position.issue or "", position.event, words, actor)


def _name(actor: str) -> str:
    return actor.partition(":")[2].replace("-", " ")
