"""The life of an assertion: when it was known, with which value, as far as the record went.

The one place that gives meaning to late reports, corrections, retractions, voids and disputes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

from domain.catalogue import ACTS, BOOKKEEPING, DEFAULTS, OWN_ACTS
from domain.events import AUDIENCES
from domain.instants import EARLIEST, LATEST, Instant
from domain.spans import Bounds, parse
from domain.versions import Entry, Json, Reader, Rectangle, Version


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
    for reader, audiences in _readers(family):
        acting: dict[str, list[Rectangle]] = {}
        for entry in sorted(family, key=lambda each: -each.seq):
            life = _life(entry, acting.get(entry.id, [])[::-1], reader, audiences)
            cut[entry.id] += life
            for piece in life:
                if entry.type in ACTS and not piece.version.withdrawn:
                    acting.setdefault(str(piece.version.payload.get("event")), []).append(piece)
    return {event: _merged(rectangles) for event, rectangles in cut.items()}


def _readers(family: Sequence[Entry]) -> list[tuple[Reader, int]]:
    """Return a reader for each mask of audiences that see alike."""
    told = [reports for entry in family for reports in _told(entry.payload)]
    if any(report.get("audience") == "press" for report in chain.from_iterable(told)):
        return [(Reader(audience), 1 << bit) for bit, audience in enumerate(AUDIENCES)]
    if all(_open_to_all(entry) for entry in family):
        return [(Reader("public"), 0b111)]
    return [(Reader("public"), 0b011), (Reader("staff"), 0b100)]


def _told(payload: Any) -> Iterator[Sequence[Json]]:
    """Yield each list of reports of an event, also those that an act would put in place."""
    if isinstance(payload, Mapping):
        if "reports" in payload:
            yield payload["reports"] or ()
        for name in ("changes", "rival"):
            if name in payload:
                yield from _told(payload[name])


def _open_to_all(entry: Entry) -> bool:
    """Tell whether staff, who see what is recorded, learn nothing of this before the public."""
    own = entry.payload.get("reports", ())
    replaced = len(list(_told(entry.payload))) > ("reports" in entry.payload)
    if replaced or any(report.get("audience", "public") != "public" for report in own):
        return False
    outs = (_out(report, entry.tz, entry.recorded_at) for report in own)
    return _unreported(entry, own) or any(out <= entry.recorded_at for out in outs)


def _life(
    entry: Entry, acts: Sequence[Rectangle], reader: Reader, audiences: int
) -> list[Rectangle]:
    """Settle one entry between each two moments at which anything that bears on it changes."""
    life: list[Rectangle] = []
    for at, until in pairwise([*_breaks(entry, acts, reader), LATEST]):
        acting = [act.version for act in acts if act.known_from <= at < act.known_to]
        version = _settle(entry, acting, reader, at)
        if version:
            _extend(life, Rectangle(version, at, until, audiences))
    return life


def _extend(rectangles: list[Rectangle], new: Rectangle) -> None:
    last = rectangles[-1] if rectangles else None
    if last and last.known_to == new.known_from and last.version == new.version:
        rectangles[-1] = replace(last, known_to=new.known_to)
    else:
        rectangles.append(new)


def _merged(rectangles: list[Rectangle]) -> list[Rectangle]:
    """Join the rectangles of several audiences that hold the same version at the same times."""
    merged: dict[tuple[Instant, Instant], list[Rectangle]] = {}
    for new in rectangles:
        alike = merged.setdefault((new.known_from, new.known_to), [])
        for index, old in enumerate(alike):
            if old.version == new.version:
                alike[index] = replace(old, audiences=old.audiences | new.audiences)
                break
        else:
            alike.append(new)
    return list(chain.from_iterable(merged.values()))


def _breaks(entry: Entry, acts: Sequence[Rectangle], reader: Reader) -> list[Instant]:
    breaks = {*(act.known_from for act in acts), *(act.known_to for act in acts)}
    breaks |= {entry.recorded_at} if reader.is_staff or "erased" in entry.payload else set()
    breaks |= {EARLIEST} if entry.type in OWN_ACTS or entry.type in BOOKKEEPING else set()
    lists = [entry.payload.get("reports"), *(_mended(act.version) for act in acts)]
    for report in chain.from_iterable(each or () for each in lists):
        breaks.add(_out(report, entry.tz, entry.recorded_at))
    return sorted(breaks - {LATEST})


def _mended(act: Version) -> list[Json] | None:
    """Return the whole list of reports that an act of ours puts in place; null for none."""
    changes = act.payload.get("changes") or {}
    if act.entry.type != "record-corrected" or "reports" not in changes:
        return None
    return changes["reports"] or []


def _out(report: Mapping[str, Any], zone: str, recorded_at: Instant) -> Instant:
    """Recorded means out: a report recorded inside its own bounds was out by then."""
    return _last(report["published"], zone, recorded_at)


@lru_cache(maxsize=8192)
def _last(published: str, zone: str, recorded_at: Instant) -> Instant:
    return parse(published, zone).start.lowered(recorded_at).last


def _settle(entry: Entry, acts: Sequence[Version], reader: Reader, at: Instant) -> Version | None:
    if "erased" in entry.payload:
        return _stub(entry) if entry.recorded_at <= at else None
    if any(act.entry.type == "record-voided" for act in acts):
        return None
    own = _own_reports(entry, acts)
    given = _given(entry, own, acts, reader)
    known = EARLIEST if _unreported(entry, own) else _known(entry, given, reader)
    if known is None or known > at:
        return None
    payload, told = _value(entry, acts, known)
    version = Version(
        entry,
        payload,
        known,
        told,
        _occurred(entry, payload, told),
        withdrawn=_withdrawn(acts),
        reports=tuple(each.report for each in given if each.out <= at),
        acts=tuple(act.entry.id for act in acts),
        reasons=tuple(chain.from_iterable(act.reports for act in acts
                                          if act.entry.type != "report-added")),
    )  # fmt: skip
    return _disputed(version, acts)


def _stub(entry: Entry) -> Version:
    """Return what is left of an erased event: that it was recorded, to everybody, and when."""
    at = Bounds(entry.recorded_at, entry.recorded_at, exact=True)
    return Version(entry, dict(entry.payload), entry.recorded_at, entry.recorded_at, at)


def _own_reports(entry: Entry, acts: Iterable[Version]) -> Sequence[Json]:
    reports: Sequence[Json] = entry.payload.get("reports", ())
    for act in acts:
        mended = _mended(act)
        reports = reports if mended is None else mended
    return reports


def _unreported(entry: Entry, reports: Sequence[Json]) -> bool:
    """Tell whether this has no clock of its own: our own acts, and bookkeeping without reports."""
    return entry.type in OWN_ACTS or (entry.type in BOOKKEEPING and not reports)


def _given(
    entry: Entry, own: Iterable[Json], acts: Iterable[Version], reader: Reader
) -> list[_Given]:
    given = [
        _Given(dict(report), _out(report, entry.tz, entry.recorded_at))
        for report in own
        if reader.sees(report)
    ]
    for act in acts:
        if act.entry.type == "report-added":
            given += [_Given(report, _out(report, act.entry.tz, act.entry.recorded_at))
                      for report in act.reports]  # fmt: skip
    return given


def _known(entry: Entry, given: Sequence[_Given], reader: Reader) -> Instant | None:
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
    defaults = DEFAULTS[entry.type]
    return {name: value for name, value in payload.items()
            if value is not None and value != defaults.get(name)}, told  # fmt: skip


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


def _withdrawn(acts: Sequence[Version]) -> bool:
    """Tell whether a retraction holds; unlike values, these count from their own known time."""
    turns = [act for act in acts if act.entry.type in ("event-retracted", "retraction-reversed")]
    last = max(turns, key=lambda act: (act.known_at, act.entry.seq), default=None)
    return last is not None and last.entry.type == "event-retracted"


def _disputed(version: Version, acts: Sequence[Version]) -> Version:
    ended = max(
        (_act_time(act, version.known_at) for act in acts if act.entry.type == "dispute-resolved"),
        default=EARLIEST - 1,
    )
    disputes = [act for act in acts if act.entry.type == "event-disputed" and act.known_at > ended]
    if not disputes:
        return version
    rivals: list[Json] = []
    payload, occurred = dict(version.payload), version.occurred
    for act in disputes:
        for name, value in (act.payload.get("rival") or {}).items():
            if all(rival["field"] != name for rival in rivals):
                rivals += _original(version, name)
            rivals.append({"field": name, "value": value, "event": act.entry.id})
            payload.pop(name, None)
            if name == "occurred":
                occurred = occurred.hull(
                    _occurred(version.entry, {**version.payload, "occurred": value}, act.known_at)
                )
    return replace(version, payload=payload, occurred=occurred, rivals=tuple(rivals))


def _original(version: Version, name: str) -> list[Json]:
    """Return what is contradicted, given or by default; nothing where nothing was said."""
    value = version.payload.get(name, DEFAULTS[version.entry.type].get(name))
    return [] if value is None else [{"field": name, "value": value, "event": version.entry.id}]
