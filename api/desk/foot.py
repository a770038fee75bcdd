"""The foot of a page: how long the log is, its root, and whether a checkpoint vouches for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from domain.refusals import InvalidNoteError
from ledger import evidence, log, tree
from ledger.cursor import Cursor
from ledger.notes import Checkpoint, Verifier

SHORT = 12
"""Hexadecimal digits of a root that are shown."""


@dataclass(frozen=True, slots=True)
class Foot:
    """The tree that the answer was read from. ``signed`` is the size that a checkpoint vouches for:
    its signature holds and its root is that of our first so many events; None where it does not."""

    size: int
    root: str
    signed: int | None


def foot(c: Cursor, verifier: Verifier) -> Foot:
    """Read the foot within a snapshot."""
    size, _ = log.head(c)
    read, note = log.nodes(c), evidence.newest_note(c)
    found = _opened(note, verifier) if note else None
    root = tree.root(read, size)
    if found and found.size <= size:
        vouched = root if found.size == size else tree.root(read, found.size)
        return Foot(size, root.hex(), found.size if vouched == found.root else None)
    return Foot(size, root.hex(), None)


@lru_cache(maxsize=64)
def _opened(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return verifier.opened(note)
    except InvalidNoteError:
        return None
