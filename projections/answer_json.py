"""Items: what is held of one event, as the JSON that answers are joined from."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from domain.catalogue import FIELDS_BY_TYPE
from domain.held_json import dump_held
from domain.instants import DAY, EARLIEST, LATEST, Instant, to_rfc3339
from domain.model import Json, Version
from domain.sources import origin_key, publisher_key

SOURCE_FIELDS = ("publisher", "url", "origin", "published")
FIELDS_SHOWN_EMPTY: dict[str, Json] = {
    "position-stated": {"answer": None, "quote": None, "conditions": []}
}
"""Fields that an item of a type shows also where they were not given."""


UNENDED = LATEST - DAY
"""From when on a last moment means none in any time zone."""
WIDTH_CLASSES = (DAY, 32 * DAY, 370 * DAY, 2**64)
"""Classes of vagueness: how far a possible event's last moment may lie ahead."""
UNREALISED_STANDINGS = ("announced", "conditional", "hypothetical", "denied", "disputed")


def clock_standing(lo: Instant, last: Instant, valid_at: Instant) -> str:
    """Return what an actual event is at an instant: happened, possible or scheduled."""
    if last <= valid_at:
        return "happened"
    return "possible" if lo <= valid_at else "scheduled"


class Item(NamedTuple):
    """One version, ready to be shown: the columns of a row of ``version`` but for its validity.

    ``width`` is the class of vagueness (an index into ``WIDTH_CLASSES``). ``body`` is a JSON object
    of the event's own fields, ``provenance`` one of the events, the known time and the sources that
    it comes from. ``reports`` is a JSON list. The two objects are joined where an answer shows the
    item; nothing is parsed for that.
    """

    event: str
    seq: int
    type: str
    recorded_at: Instant
    known_at: Instant
    lo: Instant
    last: Instant
    width: int
    standing: str
    withdrawn: bool
    disputed: bool
    reported_early: bool
    body: bytes
    provenance: bytes
    reports: bytes

    @property
    def own_fields(self) -> Json:
        """The event's own fields, null where they are disputed."""
        own_fields: Json = orjson.loads(self.body)
        return own_fields

    @property
    def tie_order(self) -> tuple[int, ...]:
        """Tie order: later wins."""
        return self.last, self.lo, self.known_at, self.seq

    @property
    def has_known_at(self) -> bool:
        """Whether it has a known time of its own."""
        return self.known_at > EARLIEST

    @property
    def has_known_dates(self) -> bool:
        """Whether both ends of when it happened are known."""
        return self.lo > EARLIEST and self.last < UNENDED

    @property
    def stands(self) -> bool:
        """Whether it was neither withdrawn nor erased."""
        return not self.withdrawn and self.standing != "erased"

    def standing_at(self, valid_at: Instant) -> str:
        """Return the standing that an answer as of this instant shows."""
        if self.withdrawn:
            return "withdrawn"
        if self.standing not in ("actual", "act", "record"):
            return self.standing
        return clock_standing(self.lo, self.last, valid_at) if self.has_known_at else "happened"

    @property
    def json_fragment(self) -> orjson.Fragment:
        return join_objects(self.body, self.provenance)


def build_item(version: Version) -> Item:
    """Return the item of a version."""
    entry, lo, last = version.entry, version.occurred.lo, version.occurred.last
    return Item(
        entry.id,
        entry.seq,
        entry.type,
        entry.recorded_at,
        version.known_at,
        lo,
        last,
        next(n for n, longest in enumerate(WIDTH_CLASSES) if last - lo <= longest),
        version.standing,
        version.withdrawn,
        bool(version.rivals),
        version.reported_early,
        build_body(version),
        build_provenance(version),
        dump_held(version.reports),
    )


def build_body(version: Version) -> bytes:
    entry = version.entry
    if version.standing == "erased":
        return dump_held({"event": entry.id, "type": entry.type, "erased": True})
    shown_fields = FIELDS_SHOWN_EMPTY.get(entry.type, {}) | version.payload
    value: Json = {"event": entry.id}
    value |= {
        name: shown_fields[name] for name in FIELDS_BY_TYPE[entry.type] if name in shown_fields
    }
    if version.entry.type == "watch-recorded":
        value.pop("sources", None)  # shown as what it rests on
    value.pop("visible", None)  # of other audiences too
    value |= {name: _without_reports(value[name]) for name in ("changes", "rival") if name in value}
    if version.rivals:
        names = dict.fromkeys(rival["field"] for rival in version.rivals)
        value |= dict.fromkeys(names) | {
            "disputed": True,
            "rivals": _without_reports(version.rivals),
        }
    return dump_held(value)


def keep_shown(item: Item, payload: Json) -> Json:
    """Return an event as it was recorded, of an issue only with those answers that show; of what
    was erased its type."""
    if item.standing == "erased":
        return {"type": item.type, "erased": True}
    if item.type != "issue-defined" or item.has_known_at or not payload.get("answers"):
        return payload
    shown = {each["answer"] for each in item.own_fields.get("answers") or ()}
    return payload | {"answers": [each for each in payload["answers"] if each["answer"] in shown]}


def own_recorded_fields(payload: Json) -> Json:
    """Return the own fields of an event as it was recorded, before any act on it, as an answer
    shows them."""
    return {
        name: _without_reports(payload[name])
        for name in FIELDS_BY_TYPE[payload["type"]]
        if name in payload and name not in ("reports", "visible")
    }


def _without_reports(value: object) -> object:
    """Leave out reports that an act would put in place, however deep: each is shown where it is
    open, with the event that it is a report of."""
    if isinstance(value, list | tuple):
        return [_without_reports(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept_fields = {
        name: _without_reports(each) for name, each in value.items() if name != "reports"
    }
    return kept_fields | ({"reports_replaced": True} if "reports" in value else {})


def build_provenance(version: Version) -> bytes:
    """Return what a version rests on: itself and its acts, with the sources of both."""
    searched_sources = (
        version.payload.get("sources", ()) if version.entry.type == "watch-recorded" else ()
    )
    reports = [
        *version.reports,
        *version.act_reports,
        *({"publisher": name} for name in searched_sources),
    ]
    known_at = version.known_at
    return dump_provenance(
        [version.entry.id, *version.acts],
        to_rfc3339(known_at) if known_at > EARLIEST else None,
        reports,
    )


def dump_provenance(events: Iterable[str], known_at: str | None, reports: Iterable[Json]) -> bytes:
    """Return what an item rests on; of its reports what tells the sources."""
    sources = (
        {name: report[name] for name in SOURCE_FIELDS if name in report} for report in reports
    )
    distinct: dict[tuple[str, str | None, str], Json] = {}
    for source in sources:
        publisher = publisher_key(source.get("publisher") or "")
        distinct.setdefault((publisher, source.get("url"), origin_key(source)), source)
    return dump_held(
        {
            "events": list(dict.fromkeys(events)),
            "known_at": known_at,
            "sources": list(distinct.values()),
            "single_source": len({origin or url for _, url, origin in distinct}) <= 1,
        }
    )


def merge_provenance(provenances: Sequence[bytes]) -> bytes:
    """Return what several items rest on together."""
    return provenances[0] if len(provenances) == 1 else _merge_distinct(tuple(provenances))


@lru_cache(maxsize=2**12)
def _merge_distinct(provenances: tuple[bytes, ...]) -> bytes:
    parsed = [orjson.loads(each) for each in provenances]
    return dump_provenance(
        (event for each in parsed for event in each["events"]),
        max((each["known_at"] for each in parsed if each["known_at"]), default=None),
        (source for each in parsed for source in each["sources"]),
    )


def add_events(provenance: bytes, others: Sequence[bytes]) -> bytes:
    """Return what an item rests on, with the events of others that end it and give it nothing."""
    if not others:
        return provenance
    own = orjson.loads(provenance)
    events = [event for each in (provenance, *others) for event in orjson.loads(each)["events"]]
    return dump_held(own | {"events": list(dict.fromkeys(events))})


def join_objects(*objects: bytes) -> orjson.Fragment:
    """Return one JSON object with the members of several, none of them empty."""
    return orjson.Fragment(b"{%b}" % b",".join(each[1:-1] for each in objects))


def to_plain(answer: object) -> Any:
    """Return an answer as plain lists and dicts, for those who read it and do not send it on."""
    return orjson.loads(orjson.dumps(answer))


def merge_newest(lists: Iterable[Iterable[Item]]) -> Iterator[Item]:
    """Yield the items of lists that are in tie order, newest first, in that order and each once."""
    last = None
    for item in heapq.merge(*lists, key=attrgetter("tie_order"), reverse=True):
        if item.event != last:
            yield item
        last = item.event
