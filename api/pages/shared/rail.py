"""Time along a line: a scale of days with its labels, and the date rail of every page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from math import sqrt
from operator import attrgetter
from typing import NamedTuple

from api.pages.shared.dates import DateFormatter, date_of_day
from api.pages.shared.event_groups import GROUP_BY_TYPE, GROUPS, SIGN_BY_GROUP
from api.pages.shared.page_state import RailCache
from domain.basis import Basis
from domain.coverage import DayRange
from domain.instants import DAY, Instant, local_microseconds, midnight_instant
from projections.answers.coverage import unwatched_days
from projections.view import HappenedWeek, KnownDay, KnownType, View, group_by_week, monday_before

_LABEL_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 600)
"""Months from one label to the next."""


class TimeScale:
    """Places instants along a drawing, in percent."""

    def __init__(self, first: Instant, last: Instant) -> None:
        self.first, self.last = first, max(last, first + DAY)

    def percent_at(self, instant: Instant) -> float:
        percent = (instant - self.first) * 100 / (self.last - self.first)
        return round(min(max(percent, 0.0), 100.0), 2)

    def span_extent(self, lo: Instant, last: Instant) -> tuple[float, float]:
        """Return where a span begins and how wide it is; a day is as wide as a point."""
        start = self.percent_at(lo)
        return start, round(self.percent_at(last) - start, 2)


def time_labels(
    dates: DateFormatter, scale: TimeScale, max_labels: int = 7
) -> Iterator[tuple[float, str]]:
    """Yield labels along a scale: days, months or years, as many as there is room for."""
    start, end = dates.to_local(scale.first).date(), dates.to_local(scale.last).date()
    days = (end - start).days
    if days <= 62:
        step = next((step for step in (1, 2, 7) if days / step <= max_labels), 14)
        marks = [start + timedelta(days=number) for number in range(0, days + 1, step)]
        instants = [max(scale.first, midnight_instant(day, dates.zone)) for day in marks]
        is_cut_short = len(marks) > 1 and instants[1] - instants[0] < step * DAY * 2 // 3
        for day, instant in list(zip(marks, instants, strict=True))[is_cut_short:]:
            yield scale.percent_at(instant), dates.format_short_day(day)
        return
    step = next((months for months in _LABEL_STEPS if days / 30.4 / months <= max_labels), 2400)
    number = start.year * 12 + start.month
    first = True
    while number // 12 <= end.year:
        year, month = number // 12, number % 12 + 1
        month_start = midnight_instant(date(min(year, 9998), month, 1), dates.zone)
        if month_start > scale.last:
            return
        if number % step == 0:
            label = str(year) if step >= 12 else dates.words.month_in_date(month, brief=True)
            with_year = step < 12 and (first or month <= step)
            yield scale.percent_at(month_start), f"{label} {year}" if with_year else label
            first = False
        number += 1


LANE_HEIGHT = 11
"""Pixels of the drawing for one group of events."""
MIN_BAR_HEIGHT, MAX_BAR_HEIGHT = 2, 9
"""Pixels of the lowest and the highest week of all lanes."""
_day_number = attrgetter("day")
_MAX_LABELS = 6


BAND_HEIGHT, MIN_BAND_HEIGHT = 14, 2
"""Pixels of a week of most and of fewest events in a band."""
MAX_LINKED_WEEKS = 160
"""Weeks of a rail up to which each is a bar; of a longer one several are."""


class Week(NamedTuple):
    """A bar of a band, of one week or of several: where it begins, in days of the rail, how many
    events it stands for, and how high it is."""

    start: int
    days: int
    last: date
    event_count: int
    height: int


class Stretch(NamedTuple):
    """Days that nobody watched, from the first to the last: where they begin on the rail and how
    wide they are, in percent."""

    start: float
    width: float
    first: date
    last: date


class Lane(NamedTuple):
    """What the rail draws of one group of events: how many there are, and a path of its bars."""

    group: str
    sign: int
    event_count: int
    bars: str


@dataclass(frozen=True)
class Rail:
    """What a reader may see now, day by day, and the day whose knowledge is shown.

    What became known is drawn as of now, since it offers the dates that can be asked for, and what
    happened as far as the basis knows.

    ``read_types``, ``read_happened`` and ``read_gaps`` give what only a drawing needs.
    """

    days: Sequence[KnownDay]
    read_types: Callable[[], Sequence[KnownType]]
    read_happened: Callable[[], Sequence[HappenedWeek]]
    read_gaps: Callable[[], Sequence[DayRange]]
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
        first_week = next(iter(group_by_week(self.days[:1])), None)
        return self.today if first_week is None else date_of_day(first_week)

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
        day = local_microseconds(self.known_at, self.dates.zone) // DAY
        return sum(
            known.after_seq
            if known.day < day
            else known.after_seq_or_time
            if known.day == day
            else known.event_count
            for known in self.days
        )

    @property
    def total(self) -> int:
        return sum(known.event_count for known in self.days)

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
    def weeks(self) -> list[Week]:
        """The weeks in which anything became known."""
        return self._draw_weeks((each.day, each.event_count) for each in self.days)

    @cached_property
    def happened_weeks(self) -> list[Week]:
        """The weeks in which anything happened, as far as the basis knows."""
        return self._draw_weeks(self.read_happened())

    @property
    def quiet_weeks(self) -> list[Week]:
        """Those of them in which nothing became known."""
        known = {week.start for week in self.weeks}
        return [week for week in self.happened_weeks if week.start not in known]

    def _draw_weeks(self, counts: Iterable[tuple[int, int]]) -> list[Week]:
        """Return the bars of what is counted by days since 1970."""
        first, length = (self.first - date_of_day(0)).days, self.length
        size = 7 * max(1, -(-length // (7 * MAX_LINKED_WEEKS)))
        counts_by_start: dict[int, int] = {}
        for day, count in counts:
            start = (day - first) // size * size
            if 0 <= start <= length:
                counts_by_start[start] = counts_by_start.get(start, 0) + count
        most = max(counts_by_start.values(), default=1)
        return [
            Week(
                start,
                size,
                min(self.first + timedelta(days=start + size - 1), self.today),
                count,
                _band_height(count, most),
            )
            for start, count in sorted(counts_by_start.items())
        ]

    @cached_property
    def unwatched(self) -> list[Stretch]:
        """Where nobody looked for news."""
        days = self.length + 1
        stretches = []
        for first, last in self.read_gaps():
            start, end = (max((day - self.first).days, 0) for day in (first, last))
            width = round((end - start + 1) * 100 / days, 2)
            stretches.append(Stretch(round(start * 100 / days, 2), width, first, last))
        return stretches

    def unwatched_in(self, week: Week) -> list[DayRange]:
        """Return the days of a bar on which nobody looked for news."""
        first = self.first + timedelta(days=week.start)
        return [
            (max(each.first, first), min(each.last, week.last))
            for each in self.unwatched
            if each.first <= week.last and each.last >= first
        ]

    @cached_property
    def lanes(self) -> list[Lane]:
        """The groups of which there is news, with a bar a week: a day a unit, over a pixel down."""
        weeks_by_group: dict[str, dict[int, int]] = {}
        for day, type, count in self.read_types():
            weeks = weeks_by_group.setdefault(GROUP_BY_TYPE[type], {})
            monday = monday_before(day)
            weeks[monday] = weeks.get(monday, 0) + count
        most = max((max(weeks.values()) for weeks in weeks_by_group.values()), default=1)
        groups = [group for group in GROUPS if group in weeks_by_group]
        start = (self.first - date_of_day(0)).days
        return [
            Lane(
                group,
                SIGN_BY_GROUP[group],
                sum(weeks_by_group[group].values()),
                "".join(
                    f"M{week - start}.5 {n * LANE_HEIGHT}v-{_bar_height(count, most)}"
                    f"h6v{_bar_height(count, most)}z"
                    for week, count in weeks_by_group[group].items()
                ),
            )
            for n, group in enumerate(groups, start=1)
        ]

    @property
    def height(self) -> int:
        """Pixels of all lanes."""
        return LANE_HEIGHT * max(len(self.lanes), 1)

    @cached_property
    def labels(self) -> list[tuple[float, str]]:
        """Months along the rail: where each stands, in percent, and what it is called."""
        end = self.first + timedelta(days=self.length)
        zone = self.dates.zone
        scale = TimeScale(midnight_instant(self.first, zone), midnight_instant(end, zone))
        return [label for label in time_labels(self.dates, scale, _MAX_LABELS) if label[0] < 96]


def build_rail(
    now: View,
    basis: Basis,
    open_view: Callable[[Basis], View],
    dates: DateFormatter,
    cache: RailCache,
    negotiation: str,
) -> Rail:
    """Return the rail of a reader who looks at a basis; the view is of everything up to now.

    What happened is what was known to have happened when the basis knows of it.
    """
    known_at = min(basis.known_at, now.basis.known_at)

    def read_happened() -> Sequence[HappenedWeek]:
        if known_at >= now.basis.known_at and basis.seq >= now.basis.seq:
            return cache.read_happened(negotiation, now)
        then = open_view(replace(basis, valid_at=known_at))
        return cache.read_happened_then(negotiation, then)

    shown_at = basis.valid_at if basis.preset == "hindsight" else known_at
    known_days = cache.read_days(negotiation, now, known_at, basis.seq)
    return Rail(
        known_days,
        lambda: cache.read_types(negotiation, now),
        read_happened,
        lambda: unwatched_days(now),
        known_at,
        now.basis.known_at,
        min(shown_at, now.basis.known_at),
        dates,
    )


def _bar_height(count: int, most: int) -> int:
    """Return a height by the root, so that a single event shows next to a week of many."""
    return max(MIN_BAR_HEIGHT, round(sqrt(count / most) * MAX_BAR_HEIGHT))


def _band_height(count: int, most: int) -> int:
    return max(MIN_BAND_HEIGHT, round(sqrt(count / most) * BAND_HEIGHT))
