"""Anomalies: what does not add up, each with its place in tie order."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from domain.model import Json
from projections.answer_json import join_objects, merge_provenance


class FoundAnomaly(NamedTuple):
    """What does not add up: its fields, and what it rests on.

    ``order`` is the place in tie order of the event that it is about.
    """

    order: tuple[int, ...]
    fields: Json
    provenances: list[bytes]
    event_body: bytes = b""

    @property
    def json_fragment(self) -> orjson.Fragment:
        event_parts = [self.event_body] if self.event_body else []
        provenance = merge_provenance(self.provenances)
        return join_objects(orjson.dumps(self.fields), *event_parts, provenance)
