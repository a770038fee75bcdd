"""Rows that have other content than what stands, and what becomes of them."""

from __future__ import annotations

from typing import Literal, NamedTuple, cast

from domain import acceptance
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import Reason
from domain.events import Event
from domain.model import Json

ChangePolicy = Literal["refuse", "skip", "correct"]


class ChangedRow(NamedTuple):
    """A row that has other content than the event that it names by its id or introduces again, or
    whose event is void.

    ``changes`` has the fields that differ, each with its new value; ``voids`` the acts by which the
    event is void.
    """

    place: int
    event: str
    changes: Json
    voids: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        return bool(self.changes or self.voids)

    def to_json(self) -> Json:
        return {
            "index": self.place,
            "event": self.event,
            "fields": list(self.changes),
            "voided_by": list(self.voids),
        }

    def build_acts(self) -> list[Event]:
        """Return the acts that make the event stand as its row says now."""
        bodies: list[Json] = [
            {"type": "record-voided", "event": act, "reason": "recorded again"}
            for act in self.voids
        ]
        if self.changes:
            correction = {"type": "record-corrected", "event": self.event, "changes": self.changes}
            bodies.append(correction)
        return [cast(Event, acceptance.parse_event(body)) for body in bodies]

    def refusal(self, pointer: str) -> Reason:
        if self.voids:
            detail = f"event {self.event} is void: it was voided by {', '.join(self.voids)}"
            hint = (
                "give it another id or slug, to record it as another; changed=correct makes it"
                " stand again, changed=skip leaves it void"
            )
            return Reason(pointer, detail, hint)
        verb = "differs" if len(self.changes) == 1 else "differ"
        detail = f"changed: {', '.join(self.changes)} {verb} from event {self.event}"
        hint = "changed=correct records the difference, changed=skip leaves it"
        return Reason(pointer, detail, hint)


def compare_row(standing: Json, value: Json) -> Json:
    """Return the fields in which a row differs from what stands, each with its new value."""
    names = [name for name in {**standing, **value} if name != "type"]
    return {
        name: value.get(name, _default(value["type"], name))
        for name in names
        if standing.get(name) != value.get(name)
    }


def _default(kind: str, name: str) -> object:
    """Return the value of a field that a row leaves out."""
    fields = CLASS_BY_TYPE[kind].model_fields
    found = next(each for key, each in fields.items() if name in (key, each.alias))
    return list(found.default) if isinstance(found.default, tuple) else found.default
