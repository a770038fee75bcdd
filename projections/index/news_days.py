"""The days on which news became known and the weeks in which it happened, from what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from domain.basis import Basis
from domain.coverage import ONE_DAY
from domain.instants import DAY, LATEST, Instant, local_day, local_microseconds, midnight_instant
from ledger.database import Row
from projections.index.known_blocks import Fetch, KnownBlocks
from projections.index.reach import dump_windows
from projections.index.rows import PERIODS
from projections.view import (
    MAX_HAPPENED_SPAN,
    HappenedWeek,
    KnownDay,
    KnownType,
    happened_day,
    monday_before,
)

YEAR_1 = 719_162
"""Days from the first of the year 1 to 1970."""
LONGEST_DAY = 2 * DAY
"""More than a day takes, wherever its clocks are put back."""


class NewsDays:
    """The days of news under a basis.

    As of the end of the log they are counted already, and so is what was known to have happened at
    the end of each day; only what lies ahead of the clocks, in the rest of a day, or was recorded
    late is looked at. Else all news is, and so it is where not all of it is ``counted``.
    """

    def __init__(self, fetch: Fetch, basis: Basis, zone: str, *, counted: bool = True) -> None:
        self.fetch, self.basis, self.zone, self.counted = fetch, basis, zone, counted

    def is_at_end(self) -> bool:
        """Return whether the basis holds all that is recorded, and knew of it."""
        ends = self.fetch("log_end")
        return all(self.basis.seq >= seq and self.basis.known_at >= at for seq, at in ends)

    def is_counted(self) -> bool:
        """Return whether the counts of the writer are those under the basis."""
        return self.counted and self.is_at_end()

    def list_known(self, at: Instant, seq: int) -> list[KnownDay]:
        shown_day, time_of_day = divmod(local_microseconds(at, self.zone), DAY)
        if not self.is_counted():
            rows = self.fetch(
                "known_days",
                shift=YEAR_1 * DAY,
                day=DAY,
                shown_day=shown_day,
                time=time_of_day,
                after_seq=seq,
            )
            return list(map(KnownDay._make, rows))
        ((later,),) = self.fetch(
            "known_later_in_day", after=at, before=at + LONGEST_DAY, day=shown_day, day_length=DAY
        )
        counts = Counter(dict(self.fetch("news_by_day", clock="known")))
        for change, _, known_local in self.fetch("uncertain_news"):
            counts[known_local // DAY] += change
        after_seq = Counter[int]()
        for known_local in self._fetch_known_after(seq, at) if seq < self.basis.seq else ():
            after_seq[known_local // DAY] += 1
            later += shown_day * DAY <= known_local <= shown_day * DAY + time_of_day
        return [
            KnownDay(day, count, after_seq[day], int(later) if day == shown_day else 0)
            for day, count in sorted(counts.items())
            if count
        ]

    def _fetch_known_after(self, seq: int, at: Instant) -> list[int]:
        """Return when, by the clock of the zone, became known by the end of a day what was recorded
        after a seq."""
        end = midnight_instant(local_day(at, self.zone) + ONE_DAY, self.zone)
        last_seq = KnownBlocks(partial(self.fetch, known=end)).last_seq()
        local_end = (local_microseconds(at, self.zone) // DAY + 1) * DAY
        rows = self.fetch("known_after_seq", after_seq=seq, last_seq=last_seq, local_end=local_end)
        return [known_local for (known_local,) in rows]

    def list_types(self) -> list[KnownType]:
        if not self.is_counted():
            rows = self.fetch("known_types", shift=YEAR_1 * DAY, day=DAY)
            return sorted(map(KnownType._make, rows))
        counts = Counter(
            {(day, type): n for day, type, n in self.fetch("news_days", clock="known")}
        )
        for change, type, known_local in self.fetch("uncertain_news"):
            counts[known_local // DAY, type] += change
        return [KnownType(*place, n) for place, n in sorted(counts.items()) if n]

    def list_happened(self) -> list[HappenedWeek]:
        counts = self._count_happened() if self._is_happened_counted() else self._look_at_happened()
        return [HappenedWeek(monday, n) for monday, n in sorted(counts.items()) if n]

    def _is_happened_counted(self) -> bool:
        """Return whether the counts of the writer can be made those under the basis: its clocks of
        knowledge and of the world stand at one moment."""
        return self.counted and self.basis.known_at == self.basis.valid_at

    def _count_happened(self) -> Counter[int]:
        at, day = self.basis.known_at, self._day_of(self.basis.known_at)
        counts = Counter(dict(self.fetch("happened_weeks", day=day, block=day // PERIODS[-1])))
        for lo, last, known_from, known_to in self._fetch_rest_of_day():
            since = max(last, known_from)
            if last - lo < MAX_HAPPENED_SPAN and since < known_to:
                is_counted = self._day_of(since) <= day < self._day_of(known_to)
                counts[self._week_of(lo, last)] += (since <= at < known_to) - is_counted
        if any(self.basis.seq < seq for seq, _ in self.fetch("log_end")):
            for change, lo, last in self._fetch_otherwise_recorded():
                counts[self._week_of(lo, last)] += change
        return counts

    def _fetch_otherwise_recorded(self) -> Sequence[Row]:
        """Return what happened and was known, with -1 where it was recorded after the basis, and
        with 1 where it was revised since."""
        last_seq = KnownBlocks(partial(self.fetch, seq=LATEST)).last_seq()
        return self.fetch("happened_otherwise", widest=MAX_HAPPENED_SPAN, last_seq=last_seq)

    def _fetch_rest_of_day(self) -> Sequence[Row]:
        """Return what may be seen otherwise at the end of the day than under the basis."""
        at = self.basis.known_at
        end = midnight_instant(local_day(at, self.zone) + ONE_DAY, self.zone) - 1
        if at >= end:
            return []
        return self.fetch("happening_between", windows=dump_windows(at), after=at, until=end)

    def _look_at_happened(self) -> Counter[int]:
        spans = self.fetch("happened_spans", widest=MAX_HAPPENED_SPAN)
        return Counter(self._week_of(lo, last) for lo, last in spans)

    def _day_of(self, instant: Instant) -> int:
        return local_microseconds(instant, self.zone) // DAY

    def _week_of(self, lo: Instant, last: Instant) -> int:
        return monday_before(happened_day(lo, last, self.zone))
