"""What vouches for the log, checked within a snapshot while somebody waits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from domain.errors import InvalidNoteError, NoProofError
from ledger import log
from ledger.database import Cursor
from ledger.proofs import audit, merkle, stored_cosignatures
from ledger.proofs.key_chain import KeyChain, read_key_chain
from ledger.proofs.signed_note import Checkpoint, Verifier


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The tree of a snapshot. ``checkpoint_size`` is the size that the newest checkpoint vouches
    for: its signature holds and its root is that of as many first events; None where it does not.
    """

    size: int
    root: str
    checkpoint_size: int | None


@dataclass(frozen=True, slots=True)
class LogVerification:
    """The size and root of the log as recomputed, and every fault."""

    size: int
    root: str
    faults: list[audit.AuditFault]


@dataclass(frozen=True, slots=True)
class ConsistencyCheck:
    """Two roots, the proof between them, and why it fails; None where it holds."""

    old_root: str
    new_root: str
    path: list[str]
    failure: str | None


class LiveChecks:
    """The checks of one snapshot, against the keys that checkpoints are signed with."""

    def __init__(self, cursor: Cursor, own: Verifier) -> None:
        """``own`` is the key of a log that never changed it."""
        self.cursor, self.keys = cursor, read_key_chain(cursor, own)
        self.read_node = log.node_reader(cursor)

    @cached_property
    def newest_note(self) -> str | None:
        """The newest checkpoint as it was signed and cosigned; None where there is none."""
        return stored_cosignatures.read_newest_note(self.cursor)

    @cached_property
    def head(self) -> SignedHead:
        """The size and root of the log, and how far a checkpoint vouches for them."""
        size, _ = log.read_head(self.cursor)
        checkpoint = _open_checkpoint(self.newest_note, self.keys) if self.newest_note else None
        root = merkle.compute_root(self.read_node, size)
        if checkpoint is None or checkpoint.size > size:
            return SignedHead(size, root.hex(), None)
        is_newest = checkpoint.size == size
        signed_root = root if is_newest else merkle.compute_root(self.read_node, checkpoint.size)
        vouched_size = checkpoint.size if signed_root == checkpoint.root else None
        return SignedHead(size, root.hex(), vouched_size)

    def list_checkpoint_sizes(self, limit: int) -> list[int]:
        """Return the sizes of the newest checkpoints, the largest first."""
        self.cursor.execute(
            "SELECT size FROM checkpoint WHERE size > 0 ORDER BY size DESC LIMIT :limit",
            {"limit": limit},
        )
        return [row[0] for row in self.cursor.fetchall()]

    def verify_log(self) -> LogVerification:
        """Recompute all hashes and verify every signed checkpoint against them."""
        faults: list[audit.AuditFault] = []
        log_audit = audit.LogAudit(self.cursor, faults)
        for _ in log_audit:
            pass
        log_audit.check_checkpoints(self.keys.current, None)
        return LogVerification(log_audit.frontier.size, log_audit.frontier.root.hex(), faults)

    def is_included(self, seq: int) -> bool:
        """Return whether an event, hashed again, is the leaf that leads to the root of the head."""
        (leaf,) = log.read_leaves(self.cursor, after=seq - 1, limit=1)
        size = self.head.size
        try:
            path = merkle.inclusion_proof(self.read_node, seq - 1, size)
            root = merkle.root_from_inclusion(merkle.leaf_hash(leaf), seq - 1, size, path)
        except NoProofError:
            return False
        return root.hex() == self.head.root

    def check_consistency(self, old: int, new: int) -> ConsistencyCheck:
        """Prove that the tree of one size begins with that of another, up to the head."""
        path = merkle.consistency_proof(self.read_node, old, new)
        old_root, new_root = (merkle.compute_root(self.read_node, size) for size in (old, new))
        failure = None
        try:
            merkle.check_consistency(old, new, old_root, new_root, path)
        except NoProofError as error:
            failure = error.detail
        return ConsistencyCheck(
            old_root.hex(), new_root.hex(), [node.hex() for node in path], failure
        )


@lru_cache(maxsize=64)
def _open_checkpoint(note: str, keys: KeyChain) -> Checkpoint | None:
    try:
        return keys.open_note(note)
    except InvalidNoteError:
        return None
