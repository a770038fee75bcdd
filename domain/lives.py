"""The life of an assertion: when it was known, with which value, as far as the record went.

The one place that gives meaning to late reports, corrections, retractions, voids and disputes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from domain.catalogue import ACTS, BOOKKEEPING, OWN_ACTS
from domain.events import AUDIENCES
from domain.instants import EARLIEST, LATEST, Instant
from domain.spans import Bounds, parse

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event. ``payload`` leaves out ``id``, server fields and defaults."""

    seq: int
    id: str
    type: str
    recorded_at: Instant
    payload: Mapping[str, Any]
    zone: str = "UTC"

    @property
    def tz(self) -> str:
        return str(self.payload.get("tz", self.zone))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the audience, the publishers left out, the number of sources that count."""

    audience: str = "public"
    exclude_source: frozenset[str] = frozenset()
    min_sources: int = 1

    def sees(self, report: Mapping[str, Any]) -> bool:
        rank = AUDIENCES.index(report.get("audience", "public"))
        return (
            rank <= AUDIENCES.index(self.audience)
            and report.get("publisher") not in self.exclude_source
        )

    @property
    def is_staff(self) -> bool:
        return self.audience == "staff"


@dataclass(frozen=True, slots=True)
class Version:
    """What is held of one event over a stretch of knowledge: its value, standing and sources."""

    entry: Entry
    payload: Json
    known_at: Instant
    occurred: Bounds
    withdrawn: bool = False
    rivals: tuple[Json, ...] = ()
    reports: tuple[Json, ...] = ()
    acts: tuple[str, ...] = ()

    @property
    def disputed(self) -> set[str]:
        """The fields that somebody contradicts."""
        return {rival["field"] for rival in self.rivals}

    @property
    def modality(self) -> str:
        if "modality" in self.disputed:
            return "disputed"
        return str(self.payload.get("modality", "actual"))

    @property
    def moves(self) -> bool:
        """Tell whether this may move a projection at all."""
        return self.modality == "actual" and not self.withdrawn

    @property
    def ahead(self) -> bool:
        """Tell whether it was known before it could have occurred."""
        return self.modality == "actual" and self.occurred.lo > self.known_at


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One version between two moments of knowledge, for the audiences in the mask."""

    version: Version
    known_from: Instant
    known_to: Instant
    audiences: int


@dataclass(frozen=True, slots=True)
class _Given:
    """A report with the moment from which it counts as out."""

    report: Json
    out: Instant


def fold(family: Iterable[Entry], reader: Reader, at: Instant) -> dict[str, Version]:
    """Return what each event of a family is held to be at one moment of knowledge.

    A family holds every act on each of its events. It is read from the highest seq down: acts come
    after their targets, so each act is settled before what it acts on.
    """
    held: dict[str, Version] = {}
    acting: dict[str, list[Version]] = {}
    for entry in sorted(family, key=lambda each: -each.seq):
        version = _settle(entry, acting.get(entry.id, [])[::-1], reader, at)
        if version is None:
            continue
        held[entry.id] = version
        if entry.type in ACTS and not version.withdrawn:
            acting.setdefault(str(version.payload.get("event")), []).append(version)
    return held


def slab(family: Sequence[Entry]) -> dict[str, list[Rectangle]]:
    """Return the rectangles of every event of a family, as its newest entry left them."""
    cut: dict[str, list[Rectangle]] = {entry.id: [] for entry in family}
    for bit, audience in enumerate(AUDIENCES):
        reader = Reader(audience)
        for at, until in pairwise([*_breaks(family, reader), LATEST]):
            for event, version in fold(family, reader, at).items():
                _extend(cut[event], Rectangle(version, at, until, 1 << bit))
    return {event: _merged(rectangles) for event, rectangles in cut.items()}


def _extend(rectangles: list[Rectangle], new: Rectangle) -> None:
    last = rectangles[-1] if rectangles else None
    if last and (last.known_to, last.audiences, last.version) == (
        new.known_from,
        new.audiences,
        new.version,
    ):
        rectangles[-1] = replace(last, known_to=new.known_to)
    else:
        rectangles.append(new)


def _merged(rectangles: list[Rectangle]) -> list[Rectangle]:
    merged: list[Rectangle] = []
    for new in rectangles:
        for index, old in enumerate(merged):
            if replace(old, audiences=new.audiences) == new:
                merged[index] = replace(old, audiences=old.audiences | new.audiences)
                break
        else:
            merged.append(new)
    return merged


def _breaks(family: Sequence[Entry], reader: Reader) -> list[Instant]:
    breaks = {EARLIEST}
    for entry in family:
        if reader.is_staff:
            breaks.add(entry.recorded_at)
        for report in _all_reports(entry.payload):
            breaks.add(_out(report, entry.tz, entry.recorded_at))
        for report in _all_reports(entry.payload.get("changes")):
            breaks.update(_out(report, other.tz, other.recorded_at) for other in family)
    return sorted(breaks)


def _all_reports(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the reports of a payload and those that its changes would put in place."""
    if isinstance(value, Mapping):
        yield from value.get("reports") or ()
        for name in ("changes", "rival"):
            yield from _all_reports(value.get(name))


def _out(report: Mapping[str, Any], zone: str, recorded_at: Instant) -> Instant:
    """Recorded means out: a report recorded inside its own bounds was out by then."""
    return parse(report["published"], zone).start.lowered(recorded_at).last


def _settle(entry: Entry, acts: Sequence[Version], reader: Reader, at: Instant) -> Version | None:
    if any(act.entry.type == "record-voided" for act in acts):
        return None
    given = list(_given(entry, acts, reader))
    known = _known(entry, given, reader)
    if known is None or known > at:
        return None
    payload, told = _value(entry, acts, known)
    version = Version(
        entry,
        payload,
        known,
        _occurred(entry, payload, told),
        withdrawn=_withdrawn(acts, known),
        reports=tuple(each.report for each in given if each.out <= at),
        acts=tuple(act.entry.id for act in acts),
    )
    return _disputed(version, acts)


def _given(entry: Entry, acts: Sequence[Version], reader: Reader) -> Iterator[_Given]:
    reports = entry.payload.get("reports", ())
    for act in acts:
        if act.entry.type == "record-corrected" and "reports" in act.payload["changes"]:
            reports = act.payload["changes"]["reports"] or ()
    for report in reports:
        if reader.sees(report):
            yield _Given(dict(report), _out(report, entry.tz, entry.recorded_at))
    for act in acts:
        if act.entry.type == "report-added":
            yield from (_Given(report, _out(report, act.entry.tz, act.entry.recorded_at))
                        for report in act.reports)  # fmt: skip


def _known(entry: Entry, given: Sequence[_Given], reader: Reader) -> Instant | None:
    if entry.type in OWN_ACTS or (entry.type in BOOKKEEPING and not entry.payload.get("reports")):
        return EARLIEST
    if entry.type not in ACTS and reader.min_sources > 1:
        return _nth_publisher(given, reader.min_sources)
    outs = [each.out for each in given]
    return min([*outs, entry.recorded_at] if reader.is_staff else outs, default=None)


def _nth_publisher(given: Sequence[_Given], count: int) -> Instant | None:
    seen: set[str] = set()
    for each in sorted(given, key=lambda one: one.out):
        seen |= {each.report["publisher"]} if each.report.get("publisher") else set()
        if len(seen) == count:
            return each.out
    return None


def _act_time(act: Version, known: Instant) -> Instant:
    """Our own slips count from the target's known time, sources' acts from their own."""
    return known if act.entry.type in OWN_ACTS else max(act.known_at, known)


def _value(entry: Entry, acts: Sequence[Version], known: Instant) -> tuple[Json, Instant]:
    """Return the payload after all changes, and the time from which its ``occurred`` was told."""
    payload = {name: value for name, value in entry.payload.items() if name != "reports"}
    told = known
    for act in sorted(acts, key=lambda each: (_act_time(each, known), each.entry.seq)):
        if act.entry.type == "text-published":
            _put_texts(payload, act.payload.get("points") or ())
        for name, value in (act.payload.get("changes") or {}).items():
            told = _act_time(act, known) if name == "occurred" else told
            payload[name] = value
    payload.pop("reports", None)
    return {name: value for name, value in payload.items() if value is not None}, told


def _put_texts(payload: Json, points: Iterable[Json]) -> None:
    names = ("text", "text_status")
    texts: dict[str, Json] = {
        each["point"]: {name: each[name] for name in names if name in each} for each in points
    }

    def put(point: Json) -> Json:
        into = {"into": [put(each) for each in point["into"]]} if "into" in point else {}
        return {**point, **into, **texts.get(point["point"], {})}

    for name in ("points", "operations"):
        if name in payload:
            payload[name] = [put(each) for each in payload[name]]


def _occurred(entry: Entry, payload: Json, told: Instant) -> Bounds:
    """Told means happened: an actual event is over by the time it was first told of."""
    bounds = parse(payload.get("occurred"), str(payload.get("tz", entry.zone))).start
    return bounds.lowered(told) if payload.get("modality", "actual") == "actual" else bounds


def _withdrawn(acts: Sequence[Version], known: Instant) -> bool:
    turns = [act for act in acts if act.entry.type in ("event-retracted", "retraction-reversed")]
    last = max(turns, key=lambda act: (_act_time(act, known), act.entry.seq), default=None)
    return last is not None and last.entry.type == "event-retracted"


def _disputed(version: Version, acts: Sequence[Version]) -> Version:
    ended = max(
        (_act_time(act, version.known_at) for act in acts if act.entry.type == "dispute-resolved"),
        default=EARLIEST - 1,
    )
    disputes = [act for act in acts if act.entry.type == "event-disputed" and act.known_at > ended]
    rivals: list[Json] = []
    payload, occurred = dict(version.payload), version.occurred
    for act in disputes:
        for name, value in (act.payload.get("rival") or {}).items():
            if name in payload:
                rivals.append(
                    {"field": name, "value": payload.pop(name), "event": version.entry.id}
                )
            rivals.append({"field": name, "value": value, "event": act.entry.id})
            if name == "occurred":
                occurred = occurred.hull(
                    _occurred(version.entry, {**version.payload, "occurred": value}, act.known_at)
                )
    return replace(version, payload=payload, occurred=occurred, rivals=tuple(rivals))
