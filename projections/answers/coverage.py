"""Coverage: the last watch, and the days that nobody watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from domain.coverage import DayRange, days_touched, find_gaps
from domain.edtf import Bounds, parse_span
from domain.instants import is_finite, local_day
from domain.model import Json
from projections.answer_json import Item
from projections.answers.newest import NewestLists
from projections.view import View


class PageCoverage(NamedTuple):
    """Coverage in brief: until when somebody watched, on how many days nobody did, and the last."""

    recorded: bool
    watched_until: date | None
    unwatched_days: int
    last_unwatched: date | None


class _Coverage(NamedTuple):
    recorded: bool
    last_watch: tuple[Bounds, Item] | None
    gaps: list[DayRange]


def build_coverage(view: View, lists: NewestLists | None = None) -> Json:
    """Return the last watch that did not fail, and the days up to the basis that none covers: all
    of them, or the newest."""
    recorded, last, gaps = _read_coverage(view)
    if lists:
        gaps = lists.keep("gaps", gaps, itemgetter(1), "coverage")
    return {
        "recorded": recorded,
        "last_watch": last[1].json_fragment if last else None,
        "gaps": [
            {"from": str(first), "to": str(last), "days": (last - first).days + 1}
            for first, last in gaps
        ],
    }


def summarize_coverage(view: View) -> PageCoverage:
    """Return the coverage in brief."""
    recorded, last, gaps = _read_coverage(view)
    until = local_day(last[0].last, view.zone) if last and is_finite(last[0].last) else None
    days = sum((last_day - first).days + 1 for first, last_day in gaps)
    return PageCoverage(recorded, until, days, gaps[-1][1] if gaps else None)


def _read_coverage(view: View) -> _Coverage:
    items = view.visible_records("watch-recorded")
    watches = [(bounds, item) for item in items if (bounds := _watched_bounds(view, item))]
    last = max(watches, key=lambda each: (each[0].last, each[1].seq), default=None)
    gaps = _find_gaps(view, [bounds for bounds, _ in watches]) if items else ()
    return _Coverage(bool(items), last, list(gaps))


def _watched_bounds(view: View, item: Item) -> Bounds | None:
    """Return the period of a watch; null where it failed, or where any of this is disputed."""
    value = item.own_fields
    if value.get("result") not in ("no-change", "changed") or not (value["from"] and value["to"]):
        return None
    zone = value.get("tz") or view.zone
    begin, end = (parse_span(value[name], zone) for name in ("from", "to"))
    return Bounds(begin.lo, end.hi, exact=end.start.exact)


def _find_gaps(view: View, watched: Iterable[Bounds]) -> Iterator[DayRange]:
    """Yield the days without a watch from what first became known until the basis."""
    earliest = view.first_known_at()
    latest = min(view.basis.valid_at, view.basis.known_at)
    if earliest is not None and earliest <= latest:
        period = local_day(earliest, view.zone), local_day(latest, view.zone)
        touched = (days_touched(bounds, period, view.zone) for bounds in watched)
        yield from find_gaps(period, filter(None, touched))
