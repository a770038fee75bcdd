"""Bytes that are hashed: RFC 8785 canonical JSON, leaf bytes, and the RFC 6962 tree frontier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

HASH = 32
"""Bytes in one SHA-256 digest; also of a salt."""


def canonical(value: Any) -> bytes:
    """Return RFC 8785 JSON of a value without floats and with map keys in ASCII.

    The catalogue admits nothing else, so sorting by code point is sorting by UTF-16.
    """
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def payload_hash(salt: bytes, payload: bytes) -> str:
    """Return the salted commitment to a payload, as hex."""
    return sha256(salt + payload).hexdigest()


def leaf_bytes(fields: Mapping[str, Any]) -> bytes:
    """Return the leaf of one event; its seven fields are those of the contract."""
    return canonical(dict(fields))


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962, section 2.1."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, section 2.1."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect subtrees of a tree of this size, largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def plus(self, leaf: bytes) -> Frontier:
        nodes, size = [*self.nodes, leaf], self.size
        while size & 1:
            right, left = nodes.pop(), nodes.pop()
            nodes.append(node_hash(left, right))
            size >>= 1
        return Frontier(self.size + 1, tuple(nodes))

    @property
    def root(self) -> bytes:
        """The Merkle tree hash; of the empty tree, SHA-256 of nothing."""
        if not self.nodes:
            return sha256().digest()
        root = self.nodes[-1]
        for node in self.nodes[-2::-1]:
            root = node_hash(node, root)
        return root

    def dump(self) -> bytes:
        return b"".join(self.nodes)

    @staticmethod
    def load(size: int, stored: bytes) -> Frontier:
        return Frontier(
            size, tuple(stored[start : start + HASH] for start in range(0, len(stored), HASH))
        )
