"""The clock that recordings and answers go by, held against those that nobody here can set.

A wall clock that is wrong for a moment would end embargoes for good and give times that later ones
must follow.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from domain.errors import ClockError
from domain.instants import DAY, HOUR, MINUTE, Instant, to_datetime
from domain.ledger_events import ClockAccepted
from ledger.database import Clock, wall_clock

LOGGER = logging.getLogger("minutebook")
MAX_JUMP = HOUR
"""How far the wall clock may be from an outside time, or without one from what has passed since
the start, in microseconds."""
MAX_SKEW = MINUTE
"""How far it may be behind the last recording: several servers have clocks of their own."""
TOLD_PAUSE, ACCEPTED_PAUSE = 31 * DAY, 400 * DAY
"""Times without a recording from which a start is told, and needs a person's word."""
BEHIND_HINT = (
    "set it right; if it is right, the last recording was made by a wrong clock, and only a backup"
    " from before it helps"
)
ACCEPT_HINT = (
    "if the clock is right, start with minutebook serve --accept-clock REASON, which is recorded"
)


def elapsed_clock() -> Instant:
    """Return the time since the machine started, also while it slept."""
    clock_id = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock_id) // 1000


@dataclass(frozen=True, slots=True)
class KeptTimes:
    """What a ledger knows of the time at its start: its last recording, and its newest cosignature
    since a clock was last accepted. Zero stands for none."""

    recorded_at: Instant = 0
    cosigned_at: Instant = 0


class GuardedClock:
    """The wall clock, refused where it is wrong. Called like any other clock.

    What each outside source says, less the time since the machine started, is when the machine
    started; so one answer of a source counts for as long as the machine runs.
    """

    def __init__(self, wall: Clock = wall_clock, elapsed: Clock = elapsed_clock) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._boot_times: tuple[Instant, ...] = (wall() - elapsed(),)
        self._told_boot_times: dict[str, Instant] = {}
        self._is_accepted = False
        self._lock = threading.Lock()

    def __call__(self) -> Instant:
        """Return the time. Raises ClockError where it is wrong."""
        now, ahead = self._read()
        if abs(ahead) <= MAX_JUMP:
            return now
        if self._told_boot_times:
            detail = self._contradiction(now, ahead)
            raise ClockError(detail, hint="set it right: what is asked and recorded goes on then")
        way = "forward" if ahead > 0 else "back"
        raise ClockError(
            f"the clock of this machine jumped {way} by {_amount(abs(ahead))} and says"
            f" {_to_second(now)}",
            hint="set it right: what is asked and recorded goes on then; if it is right now,"
            " restart the server",
        )

    @property
    def sources(self) -> list[str]:
        """The outside sources that told the time."""
        return sorted(self._told_boot_times)

    def hold_against(self, source: str, told: Instant) -> None:
        """Hold the clock against what a source outside says, from now on.

        Of several sources the one in the middle counts, of an even number the one of the middle two
        that is nearer to the clock.
        """
        with self._lock:
            if self._is_accepted:
                return
            self._told_boot_times[source] = told - self._elapsed()
            ordered = sorted(self._told_boot_times.values())
            self._boot_times = tuple(ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1])
        now, ahead = self._read()
        if abs(ahead) > MAX_JUMP:
            LOGGER.error("%s", self._contradiction(now, ahead))

    def check_start(self, kept: KeptTimes, accepted: str | None) -> ClockAccepted | None:
        """Hold the clock against what the ledger and the outside sources know of the time; return
        what a person decided, if needed.

        Raises ClockError where it is before the last recording, or where ``accepted`` has to say
        why it is right.
        """
        now, ahead = self._read()
        if kept.recorded_at and now < kept.recorded_at - MAX_SKEW:
            raise ClockError(
                f"the clock of this machine says {_to_second(now)}, before the last recording"
                f" at {_to_second(kept.recorded_at)}",
                hint=BEHIND_HINT,
            )
        doubt = self._find_doubt(kept, now, ahead)
        if doubt is None:
            return None
        if not accepted:
            raise ClockError(doubt, hint=f"set it right; {ACCEPT_HINT}")
        self._accept(now)
        return ClockAccepted(
            reason=accepted,
            clock=_to_second(now),
            last_recorded_at=_to_second(kept.recorded_at) if kept.recorded_at else None,
            doubt=doubt,
        )

    def _find_doubt(self, kept: KeptTimes, now: Instant, ahead: Instant) -> str | None:
        """Return why a clock is not to be trusted without a person's word."""
        if abs(ahead) > MAX_JUMP:
            return self._contradiction(now, ahead)
        if self._told_boot_times:
            return None
        if now < kept.cosigned_at - MAX_JUMP:
            return (
                f"the clock of this machine says {_to_second(now)}, and a witness cosigned the log"
                f" at {_to_second(kept.cosigned_at)}"
            )
        pause = now - kept.recorded_at
        if not kept.recorded_at or pause <= TOLD_PAUSE:
            return None
        told = (
            f"the last recording was at {_to_second(kept.recorded_at)}, and the clock says"
            f" {_to_second(now)}"
        )
        if pause > ACCEPTED_PAUSE:
            return f"{told}, {pause // DAY} days later"
        LOGGER.warning("%s: is it right?", told)
        return None

    def _accept(self, now: Instant) -> None:
        """Go by this clock as it is now, whatever outside sources say."""
        with self._lock:
            self._boot_times, self._is_accepted = (now - self._elapsed(),), True
            self._told_boot_times.clear()

    def _read(self) -> tuple[Instant, Instant]:
        """Return the time of the wall clock, and how far it is ahead of what it should say."""
        now, elapsed = self._wall(), self._elapsed()
        return now, min((now - boot - elapsed for boot in self._boot_times), key=abs)

    def _contradiction(self, now: Instant, ahead: Instant) -> str:
        way = "ahead of" if ahead > 0 else "behind"
        return (
            f"the clock of this machine says {_to_second(now)}, {_amount(abs(ahead))} {way} the"
            f" time that {' and '.join(self.sources)} told"
        )


def _to_second(instant: Instant) -> str:
    return f"{to_datetime(instant):%Y-%m-%dT%H:%M:%SZ}"


def _amount(microseconds: int) -> str:
    days, hours = divmod(microseconds // HOUR, DAY // HOUR)
    count, unit = (days, "day") if days else (hours, "hour")
    return f"{count} {unit}{'s' * (count != 1)}"
