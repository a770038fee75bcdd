"""Trying events before any is recorded, page by page, however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.errors import Reason
from ledger.database import Cursor, begin, insert_rows
from ledger.submission import Submission, SubmissionCheck, load_write_state
from ledger.write_state import (
    FIND_SLUG,
    RESERVE_SLUG,
    NegotiationHead,
    PriorEvent,
    ReservedSlug,
    WriteState,
)

DRY_RUN_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE event (
    id TEXT PRIMARY KEY, seq INTEGER, negotiation TEXT, type TEXT, state BLOB
);
CREATE TABLE registered (
    negotiation TEXT, kind TEXT, slug TEXT, PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """What would become of a page: why it is refused, how much of it was recorded before."""

    reasons: Sequence[Reason]
    duplicate_count: int


class DryRun(WriteState):
    """The state as of the head, and what was tried so far: this waits on disk, and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch_db = sqlite3.connect("", isolation_level=None)
        self.scratch_db.executescript(DRY_RUN_TABLES)
        begin(self.scratch_db.cursor())
        self.dry_run_heads = dict[str, NegotiationHead]()

    def check_page(self, c: Cursor, submission: Submission) -> DryRunResult:
        """Try one page after those before. Raises UnknownNegotiationError, InvalidEventError where
        the negotiation cannot be recorded in at all."""
        load_write_state(c, self, [submission])
        check = SubmissionCheck(c, self, submission)
        _, duplicate_ids = check.check_events()
        check.update_write_state(0)
        return DryRunResult([*check.reasons, *check.reuse_reasons], len(duplicate_ids))

    def close(self) -> None:
        self.scratch_db.close()

    def load_rows(self, c: Cursor, negotiations: Iterable[str], event_ids: Sequence[str]) -> None:
        super().load_rows(c, negotiations, event_ids)
        self.negotiations |= self.dry_run_heads

    def _load_events(self, c: Cursor, event_ids: Sequence[str]) -> None:
        super()._load_events(c, event_ids)
        for event_id in event_ids:
            row = self.scratch_db.execute(
                "SELECT seq, negotiation, type, state FROM event WHERE id = :id", {"id": event_id}
            ).fetchone()
            if row:
                self.prior_events[event_id] = PriorEvent(*row)

    def is_registered(self, c: Cursor, slug: ReservedSlug) -> bool:
        if slug not in self.slugs and self.scratch_db.execute(FIND_SLUG, slug._asdict()).fetchone():
            self.slugs.add(slug)
        return super().is_registered(c, slug)

    def add_submission(
        self,
        negotiation: NegotiationHead,
        slugs: Iterable[ReservedSlug],
        events: dict[str, PriorEvent],
    ) -> None:
        self.dry_run_heads[negotiation.slug] = negotiation
        c = self.scratch_db.cursor()
        c.executemany(RESERVE_SLUG, [slug._asdict() for slug in slugs])
        rows = [
            (event_id, event.seq, event.negotiation, event.type, event.state)
            for event_id, event in events.items()
        ]
        insert_rows(c, "event", rows)
