"""The date rail: when news became known, where the reader stands, where the next change lies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter

from api.desk.dates import Dates, day_of
from api.desk.scale import Scale, months
from domain.instants import DAY, Instant
from projections.changes import weekly
from projections.view import KnownDay

HEIGHT = 40
"""Units of the drawing from the lowest to the highest week."""
_day = attrgetter("day")
_LABELS = 6


@dataclass(frozen=True)
class Rail:
    """What a reader may see now, day by day, and the day whose knowledge is shown."""

    days: list[KnownDay]
    known: Instant
    now: Instant
    shown: Instant
    dates: Dates

    @cached_property
    def day(self) -> date:
        """The day that is shown."""
        return self.dates.local(self.shown).date()

    @property
    def live(self) -> bool:
        return self.shown >= self.now

    @cached_property
    def today(self) -> date:
        return self.dates.local(self.now).date()

    @cached_property
    def first(self) -> date:
        """The Monday of the first week in which anything became known."""
        return day_of(next(iter(weekly(self.days[:1])), self.now // DAY))

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
        day = self.known // DAY
        return sum(
            each.newer if each.day < day else each.later if each.day == day else each.events
            for each in self.days
        )

    @property
    def total(self) -> int:
        return sum(each.events for each in self.days)

    @property
    def previous(self) -> date | None:
        """The last day before the shown one on which something became known."""
        return self._nth(bisect_left(self.days, self._shown, key=_day) - 1)

    @property
    def last(self) -> date | None:
        """The last day up to the shown one on which something became known."""
        return self._nth(bisect_right(self.days, self._shown, key=_day) - 1)

    @property
    def following(self) -> date | None:
        """The first day after the shown one on which something became known."""
        return self._nth(bisect_right(self.days, self._shown, key=_day))

    @property
    def _shown(self) -> int:
        return (self.day - day_of(0)).days

    def _nth(self, n: int) -> date | None:
        return day_of(self.days[n].day) if 0 <= n < len(self.days) else None

    @cached_property
    def weeks(self) -> dict[int, int]:
        return weekly(self.days)

    @cached_property
    def bars(self) -> str:
        """The path of one bar a week, a day to a unit."""
        most, start = max(self.weeks.values(), default=1), (self.first - day_of(0)).days
        return "".join(
            f"M{week - start}.5 {HEIGHT}v-{max(2, round(count * HEIGHT / most))}h6v{HEIGHT}z"
            for week, count in self.weeks.items()
        )

    @cached_property
    def labels(self) -> list[tuple[float, str]]:
        """Months along the rail: where each stands, in percent, and what it is called."""
        start = (self.first - day_of(0)).days
        scale = Scale(start * DAY, (start + self.length) * DAY)
        return [each for each in months(self.dates, scale, _LABELS) if each[0] < 96]
