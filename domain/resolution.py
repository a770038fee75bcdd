"""The life of an assertion: when it was known, with which value, as far as the record went.

The one place that gives meaning to late reports, corrections, retractions, voids and disputes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, DEFAULTS_BY_TYPE, RECORDER_ACT_TYPES
from domain.edtf import Bounds, parse_span
from domain.erased import erased_version
from domain.instants import EARLIEST, Instant
from domain.model import Entry, Json, Version, Viewer
from domain.sources import origin_key

UNSEEN = ("text_status", "unseen")


class _DatedReport(NamedTuple):
    """A report with the moment from which it counts as out."""

    report: Json
    out_at: Instant


def resolve_at(family: Iterable[Entry], viewer: Viewer, at: Instant) -> dict[str, Version]:
    """Return the version of each event of a family at one moment of knowledge.

    A family holds every act on each of its events. It is read from the highest seq down: acts come
    after their targets, so each act is resolved before its target.
    """
    versions: dict[str, Version] = {}
    acts_by_target = defaultdict[str, list[Version]](list)
    for entry in sorted(family, key=lambda entry: -entry.seq):
        version = resolve_version(entry, acts_by_target[entry.id][::-1], viewer, at)
        if version:
            versions[entry.id] = version
            if version.target:
                acts_by_target[version.target].append(version)
    return versions


def report_lists(payload: object) -> Iterator[Sequence[Json]]:
    """Yield each list of reports of an event, also those that an act would put in place."""
    if isinstance(payload, Mapping):
        if "reports" in payload:
            yield payload["reports"] or ()
        for name in ("changes", "rival"):
            if name in payload:
                yield from report_lists(payload[name])


def replacement_reports(act: Version) -> list[Json] | None:
    """Return the list of reports that a record-corrected act puts in place; null for none."""
    changes = act.payload.get("changes") or {}
    if act.entry.type != "record-corrected" or "reports" not in changes:
        return None
    return changes["reports"] or []


def out_at(report: Json, entry: Entry) -> Instant:
    """Recorded means out: a report recorded within its own bounds was out by then."""
    return _last_published(report["published"], report.get("tz") or entry.tz, entry.recorded_at)


def last_published(report: Json, entry: Entry) -> Instant:
    """Return the last moment of a report as it was given."""
    return parse_span(report["published"], report.get("tz") or entry.tz).start.last


@lru_cache(maxsize=8192)
def _last_published(published: str, zone: str, recorded_at: Instant) -> Instant:
    return parse_span(published, zone).start.capped_at(recorded_at).last


def resolve_version(
    entry: Entry, acts: Sequence[Version], viewer: Viewer, at: Instant
) -> Version | None:
    """Return what a viewer holds an event to be at a moment of knowledge; null for nothing."""
    if _acts_of_type(acts, "record-voided"):
        return None
    if "erased" in entry.payload:
        return erased_version(entry, acts, viewer, at)
    own = _own_reports(entry, acts)
    dated_reports = _dated_reports(entry, own, acts, viewer)
    known_at = _resolve_known_at(entry, acts, own, dated_reports, viewer)
    if has_no_clock(entry, own):
        known_at = EARLIEST
    if is_unreported_watch(entry, own):
        is_told = viewer.is_staff and recording_counts(own, viewer)
        ends = [watched_until(entry, acts)] if is_told else []
        known_at = min((*ends, *(dated.out_at for dated in dated_reports)), default=None)
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


def _acts_of_type(acts: Iterable[Version], *types: str) -> list[Version]:
    return [act for act in acts if act.entry.type in types]


def _own_reports(entry: Entry, acts: Iterable[Version]) -> Sequence[Json]:
    reports: Sequence[Json] = entry.payload.get("reports", ())
    for act in acts:
        replacement = replacement_reports(act)
        reports = reports if replacement is None else replacement
    return reports


def has_no_clock(entry: Entry, reports: Sequence[Json]) -> bool:
    """Return whether this has no clock: acts of the recorder, and bookkeeping without reports."""
    return entry.type in RECORDER_ACT_TYPES or (
        entry.type in BOOKKEEPING_TYPES and not reports and not is_unreported_watch(entry, reports)
    )


def is_unreported_watch(entry: Entry, reports: Sequence[Json]) -> bool:
    """Return whether this is a watch that nobody but staff can know of, from its end on."""
    return entry.type == "watch-recorded" and not reports


def watched_until(entry: Entry, acts: Iterable[Version]) -> Instant:
    """Return when a watch was over; recorded means over, as it means out."""
    value = dict(entry.payload)
    for act in _acts_of_type(acts, "record-corrected"):
        value |= act.payload.get("changes") or {}
    zone = str(value.get("tz") or entry.zone)
    return _last_published(value["to"], zone, entry.recorded_at)


def _dated_reports(
    entry: Entry, own: Iterable[Json], acts: Iterable[Version], viewer: Viewer
) -> list[_DatedReport]:
    """Return the reports of an event that a viewer may see, its own and those added later."""
    reports = [(dict(report), entry) for report in own if viewer.can_see(report)]
    for act in _acts_of_type(acts, "report-added"):
        reports += [(report, act.entry) for report in act.reports]
    return [_DatedReport(report, out_at(report, recorded)) for report, recorded in reports]


def _resolve_known_at(
    entry: Entry,
    acts: Iterable[Version],
    own: Sequence[Json],
    dated_reports: Sequence[_DatedReport],
    viewer: Viewer,
) -> Instant | None:
    if viewer.min_sources > 1 and (entry.type not in ACT_TYPES or _has_wording(entry, acts)):
        return _nth_origin_at(dated_reports, viewer.min_sources)
    out_instants = [dated.out_at for dated in dated_reports]
    if viewer.is_staff and recording_counts(own, viewer):
        out_instants.append(entry.recorded_at)
    return min(out_instants, default=None)


def recording_counts(own: Sequence[Json], viewer: Viewer) -> bool:
    """Return whether that we recorded an event with these reports makes it known to staff: not
    where the filters leave none of them, and not under only_source where there is none."""
    return any(map(viewer.counts, own)) if own else not viewer.only_source


def _has_wording(entry: Entry, acts: Iterable[Version]) -> bool:
    """Return whether an act gives plan points their wording, as recorded or as acted upon."""
    return any(map(_gives_wording, (entry.payload, *(act.payload for act in acts))))


def _gives_wording(payload: object) -> bool:
    """Return whether points or operations with a text stand in a payload, however deep."""
    if not isinstance(payload, Mapping):
        return False
    points = (
        point
        for name in ("points", "operations", "into")
        for point in payload.get(name) or ()
        if isinstance(point, Mapping)
    )
    return any(point.get("text") is not None or _gives_wording(point) for point in points) or any(
        _gives_wording(payload.get(name)) for name in ("changes", "rival")
    )


def _nth_origin_at(dated_reports: Sequence[_DatedReport], count: int) -> Instant | None:
    """Return when as many independent origins had reported; null where so many never do."""
    origins: set[str] = set()
    for dated in sorted(dated_reports, key=lambda dated: dated.out_at):
        origins |= {origin_key(dated.report)} - {""}
        if len(origins) == count:
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
            apply_texts(payload, act.payload.get("points") or ())
            if entry.type == "plan-introduced" and not entry.payload.get("points"):
                add_points(payload, act.payload.get("points") or ())
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


def apply_texts(payload: Json, points: Iterable[Json]) -> None:
    texts = {point["point"]: point for point in points}

    def put_texts(point: Json) -> Json:
        into = {"into": [put_texts(part) for part in point["into"]]} if "into" in point else {}
        seen = texts.get(point["point"], {})
        own = point if seen.get("text") is None else _without_status(point)
        return {**own, **into, **seen}

    for name in ("points", "operations"):
        if name in payload:
            payload[name] = [put_texts(point) for point in payload[name]]


def _without_status(point: Json) -> Json:
    """Leave out a text status that holds of a wording no longer: what is seen is not unseen."""
    return {name: each for name, each in point.items() if (name, each) != UNSEEN}


def add_points(payload: Json, points: Iterable[Json]) -> None:
    """Give an introduction that came without points those that were seen later."""
    names = {point["point"] for point in payload.get("points", ())}
    added = [dict(point) for point in points if point["point"] not in names]
    payload["points"] = [*payload.get("points", ()), *added]


def _resolve_occurred(entry: Entry, payload: Json, reported_at: Instant) -> Bounds:
    """Reported means happened: an actual event is over when it is first reported."""
    bounds = parse_span(payload.get("occurred"), str(payload.get("tz", entry.zone))).start
    return (
        bounds.capped_at(reported_at) if payload.get("modality", "actual") == "actual" else bounds
    )


def _is_withdrawn(acts: Sequence[Version]) -> bool:
    """Return whether a retraction holds; unlike values, these count from their own known time."""
    retractions = _acts_of_type(acts, "event-retracted", "retraction-reversed")
    last = max(retractions, key=lambda act: (act.known_at, act.entry.seq), default=None)
    return last is not None and last.entry.type == "event-retracted"


def _apply_disputes(version: Version, acts: Sequence[Version]) -> Version:
    """Leave out each field that a source contradicts, and list its rival values.

    A dispute holds until one known at its time or later is resolved; ``occurred`` is then the hull
    of all that is claimed.
    """
    if not acts:
        return version
    resolutions = _acts_of_type(acts, "dispute-resolved")
    ended_at = max(
        (_effective_at(act, version.known_at) for act in resolutions), default=EARLIEST - 1
    )
    rivals: list[Json] = []
    payload, occurred = dict(version.payload), version.occurred
    for act in _acts_of_type(acts, "event-disputed"):
        for name, value in (
            (act.payload.get("rival") or {}).items() if act.known_at > ended_at else ()
        ):
            if all(rival["field"] != name for rival in rivals):
                rivals += _original_rival(version, name)
            rivals.append({"field": name, "value": value, "event": act.entry.id})
            payload.pop(name, None)
            if name == "occurred":
                claimed = {**version.payload, name: value}
                occurred = occurred.hull_with(
                    _resolve_occurred(version.entry, claimed, act.known_at)
                )
    return replace(version, payload=payload, occurred=occurred, rivals=tuple(rivals))


def _original_rival(version: Version, name: str) -> list[Json]:
    """Return the contradicted value, given or by default; nothing if there is none."""
    value = version.payload.get(name, DEFAULTS_BY_TYPE[version.entry.type].get(name))
    return [] if value is None else [{"field": name, "value": value, "event": version.entry.id}]
