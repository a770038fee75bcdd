"""What a ledger that is opened knows of the time, and whom it can ask."""

from __future__ import annotations

from collections.abc import Sequence

from domain.instants import SECOND
from domain.ledger_events import LEDGER_SLUG, ClockAccepted
from ledger import log
from ledger.database import Cursor
from ledger.guarded_clock import KeptTimes
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
    c.execute(
        """
        SELECT coalesce(max(seq), 0) FROM event
        WHERE negotiation = :slug AND type = 'clock-accepted'
        """,
        {"slug": LEDGER_SLUG},
    )
    ((accepted_seq,),) = c.fetchall()
    cosigned_at = stored_cosignatures.read_newest_time(c, after=accepted_seq)
    return KeptTimes(recorded_at, cosigned_at * SECOND)
