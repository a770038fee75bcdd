"""Days as of which something was not yet known or not yet recorded: where a gap is to be seen."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import accumulate

from api.pages.shared.page_context import PageContext
from domain.instants import EARLIEST, LATEST, Instant
from domain.model import Json
from projections.log_query import LogQuery

MAX_EVENTS = 2000
"""Events that are looked at, those that became known last."""
MAX_DAYS = 8


def find_gap_days(frame: PageContext) -> list[Json]:
    """Return the nearest days up to the one shown as of which events had happened and became known
    later, or were out and recorded later, with how many; of days that are alike in a row the last.
    """
    items = frame.view.read_log(
        LogQuery(MAX_EVENTS, order="known", newest_first=True, standing="happened")
    )
    unknown, missed = Counter[date](), Counter[date]()
    for item in items:
        if not (item.has_known_at and item.lo > EARLIEST and item.last < LATEST):
            continue
        happened, known, recorded = (
            _day_of(frame, instant) for instant in (item.last, item.known_at, item.recorded_at)
        )
        _add(unknown, happened, known)
        _add(missed, known, recorded)
    return _nearest(frame.rail.day, unknown, missed)


def _day_of(frame: PageContext, instant: Instant) -> date:
    return frame.dates.to_local(instant).date()


def _add(steps: Counter[date], first: date, end: date) -> None:
    """Count one more on each day from the first up to, and without, the last."""
    if first < end:
        steps[first] += 1
        steps[end] -= 1


def _nearest(today: date, unknown: Counter[date], missed: Counter[date]) -> list[Json]:
    """Return the days before today with what was missing as of each, the nearest first."""
    starts = sorted({*unknown, *missed})
    counts = [
        dict(zip(starts, accumulate(steps[day] for day in starts), strict=True))
        for steps in (unknown, missed)
    ]
    found = []
    for start, following in zip(starts, [*starts[1:], today], strict=False):
        last = min(following, today) - timedelta(days=1)
        not_known, not_recorded = (each[start] for each in counts)
        if last >= start and (not_known or not_recorded):
            found.append({"day": str(last), "unknown": not_known, "missed": not_recorded})
    return found[: -MAX_DAYS - 1 : -1]
