"""Events as CloudEvents 1.0 in JSON, and back: what an event says of itself is in ``data``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, unquote

import orjson
from pydantic import JsonValue

from domain.errors import InvalidEventError, Reason
from domain.model import Json

CLOUD_EVENT, CLOUD_EVENTS = "application/cloudevents+json", "application/cloudevents-batch+json"
REQUIRED = ("specversion", "id", "source", "type")
KNOWN = {*REQUIRED, "datacontenttype", "dataschema", "subject", "time", "data"}
"""The attributes of the specification. Source, subject and time say where a CloudEvent comes from,
and are not recorded."""
EXPORTED = {
    "recorded_by": "recordedby",
    "approved_by": "approvedby",
    "leaf_hash": "leafhash",
    "salt": "salt",
    "payload_hash": "payloadhash",
}
"""The attributes that an export adds, by field; also ``sequence``, the seq."""
SOURCE = "/v1/negotiations/"
ENVELOPE = {"id", "type", "seq", "recorded_at", "negotiation", *EXPORTED}


MAX_FAULTS = 1000
"""Faults after which no more are looked for."""


def write_batch(pages: Iterable[Sequence[Json]]) -> Iterator[bytes]:
    """Yield exported rows as a batch of CloudEvents, one a line."""
    yield b"["
    separator = b"\n"
    for page in pages:
        yield separator + b",\n".join(orjson.dumps(wrap_row(row)) for row in page)
        separator = b",\n"
    yield b"\n]\n"


def wrap_row(row: Json) -> Json:
    """Return an exported row as a CloudEvent."""
    added = {name: row[field] for field, name in EXPORTED.items() if row.get(field)}
    return {
        "specversion": "1.0",
        "id": row["id"],
        "source": SOURCE + quote(row["negotiation"]),
        "type": row["type"],
        "time": row["recorded_at"],
        "sequence": str(row["seq"]),
        **added,
        "datacontenttype": "application/json",
        "data": {name: value for name, value in row.items() if name not in ENVELOPE},
    }


def is_cloud_event(value: object) -> bool:
    return isinstance(value, Mapping) and "specversion" in value


def unwrap_events(values: Sequence[JsonValue], *, single: bool) -> list[JsonValue]:
    """Return the events in CloudEvents. Raises InvalidEventError naming every bad attribute."""
    events: list[JsonValue] = []
    reasons: list[Reason] = []
    for index, value in enumerate(values):
        try:
            events.append(_unwrap(value, KNOWN))
        except InvalidEventError as error:
            prefix = "" if single else f"/{index}"
            reasons += [reason.with_prefix(prefix) for reason in error.reasons[:MAX_FAULTS]]
        if len(reasons) > MAX_FAULTS:
            break
    if reasons:
        raise InvalidEventError(reasons[0].detail, hint=reasons[0].hint, reasons=reasons)
    return events


def unwrap_row(value: object) -> object:
    """Return the row in a CloudEvent, with what its ledger set where it was exported."""
    if not (isinstance(value, Mapping) and {"sequence", "recordedby", "leafhash"} <= value.keys()):
        return _unwrap(value, KNOWN)
    row = _unwrap(value, {*KNOWN, *EXPORTED.values(), "sequence"})
    row |= {field: value[name] for field, name in EXPORTED.items() if name in value}
    negotiation = unquote(str(value["source"]).removeprefix(SOURCE))
    return row | {
        "seq": value["sequence"],
        "recorded_at": value.get("time"),
        "negotiation": negotiation,
    }


def _unwrap(value: object, known: set[str]) -> Json:
    if not isinstance(value, Mapping):
        raise InvalidEventError.for_field("", "expected a JSON object", "send a CloudEvent")
    data = value.get("data", {})
    reasons = list(_find_faults(value, data, known))
    if reasons:
        raise InvalidEventError(reasons[0].detail, hint=reasons[0].hint, reasons=reasons)
    return {"id": value["id"], "type": value["type"], **data}


def _find_faults(value: Mapping[str, object], data: object, known: set[str]) -> Iterator[Reason]:
    for name in REQUIRED:
        if not isinstance(value.get(name), str):
            detail = "a CloudEvent has this attribute, a string"
            yield Reason(f"/{name}", detail, 'write {"specversion": "1.0", "id", "source", "type"}')
    if value.get("specversion") not in (None, "1.0"):
        yield Reason("/specversion", "this version is not supported", 'write "1.0"')
    for name in value.keys() - known:
        hint = "what is said of the event belongs in data; leave out what a ledger sets"
        yield Reason(f"/{name}", "unknown attribute", hint)
    if not isinstance(data, Mapping):
        yield Reason("/data", "expected a JSON object", "write the fields of the event in data")
        return
    for name in ("id", "type"):
        if name in data:
            yield Reason(f"/data/{name}", "this stands outside data", f"leave {name} out of data")


def point_into_data(reasons: Iterable[Reason], *, single: bool) -> tuple[Reason, ...]:
    """Return what is said of events as what is said of the CloudEvents in which they came."""
    return tuple(
        Reason(_point_into_data(each.pointer, single=single), each.detail, each.hint)
        for each in reasons
    )


def _point_into_data(pointer: str, *, single: bool) -> str:
    parts = pointer.split("/")
    place = 1 if single else 2
    if len(parts) > place and parts[place] not in ("id", "type"):
        parts.insert(place, "data")
    return "/".join(parts)
