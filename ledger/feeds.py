"""Feeds as a database has them: what is looked through for articles, beside the log."""

from __future__ import annotations

from typing import NamedTuple

from domain.errors import NotFoundError, TooManyRequestsError
from domain.instants import Instant
from ledger.database import Cursor, has_table, insert_rows
from ledger.proposals import lock_head

MAX_FEEDS = 200
"""Feeds of one negotiation."""


class Feed(NamedTuple):
    """One feed: the columns of ``feed``, in their order; ``looked_at`` is until when it was looked
    through, None where it never was."""

    negotiation: str
    url: str
    publisher: str | None
    added_by: str
    added_at: Instant
    looked_at: Instant | None = None


def list_feeds(c: Cursor, negotiation: str) -> list[Feed]:
    """Return the feeds of a negotiation by address."""
    if not has_table(c, "feed"):  # a log of an older version that is only read
        return []
    columns = ", ".join(Feed._fields)
    c.execute(
        f"SELECT {columns} FROM feed WHERE negotiation = :negotiation ORDER BY url",  # noqa: S608  # only constants are put in
        {"negotiation": negotiation},
    )
    return [Feed(*row) for row in c.fetchall()]


def write_feed(c: Cursor, feed: Feed) -> tuple[Feed, bool]:
    """Add a feed, or say anew what is given of one; return it, and whether it is new.

    Raises TooManyRequestsError.
    """
    lock_head(c)
    known = {each.url: each for each in list_feeds(c, feed.negotiation)}
    if before := known.get(feed.url):
        feed = before._replace(
            publisher=feed.publisher or before.publisher,
            looked_at=max(filter(None, (feed.looked_at, before.looked_at)), default=None),
        )
        c.execute(
            """
            UPDATE feed SET publisher = :publisher, looked_at = :looked_at
            WHERE negotiation = :negotiation AND url = :url
            """,
            feed._asdict(),
        )
        return feed, False
    if len(known) >= MAX_FEEDS:
        raise TooManyRequestsError(
            f"{len(known)} feeds are looked through already", hint="remove some first"
        )
    insert_rows(c, "feed", [feed])
    return feed, True


def delete_feed(c: Cursor, negotiation: str, url: str) -> None:
    """Remove a feed. Raises NotFoundError."""
    lock_head(c)
    if all(each.url != url for each in list_feeds(c, negotiation)):
        raise NotFoundError(
            f"there is no feed {url!r:.300}",
            hint=f"GET /v1/negotiations/{negotiation}/feeds lists them",
        )
    c.execute(
        "DELETE FROM feed WHERE negotiation = :negotiation AND url = :url",
        {"negotiation": negotiation, "url": url},
    )
