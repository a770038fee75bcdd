"""When and from whom the wording of a plan point is known, apart from the point itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

import orjson

from domain.cells import CellRow
from domain.model import Json
from domain.plans import ResolvedPoint
from projections.answer_json import Item, dump_provenance, merge_provenance

WORDING_ACTS = ("text-published", "correction-published", "dispute-resolved")
"""Acts by which a source may give an event's points another wording."""


def related_events(point: ResolvedPoint) -> list[str]:
    """Return the events that a point rests on and their acts, of those that were acted on."""
    events = map(_events_of, _all_provenances(point.rows))
    return list(dict.fromkeys(chain.from_iterable(each for each in events if len(each) > 1)))


class WordingSources:
    """Tells what a wording rests on from what its point rests on.

    ``related_items`` are the ``related_events`` of the point.
    """

    def __init__(self, related_items: Iterable[Item]) -> None:
        self.items = {item.event: item for item in related_items}

    def point_provenance(self, name: str, point: ResolvedPoint) -> bytes:
        """Return all events that a point rests on, and when and from whom its place is known."""
        everything = merge_provenance(_all_provenances(point.rows))
        naming_rows = [row for row, _ in point.steps if row in point.rows] or point.rows
        own = [self._without_texts(each) for each in _all_provenances(naming_rows)]
        if own == [everything]:
            return everything
        events = [event for event in _events_of(everything) if not self._is_of_others(event, name)]
        return orjson.dumps(orjson.loads(merge_provenance(own)) | {"events": events})

    def _is_of_others(self, event: str, name: str) -> bool:
        """Return whether an event published texts, but none of this point."""
        item = self.items.get(event)
        return item is not None and item.type == "text-published" and not _names_point(item, name)

    def text_fields(self, name: str, point: ResolvedPoint) -> Json:
        """Return since when the wording of a point is known, and from which sources."""
        if point.text_row is None or point.fields.get("text") is None:
            return {"text_known_at": None, "text_sources": [], "text_single_source": None}
        *adoption, wording = point.text_row.all_provenance
        provenances = [self._without_texts(each) for each in adoption]
        provenances.append(self._of_text(name, point.fields["text"], wording))
        merged = orjson.loads(merge_provenance(provenances))
        names = ("known_at", "sources", "single_source")
        return {f"text_{field}": merged[field] for field in names}

    def _of_text(self, name: str, text: str, provenance: bytes) -> bytes:
        """Return what a text rests on: the acts that gave it, else the event itself."""
        givers = [act for act in self._acts(provenance) if _gives_text(act, name, text)]
        if not givers:
            return self._without_texts(provenance)
        given: Json = orjson.loads(merge_provenance([act.provenance for act in givers]))
        first = min(filter(None, (_known_at(act.provenance) for act in givers)), default="")
        return orjson.dumps(given | {"known_at": max(first, _known_at(provenance) or "") or None})

    def _without_texts(self, provenance: bytes) -> bytes:
        """Return what an event rests on, but for the acts that published texts later."""
        acts = self._acts(provenance)
        others = [act for act in acts if act.type != "text-published"]
        if len(others) == len(acts):
            return provenance
        event = self.items.get(_events_of(provenance)[0])
        if event is None:
            return provenance
        sources = [source for act in others for source in orjson.loads(act.provenance)["sources"]]
        return dump_provenance(
            [event.event, *(act.event for act in others)],
            _known_at(provenance),
            [*orjson.loads(event.reports), *sources],
        )

    def _acts(self, provenance: bytes) -> list[Item]:
        return [item for act in _events_of(provenance)[1:] if (item := self.items.get(act))]


def _all_provenances(rows: Iterable[CellRow]) -> list[bytes]:
    return [provenance for row in rows for provenance in row.all_provenance]


@lru_cache(maxsize=2**12)
def _events_of(provenance: bytes) -> tuple[str, ...]:
    return tuple(orjson.loads(provenance)["events"])


def _names_point(text_act: Item, name: str) -> bool:
    return any(each["point"] == name for each in text_act.own_fields.get("points") or ())


def _known_at(provenance: bytes) -> str | None:
    known_at: str | None = orjson.loads(provenance)["known_at"]
    return known_at


def _gives_text(act: Item, name: str, text: str) -> bool:
    """Return whether an act gives a point this text, however deep in its points or operations."""
    if act.type not in WORDING_ACTS:
        return False
    fields = act.own_fields
    given = fields if act.type == "text-published" else fields.get("changes") or {}
    return any(
        point["point"] == name and point.get("text") == text
        for field in ("points", "operations")
        for each in given.get(field) or ()
        for point in (each, *(each.get("into") or ()))
    )
