"""Coverage: the last watch, and the days that nobody watched."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import NamedTuple

from domain.coverage import DayRange, days_touched, find_gaps, join_periods
from domain.instants import Instant, is_finite, local_day
from domain.model import Json
from projections.answers.newest import NewestLists
from projections.view import View, Watches


class PageCoverage(NamedTuple):
    """Coverage in brief: until when somebody watched, and the days on which nobody did."""

    recorded: bool
    watched_until: date | None
    gaps: list[DayRange]


def build_coverage(view: View, lists: NewestLists | None = None) -> Json:
    """Return the last watch that did not fail, and the days up to the basis that none covers: all
    of them, or the newest."""
    watches = view.read_watches()
    gaps = _find_gaps(view, watches)
    if lists:
        gaps = lists.keep("gaps", gaps, itemgetter(1), "coverage")
    return {
        "recorded": watches.recorded,
        "last_watch": watches.last.json_fragment if watches.last else None,
        "gaps": [
            {"from": str(first), "to": str(last), "days": (last - first).days + 1}
            for first, last in gaps
        ],
    }


def summarize_coverage(view: View) -> PageCoverage:
    """Return the coverage in brief."""
    watches = view.read_watches()
    gaps = _find_gaps(view, watches)
    ends = [last for _, last in watches.periods]
    until = local_day(max(ends), view.zone) if ends and is_finite(max(ends)) else None
    return PageCoverage(watches.recorded, until, gaps)


def unwatched_days(view: View) -> list[DayRange]:
    """Return the days up to the basis that no watch covers; none where no watch is recorded."""
    return _find_gaps(view, view.read_watches())


def coverage_end(view: View) -> date | None:
    """Return the day up to which days without a watch are told of; null where no clock ends it."""
    latest = _latest(view)
    return local_day(latest, view.zone) if is_finite(latest) else None


def _latest(view: View) -> Instant:
    return min(view.basis.valid_at, view.basis.known_at)


def _find_gaps(view: View, watches: Watches) -> list[DayRange]:
    """Return the days without a watch from what first became known until the basis."""
    earliest = view.first_known_at() if watches.recorded else None
    end = coverage_end(view)
    if earliest is None or end is None or earliest > _latest(view):
        return []
    period = local_day(earliest, view.zone), end
    touched = (days_touched(each, period, view.zone) for each in join_periods(watches.periods))
    return list(find_gaps(period, filter(None, touched)))
