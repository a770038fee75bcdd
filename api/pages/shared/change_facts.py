"""What a page says of a change beside its sentence: a word for each end, and where to read more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from api.listed_words import SHORT_FORMS
from api.models.answers import Meeting, Role
from api.models.base import Disputable, Provenance, Source
from api.models.changes import AnyChange, Change
from api.models.events import Endorsement, StatedPosition
from api.models.plans import Agreement, Amendment, PlanHead, Point
from api.models.positions import Position
from api.pages.shared.disputes import disputed_text
from api.pages.shared.sanitize import shorten_text
from api.stance_words import answer_word

PointChange = Change[Literal["point"], Point]
PositionChange = Change[Literal["position"], Position]
MAX_SUMMARY_CHARS = 150
"""Characters of a summary, beside a sentence or within it."""


def state_word(kind: str, value: Provenance | None) -> str | None:
    """Return in one word how a cell stood."""
    match kind, value:
        case "position" | "attributed", Position() | StatedPosition():
            return answer_word(value)
        case "meeting" | "plan" | "amendment", Meeting() | PlanHead() | Amendment():
            return value.status
        case "endorsement", Endorsement():
            return value.type
        case "agreement", Agreement():
            return "agreed"
        case "role", Role():
            return value.title
        case _, Disputable() if kind in SHORT_FORMS:
            return SHORT_FORMS[kind].word_of(value)
    return None


def change_summary(change: AnyChange) -> str | None:
    """Return the words behind a change, quoted where they are."""
    text = None
    if change.kind in ("position", "attributed"):
        text = change.value.quote or disputed_text(change.value, "summary")
    elif change.kind == "meeting":
        text = disputed_text(change.value, "summary")
    return shorten_text(text, MAX_SUMMARY_CHARS) or None


def change_path(change: AnyChange, teller: str | None) -> str | None:
    """Return where more is to be read of a change: of its plan, or the event that tells it."""
    if change.kind in ("plan", "amendment", "agreement"):
        return f"plans/{change.value.plan}"
    return f"events/{teller}" if teller else None


def causing_event(change: AnyChange) -> str | None:
    """Return the event that made the change: the last that did not stand behind the cell before."""
    before = change.before.events if change.before else ()
    new_events = [event for event in change.events if event not in before]
    return next(reversed(new_events or change.events), None)


def is_ending(change: AnyChange) -> bool:
    """Return whether a change is that something ended, was withdrawn or called off."""
    if change.after is None:
        return True
    match change.kind:
        case "withdrawn":
            return change.before is None
        case "statement":
            return change.after.withdrawn and not (change.before and change.before.withdrawn)
        case "meeting":
            was_cancelled = change.before is not None and change.before.status == "cancelled"
            return change.after.status == "cancelled" and not was_cancelled
    return False


def point_transition(change: PointChange) -> str:
    """Return what became of a point: seen for the first time, another text, or all else."""
    before, after = change.before, change.after
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.text != after.text:
        return "reworded" if before.text else "seen"
    return "changed"


def is_worded_later(change: AnyChange) -> bool:
    """Return whether a point is new with a text that became known only after what it is a point
    of."""
    if change.kind != "point" or change.before is not None or change.after is None:
        return False
    after = change.after
    return (after.text_known_at or "") > (after.known_at or "")


def distinct_sources(sources: Iterable[Source]) -> list[Source]:
    """Return the sources of a line, each publisher's page once."""
    by_address = {source.url or source.publisher: source for source in sources}
    return list(by_address.values())[:4]
