"""The opening of a negotiation stays, once more than it is recorded: all else rests on it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import Reason
from domain.introductions import FindTarget, TargetEvent
from domain.model import Json

UNDOING_TYPES = ("record-voided", "event-retracted")
_DETAIL = "the opening stays, since more of the negotiation is recorded than it"
_REMEDY = (
    "to mend its title, use record-corrected; if the law asks that it goes, use minutebook erase"
)


def check_opening_stays(
    kind: str, value: Json, target: TargetEvent, event_count: int, find_target: FindTarget
) -> Iterator[Reason]:
    """Yield why an act may not take back the opening of its negotiation, if it would."""
    if event_count < 2:
        return
    if kind in UNDOING_TYPES and target.type == "negotiation-opened":
        yield Reason("/event", _DETAIL, _REMEDY)
    moved_to = (value.get("changes") or {}).get("event")
    if target.type in UNDOING_TYPES and moved_to != target.payload.get("event"):
        other = find_target(str(moved_to)) if moved_to else None
        if other is not None and other.type == "negotiation-opened":
            yield Reason("/changes/event", _DETAIL, _REMEDY)
