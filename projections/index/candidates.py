"""Writing down where an event may be that rests on several sources or that is acted on.

An amendment takes effect by two events, so where one of them may change the other one may too.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence

import orjson

from domain.instants import Instant
from domain.model import Entry
from ledger import log
from ledger.database import database_dialect
from projections.index.rows import COUNTERPART_TYPE, VersionRows
from projections.index.sources import CandidatePlace, NamedCell, find_places
from projections.index.statement_links import Batch
from projections.index.statements import STATEMENTS
from projections.index.subjects import SUBJECT_PREFIX

AMENDMENT = f"{SUBJECT_PREFIX}amendment"


class Candidates:
    """The places that a batch notes, kept back with its other rows.

    The batch holds them. Were it held as well, it would stay until garbage is collected, which is
    seldom in a process that lives long.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = weakref.proxy(batch)
        self.rows: dict[tuple[int, Instant, int, Instant], None] = {}

    def source_of(self, negotiation: str, rows: VersionRows) -> NamedCell | None:
        """Return the one source that a new event rests on; null where it is a candidate."""
        amendments = [place.cell for place in rows.places if place.cell[0] == AMENDMENT]
        is_paired = any(self._has_candidate(negotiation, cell) for cell in amendments)
        return None if is_paired else rows.source

    def add(self, negotiation: str, kind: str, seq: int, places: Sequence[CandidatePlace]) -> None:
        """Note where an event may be, and its counterparts with it."""
        for cell, place, since in places:
            self.rows[self.batch.cell_id(negotiation, *cell), place, seq, since] = None
        if kind in COUNTERPART_TYPE:
            amendments = sorted({place.cell for place in places if place.cell[0] == AMENDMENT})
            for entry in self._read_counterparts(negotiation, amendments):
                self.add_family(negotiation, [entry])

    def add_family(self, negotiation: str, family: Sequence[Entry]) -> None:
        """Note where each event of a family may be, as its newest act leaves it."""
        for entry in family:
            self.batch.c.execute(
                "UPDATE version SET source = NULL"
                " WHERE negotiation = :negotiation AND seq = :seq AND source IS NOT NULL",
                {"negotiation": negotiation, "seq": entry.seq},
            )
        for entry in family:
            self.add(negotiation, entry.type, entry.seq, find_places(entry, family))

    def flush(self) -> None:
        """Write what was kept back."""
        if self.rows:
            c = self.batch.c
            add_candidates = STATEMENTS[database_dialect(c)]["add_candidates"]
            c.execute(add_candidates, {"rows": orjson.dumps(list(self.rows)).decode()})
            self.rows.clear()

    def _has_candidate(self, negotiation: str, cell: NamedCell) -> bool:
        if not self.batch.has_cell(negotiation, *cell):
            return False
        cell_id, c = self.batch.cell_id(negotiation, *cell), self.batch.c
        if any(row[0] == cell_id for row in self.rows):
            return True
        c.execute("SELECT 1 FROM candidate WHERE cell = :cell LIMIT 1", {"cell": cell_id})
        return c.fetchone() is not None

    def _read_counterparts(self, negotiation: str, amendments: Iterable[NamedCell]) -> list[Entry]:
        """Return the events of some amendments that rest on one source so far."""
        self.batch.flush()
        events = set[str]()
        for cell in amendments:
            if self.batch.has_cell(negotiation, *cell):
                self.batch.c.execute(
                    "SELECT DISTINCT v.event FROM mention m JOIN version v ON v.id = m.version"
                    " WHERE m.cell = :cell AND v.source IS NOT NULL"
                    " AND v.type IN ('amendment-proposed', 'amendment-adopted')",
                    {"cell": self.batch.cell_id(negotiation, *cell)},
                )
                events |= {event for (event,) in self.batch.c.fetchall()}
        return log.read_entries_by_id(self.batch.c, sorted(events))
