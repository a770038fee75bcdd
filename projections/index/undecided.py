"""Cells that may be undecided, such as amendments: from when to when they need to be looked at, and
up to which seq of the record.

A cell is decided once and for all when, for every audience, the one event that founds it and
another one hold without end. An answer as of a later basis need not read it to tell what waits.
"""

from __future__ import annotations

from domain.instants import LATEST
from ledger.database import Cursor
from projections.index.reach import Reach
from projections.index.statement_links import OPEN_SEQ

FOUNDING_LABELS = {"amendment": "amendment-proposed"}
"""By the kinds of cells that are decided once: the label of what founds one."""
EVERYBODY = 0b111
NO_BOUNDS = (None, None, None, None)
"""What other cells have in the columns for this."""


class UndecidedCells:
    """The cells of a batch whose decision may have changed."""

    def __init__(self, c: Cursor) -> None:
        self.c = c
        self.kinds = dict[int, str]()

    def note(self, kind: str, cell_id: int) -> None:
        """Note that a cell gained an entry."""
        if kind in FOUNDING_LABELS:
            self.kinds[cell_id] = kind

    def note_closed(self, version_id: int) -> None:
        """Note the cells of which a version is no longer held."""
        self.c.execute(
            "SELECT c.kind, c.id FROM placement p JOIN cell c ON c.id = p.cell"
            " WHERE p.version = :version",
            {"version": version_id},
        )
        for kind, cell_id in self.c.fetchall():
            self.note(kind, cell_id)

    def settle(self) -> None:
        """Write from when to when each of them may be undecided."""
        for cell_id, kind in sorted(self.kinds.items()):
            self.c.execute(
                "SELECT p.mark, p.seq, p.known_to = :latest AND p.recorded_to = :open,"
                " p.audiences, v.begins, v.settles, v.recorded_from"
                " FROM placement p JOIN version v ON v.id = p.version WHERE p.cell = :cell",
                {"cell": cell_id, "latest": LATEST, "open": OPEN_SEQ},
            )
            rows = self.c.fetchall()
            founded = decided = 0
            for mark, _, holds, audiences, *_ in rows:
                is_founding = mark == FOUNDING_LABELS[kind]
                founded |= audiences if holds and is_founding else 0
                decided |= audiences if holds and not is_founding else 0
            founders = {seq for mark, seq, *_ in rows if mark == FOUNDING_LABELS[kind]}
            is_decided = founded == decided == EVERYBODY and len(founders) == 1
            begins, settles = min(row[4] for row in rows), max(row[5] for row in rows)
            bounds = Reach(begins, settles if is_decided else LATEST)
            self.c.execute(
                "UPDATE cell SET begins = :begins, settles = :settles, reach = :reach,"
                " decided = :decided"
                " WHERE id = :cell",
                {
                    "begins": bounds.begins,
                    "settles": bounds.settles,
                    "reach": bounds.index_class,
                    "decided": max(row[6] for row in rows) if is_decided else None,
                    "cell": cell_id,
                },
            )
        self.kinds.clear()
