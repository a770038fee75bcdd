"""Changing drafts, in the caller's transaction: none of what somebody else made of one is lost."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from domain.instants import Instant
from domain.model import Json
from ledger.database import Cursor, insert_rows
from ledger.drafts import REREAD, DraftStatus, FoundDraft, StoredDraft, read_draft
from ledger.proposals import lock_head


def insert_drafts(c: Cursor, rows: Sequence[StoredDraft]) -> None:
    insert_rows(c, "draft", rows)


def require_unchanged(c: Cursor, draft: FoundDraft) -> None:
    """Raise AlreadyDecidedError or MovedOnError where a draft is no longer free, or as it was."""
    current = read_draft(c, draft.row.negotiation, draft.row.id)
    current.require_free()
    current.require_version(draft.version)


def write_event(c: Cursor, draft: FoundDraft, event: Json, *, by: str, now: Instant) -> None:
    """Replace the event of a draft that is free, in the caller's transaction.

    Raises AlreadyDecidedError, MovedOnError where it is no longer as it was read.
    """
    lock_head(c)
    require_unchanged(c, draft)
    c.execute(
        """
        UPDATE draft SET event = :event, original = :original, changed_by = :by, changed_at = :now
        WHERE id = :id
        """,
        {
            "event": orjson.dumps(event),
            "original": _settle(draft),
            "by": by,
            "now": now,
            "id": draft.row.id,
        },
    )


def _settle(draft: FoundDraft) -> bytes:
    """Return a draft as it was read, without what a later reading made of it: that was seen."""
    if not draft.is_stale:
        return draft.row.original
    return orjson.dumps({name: each for name, each in draft.original.items() if name != REREAD})


def write_status(
    c: Cursor, draft: FoundDraft, status: DraftStatus, *, by: str, now: Instant
) -> None:
    """Accept or discard a draft that is free, or open it again; the same again is nothing new.

    Raises AlreadyDecidedError, MovedOnError.
    """
    lock_head(c)
    current = read_draft(c, draft.row.negotiation, draft.row.id)
    if current.row.status == status and current.row.event == draft.row.event:
        return
    require_unchanged(c, draft)
    is_open = status == "open"
    c.execute(
        """
        UPDATE draft SET status = :status, original = :original, decided_by = :by,
            decided_at = :now, proposal = NULL
        WHERE id = :id
        """,
        {
            "status": status,
            "original": draft.row.original if is_open else _settle(draft),
            "by": None if is_open else by,
            "now": None if is_open else now,
            "id": draft.row.id,
        },
    )


def write_accepted(
    c: Cursor, draft: FoundDraft, *, by: str, now: Instant, proposal: str | None
) -> None:
    """Say that a draft was accepted as it stood here, and which proposal holds its event; who
    accepted it before stays."""
    c.execute(
        """
        UPDATE draft SET status = 'accepted', event = :event,
            proposal = coalesce(:proposal, proposal),
            decided_by = CASE WHEN status = 'accepted' THEN decided_by ELSE :by END,
            decided_at = CASE WHEN status = 'accepted' THEN decided_at ELSE :now END
        WHERE id = :id
        """,
        {"id": draft.row.id, "event": draft.row.event, "by": by, "now": now, "proposal": proposal},
    )


def write_reading(c: Cursor, draft: FoundDraft, original: Json, event: Json) -> None:
    """Keep what a later reading says of a draft; where it was accepted and is stale now, it is open
    again."""
    status = "open" if REREAD in original else draft.row.status
    by, at = (None, None) if status == "open" else (draft.row.decided_by, draft.row.decided_at)
    c.execute(
        """
        UPDATE draft SET original = :original, event = :event, status = :status,
            decided_by = :by, decided_at = :at
        WHERE id = :id
        """,
        {
            "original": orjson.dumps(original),
            "event": orjson.dumps(event),
            "status": status,
            "by": by,
            "at": at,
            "id": draft.row.id,
        },
    )


def delete_untouched(c: Cursor, article: str) -> None:
    """Delete the drafts of an article that nobody changed or decided, as it is read again."""
    c.execute(
        """
        DELETE FROM draft WHERE article = :article AND status = 'open' AND changed_at IS NULL
        """,
        {"article": article},
    )
