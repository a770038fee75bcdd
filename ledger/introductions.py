"""The table of introductions, and how a ledger that was made without it gets it."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from domain.catalogue import ACT_TYPES
from domain.introductions import INTRODUCTION_FIELDS, TargetEvent, find_introduction
from domain.later_checks import introduce_for_checks
from domain.phantom_links import LINKS_BY_TYPE
from ledger.database import Cursor, Row, has_table
from ledger.log import ERASED_PAYLOAD
from ledger.write_state import FIND_INTRODUCER, ReservedSlug, introduction_rows

INTRODUCING_TYPES = frozenset((*INTRODUCTION_FIELDS, *ACT_TYPES, *LINKS_BY_TYPE, "position-stated"))
"""Types that introduce something, or the answer that a position names, or that links lead to."""
PAGE_SIZE = 4096
"""Events read at once."""


_MOVE_REGISTERED = "INSERT INTO introduction SELECT negotiation, kind, slug, '' FROM registered"
_SET_INTRODUCER = """
INSERT INTO introduction VALUES (:negotiation, :kind, :slug, :event_id)
ON CONFLICT (negotiation, kind, slug) DO UPDATE SET event_id = excluded.event_id
"""
_TEMPORARY_TABLE = """
CREATE TEMP TABLE introduction (
    negotiation TEXT, kind TEXT, slug TEXT, event_id TEXT, PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID
"""


def fill_table(c: Cursor) -> None:
    """Add the introductions of the whole log.

    Those of an older table are there without the id of their event, which what is erased keeps.
    """
    c.executemany(_SET_INTRODUCER, introduction_rows(read_introducers(c)))


def find_introducer(c: Cursor, slug: ReservedSlug) -> str | None:
    """Return the id of the recorded event that introduces a slug, None where none does."""
    c.execute(FIND_INTRODUCER, slug._asdict())
    row = c.fetchone()
    return row["event_id"] if row else None


def make_temporary_table(c: Cursor) -> None:
    """Give a SQLite file that was made without the table one for this connection alone."""
    if not has_table(c, "introduction"):
        c.execute(_TEMPORARY_TABLE)
        c.execute(_MOVE_REGISTERED)
        fill_table(c)


def read_introducers(c: Cursor) -> dict[ReservedSlug, str]:
    """Return the first event of the log that introduces each slug."""
    introducers: dict[ReservedSlug, str] = {}
    for negotiation, event in _read_events(c):
        introduction = find_introduction(
            event.type, event.payload, event.id, lambda event_id: _find_target(c, event_id)
        )
        if introduction:
            slug = ReservedSlug(negotiation, introduction.kind, introduction.slug)
            introducers.setdefault(slug, introduction.event)
        for each in introduce_for_checks(
            event.type,
            event.payload,
            event.id,
            lambda event_id: _find_target(c, event_id),
            lambda kind, slug: introducers.get(ReservedSlug(negotiation, kind, slug)),  # noqa: B023  # called at once
        ):
            introducers.setdefault(ReservedSlug(negotiation, each.kind, each.slug), each.event)
    return introducers


def _read_events(c: Cursor) -> Iterator[tuple[str, TargetEvent]]:
    after = 0
    while True:
        c.execute(
            """
            SELECT negotiation, id, seq, type, state FROM event
            WHERE seq > :after ORDER BY seq LIMIT :limit
            """,
            {"after": after, "limit": PAGE_SIZE},
        )
        rows = c.fetchall()
        if not rows:
            return
        after = rows[-1]["seq"]
        for row in rows:
            if row["type"] in INTRODUCING_TYPES:
                yield row["negotiation"], _as_target(row)


def _find_target(c: Cursor, event_id: str) -> TargetEvent | None:
    c.execute("SELECT id, seq, type, state FROM event WHERE id = :id", {"id": event_id})
    row = c.fetchone()
    return _as_target(row) if row else None


def _as_target(row: Row) -> TargetEvent:
    payload = orjson.loads(row["state"] or ERASED_PAYLOAD)
    return TargetEvent(row["id"], row["seq"], row["type"], payload)
