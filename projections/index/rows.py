"""The rectangles of an event, known x recorded, and the rows that each adds to the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import NamedTuple

from domain import resolution
from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.cells import CellEntry, cell_entries
from domain.clock_moments import clock_moments
from domain.coverage import WatchedPeriod, watched_period
from domain.erased import visible_periods
from domain.events import AUDIENCES
from domain.instants import DAY, EARLIEST, LATEST, Instant, local_microseconds
from domain.ledger_events import LEDGER_TYPES
from domain.model import NON_NEWS_STANDINGS, Entry, Version, Viewer
from domain.phantom_links import link_entries, made_statement
from domain.zones import zone_years
from projections.answer_json import Item, build_item
from projections.full_text import event_words
from projections.index.reach import Reach
from projections.index.sources import CandidatePlace, NamedCell, find_places, single_source
from projections.index.subjects import subject_cells
from projections.view import MAX_HAPPENED_SPAN, happened_day, monday_before

COUNTERPART_TYPE = {
    "amendment-proposed": "amendment-adopted",
    "amendment-adopted": "amendment-proposed",
}
"""The other event that an amendment needs to take effect."""


VERSIONS_IN_BLOCK = 1024
"""Versions with adjacent numbers that are passed over together."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One version between two moments of knowledge, for the audiences in the mask."""

    version: Version
    known_from: Instant
    known_to: Instant
    audiences: int


PERIODS = (1, 32)
"""Days of the periods by which is counted what was known to have happened."""


class HappenedPeriod(NamedTuple):
    """A period in which something of a week begins or ends to be known to have happened: its days
    and its number, the Monday of the week in days since 1970, and for which audiences."""

    days: int
    number: int
    week: int
    audiences: int


class VersionRows(NamedTuple):
    """What one rectangle adds to the tables of the index.

    ``subjects`` are kind and key of the cells of what it names; ``amendment_slug`` is of the
    amendment that takes effect with this event and its counterpart; ``known_local`` is what a clock
    of the negotiation's zone shows when it is known. ``statement`` is the one that it makes;
    ``links`` are its entries of cells wherever nobody made the statements that it names.
    ``reach`` is from when to when the clocks of knowledge and of the world may change what is seen
    of it; null where it is no news. ``watched`` is the period of a watch that did not fail.
    ``news_days`` are the clocks and days by which it is counted, ``happened_weeks`` the periods and
    weeks by which what happened is.
    ``source`` is the cell of the one source that its event rests on, null where there are several,
    or acts; ``places`` are then all that the event may have.
    """

    item: Item
    known_from: Instant
    known_to: Instant
    audiences: int
    subjects: list[tuple[str, str]]
    words: list[str] | None
    entries: list[CellEntry]
    amendment_slug: str | None
    known_local: int
    zone_years: list[tuple[str, int]]
    statement: str | None
    links: list[CellEntry]
    reach: Reach | None
    watched: WatchedPeriod | None
    news_days: list[tuple[str, int, str, int]]
    happened_weeks: list[tuple[HappenedPeriod, int]]
    source: NamedCell | None
    places: Sequence[CandidatePlace]


def build_rows(
    rectangle: Rectangle, source: NamedCell | None = None, places: Sequence[CandidatePlace] = ()
) -> VersionRows:
    """Return the rows of a rectangle."""
    version = rectangle.version
    entry, value = version.entry, version.payload
    item = build_item(version)
    known_local = local_microseconds(item.known_at, entry.zone)
    has_counterpart = entry.type in COUNTERPART_TYPE and version.affects_state
    statement, links = made_statement(version), list(link_entries(version))
    return VersionRows(
        item,
        rectangle.known_from,
        rectangle.known_to,
        rectangle.audiences,
        sorted(subject_cells(version)),
        None
        if entry.type in ACT_TYPES
        else list(dict.fromkeys(event_words(value, version.reports))),
        list(cell_entries(version)),
        value.get("amendment") if has_counterpart else None,
        known_local,
        zone_years(entry),
        statement,
        links,
        _find_reach(rectangle, item),
        watched_period(value, entry.zone)
        if entry.type == "watch-recorded" and item.stands
        else None,
        list_news_days(
            item.type,
            item.standing,
            item.known_at,
            known_local,
            rectangle.known_to,
            rectangle.audiences,
        ),
        list_happened_weeks(
            item.standing,
            item.lo,
            item.last,
            rectangle.known_from,
            rectangle.known_to,
            rectangle.audiences,
            zone=entry.zone,
        ),
        source,
        places,
    )


def list_news_days(
    type: str, standing: str, known_at: Instant, known_local: int, known_to: Instant, audiences: int
) -> list[tuple[str, int, str, int]]:
    """Return by which clocks and days, types and audiences a rectangle is counted; no day and no
    type where these are not told apart. What ends with some moment of knowledge is not counted."""
    if known_to < LATEST:
        return []
    told = [("told", 0, "", audiences)] if known_at > EARLIEST else []
    if standing in NON_NEWS_STANDINGS:
        return told
    return [*told, ("known", known_local // DAY, type, audiences)]


def list_happened_weeks(
    standing: str,
    lo: Instant,
    last: Instant,
    known_from: Instant,
    known_to: Instant,
    audiences: int,
    *,
    zone: str,
) -> list[tuple[HappenedPeriod, int]]:
    """Return in which periods it begins and ends to be known that a rectangle happened, with 1 and
    -1."""
    since = max(known_from, last)
    if standing != "actual" or last - lo >= MAX_HAPPENED_SPAN or since >= known_to:
        return []
    week = monday_before(happened_day(lo, last, zone))
    moments = [(since, 1), *([(known_to, -1)] if known_to < LATEST else [])]
    counts_by_day = [(local_microseconds(moment, zone) // DAY, n) for moment, n in moments]
    return [
        (HappenedPeriod(days, day // days, week, audiences), n)
        for day, n in counts_by_day
        for days in PERIODS
    ]


def _find_reach(rectangle: Rectangle, item: Item) -> Reach | None:
    if item.standing in NON_NEWS_STANDINGS:
        return None
    own_moments = list(clock_moments(rectangle.version))
    moments = [item.last, rectangle.known_from, rectangle.known_to, *own_moments]
    settles = max((each for each in moments if each < LATEST), default=EARLIEST)
    return Reach(min(moments), settles, bool(own_moments))


def prepare_event(entry: Entry) -> list[VersionRows]:
    """Build the rows of an event on which nothing acts yet; none of what the ledger says of itself,
    which no answer shows."""
    if entry.type in LEDGER_TYPES:
        return []
    source = single_source(entry)
    places = [] if source and entry.type not in COUNTERPART_TYPE else find_places(entry, [entry])
    rectangles = resolve_all([entry.as_opened()])[entry.id]
    return [build_rows(rectangle, source, places) for rectangle in rectangles]


def resolve_all(family: Sequence[Entry]) -> dict[str, list[Rectangle]]:
    """Return the rectangles of every event of a family, as its newest entry left them."""
    rectangles_by_event: dict[str, list[Rectangle]] = {entry.id: [] for entry in family}
    for viewer, audiences in _distinct_viewers(family):
        acts_by_target = defaultdict[str, list[Rectangle]](list)
        for entry in sorted(family, key=lambda entry: -entry.seq):
            acts = acts_by_target[entry.id][::-1]
            for rectangle in _resolve_rectangles(entry, acts, viewer, audiences):
                rectangles_by_event[entry.id].append(rectangle)
                if target := rectangle.version.target:
                    acts_by_target[target].append(rectangle)
    return {
        event: _merge_audiences(rectangles) for event, rectangles in rectangles_by_event.items()
    }


def _distinct_viewers(family: Sequence[Entry]) -> list[tuple[Viewer, int]]:
    """Return a viewer for each mask of audiences that see the same."""
    has_erased = any("erased" in entry.payload for entry in family)
    report_lists = [
        reports for entry in family for reports in resolution.report_lists(entry.payload)
    ]
    has_press = any(report.get("audience") == "press" for report in chain(*report_lists))
    if has_press or has_erased:
        return [(Viewer(audience), 1 << bit) for bit, audience in enumerate(AUDIENCES)]
    if all(_is_open_to_all(entry) for entry in family):
        return [(Viewer("public"), 0b111)]
    return [(Viewer("public"), 0b011), (Viewer("staff"), 0b100)]


def _is_open_to_all(entry: Entry) -> bool:
    """Return whether staff, who see what is recorded, learn of this no earlier than the public."""
    own = entry.payload.get("reports", ())
    list_count = len(list(resolution.report_lists(entry.payload)))
    has_replacements = list_count > ("reports" in entry.payload)
    if has_replacements or any(report.get("audience", "public") != "public" for report in own):
        return False
    return resolution.has_no_clock(entry, own) or any(
        resolution.out_at(report, entry) <= entry.recorded_at for report in own
    )


def _resolve_rectangles(
    entry: Entry, acts: Sequence[Rectangle], viewer: Viewer, audiences: int
) -> list[Rectangle]:
    """Resolve one entry between each two moments at which anything that affects it changes."""
    rectangles: list[Rectangle] = []
    for at, until in pairwise([*_change_instants(entry, acts, viewer), LATEST]):
        active_acts = [act.version for act in acts if act.known_from <= at < act.known_to]
        version = resolution.resolve_version(entry, active_acts, viewer, at)
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
    instants = {at for act in acts for at in (act.known_from, act.known_to)}
    if "erased" in entry.payload:
        return sorted({*chain(instants, *visible_periods(entry, viewer))} - {LATEST})
    if viewer.is_staff:
        instants.add(entry.recorded_at)
    if entry.type in RECORDER_ACT_TYPES or entry.type in BOOKKEEPING_TYPES:
        instants.add(EARLIEST)
    if entry.type == "watch-recorded":
        instants.add(resolution.watched_until(entry, [act.version for act in acts]))
    lists = [
        entry.payload.get("reports"),
        *(resolution.replacement_reports(act.version) for act in acts),
    ]
    instants |= {resolution.out_at(report, entry) for reports in lists for report in reports or ()}
    return sorted(instants - {LATEST})


def target_ids(payload: object) -> Iterator[str]:
    """Yield every event that an act may ever bear on, also after its own correction."""
    if isinstance(payload, dict):
        if isinstance(payload.get("event"), str):
            yield payload["event"]
        for name in ("changes", "rival"):
            yield from target_ids(payload.get(name))
