"""Rows that have other content than what stands: refused, skipped, or recorded as corrections."""

from __future__ import annotations

from typing import Literal, cast

from domain import acceptance
from domain.catalogue import CLASS_BY_TYPE
from domain.events import Event
from domain.model import Json
from ledger.database import Cursor
from ledger.own_corrections import OwnCorrections
from ledger.submission import ChangedRow

ChangePolicy = Literal["refuse", "skip", "correct"]


class ChangedRows:
    """Compares rows of negotiations with what stands in a ledger."""

    def __init__(self, c: Cursor) -> None:
        self.cursor = c
        self.corrections_by_negotiation: dict[str, OwnCorrections] = {}

    def find_changes(self, negotiation: str, row: ChangedRow) -> Json:
        """Return the fields in which a row differs from what stands, each with its new value."""
        if negotiation not in self.corrections_by_negotiation:
            self.corrections_by_negotiation[negotiation] = OwnCorrections(self.cursor, negotiation)
        corrections = self.corrections_by_negotiation[negotiation]
        standing = corrections.correct_payload(row.event, row.recorded)
        names = [name for name in {**standing, **row.value} if name != "type"]
        return {
            name: row.value.get(name, _default(row.value["type"], name))
            for name in names
            if standing.get(name) != row.value.get(name)
        }


def _default(kind: str, name: str) -> object:
    """Return the value of a field that a row leaves out."""
    fields = CLASS_BY_TYPE[kind].model_fields
    found = next(each for key, each in fields.items() if name in (key, each.alias))
    return list(found.default) if isinstance(found.default, tuple) else found.default


def build_correction(event_id: str, changes: Json) -> Event:
    """Return the correction that makes an event what its row says now."""
    body = {"type": "record-corrected", "event": event_id, "changes": changes}
    return cast(Event, acceptance.parse_event(body))
