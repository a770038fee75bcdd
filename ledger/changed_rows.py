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
    """A row that has other content than the event that it names by its id or introduces again.

    ``changes`` has the fields that differ, each with its new value.
    """

    place: int
    event: str
    changes: Json

    def to_json(self) -> Json:
        return {"index": self.place, "event": self.event, "fields": list(self.changes)}

    def build_correction(self) -> Event:
        """Return the correction that makes the event what its row says now."""
        body = {"type": "record-corrected", "event": self.event, "changes": self.changes}
        return cast(Event, acceptance.parse_event(body))

    def refusal(self, pointer: str) -> Reason:
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
