"""Two registrations of one party or person: what may be said to be the same, and as of now is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from domain.errors import Reason
from domain.introductions import FindIntroducer, FindTarget, Introduction, effective_value
from domain.model import Json

MERGEABLE_TYPES = {"party-registered": "party", "person-registered": "person"}
"""The registrations that can be of the same, each with the kind of what it registers."""


def introduce_same_as(
    kind: str, value: Json, event: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield what later events are checked against: that this event is the next one to say what a
    party or person is the same as."""
    if not _gives_same_as(value):
        return
    subject_type, subject = effective_value(kind, value, find_target)
    named = MERGEABLE_TYPES.get(subject_type)
    if named and subject.get(named):
        place = f"{named}/{subject[named]}"
        number = len(list(_givers(place, find_introducer))) + 1
        yield Introduction("same-as", f"{place}/{number}", event)


def check_same_as(
    kind: str, value: Json, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Reason]:
    """Nothing is the same as itself, be it through others."""
    named, other = MERGEABLE_TYPES.get(kind, ""), value.get("same_as")
    slug = value.get(named)
    if not isinstance(slug, str) or not isinstance(other, str):
        return
    if other == slug:
        detail = f"{named} {slug!r} cannot be the same as itself"
        yield Reason("/same_as", detail, "name the other registration, or leave same_as out")
        return
    passed: dict[str, None] = {}
    while other and other not in passed:
        passed[other] = None
        other = _current_same_as(f"{named}/{other}", find_target, find_introducer)
        if other == slug:
            chain = " is the same as ".join(map(repr, [*passed, slug]))
            hint = f"leave same_as out, or take back that of {[*passed][-1]!r} by a correction "
            yield Reason("/same_as", f"{named} {chain} already", hint + "to null first")
            return


def _current_same_as(
    place: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> str | None:
    """Return what the newest event to say so makes a party or person the same as."""
    targets = list(_givers(place, find_introducer))
    target = find_target(targets[-1]) if targets else None
    if target is None:
        return None
    _, value = effective_value(target.type, target.payload, find_target)
    return value.get("same_as")


def _givers(place: str, find_introducer: FindIntroducer) -> Iterator[str]:
    for number in count(1):
        event = find_introducer("same-as", f"{place}/{number}")
        if event is None:
            return
        yield event


def _gives_same_as(value: object) -> bool:
    """Return whether an event says what something is the same as, however deep in an act."""
    return isinstance(value, dict) and ("same_as" in value or _gives_same_as(value.get("changes")))
