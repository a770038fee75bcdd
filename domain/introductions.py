"""Which events introduce a thing of their negotiation, and under which slug."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from domain.catalogue import CLASS_BY_TYPE
from domain.model import Json

INTRODUCTION_FIELDS: dict[str, tuple[str, ...]] = {
    name: cls.INTRODUCES for name, cls in CLASS_BY_TYPE.items() if cls.INTRODUCES
}
"""The fields that name what each type introduces: its own slug last, before it what it is part of.

The last field is also the kind of the thing.
"""
MERGEABLE_TYPES = {"party-registered": "party", "person-registered": "person"}
"""The registrations that can be of the same, each with the kind of what it registers."""


@dataclass(frozen=True, slots=True)
class TargetEvent:
    """An event recorded earlier, as recorded."""

    id: str
    seq: int
    type: str
    payload: Json


FindTarget = Callable[[str], TargetEvent | None]
FindIntroducer = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Introduction:
    """A thing and the event that introduces it; the slug of an amendment is ``plan/amendment``."""

    kind: str
    slug: str
    event: str

    @property
    def words(self) -> str:
        """The thing in words, such as ``amendment 'a1' of plan 'p'``."""
        whole, _, part = self.slug.rpartition("/")
        return f"{self.kind} {part!r} of plan {whole!r}" if whole else f"{self.kind} {part!r}"


def own_introduction(kind: str, value: Json, event: str) -> Introduction | None:
    """Return what an event of this type introduces by itself."""
    fields = INTRODUCTION_FIELDS.get(kind, ())
    if not fields or not all(isinstance(value.get(name), str) for name in fields):
        return None
    return Introduction(fields[-1], "/".join(value[name] for name in fields), event)


def find_introduction(
    kind: str, value: Json, event: str, find_target: FindTarget
) -> Introduction | None:
    """Return what an event introduces, or has its target introduce by correcting a slug."""
    changes: Json = value.get("changes") or {}
    target = find_target(str(value.get("event"))) if changes else None
    if target is None:
        return own_introduction(kind, value, event)
    as_changed = {**target.payload, **changes}
    if as_changed == target.payload:
        return None
    introduction = find_introduction(target.type, as_changed, target.id, find_target)
    if introduction == own_introduction(target.type, target.payload, target.id):
        return None
    return introduction


def effective_value(kind: str, value: Json, find_target: FindTarget) -> tuple[str, Json]:
    """Return type and fields of what an act leaves of its target; of other events their own."""
    changes = value.get("changes")
    target = find_target(str(value.get("event"))) if changes else None
    if target is None:
        return kind, value
    return effective_value(target.type, {**target.payload, **(changes or {})}, find_target)


def read_numbered(kind: str, place: str, find_introducer: FindIntroducer) -> Iterator[str]:
    """Yield the events that bear on something one after the other: they are numbered slugs."""
    for number in count(1):
        event = find_introducer(kind, f"{place}/{number}")
        if event is None:
            return
        yield event


def number_next(kind: str, place: str, event: str, find_introducer: FindIntroducer) -> Introduction:
    """Return that an event is the next of those."""
    number = sum(1 for _ in read_numbered(kind, place, find_introducer)) + 1
    return Introduction(kind, f"{place}/{number}", event)
