"""The date rail: when news became known, where the reader stands, where the next change lies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter

from api.pages.shared.dates import DateFormatter, date_of_day
from api.pages.shared.time_scale import TimeScale, time_labels
from domain.basis import Basis
from domain.instants import DAY, EARLIEST, Instant
from projections.answers.diff import group_by_week
from projections.view import KnownDay, View

MAX_BAR_HEIGHT = 40
"""Units of the drawing from the lowest to the highest week."""
_day_number = attrgetter("day")
_MAX_LABELS = 6


@dataclass(frozen=True)
class Rail:
    """What a reader may see now, day by day, and the day whose knowledge is shown."""

    days: list[KnownDay]
    known_at: Instant
    now: Instant
    shown_at: Instant
    dates: DateFormatter

    @cached_property
    def day(self) -> date:
        """The day that is shown."""
        return self.dates.to_local(self.shown_at).date()

    @property
    def live(self) -> bool:
        return self.shown_at >= self.now

    @cached_property
    def today(self) -> date:
        return self.dates.to_local(self.now).date()

    @cached_property
    def first(self) -> date:
        """The Monday of the first week in which anything became known."""
        return date_of_day(next(iter(group_by_week(self.days[:1])), self.now // DAY))

    @property
    def length(self) -> int:
        """Days from the first to today."""
        return max((self.today - self.first).days, 1)

    @property
    def at(self) -> int:
        """Where the shown day stands on the slider."""
        return min(max((self.day - self.first).days, 0), self.length)

    @property
    def hidden(self) -> int:
        """News that this reader may see now, and that the basis does not hold."""
        day = self.known_at // DAY
        return sum(
            each.after_seq
            if each.day < day
            else each.after_seq_or_time
            if each.day == day
            else each.event_count
            for each in self.days
        )

    @property
    def total(self) -> int:
        return sum(each.event_count for each in self.days)

    @property
    def previous(self) -> date | None:
        """The last day before the shown one on which something became known."""
        return self._nth_day(bisect_left(self.days, self._shown_day_number, key=_day_number) - 1)

    @property
    def last(self) -> date | None:
        """The last day up to the shown one on which something became known."""
        return self._nth_day(bisect_right(self.days, self._shown_day_number, key=_day_number) - 1)

    @property
    def following(self) -> date | None:
        """The first day after the shown one on which something became known."""
        return self._nth_day(bisect_right(self.days, self._shown_day_number, key=_day_number))

    @property
    def _shown_day_number(self) -> int:
        return (self.day - date_of_day(0)).days

    def _nth_day(self, n: int) -> date | None:
        return date_of_day(self.days[n].day) if 0 <= n < len(self.days) else None

    @cached_property
    def events_by_week(self) -> dict[int, int]:
        return group_by_week(self.days)

    @cached_property
    def bars(self) -> str:
        """The path of one bar a week, a day to a unit."""
        most, start = (
            max(self.events_by_week.values(), default=1),
            (self.first - date_of_day(0)).days,
        )
        return "".join(
            f"M{week - start}.5 {MAX_BAR_HEIGHT}v-{max(2, round(count * MAX_BAR_HEIGHT / most))}"
            f"h6v{MAX_BAR_HEIGHT}z"
            for week, count in self.events_by_week.items()
        )

    @cached_property
    def labels(self) -> list[tuple[float, str]]:
        """Months along the rail: where each stands, in percent, and what it is called."""
        start = (self.first - date_of_day(0)).days
        scale = TimeScale(start * DAY, (start + self.length) * DAY)
        return [each for each in time_labels(self.dates, scale, _MAX_LABELS) if each[0] < 96]


_MAX_ENTRIES = 64


class RailCache:
    """The days of rails, counted once for as long as they stay: until something is recorded, or an
    embargo ends."""

    def __init__(self) -> None:
        self.entries: dict[tuple[object, ...], tuple[Instant, Instant, list[KnownDay]]] = {}

    def read_days(self, negotiation: str, now: View, known_at: Instant, seq: int) -> list[KnownDay]:
        """Return the days of a view as ``known_days`` gives them."""
        basis = now.basis
        key = (negotiation, basis.audience, basis.seq, known_at % DAY, min(seq, basis.seq))
        since, until, known_days = self.entries.get(key, (EARLIEST, EARLIEST, []))
        if basis.is_filtered or not since <= basis.known_at < until:
            known_days = now.known_days(known_at, seq)
            if len(self.entries) >= _MAX_ENTRIES:
                self.entries.clear()
            if not basis.is_filtered:
                self.entries[key] = basis.known_at, now.steady_until(), known_days
        return known_days


def build_rail(
    now: View, basis: Basis, dates: DateFormatter, cache: RailCache, negotiation: str
) -> Rail:
    """Return the rail of a reader who looks at a basis; the view is of everything up to now."""
    known_at = min(basis.known_at, now.basis.known_at)
    shown_at = basis.valid_at if basis.preset == "hindsight" else known_at
    known_days = cache.read_days(negotiation, now, known_at, basis.seq)
    return Rail(known_days, known_at, now.basis.known_at, min(shown_at, now.basis.known_at), dates)
