"""What the recorder's own corrections made of events, read from the log of one negotiation."""

from __future__ import annotations

import orjson

from domain import acceptance
from domain.model import Json
from ledger.append import originator_id
from ledger.database import Cursor

NamedAct = tuple[str, Json]
"""The id and the payload of an act."""


class OwnCorrections:
    """The acts ``record-corrected`` and ``record-voided`` of a negotiation, by their target."""

    def __init__(self, c: Cursor, negotiation: str) -> None:
        self.acts_by_target: dict[str, list[NamedAct]] = {}
        c.execute(
            """
            SELECT id, state FROM event
            WHERE originator_id = :originator AND type IN ('record-corrected', 'record-voided')
            ORDER BY originator_version
            """,
            {"originator": originator_id(negotiation)},
        )
        for event_id, state in c.fetchall():
            if state:
                self.add_act(event_id, orjson.loads(state))

    def add_act(self, event_id: str, payload: Json) -> None:
        """Add an act that is about to be recorded."""
        self.acts_by_target.setdefault(payload["event"], []).append((event_id, payload))

    def correct_payload(self, event_id: str, payload: Json) -> Json:
        """Return a payload as it stands, in the form in which it would be recorded."""
        return acceptance.dump_payload(acceptance.parse_event(self._apply(event_id, payload)))

    def _apply(self, event_id: str, payload: Json) -> Json:
        for act_id, act in self.acts_by_target.get(event_id, ()):
            if act["type"] == "record-corrected" and not self._is_voided(act_id):
                payload = {**payload, **self._apply(act_id, act)["changes"]}
        return payload

    def _is_voided(self, event_id: str) -> bool:
        acts = self.acts_by_target.get(event_id, ())
        return any(
            act["type"] == "record-voided" and not self._is_voided(act_id) for act_id, act in acts
        )
