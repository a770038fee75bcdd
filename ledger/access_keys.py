"""The keys of callers as a database has them: their hashes and what they allow, beside the log.

A key is never deleted, so that its name, which stands in the record, is never given again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from domain.errors import InvalidQuestionError, NotFoundError
from domain.instants import Instant
from ledger.database import Cursor, has_table, insert_rows

RowsStamp = tuple[int, int]
"""How many keys there are, and how many of them are revoked: another pair after any change."""


class StoredKey(NamedTuple):
    """A key without its secret.

    ``secret_hash`` is the SHA-256 of the secret; no ``negotiations`` mean every one.
    """

    name: str
    secret_hash: bytes
    scopes: tuple[str, ...]
    audience: str
    negotiations: tuple[str, ...]
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None


def insert_key(c: Cursor, key: StoredKey) -> None:
    """Add a key. Raises InvalidQuestionError where its name was ever given before."""
    c.execute("SELECT 1 FROM access_key WHERE name = :name", {"name": key.name})
    if c.fetchone():
        raise InvalidQuestionError.for_field(
            "name",
            f"there is or was a key {key.name!r}, and its name stays its own in the record",
            "choose another name",
        )
    lists = [orjson.dumps(values).decode() for values in (key.scopes, key.negotiations)]
    row = (key.name, key.secret_hash, lists[0], key.audience, lists[1], *key[5:])
    insert_rows(c, "access_key", [row])


def read_stamp(c: Cursor) -> RowsStamp:
    """Return what changes whenever a key is added or revoked."""
    if not has_table(c, "access_key"):  # a log of an older version that is only read
        return 0, 0
    c.execute("SELECT count(*), count(revoked_at) FROM access_key")
    total, revoked = c.fetchone()
    return total, revoked


def read_keys(c: Cursor) -> Sequence[StoredKey]:
    """Return all keys, also those that were revoked, by name."""
    if not has_table(c, "access_key"):
        return []
    c.execute(
        """
        SELECT name, secret_hash, scopes, audience, negotiations, created_at, expires_at, revoked_at
        FROM access_key ORDER BY name
        """
    )
    return [_read_row(tuple(row)) for row in c.fetchall()]


def _read_row(row: tuple[object, ...]) -> StoredKey:
    key = StoredKey(*row)  # type: ignore[arg-type]  # as the columns are
    return key._replace(
        scopes=tuple(orjson.loads(row[2])),  # type: ignore[arg-type]  # a text, as above
        negotiations=tuple(orjson.loads(row[4])),  # type: ignore[arg-type]
    )


def revoke_key(c: Cursor, name: str, *, now: Instant) -> StoredKey:
    """Revoke a key for good; one that is revoked already stays as it is. Raises NotFoundError."""
    c.execute(
        "UPDATE access_key SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL",
        {"name": name, "now": now},
    )
    for key in read_keys(c):
        if key.name == name:
            return key
    raise NotFoundError(f"there is no key {name!r}", hint="minutebook keys list shows all")
