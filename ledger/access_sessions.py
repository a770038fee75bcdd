"""The sessions of people who signed in, as a database has them: hashes beside the log, no secrets.

What a session allows is not kept: it follows from its key, or from its role at an identity
provider, whenever it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain.instants import Instant
from ledger.database import Cursor, has_table, insert_rows

SESSIONS_OF_ONE = 20
"""Sessions that one name has at once; a further one ends that which was used least lately."""


class StoredSession(NamedTuple):
    """A session without its token.

    ``token_hash`` is the SHA-256 of the token. ``role`` is that of an identity provider, None where
    the session is of the key ``name``.
    """

    token_hash: bytes
    name: str
    role: str | None
    created_at: Instant
    used_at: Instant

    @property
    def id(self) -> str:
        """The id by which it is listed and ended, which tells nothing of its token."""
        return self.token_hash[:8].hex()


def insert_session(c: Cursor, session: StoredSession, *, ended_before: Instant) -> None:
    """Add a session; those that began before an instant are over and go."""
    c.execute("DELETE FROM access_session WHERE created_at < :at", {"at": ended_before})
    others = [each for each in read_sessions(c) if each.name == session.name]
    others.sort(key=lambda each: each.used_at, reverse=True)
    for each in others[SESSIONS_OF_ONE - 1 :]:
        delete_session(c, each.token_hash)
    insert_rows(c, "access_session", [session])


def read_sessions(c: Cursor) -> Sequence[StoredSession]:
    """Return all sessions, also those that are over and were not removed yet."""
    if not has_table(c, "access_session"):  # a log of an older version that is only read
        return []
    c.execute("SELECT token_hash, name, role, created_at, used_at FROM access_session")
    return [StoredSession(bytes(row[0]), *tuple(row)[1:]) for row in c.fetchall()]


def mark_used(c: Cursor, token_hash: bytes, *, now: Instant) -> None:
    c.execute(
        "UPDATE access_session SET used_at = :now WHERE token_hash = :hash AND used_at < :now",
        {"now": now, "hash": token_hash},
    )


def delete_session(c: Cursor, token_hash: bytes) -> None:
    c.execute("DELETE FROM access_session WHERE token_hash = :hash", {"hash": token_hash})


def delete_sessions_of(c: Cursor, name: str, session_id: str | None = None) -> None:
    """Delete each session of a name, or that with an id."""
    for each in read_sessions(c):
        if each.name == name and session_id in (None, each.id):
            delete_session(c, each.token_hash)
