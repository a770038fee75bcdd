"""The days on which news became known and happened, from what is counted of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from domain.basis import Basis
from domain.instants import DAY, Instant, local_microseconds
from ledger.database import Row
from projections.index.known_blocks import Fetch
from projections.view import MAX_HAPPENED_SPAN, HappenedDay, KnownDay, KnownType, happened_day

YEAR_1 = 719_162
"""Days from the first of the year 1 to 1970."""
LONGEST_DAY = 2 * DAY
"""More than a day takes, wherever its clocks are put back."""


class NewsDays:
    """The days of news under a basis.

    As of the end of the log they are counted already, and only what lies ahead of the clocks of
    knowledge and of the world is looked at; else all news is, and where not all of it is
    ``counted``.
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
        if seq < self.basis.seq or not self.is_counted():
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
        for change, _, _, _, known_local, _ in self.fetch("uncertain_news"):
            counts[known_local // DAY] += change
        return [
            KnownDay(day, count, 0, int(later) if day == shown_day else 0)
            for day, count in sorted(counts.items())
            if count
        ]

    def list_types(self) -> list[KnownType]:
        if not self.is_counted():
            rows = self.fetch("known_types", shift=YEAR_1 * DAY, day=DAY)
            return sorted(map(KnownType._make, rows))
        counts = Counter(
            {(day, type): n for day, type, n in self.fetch("news_days", clock="known")}
        )
        for change, type, _, _, known_local, _ in self.fetch("uncertain_news"):
            counts[known_local // DAY, type] += change
        return [KnownType(*place, n) for place, n in sorted(counts.items()) if n]

    def list_happened(self) -> list[HappenedDay]:
        counts = self._count_happened() if self.is_counted() else self._look_at_happened()
        return [HappenedDay(day, n) for day, n in sorted(counts.items()) if n]

    def _count_happened(self) -> Counter[int]:
        counts = Counter(dict(self.fetch("news_by_day", clock="happened")))
        for change, _, lo, last, _, standing in self.fetch("uncertain_news"):
            is_past = change < 0 or last <= self.basis.valid_at
            if standing == "actual" and is_past and last - lo < MAX_HAPPENED_SPAN:
                counts[self._day_of(lo, last)] += change
        counts.subtract(self._days_of(self.fetch("news_ahead")))
        return counts

    def _look_at_happened(self) -> Counter[int]:
        return Counter(self._days_of(self.fetch("happened_spans", widest=MAX_HAPPENED_SPAN)))

    def _days_of(self, spans: Iterable[Row]) -> Iterable[int]:
        return [self._day_of(lo, last) for lo, last in spans if last - lo < MAX_HAPPENED_SPAN]

    def _day_of(self, lo: Instant, last: Instant) -> int:
        return happened_day(lo, last, self.zone)
