"""Answers stored under an Idempotency-Key, chained so that an audit finds a changed one."""

from __future__ import annotations

import secrets
from hashlib import sha256

import orjson

from domain.errors import ReusedKeyError
from domain.model import Json
from ledger.database import Cursor, insert_rows
from ledger.proofs.merkle import canonical_json


def store_answer(c: Cursor, negotiation: str, key: str, body_hash: bytes, answer: Json) -> None:
    """Store the answer to an Idempotency-Key permanently."""
    c.execute("SELECT h.keys, (SELECT coalesce(max(number), 0) + 1 FROM idempotency) FROM head h")
    chain, number = c.fetchone()
    row = (number, negotiation, key, body_hash, orjson.dumps(answer))
    insert_rows(c, "idempotency", [row])
    c.execute("UPDATE head SET keys = :keys", {"keys": extend_answer_chain(chain, *row)})


def extend_answer_chain(previous_hash: bytes, *row: str | bytes | int) -> bytes:
    """Return the hash that a further stored answer adds to the chain of those before."""
    encoded_row = canonical_json(
        [value.hex() if isinstance(value, bytes) else value for value in row]
    )
    return sha256(previous_hash + encoded_row).digest()


def forget_body_hashes(c: Cursor, event_id: str) -> None:
    """Forget the body hashes of what recorded an event, which could confirm a guess of it."""
    chain = b""
    c.execute("SELECT * FROM idempotency ORDER BY number")
    for number, slug, key, body_hash, answer in c.fetchall():
        new_hash = secrets.token_bytes(32) if event_id.encode() in answer else body_hash
        chain = extend_answer_chain(chain, number, slug, key, new_hash, answer)
        if new_hash != body_hash:
            c.execute(
                "UPDATE idempotency SET body_hash = :body_hash WHERE number = :number",
                {"body_hash": new_hash, "number": number},
            )
    c.execute("UPDATE head SET keys = :keys", {"keys": chain})


def find_stored_answer(c: Cursor, negotiation: str, key: str, body_hash: bytes) -> Json | None:
    """Return the answer stored under a key. Raises ReusedKeyError where the body was another."""
    c.execute(
        "SELECT body_hash, answer FROM idempotency WHERE negotiation = :negotiation AND key = :key",
        {"negotiation": negotiation, "key": key},
    )
    row = c.fetchone()
    if row is None:
        return None
    if row["body_hash"] != body_hash:
        raise ReusedKeyError(
            f"the Idempotency-Key {key.rpartition(chr(10))[2]!r} was used with another body",
            hint="use a fresh key for a new body",
        )
    answer: Json = orjson.loads(row["answer"])
    return answer
