"""What a ledger that is opened knows of the time, and whom it can ask."""

from __future__ import annotations

from collections.abc import Sequence

from domain.instants import SECOND
from domain.ledger_events import ClockAccepted
from ledger import log
from ledger.database import Cursor
from ledger.guarded_clock import KeptTimes
from ledger.own_events import read_own_events
from ledger.proofs import stored_cosignatures
from ledger.time_sources import TimeWatch
from ledger.witness_client import ConfiguredWitness, WitnessTime


def check_clock(
    c: Cursor, watch: TimeWatch, witnesses: Sequence[ConfiguredWitness], accepted: str | None
) -> ClockAccepted | None:
    """Ask everybody what time it is, and hold the clock against that and what is kept.

    Return what a person decided, if needed. Raises ClockError.
    """
    signed = stored_cosignatures.read_signed_note(c)
    known = stored_cosignatures.read_newest_note(c)
    watch.ask([WitnessTime(each, signed, known) for each in witnesses] if signed and known else [])
    return watch.clock.check_start(_read_kept_times(c), accepted)


def _read_kept_times(c: Cursor) -> KeptTimes:
    _, recorded_at = log.read_head(c)
    accepted = (row["seq"] for row in read_own_events(c) if row["type"] == "clock-accepted")
    cosigned_at = stored_cosignatures.read_newest_time(c, after=max(accepted, default=0))
    return KeptTimes(recorded_at, cosigned_at * SECOND)
