"""From when to when the clocks may change what is seen of a rectangle, and how this is indexed.

Of two bases, only a row of which a moment lies between them can look different. Such rows are found
class by class of how far their moments lie apart: within a class, all whose moments reach over an
instant begin within the width of the class before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.instants import EARLIEST, LATEST, Instant

_HOUR = 3_600_000_000
REACH_WIDTHS = (*(_HOUR * 4**power for power in range(12)), LATEST - EARLIEST)
"""The widest that the moments of a row of each class lie apart, in microseconds."""
FIRST_STATUS_CLASS = len(REACH_WIDTHS)
"""Where the classes of what has a status by the clock begin."""


class Reach(NamedTuple):
    """The first and the last moment at which a clock may change what is seen of a rectangle.

    ``has_status`` says that it is of something with a status by the clock, such as a meeting.
    """

    begins: Instant
    settles: Instant
    has_status: bool = False

    def with_moment(self, moment: Instant) -> Reach:
        """Return it with one more moment."""
        begins, settles = min(self.begins, moment), max(self.settles, moment)
        return self._replace(begins=begins, settles=settles)

    @property
    def index_class(self) -> int:
        """The class of how far the moments lie apart; what has a status has classes of its own."""
        width = self.settles - self.begins
        number = next(n for n, widest in enumerate(REACH_WIDTHS) if width <= widest)
        return number + self.has_status * FIRST_STATUS_CLASS


def class_windows(instant: Instant) -> Iterator[tuple[int, Instant]]:
    """Yield each class with the instant after which those of it begin that reach over an
    instant."""
    for number, widest in enumerate(REACH_WIDTHS * 2):
        yield number, max(instant - widest, EARLIEST) - 1
