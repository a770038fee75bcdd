"""Trying events before any is recorded, page by page, however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.refusals import Reason
from ledger.cursor import Cursor
from ledger.intake import Intake, Submission, read
from ledger.kept import Kept, Negotiation, Past, Slug

TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE event (
    id TEXT PRIMARY KEY, seq INTEGER, negotiation TEXT, type TEXT, state BLOB
);
CREATE TABLE registered (
    negotiation TEXT, kind TEXT, slug TEXT, PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID;
BEGIN;
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of a page: why it is refused, how much of it was recorded before."""

    reasons: Sequence[Reason]
    duplicates: int


class Trial(Kept):
    """The state as of the head, and what was tried so far: this waits on disk, and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.aside = sqlite3.connect("", isolation_level=None)
        self.aside.executescript(TABLES)
        self.grown = dict[str, Negotiation]()

    def page(self, c: Cursor, submission: Submission) -> Tried:
        """Try one page after those before. Raises UnknownNegotiationError, InvalidEventError where
        the negotiation cannot be recorded in at all."""
        read(c, self, [submission])
        desk = Intake(c, self, submission)
        _, duplicates = desk.look()
        self.keep(desk.negotiation.after(desk.number, 0), desk.slugs, desk.past)
        return Tried([*desk.reasons, *desk.reused], len(duplicates))

    def close(self) -> None:
        self.aside.close()

    def read(self, c: Cursor, negotiations: Iterable[str], events: Sequence[str]) -> None:
        super().read(c, negotiations, events)
        self.negotiations |= self.grown

    def _look(self, c: Cursor, events: Sequence[str]) -> None:
        super()._look(c, events)
        for name in events:
            row = self.aside.execute(
                "SELECT seq, negotiation, type, state FROM event WHERE id = ?", (name,)
            ).fetchone()
            if row:
                self.events[name] = Past(*row)

    def registered(self, c: Cursor, slug: Slug) -> bool:
        if slug not in self.slugs and self._tried(slug):
            self.slugs.add(slug)
        return super().registered(c, slug)

    def _tried(self, slug: Slug) -> bool:
        find = "SELECT 1 FROM registered WHERE negotiation = ? AND kind = ? AND slug = ?"
        return self.aside.execute(find, slug).fetchone() is not None

    def keep(
        self, negotiation: Negotiation, slugs: Iterable[Slug], events: dict[str, Past]
    ) -> None:
        self.grown[negotiation.slug] = negotiation
        self.aside.executemany("INSERT OR IGNORE INTO registered VALUES (?, ?, ?)", slugs)
        self.aside.executemany(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
            [(name, each.seq, each.negotiation, each.type, each.state)
             for name, each in events.items()],
        )  # fmt: skip
