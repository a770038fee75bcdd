"""Where a snapshot of the log and the index stands, and for whom it is read."""

from __future__ import annotations

from typing import NamedTuple

from domain.basis import Basis
from domain.events import AUDIENCES, Audience
from domain.instants import EARLIEST, Instant
from domain.zones import ZoneUse
from ledger.database import Cursor, database_dialect
from projections.index.statements import STATEMENTS


class SnapshotStart(NamedTuple):
    """Where the log, one negotiation of it and the index stand in a snapshot.

    ``zone`` and ``last_seq`` are null for a negotiation that nobody opened.
    """

    zone: str | None
    last_seq: int | None
    size: int
    last_recorded_at: Instant
    indexed_seq: int
    has_merges: bool
    is_seen: bool


def read_start(c: Cursor, negotiation: str, audience: Audience, now: Instant) -> SnapshotStart:
    """Read where a snapshot stands; ``is_seen`` tells whether an audience can see
    anything now, or could: what was answered under a pinned address stays."""
    params = {"negotiation": negotiation, **_audience_params(audience, now)}
    c.execute(STATEMENTS[database_dialect(c)]["start"], params)
    return SnapshotStart(*c.fetchone())


def read_seen(c: Cursor, audience: Audience, now: Instant) -> list[str]:
    """Return the negotiations of which an audience sees anything now, in alphabetical order."""
    c.execute(STATEMENTS[database_dialect(c)]["seen"], _audience_params(audience, now))
    return [slug for (slug,) in c.fetchall()]


def _audience_params(audience: Audience, now: Instant) -> dict[str, object]:
    return {"audience": _audience_bit(audience), "now": now, "never": EARLIEST}


def _audience_bit(audience: str) -> int:
    return 1 << AUDIENCES.index(audience)


def read_zone_uses(c: Cursor, negotiation: str) -> list[ZoneUse]:
    """Return the zones and years of a negotiation's dates, each with the seq that used it first."""
    c.execute(
        "SELECT zone, year, first_seq, offsets FROM zone_use WHERE negotiation = :negotiation",
        {"negotiation": negotiation},
    )
    return list(map(ZoneUse._make, c.fetchall()))


def basis_params(negotiation: str, basis: Basis) -> dict[str, object]:
    return {
        "negotiation": negotiation,
        "known": basis.known_at,
        "valid": basis.valid_at,
        "seq": basis.seq,
        "audience": _audience_bit(basis.audience),
    }
