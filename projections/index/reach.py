"""From when to when the clocks may change what is seen of a rectangle, and how this is indexed.

Of two bases, only a row of which a moment lies between them can look different. Such rows are found
class by class of how far their moments lie apart: within a class, all whose moments reach over an
instant begin within the width of the class before it.

The moments of knowledge and of the world have classes of their own, since an old history may be
recorded years later; how much later is another class.
"""

from __future__ import annotations

from typing import NamedTuple

import orjson

from domain.instants import EARLIEST, LATEST, Instant

_HOUR = 3_600_000_000
REACH_WIDTHS = (*(_HOUR * 4**power for power in range(12)), LATEST - EARLIEST)
"""The widest that the moments of a row of each class lie apart, in microseconds."""
FIRST_STATUS_CLASS = len(REACH_WIDTHS)
"""Where the classes of what has a status by the clock begin."""


class Reach(NamedTuple):
    """The first and the last moment at which the clock of knowledge or of the world may change what
    is seen of a rectangle.

    ``has_status`` says that it is of something with a status by the clock, such as a meeting.
    """

    begins: Instant
    settles: Instant
    has_status: bool = False

    @property
    def index_class(self) -> int:
        """The class of how far the moments lie apart; what has a status has classes of its own."""
        return _width_class(self.settles - self.begins) + self.has_status * FIRST_STATUS_CLASS


def _width_class(width: int) -> int:
    return next(number for number, widest in enumerate(REACH_WIDTHS) if width <= widest)


def late_class(known_from: Instant, known_at: Instant, recorded_at: Instant) -> int | None:
    """Return the class of how long after it became known something was recorded; null within the
    first, where it is ordered by when it became known."""
    number = _width_class(recorded_at - known_from)
    return number if number or known_from != known_at else None


def dump_windows(instant: Instant) -> str:
    """Return as JSON each class with the instant after which those of it begin that reach over an
    instant."""
    windows = (
        (n, max(instant - widest, EARLIEST) - 1) for n, widest in enumerate(REACH_WIDTHS * 2)
    )
    return orjson.dumps(list(windows)).decode()
