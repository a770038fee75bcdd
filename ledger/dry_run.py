"""Trying events before any is recorded, page by page, however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from domain.errors import MinutebookError, Reason
from domain.model import Json
from ledger import log
from ledger.accepted_pages import AcceptedPage, ExpectedTree
from ledger.append import OWNER_NAME, ProposedEvent
from ledger.content_ids import ContentIds
from ledger.database import Cursor, begin, insert_rows, select_by_values
from ledger.submission import Submission, SubmissionCheck, load_write_state
from ledger.write_state import (
    ADD_INTRODUCTION,
    FIND_INTRODUCER,
    LIST_SLUGS,
    MAX_LISTED_SLUGS,
    NegotiationHead,
    PriorEvent,
    ReservedSlug,
    WriteState,
    introduction_rows,
)

DRY_RUN_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE event (
    id TEXT PRIMARY KEY, seq INTEGER, negotiation TEXT, type TEXT, state BLOB
);
CREATE TABLE introduction (
    negotiation TEXT, kind TEXT, slug TEXT, event_id TEXT, PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID;
CREATE TABLE earlier_content (
    negotiation TEXT, content BLOB, seq INTEGER, PRIMARY KEY (negotiation, content, seq)
) WITHOUT ROWID;
CREATE TABLE page (
    number INTEGER PRIMARY KEY, negotiation TEXT, zone TEXT, event_count INTEGER,
    first_event INTEGER, last_event INTEGER, introducers TEXT, duplicate_ids TEXT
);
"""


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """What would become of a page: why it is refused, how much of it was recorded before, where it
    is new, which rows differ from what stands, by ``index``, and what looks like a slip.

    ``refusal`` is what its recording would raise, ``new_events`` what it would add.
    """

    reasons: Sequence[Reason]
    duplicate_count: int
    warnings: Sequence[Reason]
    changed: Sequence[Json] = ()
    new_places: Sequence[int] = ()
    likely_duplicates: Sequence[Json] = ()
    refusal: MinutebookError | None = None
    new_events: Sequence[ProposedEvent] = ()


class DryRun(WriteState):
    """The state as of the head, and what was tried so far: this waits on disk, and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.tree: ExpectedTree | None = None
        self.scratch_db = sqlite3.connect("", isolation_level=None)
        self.scratch_db.executescript(DRY_RUN_TABLES)
        begin(self.scratch_db.cursor())
        self.dry_run_heads = dict[str, NegotiationHead]()
        self.content_ids = ContentIds(cast(Cursor, self.scratch_db.cursor()))

    def check_page(self, c: Cursor, submission: Submission) -> DryRunResult:
        """Try one page after those before. Raises UnknownNegotiationError, InvalidEventError where
        the negotiation cannot be recorded in at all."""
        self.forget_rows()
        submission = submission.with_content_ids(c, self)
        load_write_state(c, self, [submission])
        check = SubmissionCheck(c, self, submission)
        new_events, duplicate_ids = check.check_events()
        check.update_write_state(0)
        reasons = [*check.reasons, *check.reuse_reasons]
        if self.tree and not reasons:
            self._keep_page(check, duplicate_ids)
        return DryRunResult(
            reasons,
            len(duplicate_ids),
            check.warnings,
            [row.to_json() for row in check.changed_rows],
            check.new_places,
            refusal=check.find_refusal(),
            new_events=[event for event, _ in new_events],
        )

    def keep_pages(self, c: Cursor) -> None:
        """Keep the pages that are accepted, to be recorded on the log as this snapshot shows it."""
        self.tree = ExpectedTree(log.read_frontier(c))

    def _keep_page(self, check: SubmissionCheck, duplicate_ids: Sequence[str]) -> None:
        """Note what was found of a page, whose events are the last ones."""
        ((last_event,),) = self.scratch_db.execute("SELECT coalesce(max(rowid), 0) FROM event")
        head = check.negotiation
        introducers = [[*slug, event_id] for slug, event_id in check.introducers.items()]
        row = (
            *(None, head.slug, head.zone, head.event_count),
            *(last_event - len(check.batch_events) + 1, last_event),
            *(orjson.dumps(introducers), orjson.dumps(duplicate_ids)),
        )
        insert_rows(cast(Cursor, self.scratch_db.cursor()), "page", [row])

    def read_accepted(self) -> Iterator[AcceptedPage]:
        """Yield the pages that were kept, in order."""
        if self.tree is None:
            return
        pages = self.scratch_db.execute("SELECT * FROM page ORDER BY number")
        for _, slug, zone, event_count, first, last, introducers, duplicate_ids in pages:
            events = self.scratch_db.execute(
                "SELECT id, seq, negotiation, type, state FROM event WHERE rowid BETWEEN ? AND ?",
                (first, last),
            )
            yield AcceptedPage(
                self.tree,
                NegotiationHead(slug, zone, event_count, is_open=True),
                {event_id: PriorEvent(*columns) for event_id, *columns in events},
                {ReservedSlug(*each[:3]): each[3] for each in orjson.loads(introducers)},
                orjson.loads(duplicate_ids),
                OWNER_NAME,
                self.content_ids.namespaces.get(slug),
            )

    def close(self) -> None:
        self.scratch_db.close()

    def load_rows(
        self,
        c: Cursor,
        negotiations: Iterable[str],
        event_ids: Sequence[str],
        reserved_slugs: Iterable[ReservedSlug] = (),
    ) -> None:
        super().load_rows(c, negotiations, event_ids, reserved_slugs)
        self.negotiations |= self.dry_run_heads

    def _load_events(self, c: Cursor, event_ids: Sequence[str]) -> None:
        super()._load_events(c, event_ids)
        rows = select_by_values(
            cast(Cursor, self.scratch_db.cursor()),
            "SELECT id, seq, negotiation, type, state FROM event WHERE id {in_values}",
            event_ids,
        )
        for event_id, *columns in rows:
            self.prior_events[event_id] = PriorEvent(*columns)

    def find_introducer(self, c: Cursor, slug: ReservedSlug) -> str | None:
        if slug not in self.introducers:
            row = self.scratch_db.execute(FIND_INTRODUCER, slug._asdict()).fetchone()
            if row:
                self.introducers[slug] = row[0]
        return super().find_introducer(c, slug)

    def list_slugs(self, c: Cursor, negotiation: str, kind: str) -> list[str]:
        arguments = {"negotiation": negotiation, "kind": kind, "limit": MAX_LISTED_SLUGS}
        rows = self.scratch_db.execute(LIST_SLUGS, arguments).fetchall()
        return [*super().list_slugs(c, negotiation, kind), *(slug for (slug,) in rows)]

    def add_submission(
        self,
        negotiation: NegotiationHead,
        introducers: Mapping[ReservedSlug, str],
        events: Mapping[str, PriorEvent],
    ) -> None:
        self.dry_run_heads[negotiation.slug] = negotiation
        c = self.scratch_db.cursor()
        c.executemany(ADD_INTRODUCTION, introduction_rows(introducers))
        rows = [
            (event_id, event.seq, event.negotiation, event.type, event.state)
            for event_id, event in events.items()
        ]
        insert_rows(c, "event", rows)
