"""What an event rests on, and all places that it may have where not every source counts.

An event that rests on one source stays as it is or is left out, whatever a question filters by.
What rests on several, or has acts, may become another version for each choice of sources. Only the
definition can tell which (``domain.resolution``); noted here is where it has to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, product
from math import prod
from typing import Any, NamedTuple

import orjson

from domain import resolution
from domain.catalogue import (
    ACT_TYPES,
    BOOKKEEPING_TYPES,
    EDITORIAL_TYPES,
    FIELDS_BY_TYPE,
    RECORDER_ACT_TYPES,
)
from domain.cells import adoption_entries, cell_entries
from domain.edtf import OPEN_BOUNDS, Bounds, Span, parse_span
from domain.instants import EARLIEST, LATEST, Instant
from domain.model import Entry, Json, Version
from domain.sources import origin_name
from projections.index.reach import Reach
from projections.index.subjects import join_key, subject_cells

NamedCell = tuple[str, str]
"""Kind and key of a cell."""
SOURCE, UNSOURCED = "@source", "@unsourced"
"""The kinds of cells that stand for a source, by publisher and origin, and for those who need none:
what shows without a report, and what staff watched."""
ALWAYS, WATCHED = (UNSOURCED, "always"), (UNSOURCED, "watched")
OF_TYPE, OF_STANDING, BY_REACH = "*type", "*standing", "*reach"
"""The kinds of cells that stand for lists: of a type, of a standing, and by the class of how far
the moments lie apart at which they may change (place is the first, since the last of these)."""
BY_TIME, ACTED_ON = ("*since", ""), ("*acted-on", "")
"""The cells of all news by when it may be known first (place is that moment, negative), and of what
has acts."""
ANYWHERE = ("*anywhere", "")
"""The cell of what may be anywhere: so much acts on it that its places are not listed."""
WITH_RIVALS, AHEAD, WITHDRAWN, ERASED = "rivals", "ahead", "withdrawn", "erased"
"""Keys of standings that are not those of versions, and such that acts bring about."""
MAX_VARIANTS = 64
UNPLACED_FIELDS = frozenset(("reports", "occurred", "expected", "due", "summary", "quote", "title"))
"""Fields on which no place depends, but for its time."""
_SPAN_FIELDS = ("occurred", "expected", "due")
_DISPUTED = object()


class CandidatePlace(NamedTuple):
    """A cell in which an event may be: until which moment at the latest, known since when at the
    earliest."""

    cell: NamedCell
    place: Instant
    since: Instant


def source_key(report: Mapping[str, Any]) -> str:
    """Return the key of the cell of a source: publisher and origin as they are spelled."""
    return orjson.dumps([report.get("publisher"), report.get("origin")]).decode()


def single_source(entry: Entry) -> NamedCell | None:
    """Return the cell of the one source that an event on which nothing acts rests on; null where
    there are several. An event without reports is as one whose report names nobody."""
    reports = entry.payload.get("reports") or ()
    if "erased" in entry.payload or resolution.has_no_clock(entry, reports):
        return ALWAYS
    if resolution.is_unreported_watch(entry, reports):
        return WATCHED
    told: Sequence[Mapping[str, Any]] = reports or ({},)
    keys = {source_key(report) for report in told}
    return (SOURCE, keys.pop()) if len(keys) == 1 else None


def find_places(entry: Entry, family: Sequence[Entry]) -> list[CandidatePlace]:
    """Return every place that an event may have, whichever reports of its family count."""
    return _Family(family).places_of(entry)


class _Family:
    """An event and all that acts on it, however its acts may combine."""

    def __init__(self, family: Sequence[Entry]) -> None:
        self.family = family
        self.changes: dict[str, list[Any]] = {}
        self.rivals, self.is_retracted = set[str](), False
        self.texts = list[Sequence[Json]]()
        for act in (each for each in family if each.type in ACT_TYPES):
            self._collect_changes(act.payload)
            self.is_retracted |= act.type == "event-retracted"
            if act.type == "text-published":
                self.texts.append(act.payload.get("points") or ())
        self.texts += (each for each in self.changes.get("points", ()) if each)

    def _collect_changes(self, payload: Json) -> None:
        for name in ("changes", "rival"):
            for field, value in (payload.get(name) or {}).items():
                self.changes.setdefault(field, []).append(value)
                self.rivals |= {field} if name == "rival" else set()
            if isinstance(payload.get(name), dict):
                self._collect_changes(payload[name])

    @cached_property
    def reports(self) -> list[Json]:
        lists = chain.from_iterable(resolution.report_lists(each.payload) for each in self.family)
        return list(chain.from_iterable(lists))

    @cached_property
    def moments(self) -> set[Instant]:
        """All moments at which anything of the family may become known."""
        moments = {each.recorded_at for each in self.family}
        for entry in self.family:
            for reports in resolution.report_lists(entry.payload):
                is_own = reports is entry.payload.get("reports")
                targets = [entry] if is_own else self.family
                moments |= {resolution.out_at(*each) for each in product(reports, targets)}
            if entry.type == "watch-recorded" and "to" in entry.payload:
                ends = [entry.payload["to"], *self._changed("to")]
                zones = [entry.tz, entry.zone, *self._changed("tz")]
                moments |= {parse_span(*each).start.last for each in product(ends, zones)}
        return moments

    def _changed(self, field: str) -> list[Any]:
        return [each for each in self.changes.get(field, ()) if each is not None]

    def places_of(self, entry: Entry) -> list[CandidatePlace]:
        is_erased = "erased" in entry.payload
        is_clockless = (
            is_erased or entry.type in BOOKKEEPING_TYPES or entry.type in RECORDER_ACT_TYPES
        )
        since = EARLIEST if is_clockless else min(self.moments)
        starts = [OPEN_BOUNDS] if is_erased else [s.start for s in self._spans(entry, "occurred")]
        latest = self._latest(entry, starts, {since, *self.moments})
        cells = self._cells_of(entry)
        if max(start.lo for start in starts) > since:
            cells.add((OF_STANDING, AHEAD))
        places = [CandidatePlace(cell, latest, since) for cell in sorted(cells)]
        if entry.type == "amendment-proposed":
            places += (
                CandidatePlace(cell, LATEST, since) for cell in sorted(self._adopted_cells(entry))
            )
        if entry.type not in ACT_TYPES and entry.type not in EDITORIAL_TYPES:
            places.append(CandidatePlace(BY_TIME, -since, since))
            places += [CandidatePlace(ACTED_ON, latest, since)] if len(self.family) > 1 else []
        begins, settles = (EARLIEST, LATEST) if is_erased else self._reach_of(entry)
        reach = Reach(begins, settles)
        places.append(CandidatePlace((BY_REACH, str(reach.index_class)), *reach[:2]))
        sources = sorted({(SOURCE, source_key(report)) for report in self.reports})
        return [*places, *(CandidatePlace(source, latest, since) for source in sources)]

    def _latest(self, entry: Entry, starts: Sequence[Bounds], known: Iterable[Instant]) -> Instant:
        """Return the last moment at which it may have occurred: what is told happened by then."""
        modalities = {entry.payload.get("modality") or "actual", *self._changed("modality")}
        if modalities != {"actual"}:
            return max(start.last for start in starts)
        return max(start.capped_at(at).last for start, at in product(starts, known))

    def _spans(self, entry: Entry, field: str) -> Iterator[Span]:
        """Yield all that a field may tell."""
        told = [entry.payload.get(field), *self.changes.get(field, ())]
        zones = {str(each) for each in (entry.tz, entry.zone, *self._changed("tz"))}
        return (parse_span(*each) for each in product(told, zones))

    def _reach_of(self, entry: Entry) -> tuple[Instant, Instant]:
        """Return the first and the last moment at which a clock may change what is seen of it."""
        spans = chain.from_iterable(self._spans(entry, field) for field in _SPAN_FIELDS)
        bounds = [each for span in spans for each in (span.start, span.end) if each]
        times = {moment for each in bounds for moment in (each.lo, each.last, each.hi)}
        times = {each for each in times | self.moments if EARLIEST < each < LATEST}
        return min(times), max(times)

    def _cells_of(self, entry: Entry) -> set[NamedCell]:
        if "erased" in entry.payload:
            return {(OF_TYPE, entry.type), (OF_STANDING, ERASED)}
        cells = {(OF_TYPE, entry.type)}
        cells |= {(OF_STANDING, WITHDRAWN)} if self.is_retracted else set()
        cells |= {(OF_STANDING, WITH_RIVALS)} if self.rivals else set()
        variants = self._variants(entry)
        if variants is None:
            return {*cells, ANYWHERE}
        for version in variants:
            cells |= {(each.kind, join_key(each.key)) for each in cell_entries(version)}
            cells |= subject_cells(version)
            cells.add((OF_STANDING, version.standing))
        return cells

    def _adopted_cells(self, entry: Entry) -> set[NamedCell]:
        """Return the cells that a proposal may bear on once it is adopted."""
        return {
            (each.kind, join_key(each.key))
            for version in self._variants(entry) or ()
            for each in adoption_entries(version.payload, entry.seq)
        }

    def _variants(self, entry: Entry) -> list[Version] | None:
        """Return the event with each choice of what may be told of it; null where it has too
        many."""
        names = set(FIELDS_BY_TYPE[entry.type]) - UNPLACED_FIELDS
        choices: dict[str, list[Any]] = {
            name: [entry.payload.get(name), *values] + ([_DISPUTED] if name in self.rivals else [])
            for name, values in self.changes.items()
            if name in names
        }
        texts: list[Sequence[Json]] = (
            [(), *self.texts] if self.texts and _has_points(names) else [()]
        )
        origins = {origin_name(report): report for report in self.reports}
        if prod(map(len, choices.values())) * len(texts) * (len(origins) + 1) > MAX_VARIANTS:
            return None
        return [
            version
            for chosen in product(*choices.values())
            for points in texts
            for version in self._versions(
                entry, dict(zip(choices, chosen, strict=True)), points, list(origins.values())
            )
        ]

    def _versions(
        self, entry: Entry, chosen: Json, points: Sequence[Json], reports: Sequence[Json]
    ) -> Iterator[Version]:
        disputed = [name for name, value in chosen.items() if value is _DISPUTED]
        payload = entry.payload | chosen
        payload = {
            name: value
            for name, value in payload.items()
            if value is not None and value is not _DISPUTED and name != "reports"
        }
        if points:
            resolution.apply_texts(payload, points)
            if entry.type == "plan-introduced" and not entry.payload.get("points"):
                resolution.add_points(payload, points)
        rivals = tuple({"field": name} for name in disputed)
        is_claim = payload.get("attribution") == "anonymous" or "attribution" in disputed
        for told in [(), *((report,) for report in reports)] if is_claim else [()]:
            yield Version(
                entry, payload, EARLIEST, EARLIEST, OPEN_BOUNDS, rivals=rivals, reports=told
            )


def _has_points(names: set[str]) -> bool:
    return not names.isdisjoint(("points", "operations"))
