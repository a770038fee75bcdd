"""The clock that recordings and answers go by, held against one that nobody can set.

A wall clock that is wrong for a moment would end embargoes for good and give times that later ones
must follow.
"""

from __future__ import annotations

import logging
import time

from domain.errors import ClockError
from domain.instants import DAY, HOUR, MINUTE, Instant, to_datetime
from domain.ledger_events import ClockAccepted
from ledger.database import Clock, wall_clock

LOGGER = logging.getLogger("minutebook")
MAX_JUMP = HOUR
"""How far the wall clock may go from what has passed since the start, in microseconds."""
MAX_SKEW = MINUTE
"""How far it may be behind the last recording: several servers have clocks of their own."""
TOLD_PAUSE, ACCEPTED_PAUSE = 31 * DAY, 400 * DAY
"""Times without a recording from which a start is told, and needs a person's word."""


def elapsed_clock() -> Instant:
    """Return the time since the machine started, also while it slept."""
    clock_id = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock_id) // 1000


class GuardedClock:
    """The wall clock, refused once it has jumped. Called like any other clock."""

    def __init__(self, wall: Clock = wall_clock, elapsed: Clock = elapsed_clock) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._started_at, self._elapsed_at_start = wall(), elapsed()

    def __call__(self) -> Instant:
        """Return the time. Raises ClockError where the clock was set since the start."""
        now = self._wall()
        jump = now - self._started_at - (self._elapsed() - self._elapsed_at_start)
        if abs(jump) > MAX_JUMP:
            way = "forward" if jump > 0 else "back"
            raise ClockError(
                f"the clock of this machine jumped {way} by {_amount(abs(jump))} and says"
                f" {_to_second(now)}",
                hint="set it right: what is asked and recorded goes on then; if it is right now,"
                " restart the server",
            )
        return now

    def check_start(self, last_recorded_at: Instant, accepted: str | None) -> ClockAccepted | None:
        """Hold the clock against the last recording; return what a person decided, if needed.

        Raises ClockError where it is behind, or so far ahead that ``accepted`` has to say why.
        """
        now = self()
        pause = now - last_recorded_at
        last = _to_second(last_recorded_at)
        if last_recorded_at and pause < -MAX_SKEW:
            raise ClockError(
                f"the clock of this machine says {_to_second(now)}, before the last recording"
                f" at {last}",
                hint="set it right; if it is right, the last recording was made by a wrong clock,"
                " and only a backup from before it helps",
            )
        if not last_recorded_at or pause <= TOLD_PAUSE:
            return None
        told = f"the last recording was at {last}, and the clock says {_to_second(now)}"
        if pause <= ACCEPTED_PAUSE:
            if not accepted:
                LOGGER.warning("%s: is it right?", told)
            return None
        if not accepted:
            hint = (
                "if the clock is right, start once with minutebook serve --accept-clock REASON,"
                " which is recorded"
            )
            raise ClockError(f"{told}, {pause // DAY} days later", hint=hint)
        return ClockAccepted(reason=accepted, clock=_to_second(now), last_recorded_at=last)


def _to_second(instant: Instant) -> str:
    return f"{to_datetime(instant):%Y-%m-%dT%H:%M:%SZ}"


def _amount(microseconds: int) -> str:
    days, hours = divmod(microseconds // HOUR, DAY // HOUR)
    return f"{days} days" if days else f"{hours} hours"
