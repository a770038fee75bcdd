"""Bytes that are hashed: RFC 8785 canonical JSON, the commitment to a payload, leaf bytes."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256

import orjson

SALT_SIZE = 32
"""Random bytes of a salt."""


def canonical_json(value: object) -> bytes:
    """Return RFC 8785 JSON of a value without floats and with map keys in ASCII.

    The catalogue admits nothing else, so sorting by code point is sorting by UTF-16.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def payload_hash(salt: bytes, payload: bytes) -> str:
    """Return the salted commitment to a payload, as hex."""
    return sha256(salt + payload).hexdigest()


def leaf_bytes(
    *,
    id: str,
    negotiation: str,
    payload_hash: str,
    recorded_at: str,
    recorded_by: str,
    seq: int,
    type: str,
) -> bytes:
    """Return the leaf of one event: RFC 8785 JSON of the seven fields of the contract.

    Written out, since an auditor makes millions of them; only ``recorded_by`` needs escaping.
    """
    return (
        f'{{"id":"{id}","negotiation":"{negotiation}","payload_hash":"{payload_hash}",'
        f'"recorded_at":"{recorded_at}","recorded_by":{_quote_json(recorded_by)},"seq":{seq},'
        f'"type":"{type}"}}'
    ).encode()


@lru_cache(maxsize=1024)
def _quote_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
