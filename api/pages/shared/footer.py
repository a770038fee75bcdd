"""The foot of a page: how long the log is, its root, and whether a checkpoint vouches for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from domain.errors import InvalidNoteError
from ledger import log
from ledger.database import Cursor
from ledger.proofs import leaf_records, merkle
from ledger.proofs.signed_note import Checkpoint, Verifier

ROOT_DIGITS = 12
"""Hexadecimal digits of a root that are shown."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The tree that the answer was read from. ``signed`` is the size that a checkpoint vouches for:
    its signature holds and its root is that of our first so many events; None where it does not."""

    size: int
    root: str
    checkpoint_size: int | None


def read_footer(cursor: Cursor, verifier: Verifier) -> Footer:
    """Read the foot within a snapshot."""
    size, _ = log.read_head(cursor)
    read_node, note = log.node_reader(cursor), leaf_records.read_newest_note(cursor)
    checkpoint = _open_checkpoint(note, verifier) if note else None
    root = merkle.compute_root(read_node, size)
    if checkpoint and checkpoint.size <= size:
        signed_root = (
            root if checkpoint.size == size else merkle.compute_root(read_node, checkpoint.size)
        )
        return Footer(size, root.hex(), checkpoint.size if signed_root == checkpoint.root else None)
    return Footer(size, root.hex(), None)


@lru_cache(maxsize=64)
def _open_checkpoint(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return verifier.open_note(note)
    except InvalidNoteError:
        return None
