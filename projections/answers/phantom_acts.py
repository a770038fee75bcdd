"""Acts on what is not there: a resolution that ends no dispute, a reversal of no retraction, a text
of a point that its event lacks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import orjson

from domain.model import Json
from domain.phantom_acts import TEXT_LISTS, point_names
from projections.answer_json import Item
from projections.answers.anomalies import FoundAnomaly
from projections.view import View


def find_phantom_acts(view: View) -> Iterator[FoundAnomaly]:
    """Yield the acts that have no object in the event that they name, if that is known.

    Of an event that was erased nobody can say what it had.
    """
    for kind, check in _CHECKS.items():
        acts = view.all_records(kind)
        events = [str(act.own_fields.get("event")) for act in acts]
        targets = view.find_items(events)
        for act, event in zip(acts, events, strict=True):
            target = targets.get(event)
            if target is not None and target.standing != "erased":
                yield from (_anomaly(act, fields) for fields in check(view, act, target))


def _anomaly(act: Item, fields: Json) -> FoundAnomaly:
    order = (act.last, act.lo, act.known_at, act.seq, 0)
    return FoundAnomaly(order, fields, [act.provenance])


def _check_resolution(view: View, act: Item, target: Item) -> Iterator[Json]:
    """Yield a resolution by whose time nobody had contradicted its target."""
    resolved_at = max(act.known_at, target.known_at)
    disputes = _acts_on(view, target, "event-disputed")
    if all(dispute.known_at > resolved_at for dispute in disputes):
        yield {"kind": "resolution-without-dispute", "target": target.event}


def _check_reversal(view: View, act: Item, target: Item) -> Iterator[Json]:
    """Yield a reversal before which nobody had retracted its target."""
    retractions = _acts_on(view, target, "event-retracted")
    if all((each.known_at, each.seq) > (act.known_at, act.seq) for each in retractions):
        yield {"kind": "reversal-without-retraction", "target": target.event}


def _check_texts(view: View, act: Item, target: Item) -> Iterator[Json]:
    """Yield each point of a published text that its target lacks, unless that is disputed."""
    names = _point_names(target.body)
    if names is None:
        return
    for text in act.own_fields.get("points") or ():
        if text["point"] not in names:
            fields = {"target": target.event, "point": text["point"]}
            yield {"kind": "text-without-point", **fields}


_CHECKS = {
    "dispute-resolved": _check_resolution,
    "retraction-reversed": _check_reversal,
    "text-published": _check_texts,
}


def _acts_on(view: View, target: Item, kind: str) -> list[Item]:
    """Return the acts of a type on an event that stand."""
    return [act for act in view.all_records(kind) if act.own_fields.get("event") == target.event]


@lru_cache(maxsize=2**10)
def _point_names(body: bytes) -> frozenset[str] | None:
    """Return the points of which an event can have the text; null where that is disputed."""
    value: Json = orjson.loads(body)
    if any(rival["field"] in TEXT_LISTS for rival in value.get("rivals", ())):
        return None
    return point_names(value)
