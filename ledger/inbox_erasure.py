"""What an erasure takes from the inbox: every copy that it has of an event."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from domain.instants import Instant
from ledger import articles
from ledger.database import Cursor, has_table, select_by_values
from ledger.drafts import list_drafts

MIN_QUOTE = 20
"""Characters of a quote by which an erasure finds the texts that hold it."""


def forget_event(
    c: Cursor, negotiation: str, event_id: str, payload: bytes, *, by: str, now: Instant
) -> None:
    """Delete every copy that the inbox has of an event: drafts of it and of its quotes, and texts
    and titles with one of these; what is open of them is discarded."""
    if not has_table(c, "draft"):  # a log of an older version
        return
    reports = orjson.loads(payload or b"{}").get("reports") or ()
    hashes = {each.get("sha256") for each in reports}
    quotes = [each["quote"] for each in reports if len(each.get("quote") or "") >= MIN_QUOTE]
    for article, sha256, title, text in articles.list_texts(c, negotiation):
        if sha256 in hashes or any(quote in title or quote.encode() in text for quote in quotes):
            articles.delete_text(c, article, now)
    emptied = {event_id}
    for draft in list_drafts(c, negotiation, limit=2**31):
        if draft.row.id == event_id:
            articles.delete_text(c, draft.row.article, now)
        elif not draft.is_recorded and any(
            _holds(value, quotes) for value in (draft.original, draft.event)
        ):
            emptied.add(draft.row.id)
    for row in select_by_values(
        c, "SELECT id, status FROM draft WHERE id {in_values}", sorted(emptied)
    ):
        draft_id, status = row
        c.execute(
            "UPDATE draft SET original = :empty, event = :empty WHERE id = :id",
            {"empty": b"", "id": draft_id},
        )
        if status == "open":
            c.execute(
                """
                UPDATE draft SET status = 'discarded', decided_by = :by, decided_at = :now
                WHERE id = :id
                """,
                {"by": by, "now": now, "id": draft_id},
            )


def _holds(value: object, quotes: Sequence[str]) -> bool:
    """Return whether a text somewhere within a value has one of the quotes."""
    if isinstance(value, str):
        return any(quote in value for quote in quotes)
    if isinstance(value, dict):
        return any(_holds(each, quotes) for each in value.values())
    return isinstance(value, list) and any(_holds(each, quotes) for each in value)
