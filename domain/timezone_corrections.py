"""The time zone of a negotiation: corrected while only its opening is recorded, then never again.

What was recorded since was read in it, and what was answered was computed with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import Reason
from domain.introductions import FindTarget, TargetEvent
from domain.model import Json

TIMEZONE_REMEDY = (
    "give single events a tz of their own, or export the negotiation, and import it under another"
    " slug with the right timezone in its opening"
)
_LATE_DETAIL = "timezone can be corrected only while nothing but the opening is recorded"
_UNDOING_TYPES = ("record-voided", "event-retracted")


def corrected_timezone(kind: str, value: Json, find_target: FindTarget) -> str | None:
    """Return the zone that an accepted correction gives its negotiation, or None for none."""
    changes = value.get("changes") or {}
    if kind != "record-corrected" or "timezone" not in changes:
        return None
    target = find_target(str(value["event"]))
    is_opening = target is not None and target.type == "negotiation-opened"
    return str(changes["timezone"] or "UTC") if is_opening else None


def check_timezone(
    kind: str, value: Json, target: TargetEvent, event_count: int, find_target: FindTarget
) -> Iterator[Reason]:
    """Yield why an act may not change the time zone of its negotiation, if it would."""
    if target.type == "negotiation-opened":
        for name in ("changes", "rival"):
            if "timezone" in (value.get(name) or {}):
                yield from _check_change(kind, f"/{name}/timezone", event_count)
    elif corrected_timezone(target.type, target.payload, find_target) is not None:
        if kind in _UNDOING_TYPES:
            yield Reason("/event", _LATE_DETAIL, TIMEZONE_REMEDY)
        for name in ("changes", "rival"):
            for field in ("changes", "event"):
                if field in (value.get(name) or {}):
                    yield Reason(f"/{name}/{field}", _LATE_DETAIL, TIMEZONE_REMEDY)
    elif "timezone" in ((value.get("changes") or {}).get("changes") or {}):
        yield Reason("/changes/changes/timezone", _LATE_DETAIL, TIMEZONE_REMEDY)


def _check_change(kind: str, pointer: str, event_count: int) -> Iterator[Reason]:
    if event_count > 1:
        yield Reason(pointer, _LATE_DETAIL, TIMEZONE_REMEDY)
    elif kind != "record-corrected":
        detail = f"{kind} cannot change timezone, which is set by whoever records"
        yield Reason(pointer, detail, "use record-corrected")
