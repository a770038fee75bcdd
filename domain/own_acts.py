"""The recorder's own acts on events: which events are void, and how they stand corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.introductions import (
    FindIntroducer,
    FindTarget,
    Introduction,
    number_next,
    read_numbered,
)
from domain.model import Json

OWN_ACT_TYPES = CORRECTION, VOID = "record-corrected", "record-voided"
ANY = "any"
"""The slug under which the first void of a negotiation is found, so that most need look no
further."""


def introduce_own_act(
    kind: str, value: Json, event: str, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield that an event is the next act of the recorder on its target."""
    if kind in OWN_ACT_TYPES and value.get("event"):
        yield number_next(kind, str(value["event"]), event, find_introducer)
        yield Introduction(kind, ANY, event)


@dataclass(frozen=True, slots=True)
class OwnActs:
    """What the recorder's own acts made of the events of one negotiation."""

    find_target: FindTarget
    find_introducer: FindIntroducer

    def find_voids(self, event: str) -> list[str]:
        """Return the acts by which an event is void; none where it stands."""
        return [act for act in self._read_acts(VOID, event) if self._is_in_force(act, event)]

    def has_voids(self) -> bool:
        """Return whether anything was ever voided."""
        return self.find_introducer(VOID, ANY) is not None

    def read_standing(self, event: str) -> Json:
        """Return the payload of an event with all corrections that stand, whether void or not."""
        target = self.find_target(event)
        payload = dict(target.payload) if target else {}
        for act in self._read_acts(CORRECTION, event):
            if self._is_in_force(act, event):
                payload |= self.read_standing(act).get("changes") or {}
        return payload

    def _read_acts(self, kind: str, event: str) -> list[str]:
        """Return the acts of a kind on an event, in order."""
        if self.find_introducer(kind, ANY) is None:
            return []
        return list(read_numbered(kind, event, self.find_introducer))

    def _is_in_force(self, act: str, event: str) -> bool:
        return self.read_standing(act).get("event") == event and not self.find_voids(act)
