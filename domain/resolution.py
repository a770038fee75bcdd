"""The life of an assertion: when it was known, with which value, as far as the record went.

The one place that gives meaning to late reports, corrections, retractions, voids and disputes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, DEFAULTS_BY_TYPE, RECORDER_ACT_TYPES
from domain.edtf import Bounds, parse_span
from domain.events import AUDIENCES
from domain.instants import EARLIEST, LATEST, Instant
from domain.model import Entry, Json, Rectangle, Version, Viewer


@dataclass(frozen=True, slots=True)
class _DatedReport:
    """A report with the moment from which it counts as out."""

    report: Json
    out_at: Instant


def resolve_at(family: Iterable[Entry], viewer: Viewer, at: Instant) -> dict[str, Version]:
    """Return the version of each event of a family at one moment of knowledge.

    A family holds every act on each of its events. It is read from the highest seq down: acts come
    after their targets, so each act is resolved before its target.
    """
    versions: dict[str, Version] = {}
    acts_by_target: dict[str, list[Version]] = {}
    for entry in sorted(family, key=lambda entry: -entry.seq):
        version = _resolve_version(entry, acts_by_target.get(entry.id, [])[::-1], viewer, at)
        if version is None:
            continue
        versions[entry.id] = version
        if entry.type in ACT_TYPES and not version.withdrawn:
            acts_by_target.setdefault(str(version.payload.get("event")), []).append(version)
    return versions


def resolve_all(family: Sequence[Entry]) -> dict[str, list[Rectangle]]:
    """Return the rectangles of every event of a family, as its newest entry left them."""
    rectangles_by_event: dict[str, list[Rectangle]] = {entry.id: [] for entry in family}
    for viewer, audiences in _distinct_viewers(family):
        acts_by_target: dict[str, list[Rectangle]] = {}
        for entry in sorted(family, key=lambda entry: -entry.seq):
            life_rectangles = _resolve_rectangles(
                entry, acts_by_target.get(entry.id, [])[::-1], viewer, audiences
            )
            rectangles_by_event[entry.id] += life_rectangles
            for piece in life_rectangles:
                if entry.type in ACT_TYPES and not piece.version.withdrawn:
                    acts_by_target.setdefault(str(piece.version.payload.get("event")), []).append(
                        piece
                    )
    return {
        event: _merge_audiences(rectangles) for event, rectangles in rectangles_by_event.items()
    }


def _distinct_viewers(family: Sequence[Entry]) -> list[tuple[Viewer, int]]:
    """Return a viewer for each mask of audiences that see the same."""
    report_lists = [reports for entry in family for reports in _report_lists(entry.payload)]
    if any(report.get("audience") == "press" for report in chain.from_iterable(report_lists)):
        return [(Viewer(audience), 1 << bit) for bit, audience in enumerate(AUDIENCES)]
    if all(_is_open_to_all(entry) for entry in family):
        return [(Viewer("public"), 0b111)]
    return [(Viewer("public"), 0b011), (Viewer("staff"), 0b100)]


def _report_lists(payload: object) -> Iterator[Sequence[Json]]:
    """Yield each list of reports of an event, also those that an act would put in place."""
    if isinstance(payload, Mapping):
        if "reports" in payload:
            yield payload["reports"] or ()
        for name in ("changes", "rival"):
            if name in payload:
                yield from _report_lists(payload[name])


def _is_open_to_all(entry: Entry) -> bool:
    """Return whether staff, who see what is recorded, learn of this no earlier than the public."""
    own = entry.payload.get("reports", ())
    has_replacements = len(list(_report_lists(entry.payload))) > ("reports" in entry.payload)
    if has_replacements or any(report.get("audience", "public") != "public" for report in own):
        return False
    out_instants = (_out_at(report, entry.tz, entry.recorded_at) for report in own)
    return _has_no_clock(entry, own) or any(out <= entry.recorded_at for out in out_instants)


def _resolve_rectangles(
    entry: Entry, acts: Sequence[Rectangle], viewer: Viewer, audiences: int
) -> list[Rectangle]:
    """Resolve one entry between each two moments at which anything that affects it changes."""
    rectangles: list[Rectangle] = []
    for at, until in pairwise([*_change_instants(entry, acts, viewer), LATEST]):
        active_acts = [act.version for act in acts if act.known_from <= at < act.known_to]
        version = _resolve_version(entry, active_acts, viewer, at)
        if version:
            _append_rectangle(rectangles, Rectangle(version, at, until, audiences))
    return rectangles


def _append_rectangle(rectangles: list[Rectangle], new: Rectangle) -> None:
    last = rectangles[-1] if rectangles else None
    if last and last.known_to == new.known_from and last.version == new.version:
        rectangles[-1] = replace(last, known_to=new.known_to)
    else:
        rectangles.append(new)


def _merge_audiences(rectangles: list[Rectangle]) -> list[Rectangle]:
    """Join the rectangles of several audiences that hold the same version at the same times."""
    alike_by_period: dict[tuple[Instant, Instant], list[Rectangle]] = {}
    for new in rectangles:
        alike = alike_by_period.setdefault((new.known_from, new.known_to), [])
        for index, old in enumerate(alike):
            if old.version == new.version:
                alike[index] = replace(old, audiences=old.audiences | new.audiences)
                break
        else:
            alike.append(new)
    return list(chain.from_iterable(alike_by_period.values()))


def _change_instants(entry: Entry, acts: Sequence[Rectangle], viewer: Viewer) -> list[Instant]:
    change_instants = {*(act.known_from for act in acts), *(act.known_to for act in acts)}
    change_instants |= (
        {entry.recorded_at} if viewer.is_staff or "erased" in entry.payload else set()
    )
    change_instants |= (
        {EARLIEST} if entry.type in RECORDER_ACT_TYPES or entry.type in BOOKKEEPING_TYPES else set()
    )
    lists = [entry.payload.get("reports"), *(_replacement_reports(act.version) for act in acts)]
    for report in chain.from_iterable(reports or () for reports in lists):
        change_instants.add(_out_at(report, entry.tz, entry.recorded_at))
    return sorted(change_instants - {LATEST})


def _replacement_reports(act: Version) -> list[Json] | None:
    """Return the list of reports that a record-corrected act puts in place; null for none."""
    changes = act.payload.get("changes") or {}
    if act.entry.type != "record-corrected" or "reports" not in changes:
        return None
    return changes["reports"] or []


def _out_at(report: Json, zone: str, recorded_at: Instant) -> Instant:
    """Recorded means out: a report recorded within its own bounds was out by then."""
    return _last_published(report["published"], zone, recorded_at)


@lru_cache(maxsize=8192)
def _last_published(published: str, zone: str, recorded_at: Instant) -> Instant:
    return parse_span(published, zone).start.capped_at(recorded_at).last


def _resolve_version(
    entry: Entry, acts: Sequence[Version], viewer: Viewer, at: Instant
) -> Version | None:
    if "erased" in entry.payload:
        return _erased_version(entry) if entry.recorded_at <= at else None
    if any(act.entry.type == "record-voided" for act in acts):
        return None
    own = _own_reports(entry, acts)
    dated_reports = _dated_reports(entry, own, acts, viewer)
    known_at = (
        EARLIEST if _has_no_clock(entry, own) else _resolve_known_at(entry, dated_reports, viewer)
    )
    if known_at is None or known_at > at:
        return None
    payload, reported_at = _resolve_payload(entry, acts, known_at)
    version = Version(
        entry,
        payload,
        known_at,
        reported_at,
        _resolve_occurred(entry, payload, reported_at),
        withdrawn=_is_withdrawn(acts),
        reports=tuple(dated.report for dated in dated_reports if dated.out_at <= at),
        acts=tuple(act.entry.id for act in acts),
        act_reports=tuple(
            chain.from_iterable(act.reports for act in acts if act.entry.type != "report-added")
        ),
    )
    return _apply_disputes(version, acts)


def _erased_version(entry: Entry) -> Version:
    """Return what everybody may see of an erased event: that it was recorded, and when."""
    at = Bounds(entry.recorded_at, entry.recorded_at, exact=True)
    return Version(entry, dict(entry.payload), entry.recorded_at, entry.recorded_at, at)


def _own_reports(entry: Entry, acts: Iterable[Version]) -> Sequence[Json]:
    reports: Sequence[Json] = entry.payload.get("reports", ())
    for act in acts:
        replacement = _replacement_reports(act)
        reports = reports if replacement is None else replacement
    return reports


def _has_no_clock(entry: Entry, reports: Sequence[Json]) -> bool:
    """Return whether this has no clock: acts of the recorder, and bookkeeping without reports."""
    return entry.type in RECORDER_ACT_TYPES or (entry.type in BOOKKEEPING_TYPES and not reports)


def _dated_reports(
    entry: Entry, own: Iterable[Json], acts: Iterable[Version], viewer: Viewer
) -> list[_DatedReport]:
    dated_reports = [
        _DatedReport(dict(report), _out_at(report, entry.tz, entry.recorded_at))
        for report in own
        if viewer.can_see(report)
    ]
    for act in acts:
        if act.entry.type == "report-added":
            dated_reports += [
                _DatedReport(report, _out_at(report, act.entry.tz, act.entry.recorded_at))
                for report in act.reports
            ]
    return dated_reports


def _resolve_known_at(
    entry: Entry, dated_reports: Sequence[_DatedReport], viewer: Viewer
) -> Instant | None:
    if entry.type not in ACT_TYPES and viewer.min_sources > 1:
        return _nth_source_at(dated_reports, viewer.min_sources)
    out_instants = [dated.out_at for dated in dated_reports]
    return min(
        [*out_instants, entry.recorded_at] if viewer.is_staff else out_instants, default=None
    )


def _nth_source_at(dated_reports: Sequence[_DatedReport], count: int) -> Instant | None:
    publishers: set[str] = set()
    for dated in sorted(dated_reports, key=lambda dated: dated.out_at):
        publishers |= {dated.report["publisher"]} if dated.report.get("publisher") else set()
        if len(publishers) == count:
            return dated.out_at
    return None


def _effective_at(act: Version, known_at: Instant) -> Instant:
    """Our own slips count from the target's known time, sources' acts from their own."""
    return known_at if act.entry.type in RECORDER_ACT_TYPES else max(act.known_at, known_at)


def _resolve_payload(
    entry: Entry, acts: Sequence[Version], known_at: Instant
) -> tuple[Json, Instant]:
    """Return the payload after all changes, and when its ``occurred`` was first reported."""
    payload = {name: value for name, value in entry.payload.items() if name != "reports"}
    reported_at = known_at
    for act in sorted(acts, key=lambda act: (_effective_at(act, known_at), act.entry.seq)):
        if act.entry.type == "text-published":
            _apply_texts(payload, act.payload.get("points") or ())
        for name, value in (act.payload.get("changes") or {}).items():
            reported_at = _effective_at(act, known_at) if name == "occurred" else reported_at
            payload[name] = value
    payload.pop("reports", None)
    defaults = DEFAULTS_BY_TYPE[entry.type]
    return {
        name: value
        for name, value in payload.items()
        if value is not None and value != defaults.get(name)
    }, reported_at


def _apply_texts(payload: Json, points: Iterable[Json]) -> None:
    names = ("text", "text_status")
    texts: dict[str, Json] = {
        point["point"]: {name: point[name] for name in names if name in point} for point in points
    }

    def put_texts(point: Json) -> Json:
        into = {"into": [put_texts(part) for part in point["into"]]} if "into" in point else {}
        return {**point, **into, **texts.get(point["point"], {})}

    for name in ("points", "operations"):
        if name in payload:
            payload[name] = [put_texts(point) for point in payload[name]]


def _resolve_occurred(entry: Entry, payload: Json, reported_at: Instant) -> Bounds:
    """Reported means happened: an actual event is over when it is first reported."""
    bounds = parse_span(payload.get("occurred"), str(payload.get("tz", entry.zone))).start
    return (
        bounds.capped_at(reported_at) if payload.get("modality", "actual") == "actual" else bounds
    )


def _is_withdrawn(acts: Sequence[Version]) -> bool:
    """Return whether a retraction holds; unlike values, these count from their own known time."""
    retraction_acts = [
        act for act in acts if act.entry.type in ("event-retracted", "retraction-reversed")
    ]
    last = max(retraction_acts, key=lambda act: (act.known_at, act.entry.seq), default=None)
    return last is not None and last.entry.type == "event-retracted"


def _apply_disputes(version: Version, acts: Sequence[Version]) -> Version:
    disputes_ended_at = max(
        (
            _effective_at(act, version.known_at)
            for act in acts
            if act.entry.type == "dispute-resolved"
        ),
        default=EARLIEST - 1,
    )
    disputes = [
        act
        for act in acts
        if act.entry.type == "event-disputed" and act.known_at > disputes_ended_at
    ]
    if not disputes:
        return version
    rivals: list[Json] = []
    payload, occurred = dict(version.payload), version.occurred
    for act in disputes:
        for name, value in (act.payload.get("rival") or {}).items():
            if all(rival["field"] != name for rival in rivals):
                rivals += _original_rival(version, name)
            rivals.append({"field": name, "value": value, "event": act.entry.id})
            payload.pop(name, None)
            if name == "occurred":
                occurred = occurred.hull_with(
                    _resolve_occurred(
                        version.entry, {**version.payload, "occurred": value}, act.known_at
                    )
                )
    return replace(version, payload=payload, occurred=occurred, rivals=tuple(rivals))


def _original_rival(version: Version, name: str) -> list[Json]:
    """Return the contradicted value, given or by default; nothing if there is none."""
    value = version.payload.get(name, DEFAULTS_BY_TYPE[version.entry.type].get(name))
    return [] if value is None else [{"field": name, "value": value, "event": version.entry.id}]
