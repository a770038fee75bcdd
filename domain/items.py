"""Items: what is held of one event, as the JSON that answers are joined from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from domain.catalogue import FIELDS
from domain.instants import EARLIEST, Instant, full_text
from domain.versions import Json, Version

SOURCE = ("publisher", "url", "published")
SHOWN_EMPTY: dict[str, Json] = {"position-stated": {"quote": None, "conditions": []}}
"""Fields that an item of a type shows also where they were not given."""


class Item(NamedTuple):
    """One version, ready to be shown.

    ``body`` is a JSON object of the event's own fields, ``rests`` one of what it rests on: its
    events, known time and sources. ``reports`` is a JSON list. The two objects are joined where an
    answer shows the item; nothing is parsed for that.
    """

    event: str
    type: str
    seq: int
    recorded_at: Instant
    known_at: Instant
    lo: Instant
    last: Instant
    standing: str
    withdrawn: bool
    body: bytes
    rests: bytes
    reports: bytes

    @property
    def value(self) -> Json:
        """The event's own fields, null where they are disputed."""
        found: Json = orjson.loads(self.body)
        return found

    @property
    def news(self) -> bool:
        """Tell whether it has a known time of its own."""
        return self.known_at > EARLIEST

    @property
    def shown(self) -> orjson.Fragment:
        return joined(self.body, self.rests)


def item(version: Version) -> Item:
    """Return the item of a version."""
    entry = version.entry
    return Item(
        entry.id, entry.type, entry.seq, entry.recorded_at, version.known_at,
        version.occurred.lo, version.occurred.last, version.standing, version.withdrawn,
        body_of(version), rests_of(version), orjson.dumps(version.reports),
    )  # fmt: skip


def body_of(version: Version) -> bytes:
    entry = version.entry
    if version.standing == "erased":
        return orjson.dumps({"event": entry.id, "type": entry.type, "erased": True})
    told = SHOWN_EMPTY.get(entry.type, {}) | version.payload
    value: Json = {"event": entry.id}
    value |= {name: told[name] for name in FIELDS[entry.type] if name in told}
    if version.entry.type == "watch-recorded":
        value.pop("sources", None)  # shown as what it rests on
    value |= {name: _disclosed(value[name]) for name in ("changes", "rival") if name in value}
    if version.rivals:
        names = dict.fromkeys(rival["field"] for rival in version.rivals)
        value |= dict.fromkeys(names) | {"disputed": True, "rivals": _disclosed(version.rivals)}
    return orjson.dumps(value)


def _disclosed(value: Any) -> Any:
    """Leave out reports that an act would put in place, however deep: each is shown where it is
    open, with the event that it is a report of."""
    if isinstance(value, list | tuple):
        return [_disclosed(each) for each in value]
    if not isinstance(value, dict):
        return value
    shown = {name: _disclosed(each) for name, each in value.items() if name != "reports"}
    return shown | ({"reports_replaced": True} if "reports" in value else {})


def rests_of(version: Version) -> bytes:
    """Return what a version rests on: itself and its acts, with the sources of both."""
    looked = version.payload.get("sources", ()) if version.entry.type == "watch-recorded" else ()
    reports = [*version.reports, *version.reasons, *({"publisher": name} for name in looked)]
    known = version.known_at
    return _rests(
        [version.entry.id, *version.acts],
        full_text(known) if known > EARLIEST else None,
        ({name: report[name] for name in SOURCE if name in report} for report in reports),
    )


def _rests(events: Iterable[str], known_at: str | None, sources: Iterable[Json]) -> bytes:
    distinct: dict[tuple[Any, Any], Json] = {}
    for source in sources:
        distinct.setdefault((source.get("publisher"), source.get("url")), source)
    return orjson.dumps(
        {
            "events": list(dict.fromkeys(events)),
            "known_at": known_at,
            "sources": list(distinct.values()),
            "single_source": len({publisher or url for publisher, url in distinct}) <= 1,
        }
    )


def merged(rests: Sequence[bytes]) -> bytes:
    """Return what several items rest on together."""
    return rests[0] if len(rests) == 1 else _merged(tuple(rests))


@lru_cache(maxsize=2**12)
def _merged(rests: tuple[bytes, ...]) -> bytes:
    parsed = [orjson.loads(each) for each in rests]
    return _rests(
        (event for each in parsed for event in each["events"]),
        max((each["known_at"] for each in parsed if each["known_at"]), default=None),
        (source for each in parsed for source in each["sources"]),
    )


def joined(*objects: bytes) -> orjson.Fragment:
    """Return one JSON object with the members of several, none of them empty."""
    return orjson.Fragment(b"{%b}" % b",".join(each[1:-1] for each in objects))
