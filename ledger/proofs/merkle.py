"""The Merkle tree of RFC 6962: the bytes of its leaves, its growth, roots, proofs and tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson

from domain.errors import NoProofError

SALT_SIZE = 32
"""Random bytes of a salt."""
HASH_SIZE = 32
"""Bytes in one SHA-256 digest."""
EMPTY_ROOT = sha256().digest()
"""The hash of a tree without leaves."""
TILE_WIDTH = 256
"""Hashes in one full tile (C2SP tlog-tiles)."""
TreeNode = tuple[int, int, bytes]
"""Level, index within the level and hash of a complete subtree; level 0 are the leaves."""
NodeReader = Callable[[int, int], bytes]
"""Returns the hash of the complete subtree at a level and index."""


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
    approved_by: str | None = None,
) -> bytes:
    """Return the leaf of one event: RFC 8785 JSON of the seven fields of the contract, and of who
    approved it where somebody did."""
    fields = {
        "id": id,
        "negotiation": negotiation,
        "payload_hash": payload_hash,
        "recorded_at": recorded_at,
        "recorded_by": recorded_by,
        "seq": seq,
        "type": type,
    }
    return canonical_json(fields if approved_by is None else fields | {"approved_by": approved_by})


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

    def with_leaves(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[TreeNode]]:
        """Return the frontier after more leaves, and every subtree that they completed."""
        nodes, completed = list(self.nodes), list[TreeNode]()
        for index, leaf in enumerate(leaves, self.size):
            nodes.append(leaf)
            level, rest = 0, index
            while rest & 1:
                right, left = nodes.pop(), nodes.pop()
                level, rest = level + 1, rest >> 1
                nodes.append(node_hash(left, right))
                completed.append((level, rest, nodes[-1]))
        return Frontier(self.size + len(leaves), tuple(nodes)), completed

    @property
    def root(self) -> bytes:
        """The Merkle tree hash."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in self.nodes[-2::-1]:
            root = node_hash(node, root)
        return root

    def to_bytes(self) -> bytes:
        return b"".join(self.nodes)

    @staticmethod
    def from_bytes(size: int, stored: bytes) -> Frontier:
        return Frontier(
            size, tuple(stored[at : at + HASH_SIZE] for at in range(0, len(stored), HASH_SIZE))
        )


def compute_root(read_node: NodeReader, size: int) -> bytes:
    """Return the Merkle tree hash of the first ``size`` leaves."""
    return _range_hash(read_node, 0, size) if size else EMPTY_ROOT


def _range_hash(read_node: NodeReader, lo: int, hi: int) -> bytes:
    """Return the hash of leaves lo to hi; a complete subtree is read, not computed."""
    size = hi - lo
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read_node(level, lo >> level)
    middle = lo + _split_point(size)
    return node_hash(_range_hash(read_node, lo, middle), _range_hash(read_node, middle, hi))


def _split_point(size: int) -> int:
    """Return the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(read_node: NodeReader, index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf, from its sibling up (RFC 6962, section 2.1.1).

    Raises NoProofError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise NoProofError(f"a tree of size {size} has no leaf {index}")
    return _audit_path(read_node, index, 0, size)


def _audit_path(read_node: NodeReader, index: int, lo: int, hi: int) -> list[bytes]:
    if hi - lo == 1:
        return []
    middle = lo + _split_point(hi - lo)
    if index < middle:
        return [*_audit_path(read_node, index, lo, middle), _range_hash(read_node, middle, hi)]
    return [*_audit_path(read_node, index, middle, hi), _range_hash(read_node, lo, middle)]


def consistency_proof(read_node: NodeReader, old: int, new: int) -> list[bytes]:
    """Return the proof that one tree begins with another (RFC 6962, section 2.1.2).

    Raises NoProofError unless 0 <= old <= new. From the empty tree the proof is empty.
    """
    if not 0 <= old <= new:
        raise NoProofError(f"a tree of size {new} does not begin with one of size {old}")
    return _subproof(read_node, old, 0, new) if old else []


def _subproof(read_node: NodeReader, old: int, lo: int, hi: int) -> list[bytes]:
    if old == hi:
        return [_range_hash(read_node, lo, hi)] if lo else []  # from 0 it is the old root itself
    middle = lo + _split_point(hi - lo)
    if old <= middle:
        return [*_subproof(read_node, old, lo, middle), _range_hash(read_node, middle, hi)]
    return [*_subproof(read_node, old, middle, hi), _range_hash(read_node, lo, middle)]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an audit path leads to from a leaf hash.

    Raises NoProofError where the path cannot belong to that leaf of that tree.
    """
    if not 0 <= index < size:
        raise NoProofError(f"a tree of size {size} has no leaf {index}")
    if size == 1:
        if path:
            raise NoProofError("the path is too long")
        return leaf
    if not path:
        raise NoProofError("the path is too short")
    middle, lower_path, sibling = _split_point(size), path[:-1], path[-1]
    if index < middle:
        return node_hash(root_from_inclusion(leaf, index, middle, lower_path), sibling)
    right = root_from_inclusion(leaf, index - middle, size - middle, lower_path)
    return node_hash(sibling, right)


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the new tree begins with the old one, as a consistency proof shows.

    Raises NoProofError where the path does not show it.
    """
    if not 0 <= old <= new:
        raise NoProofError(f"a tree of size {new} does not begin with one of size {old}")
    steps = list(path)
    roots = _roots_from_consistency(old, new, steps, old_root) if old else (EMPTY_ROOT, new_root)
    if steps:
        raise NoProofError("the path is too long")
    if roots != (old_root, new_root):
        raise NoProofError("the path does not lead from the one root to the other")


def _roots_from_consistency(
    old: int, new: int, steps: list[bytes], known: bytes | None
) -> tuple[bytes, bytes]:
    """Return the roots of both trees; take the steps from the top, which is the end.

    ``known`` is the root of the old tree as long as no leaf of it is left out.
    """
    if old == new and known:
        return known, known
    if not steps:
        raise NoProofError("the path is too short")
    step = steps.pop()
    if old == new:
        return step, step
    middle = _split_point(new)
    if old <= middle:
        old_root, left = _roots_from_consistency(old, middle, steps, known)
        return old_root, node_hash(left, step)
    old_right, right = _roots_from_consistency(old - middle, new - middle, steps, None)
    return node_hash(step, old_right), node_hash(step, right)


def read_tile(
    read_node: NodeReader, level: int, index: int, width: int, size: int
) -> Iterator[bytes]:
    """Yield the hashes of one tile (C2SP tlog-tiles) of a tree of this size.

    ``level`` counts tiles, each eight levels of the tree high. Raises NoProofError where the tree
    has no such tile.
    """
    available = (size >> 8 * level) - index * TILE_WIDTH
    if not 0 <= level < 8 or not 1 <= width <= TILE_WIDTH or width > available:
        raise NoProofError(f"a tree of size {size} has no tile {level}/{index} of width {width}")
    return (
        read_node(8 * level, at) for at in range(index * TILE_WIDTH, index * TILE_WIDTH + width)
    )
