"""What vouches for the log, checked within a snapshot while somebody waits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from domain.errors import InvalidNoteError, NoProofError
from ledger import log
from ledger.database import Cursor
from ledger.proofs import audit, leaf_records, merkle
from ledger.proofs.signed_note import Checkpoint, Verifier


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The tree of a snapshot. ``checkpoint_size`` is the size that the newest checkpoint vouches
    for: its signature holds and its root is that of as many first events; None where it does not.
    """

    size: int
    root: str
    checkpoint_size: int | None


def read_signed_head(cursor: Cursor, verifier: Verifier) -> SignedHead:
    """Read the size and root of the log, and how far a checkpoint vouches for them."""
    size, _ = log.read_head(cursor)
    read_node, note = log.node_reader(cursor), leaf_records.read_newest_note(cursor)
    checkpoint = _open_checkpoint(note, verifier) if note else None
    root = merkle.compute_root(read_node, size)
    if checkpoint is None or checkpoint.size > size:
        return SignedHead(size, root.hex(), None)
    is_newest = checkpoint.size == size
    signed_root = root if is_newest else merkle.compute_root(read_node, checkpoint.size)
    return SignedHead(size, root.hex(), checkpoint.size if signed_root == checkpoint.root else None)


@lru_cache(maxsize=64)
def _open_checkpoint(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return verifier.open_note(note)
    except InvalidNoteError:
        return None


def list_checkpoint_sizes(cursor: Cursor, limit: int) -> list[int]:
    """Return the sizes of the newest checkpoints, the largest first."""
    cursor.execute(
        "SELECT size FROM checkpoint WHERE size > 0 ORDER BY size DESC LIMIT :limit",
        {"limit": limit},
    )
    return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class LogVerification:
    """The size and root of the log as recomputed, and every fault."""

    size: int
    root: str
    faults: list[audit.AuditFault]


def verify_log(cursor: Cursor, verifier: Verifier) -> LogVerification:
    """Recompute all hashes and verify every signed checkpoint against them."""
    faults: list[audit.AuditFault] = []
    log_audit = audit.LogAudit(cursor, faults)
    for _ in log_audit:
        pass
    log_audit.check_checkpoints(verifier, None)
    return LogVerification(log_audit.frontier.size, log_audit.frontier.root.hex(), faults)


def is_included(cursor: Cursor, seq: int, head: SignedHead) -> bool:
    """Return whether an event, hashed again, is the leaf that leads to the root of a head."""
    (leaf,) = log.read_leaves(cursor, after=seq - 1, limit=1)
    try:
        path = merkle.inclusion_proof(log.node_reader(cursor), seq - 1, head.size)
        root = merkle.root_from_inclusion(merkle.leaf_hash(leaf), seq - 1, head.size, path)
    except NoProofError:
        return False
    return root.hex() == head.root


@dataclass(frozen=True, slots=True)
class ConsistencyCheck:
    """Two roots, the proof between them, and why it fails; None where it holds."""

    old_root: str
    new_root: str
    path: list[str]
    failure: str | None


def check_consistency(cursor: Cursor, old: int, new: int) -> ConsistencyCheck:
    """Prove that the tree of one size begins with that of another, up to the head, and check it."""
    read_node = log.node_reader(cursor)
    path = merkle.consistency_proof(read_node, old, new)
    old_root, new_root = merkle.compute_root(read_node, old), merkle.compute_root(read_node, new)
    failure = None
    try:
        merkle.check_consistency(old, new, old_root, new_root, path)
    except NoProofError as error:
        failure = error.detail
    return ConsistencyCheck(old_root.hex(), new_root.hex(), [node.hex() for node in path], failure)
