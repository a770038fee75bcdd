"""A log with the events of one negotiation alone, at the seqs that they have in the whole log."""

from __future__ import annotations

from collections.abc import Sequence

from domain.instants import Instant
from ledger.append import RecordedEvent
from ledger.database import Cursor, insert_rows


def write_partial_log(
    c: Cursor,
    events: Sequence[RecordedEvent],
    erased: Sequence[tuple[int, str, int]],
    negotiation: tuple[str, str, str, int, int],
    head: tuple[int, Instant],
) -> None:
    """Write the rows of such a log into an empty one, whose tree stays empty."""
    insert_rows(c, "event", events)
    insert_rows(c, "erasure", erased)
    insert_rows(c, "negotiation", [negotiation])
    size, last = head
    c.execute("UPDATE head SET size = :size, last_recorded_at = :at", {"size": size, "at": last})
