"""The Merkle tree of RFC 6962: its growth, roots, proofs and tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from domain.refusals import NoProofError

HASH = 32
"""Bytes in one SHA-256 digest."""
TILE = 256
"""Hashes in one full tile (C2SP tlog-tiles)."""
Node = tuple[int, int, bytes]
"""Level, index within the level and hash of a complete subtree; level 0 are the leaves."""
Read = Callable[[int, int], bytes]
"""Returns the hash of the complete subtree at a level and index."""


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

    def plus(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[Node]]:
        """Return the frontier after more leaves, and every subtree that they completed."""
        nodes, complete = list(self.nodes), list[Node]()
        for index, leaf in enumerate(leaves, self.size):
            nodes.append(leaf)
            level, rest = 0, index
            while rest & 1:
                right, left = nodes.pop(), nodes.pop()
                level, rest = level + 1, rest >> 1
                nodes.append(node_hash(left, right))
                complete.append((level, rest, nodes[-1]))
        return Frontier(self.size + len(leaves), tuple(nodes)), complete

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
        return Frontier(size, tuple(stored[at : at + HASH] for at in range(0, len(stored), HASH)))


def root(read: Read, size: int) -> bytes:
    """Return the Merkle tree hash of the first ``size`` leaves."""
    return _range(read, 0, size) if size else sha256().digest()


def _range(read: Read, lo: int, hi: int) -> bytes:
    """Return the hash of leaves lo to hi; a complete subtree is read, not computed."""
    size = hi - lo
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, lo >> level)
    middle = lo + _split(size)
    return node_hash(_range(read, lo, middle), _range(read, middle, hi))


def _split(size: int) -> int:
    """Return the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf, from its sibling up (RFC 6962, section 2.1.1).

    Raises NoProofError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise NoProofError(f"a tree of size {size} has no leaf {index}")
    path: list[bytes] = []
    lo, hi = 0, size
    while hi - lo > 1:
        middle = lo + _split(hi - lo)
        if index < middle:
            path.append(_range(read, middle, hi))
            hi = middle
        else:
            path.append(_range(read, lo, middle))
            lo = middle
    return path[::-1]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """Return the proof that one tree begins with another (RFC 6962, section 2.1.2).

    Raises NoProofError unless 0 <= old <= new. From the empty tree the proof is empty.
    """
    if not 0 <= old <= new:
        raise NoProofError(f"a tree of size {new} does not begin with one of size {old}")
    path: list[bytes] = []
    lo, hi, whole = 0, new, True
    while 0 < old < hi:
        middle = lo + _split(hi - lo)
        if old <= middle:
            path.append(_range(read, middle, hi))
            hi = middle
        else:
            path.append(_range(read, lo, middle))
            lo, whole = middle, False
    if not whole:
        path.append(_range(read, lo, hi))
    return path[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an audit path leads to (RFC 9162, section 2.1.3.2).

    Raises NoProofError where the path cannot belong to that leaf of that tree.
    """
    if not 0 <= index < size:
        raise NoProofError(f"a tree of size {size} has no leaf {index}")
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise NoProofError("the path is too long")
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    if last:
        raise NoProofError("the path is too short")
    return found


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the new tree begins with the old one (RFC 9162, section 2.1.4.2).

    Raises NoProofError where the path does not show it.
    """
    if not 0 <= old <= new:
        raise NoProofError(f"a tree of size {new} does not begin with one of size {old}")
    if old in (0, new):
        if path or (old == new and old_root != new_root) or (not old and old_root != root_of(())):
            raise NoProofError("the trees differ")
        return
    steps = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not steps:
        raise NoProofError("the path is too short")
    first = second = steps[0]
    for each in steps[1:]:
        if last == 0:
            raise NoProofError("the path is too long")
        if place & 1 or place == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, each)
        place, last = place >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise NoProofError("the path does not lead from the one root to the other")


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of these leaf hashes."""
    return Frontier().plus(leaves)[0].root


def tile(read: Read, level: int, index: int, width: int, size: int) -> Iterator[bytes]:
    """Yield the hashes of one tile (C2SP tlog-tiles) of a tree of this size.

    ``level`` counts tiles, each eight levels of the tree high. Raises NoProofError where the tree
    has no such tile.
    """
    there = (size >> 8 * level) - index * TILE
    if not 0 <= level < 8 or not 1 <= width <= TILE or width > there:
        raise NoProofError(f"a tree of size {size} has no tile {level}/{index} of width {width}")
    return (read(8 * level, at) for at in range(index * TILE, index * TILE + width))
